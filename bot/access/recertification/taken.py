"""Roles that entries say were taken from people, and where the table of removals says otherwise.

The table is in no tree: whoever writes to the database could give somebody back what a recertification took. So a role
stays taken while the last entry about it says so (`access.recertify`, with "U… in ROLE" as its query).
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import Connection, and_, literal_column, select
from sqlmodel import col

from bot.access.reasons import Reason
from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome
from bot.audit.listed_acts import LONGEST_ACT
from bot.audit.told import is_about
from models.audit import AuditEntry
from models.recertification import RoleRemoval
from models.tables import table_of

REMOVALS: Final = table_of(RoleRemoval)
RECERTIFIED: Final = and_(
    col(AuditEntry.action) == literal_column(f"'{Action.RECERTIFY.value}'"),
    col(AuditEntry.outcome) == Outcome.DONE.value,
)
"""In the words of the partial index on times, which a parameter would not be seen to meet."""
GIVEN_BACK: Final = frozenset({Reason.LIFTED.value, Reason.GONE.value})
SAYING: Final = GIVEN_BACK | {Reason.REMOVED.value}
NONE: Final = frozenset[str]()

log = structlog.get_logger(__name__)

Row = Mapping[str, Any]


class Membership(NamedTuple):
    """Somebody in a group."""

    person: str
    role: str


class Said(NamedTuple):
    """What an entry says of a membership; `of` None where its text was erased."""

    id: str
    at: datetime
    team: str | None
    by: str
    reason: str
    of: Membership | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A removal that is kept otherwise than entries have it; `entry` is the one that says of it, if one does."""

    of: Membership
    what: str
    entry: str | None = None


def said_of(connection: Connection, *conditions: Any) -> tuple[Said, ...]:
    """What entries say of memberships, oldest first. Those that are not as they were written say nothing."""
    found = [one for one in as_written(connection, RECERTIFIED, *conditions) if one is not None]
    return tuple(
        Said(told["id"], row.at, told["team"], told["actor"], told["reason"], _membership(told["query"]))
        for row, told in reversed(found)
        if told["reason"] in SAYING
    )


def compared(of: Membership, rows: Sequence[Row], said: Sequence[Said]) -> Difference | None:
    """The first thing that is kept of one membership and that no entry says, or the other way round. Pure.

    `rows` are its own, in their order; `said` are the entries about it, and those whose text was erased.
    """
    for row in rows:
        theirs = [one for one in said if one.team in (row["team"], None)]
        if not _is_said(theirs, of, row["removed_by"], row["removed_at"], {Reason.REMOVED.value}):
            return Difference(of, "no entry says that it was taken")
        if row["ended"] is not None and not _is_said(theirs, of, row["ended_by"], row["ended_at"], {row["ended"]}):
            return Difference(of, "no entry says that it was given back")
    for one in said:
        if one.of == of and one.reason == Reason.REMOVED and not any(_covers(row, one.at) for row in rows):
            return Difference(of, "an entry says that it was taken, and it is not kept so", one.id)
    last = next((one for one in reversed(said) if one.of == of), None)
    if last is not None and last.reason in GIVEN_BACK and any(row["ended"] is None for row in rows):
        return Difference(of, "an entry says that it was given back, and it is not kept so", last.id)
    return None


def is_taken(of: Membership, rows: Sequence[Row], said: Sequence[Said]) -> bool:
    """Whether the role counts no more, by the last entry about it; one whose text is gone may give it back. Pure."""
    last = next((one for one in reversed(said) if one.of == of), None)
    if last is None or last.reason in GIVEN_BACK:
        return False
    erased = [one for one in said if one.of is None]
    ended = [row for row in rows if row["ended"] is not None and row["ended_at"] >= last.at]
    return not any(_is_said(erased, of, row["ended_by"], row["ended_at"], {row["ended"]}) for row in ended)


def _is_said(said: Iterable[Said], of: Membership, by: str, at: datetime, reasons: Set[str]) -> bool:
    return any(one.by == by and one.reason in reasons and one.of in (of, None) and is_about(one.at, at) for one in said)


def _covers(row: Row, at: datetime) -> bool:
    ended = row["ended_at"]
    return bool(row["removed_at"] - LONGEST_ACT <= at and (ended is None or at <= ended + LONGEST_ACT))


def _membership(query: str | None) -> Membership | None:
    person, among, role = (query or "").partition(" in ")
    return Membership(person, role) if among else None


@dataclass(frozen=True, slots=True)
class _Known:
    """Which entries say something of whom: by person, and those whose text was erased. `recent` are the last ones."""

    of: Mapping[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    recent: frozenset[str] = frozenset()
    newest: datetime | None = None


class RolesOnRecord:
    """Whom entries say a role was ever taken from, so that a look-up need not ask for everybody.

    Refreshed every second. It tells only whose entries are to be read: what these say now counts.
    """

    def __init__(self) -> None:
        self._known = _Known()

    def refresh(self, connection: Connection) -> None:
        """Learn of new entries; of one that was committed late, within ten minutes. Raises SQLAlchemyError."""
        known = self._known
        times = _recent(connection, known)
        if not (new := times.keys() - known.recent):
            return
        said = said_of(connection, col(AuditEntry.id).in_(sorted(new)))
        newest = max(times.values())
        self._known = _Known(
            _with(known.of, said),
            known.erased | {one.id for one in said if one.of is None},
            frozenset(one for one, at in times.items() if at >= newest - LONGEST_ACT),
            newest,
        )

    def ever_taken(self, person: str) -> frozenset[str]:
        """The roles that were taken from a person at any time, as far as is known."""
        return self._known.of.get(person, (NONE, NONE))[0]

    def still_taken(self, connection: Connection, person: str, roles: Set[str]) -> frozenset[str]:
        """Those of the roles that are taken from a person by what entries say now. Raises SQLAlchemyError."""
        known = self._known
        ids = known.of.get(person, (NONE, NONE))[1] | known.erased | (_recent(connection, known).keys() - known.recent)
        said = said_of(connection, col(AuditEntry.id).in_(sorted(ids)))
        theirs = select(REMOVALS).where(REMOVALS.c.person == person).order_by(REMOVALS.c.number)
        rows = [dict(row) for row in connection.execute(theirs).mappings()]
        taken = frozenset(
            one for one in roles if is_taken(Membership(person, one), [row for row in rows if row["role"] == one], said)
        )
        if taken:
            log.error("access.not_on_record", about="role_removals")
        return taken


def _recent(connection: Connection, known: _Known) -> Mapping[str, datetime]:
    """The newest entries with their times: all, before any is known."""
    query = select(col(AuditEntry.id), col(AuditEntry.at)).where(RECERTIFIED)
    if known.newest is not None:
        query = query.where(col(AuditEntry.at) >= known.newest - LONGEST_ACT)
    return {row.id: row.at for row in connection.execute(query)}


def _with(
    known: Mapping[str, tuple[frozenset[str], frozenset[str]]], said: Iterable[Said]
) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """The roles that were ever taken from each person, and the entries about them, with those of more entries."""
    found = dict(known)
    for one in said:
        if one.of is not None:
            roles, ids = found.get(one.of.person, (NONE, NONE))
            taken = roles | {one.of.role} if one.reason == Reason.REMOVED else roles
            found[one.of.person] = (taken, ids | {one.id})
    return found
