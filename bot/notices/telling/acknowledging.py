"""**I have read this**: by person and version, once, with its audit entry."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.access.decide import admit
from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, Origin
from bot.clock import Clock
from bot.effects import Effects
from bot.notices.announcing import Change, Status, read_change
from bot.notices.telling import plans
from bot.notices.telling.rounds import about_notice


class NotRead(StrEnum):
    """Why a press was not taken for having read it, beside the reasons that look-ups have too."""

    NO_SUCH_CHANGE = "no_such_change"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class HasRead:
    """The person has read the version that a change leads to; `before`: they had already."""

    change: Change
    at: datetime
    before: bool


@dataclass(frozen=True, slots=True)
class NotAcknowledged:
    """Nothing was changed, and why. `entry` is the record."""

    entry: str
    reason: Reason | NotRead


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Keeps who has read what. Raises NotRecorded and AlreadyHandled like the ledger."""

    ledger: Ledger
    effects: Effects
    clock: Clock

    def __call__(self, origin: Origin, person: Person, number: int) -> HasRead | NotAcknowledged:
        """A second press changes nothing and is no second entry. Of two at once one is kept."""
        try:
            with self.ledger.transaction() as connection:
                return self._press(connection, origin, person, number)
        except _ReadBefore as before:
            return HasRead(before.change, before.at, before=True)

    def _press(self, connection: Connection, origin: Origin, person: Person, number: int) -> HasRead | NotAcknowledged:
        change = read_change(connection, number)
        reason = admit(person, Conversation.INTERNAL) or _unreadable(change)
        entry = self.ledger.opened(connection, origin, Action.POLICY_ACKNOWLEDGE)
        entry.query = change.name if change else None
        entry.policy_version = change.after if change else None
        if change is None or reason is not None:
            entry.close(Outcome.REFUSED, reason or NotRead.NO_SUCH_CHANGE)
            self.ledger.write(entry)
            return NotAcknowledged(entry.id, reason or NotRead.NO_SUCH_CHANGE)
        if (before := plans.read_at(connection, change.after, person.team, person.id)) is not None:
            return HasRead(change, before, before=True)
        now = self.clock()
        entry.close(Outcome.DONE, "read")
        self.ledger.write(entry)
        row = {
            "entry_id": entry.id,
            "version": change.after,
            "team": person.team,
            "person": person.id,
            "change": change.number,
            "read_at": now,
        }
        if connection.execute(_INSERT, row).rowcount == 0:
            raise _ReadBefore(change, now)
        to = f"person:{person.id}"
        told = plans.told_to(connection, number, to)
        self.effects.refresh(connection, *(about_notice(change, one.stage, to) for one in told))
        return HasRead(change, now, before=False)


class _ReadBefore(Exception):
    """Another press of the same person's was first: this one leaves nothing behind."""

    def __init__(self, change: Change, at: datetime) -> None:
        super().__init__(change.name)
        self.change, self.at = change, at


_INSERT = text(
    "INSERT INTO policy_acknowledgements (entry_id, version, team, person, change, read_at)"
    " VALUES (:entry_id, :version, :team, :person, :change, :read_at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("read_at", type_=UTCDateTime()))


def _unreadable(change: Change | None) -> NotRead | None:
    if change is None or change.status in (Status.FOUND, Status.DISMISSED):
        return NotRead.NO_SUCH_CHANGE
    return NotRead.WITHDRAWN if change.status is Status.WITHDRAWN else None
