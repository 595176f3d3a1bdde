"""Changes of the policy in the database: written down when found, moved on by compare-and-set."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from bot.audit.entry import SYSTEM
from bot.database import still_there
from bot.notices.announcing import FIRST, Change, FoundHow, Status, change_of, read_change
from bot.notices.changes import Difference, DifferenceKind
from bot.notices.comparing.difference import compare
from bot.privacy.kept import kept_version, reread
from bot.privacy.text import PolicyText
from bot.privacy.versions import NEVER
from models.policy import PolicyVersion
from models.policy_change import PolicyChange
from models.tables import table_of

QUIET: Final = frozenset({DifferenceKind.SAME, DifferenceKind.NOISE, DifferenceKind.MOVED})
"""What is kept and listed, and put before nobody."""
_DECISIONS: Final = int.from_bytes(hashlib.sha256(b"decisions on changes of the policy").digest()[:8], signed=True)

_TABLE = table_of(PolicyChange)
_ROW = _TABLE.c
_VERSION = table_of(PolicyVersion)


@dataclass(frozen=True, slots=True)
class Texts:
    """The two texts of a change, read alike: an older reading of a file is no difference of the policy."""

    before: PolicyText
    after: PolicyText

    def difference(self) -> Difference:
        """What changed from one to the other."""
        return compare(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Found:
    """A change as it is found. `kind` is "first", or the class of its difference."""

    before: str | None
    after: str
    kind: str
    how: FoundHow
    at: datetime
    by: str
    incident: bool = False
    effective_at: datetime | None = None
    note: str | None = None
    settled: bool = field(default=False)


def write_down(connection: Connection, found: Found) -> Change:
    """Keep a change. What is `settled` asks for no decision: the system dismissed it, and `note` says why."""
    row: dict[str, object] = {
        "before": found.before,
        "after": found.after,
        "kind": found.kind,
        "found_how": found.how.value,
        "found_at": found.at,
        "found_by": found.by,
        "status": Status.DISMISSED.value if found.settled else Status.FOUND.value,
        "effective_at": found.effective_at,
        "incident": found.incident,
        "note": found.note,
        "decided_at": found.at if found.settled else None,
        "decided_by": SYSTEM if found.settled else None,
        "revision": 0,
    }
    number = connection.execute(insert(_TABLE).values(row).returning(_ROW.number)).scalar_one()
    return _there(connection, int(number))


def one_at_a_time(connection: Connection) -> None:
    """Hold every decision on a change to the end of the transaction: whether one fits depends on the days of others.

    SQLite has one writer.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_DECISIONS)))


def move_on(connection: Connection, change: Change, to: Status, values: Mapping[str, object]) -> Change | None:
    """Compare and set: None when somebody else was first."""
    same = _ROW.number == change.number, _ROW.revision == change.revision, _ROW.status == change.status.value
    moved = update(_TABLE).where(*same).values(status=to.value, revision=change.revision + 1, **values)
    return _there(connection, change.number) if connection.execute(moved).rowcount == 1 else None


def list_changes(connection: Connection, most: int = 100) -> tuple[Change, ...]:
    """The newest first."""
    return tuple(map(change_of, connection.execute(select(_TABLE).order_by(_ROW.number.desc()).limit(most))))


def open_changes(connection: Connection) -> tuple[Change, ...]:
    """What waits for a decision, the oldest first."""
    waiting = select(_TABLE).where(_ROW.status == Status.FOUND.value).order_by(_ROW.number)
    return tuple(map(change_of, connection.execute(waiting)))


def number_open(connection: Connection) -> int:
    """How many wait for a decision."""
    waiting = select(func.count()).select_from(_TABLE).where(_ROW.status == Status.FOUND.value)
    return int(connection.execute(waiting).scalar_one())


def changes_to(connection: Connection, version: str) -> tuple[Change, ...]:
    """All changes that led to this version, the newest first."""
    query = select(_TABLE).where(_ROW.after == version).order_by(_ROW.number.desc())
    return tuple(map(change_of, connection.execute(query)))


def later_change(connection: Connection, change: Change) -> Change | None:
    """The first change that goes on from where this one ended."""
    query = select(_TABLE).where(_ROW.before == change.after, _ROW.number > change.number).order_by(_ROW.number)
    row = connection.execute(query.limit(1)).one_or_none()
    return change_of(row) if row else None


def returns_to(connection: Connection, change: Change) -> bool:
    """Whether the new text is one that had been there before."""
    earlier = select(_ROW.number).where(
        (_ROW.after == change.after) | (_ROW.before == change.after), _ROW.number < change.number
    )
    return connection.execute(earlier.limit(1)).first() is not None


def pending_versions(connection: Connection, now: datetime) -> frozenset[str]:
    """Hashes of versions that come into force later."""
    column = _VERSION.c.in_force_from
    return frozenset(connection.execute(select(_VERSION.c.hash).where(column > now, column < NEVER)).scalars())


def in_force_from(connection: Connection, version: str) -> datetime | None:
    """When a version came, or comes, into force; None where none is kept by this hash."""
    query = select(_VERSION.c.in_force_from).where(_VERSION.c.hash == version)
    at: datetime | None = connection.execute(query).scalar_one_or_none()
    return at


def reading_now(connection: Connection, version: str) -> PolicyText | None:
    """A kept version as this release reads its original; None where none is kept."""
    if better := reread(connection, version):
        return better
    kept = kept_version(connection, version)
    return kept.reading if kept else None


def texts_of(connection: Connection, change: Change) -> Texts | None:
    """The texts to compare; None for a first version, or where one is no longer kept."""
    if change.kind == FIRST or change.before is None:
        return None
    before, after = reading_now(connection, change.before), reading_now(connection, change.after)
    return Texts(before, after) if before and after else None


def _there(connection: Connection, number: int) -> Change:
    return still_there(read_change(connection, number), "a change")
