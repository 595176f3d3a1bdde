"""What stands of the policy, as the ledger's last entry about it says: the version in force, those to come, and which
announced change is to be read before anybody looks up.

The tables of versions and changes are in no tree: whoever writes to the database could put an older version in force
again, whose clauses permit more, or take an announcement away. So each entry of a step (`policy.change` and
`policy.announce`, done) says among its fields how all of it stands afterwards, and of each change that it moved how far
that one is. A version that none of them names is past, or never was. Entries of before say nothing, and then the tables
count.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select
from sqlmodel import col

from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome, timestamp
from bot.audit.ledger import OpenEntry
from models.audit import AuditEntry
from models.policy import PolicyVersion
from models.policy_change import PolicyChange
from models.tables import table_of

NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""The day of a version that was to come into force and will not."""

VERSIONS: Final = table_of(PolicyVersion)
CHANGES: Final = table_of(PolicyChange)
_ONE_AT_A_TIME: Final = int.from_bytes(hashlib.sha256(b"how the policy stands").digest()[:8], signed=True)
_MOST_KEPT: Final = 8

_OF_POLICY: Final[list[ColumnElement[str]]] = [
    literal_column(f"'{one.value}'") for one in (Action.POLICY_ANNOUNCE, Action.POLICY_CHANGE)
]
STEPS: Final = and_(col(AuditEntry.action).in_(_OF_POLICY), col(AuditEntry.outcome) == Outcome.DONE.value)
"""Entries of steps, in the words of their partial index, which parameters would not be seen to meet."""

LAST: Final = (
    select(col(AuditEntry.id)).where(STEPS).order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(1)
)

_BEGINS, _FROM = "in force ", " from "
_READ, _OF, _SINCE, _TO = "to be read ", " as ", " since ", " by "
_NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Begins:
    """A version that is in force from a moment on, by its hash."""

    version: str
    at: datetime

    def written(self) -> str:
        """As it stands among an entry's fields."""
        return f"{_BEGINS}{self.version}{_FROM}{timestamp(self.at)}"


@dataclass(frozen=True, slots=True)
class ToRead:
    """The last material change that was announced and not taken back. `audience` are roles, or everyone."""

    change: int
    version: str
    since: datetime
    audience: tuple[str, ...]

    def written(self) -> str:
        """As it stands among an entry's fields."""
        whom = ",".join(self.audience) or _NOBODY
        return f"{_READ}N-{self.change}{_OF}{self.version}{_SINCE}{timestamp(self.since)}{_TO}{whom}"


@dataclass(frozen=True, slots=True)
class Stated:
    """How the policy stands. `begins`: the version in force and all that are to come, the earliest first.

    Empty where an entry of before says nothing of it.
    """

    begins: tuple[Begins, ...] = ()
    to_read: ToRead | None = None

    def in_force(self, now: datetime) -> Begins | None:
        """The version that is in force at a moment."""
        return next((one for one in reversed(self.begins) if one.at <= now), None)

    def written(self) -> tuple[str, ...]:
        """As an entry's fields."""
        read = (self.to_read.written(),) if self.to_read else ()
        return (*(one.written() for one in self.begins), *read)


def read_stated(fields: Sequence[str]) -> Stated:
    """What `Stated.written` wrote; other fields say nothing. Pure."""
    begins = tuple(filter(None, map(_begins, fields)))
    return Stated(begins, next(filter(None, map(_to_read, fields)), None))


def _begins(field: str) -> Begins | None:
    version, among, at = field.removeprefix(_BEGINS).partition(_FROM)
    moment = _moment(at)
    return Begins(version, moment) if field.startswith(_BEGINS) and among and moment else None


def _to_read(field: str) -> ToRead | None:
    name, _, rest = field.removeprefix(_READ).partition(_OF)
    version, _, rest = rest.partition(_SINCE)
    at, among, whom = rest.partition(_TO)
    moment, digits = _moment(at), name.removeprefix("N-")
    if not field.startswith(_READ) or not among or moment is None or not digits.isdecimal():
        return None
    return ToRead(int(digits), version, moment, () if whom == _NOBODY else tuple(whom.split(",")))


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def kept_now(connection: Connection, now: datetime) -> Stated:
    """How the policy stands by the tables."""
    at = VERSIONS.c.in_force_from
    since = select(func.max(at)).where(at <= now).scalar_subquery()
    query = select(VERSIONS.c.hash, at).where(at < NEVER, (at >= since) | since.is_(None)).order_by(at, VERSIONS.c.id)
    begins = tuple(Begins(row.hash, row.in_force_from) for row in connection.execute(query))
    return Stated(begins, latest_to_read(connection))


def latest_to_read(connection: Connection) -> ToRead | None:
    """The last material change that is announced, by the table."""
    query = (
        select(CHANGES)
        .where(CHANGES.c.status == "announced", CHANGES.c.material.is_(True))
        .order_by(CHANGES.c.decided_at.desc(), CHANGES.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return ToRead(row.number, row.after, row.decided_at, tuple(row.audience or ())) if row else None


def state(entry: OpenEntry, now: datetime, before: Stated, *changes: int) -> None:
    """Say in a step's entry how the policy stands after it, and how far these changes are: the last before it is
    written, for no other step is stated until this one's transaction ends.

    `before` is how it stood by the tables when the step began: what the step has changed is stated, and nothing else
    that the tables have otherwise than the last entry.
    """
    connection = entry.connection
    if connection.dialect.name == "postgresql":  # SQLite has one writer
        connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    moved, said = changes_written(connection, changes), last_stated(connection)
    after = stepped(said or Stated(), before, kept_now(connection, now), now)
    entry.fields = (*entry.fields, *moved, *after.written())


def stepped(said: Stated, before: Stated, after: Stated, now: datetime) -> Stated:
    """How the policy stands by the entries once a step has led from one state of the tables to another. Pure."""
    if not said.begins:
        return after
    was, then = ({one.version: one.at for one in kept.begins} for kept in (before, after))
    begins = {one.version: one.at for one in said.begins if one.version in then or one.version not in was}
    begins |= {version: at for version, at in then.items() if was.get(version) != at}
    order = {one.version: place for place, one in enumerate(after.begins)}
    found = Stated(tuple(Begins(*one) for one in sorted(begins.items(), key=lambda it: (it[1], order.get(it[0], 0)))))
    current = found.in_force(now)
    left = tuple(one for one in found.begins if current is None or one.at >= current.at)
    return Stated(left, said.to_read if before.to_read == after.to_read else after.to_read)


def changes_written(connection: Connection, numbers: Sequence[int]) -> tuple[str, ...]:
    """How far these changes are, by the table, as an entry's fields."""
    rows = connection.execute(select(CHANGES).where(CHANGES.c.number.in_(numbers)).order_by(CHANGES.c.number))
    return tuple(map(change_written, rows))


def change_written(row: Any) -> str:
    """How far a change is: `N-12 announced 3fa9… material from 2026-03-20T… to everyone`. Pure."""
    said = [f"N-{row.number}", row.status, row.after]
    if row.material is not None:
        said.append("material" if row.material else "editorial")
    if row.status in ("announced", "withdrawn") and row.effective_at is not None:
        said += ["from", timestamp(row.effective_at), "to", ",".join(row.audience or ()) or _NOBODY]
    return " ".join(said)


def last_stated(connection: Connection) -> Stated | None:
    """What the last entry says of the policy; None where there is none, or it is not as it was written."""
    entry_id = connection.execute(LAST).scalar_one_or_none()
    return None if entry_id is None else stated_by(connection, entry_id)


def stated_by(connection: Connection, entry_id: str) -> Stated | None:
    """What an entry says of the policy; None where it is not as it was written."""
    return _said.get(entry_id) or _said.keep(entry_id, _read(connection, entry_id))


def is_stated(connection: Connection, entry_id: str | None, version: str, at: datetime, now: datetime) -> bool:
    """Whether this version is the one in force at a moment, and since then, by what the last entry says.

    Where a clock was set back behind that entry, the last one until then says it as well.
    """
    if entry_id is None:
        return True
    if _agrees(stated_by(connection, entry_id), version, at, now):
        return True
    earlier = connection.execute(LAST.where(col(AuditEntry.at) <= now)).scalar_one_or_none()
    return earlier is not None and _agrees(stated_by(connection, earlier), version, at, now)


def _agrees(said: Stated | None, version: str, at: datetime, now: datetime) -> bool:
    if said is None:
        return False
    return not said.begins or said.in_force(now) == Begins(version, at)


def _read(connection: Connection, entry_id: str) -> Stated | None:
    for written in as_written(connection, col(AuditEntry.id) == entry_id):
        return read_stated(written[1]["fields"]) if written is not None else None
    return None


class _Said:
    """What the last entries said, so that a look-up need not read them again. Safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Stated] = OrderedDict()

    def get(self, entry_id: str) -> Stated | None:
        return self._kept.get(entry_id)

    def keep(self, entry_id: str, said: Stated | None) -> Stated | None:
        if said is not None:
            with self._lock:
                self._kept[entry_id] = said
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return said


_said = _Said()


def steps(connection: Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries of all steps that are as they were written, newest first, with their ids."""
    for written in as_written(connection, STEPS):
        if written is not None:
            yield written[0].id, dict(written[1])
