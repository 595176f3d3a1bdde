"""Erasing a person's text from the audit table: asked for, confirmed by two privacy officers, carried out, recorded.

The tree of the ledger commits to salted hashes of such text only, so it verifies before and after.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, bindparam, insert, text, update
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.access.people import Directory, Person
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.audit.entry import SALT_BYTES, SYSTEM, Action, Outcome, Random, commit_to
from bot.audit.erasures.plans import is_as_asked, take_turn, waiting_of
from bot.audit.erasures.records import (
    ERASURES,
    NEEDED,
    Erasure,
    Status,
    erasure_name,
    erasure_number,
    may_decide,
    may_withdraw,
    read_erasure,
    waiting_for,
    words_of_act,
)
from bot.audit.erasures.scope import Kind, Plan
from bot.audit.erasures.taking_out import erase, forget_plan, sweep
from bot.audit.ledger import BY_ITSELF, Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import Database, still_there
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.pending import settle_pending
from models.erasure import ErasurePlan
from models.tables import table_of

TIMEOUT_WORK: Final = "erasure.timeout"
REMIND_WORK: Final = "erasure.remind"
ASKED_MESSAGE: Final = "erasure.asked"
REMINDER_MESSAGE: Final = "erasure.reminder"
LEFT_AT_REMINDER: Final = 1 / 3  # of the time that the officers have

log = structlog.get_logger(__name__)

PLAN: Final = table_of(ErasurePlan)

CONFIRM: Final = text(
    "INSERT INTO erasure_confirmations (erasure, person, team, at) VALUES (:erasure, :person, :team, :at) "
    "ON CONFLICT (erasure, person) DO NOTHING"
).bindparams(bindparam("at", type_=UTCDateTime()))

TAKE_OFF: Final = text("DELETE FROM erasure_confirmations WHERE erasure = :erasure AND person = :person")


@dataclass(frozen=True, slots=True)
class Counted:
    """This press counted; `erasure` says where it stands now."""

    erasure: Erasure


@dataclass(frozen=True, slots=True)
class NotCounted:
    """This press changed nothing, and why; `erasure` is as it stands, if there is one."""

    reason: Reason
    erasure: Erasure | None = None


class AlreadyAsked(Exception):
    """An erasure for the same subject waits for the officers: `erasure`. Its text is its name."""

    def __init__(self, erasure: Erasure) -> None:
        super().__init__(erasure.name)
        self.erasure = erasure


@dataclass(frozen=True, slots=True)
class Erasures:
    """Asks for erasures, takes the officers' presses, and carries out what two have confirmed.

    `timeout` is how long the officers have; `random` makes salts. Nobody confirms where there is no `directory`.
    """

    database: Database
    ledger: Ledger
    effects: Effects
    clock: Clock
    timeout: timedelta
    directory: Directory | None = None
    random: Random = secrets.token_bytes

    def ask(self, origin: Origin, plan: Plan, why: str | None = None) -> Erasure:
        """Put exactly this plan before the officers.

        Raises AlreadyAsked where one for the same subject waits before them, ValueError for an empty plan, NotRecorded.
        """
        if not plan.values:
            raise ValueError("there is nothing to erase")
        now = self.clock()
        with self.ledger.entry(origin, Action.ERASE) as entry:
            entry.justification = why
            take_turn(entry.connection)
            waits = waiting_of(entry.connection, plan.subject, now)
            if waits is None:
                return self._asked(entry, plan, now)
            _describe(entry, waits)
            entry.close(Outcome.REFUSED, Reason.ALREADY_ASKED)
        raise AlreadyAsked(waits)

    def _asked(self, entry: OpenEntry, plan: Plan, now: datetime) -> Erasure:
        """The entry holds the digest of the plan, so that what is confirmed is what was asked for."""
        number = self._insert(entry, plan, now)
        asked = _existing(entry.connection, number)
        _describe(entry, asked)
        entry.query = words_of_act(number, plan.values)
        entry.close(Outcome.DONE, Reason.ASKED, tuple(asked.found))
        self.effects.send(entry.connection, Message(ASKED_MESSAGE, asked.name, PRIVACY_DESK))
        remind_at = asked.expires_at - self.timeout * LEFT_AT_REMINDER
        self.effects.due(entry.connection, REMIND_WORK, asked.name, remind_at)
        self.effects.due(entry.connection, TIMEOUT_WORK, asked.name, asked.expires_at)
        return asked

    def confirm(self, origin: Origin, officer: Person, number: int) -> Counted | NotCounted:
        """Count this officer; the second one carries it out, in the same transaction. Raises NotRecorded.

        The confirmation's entry is written before that of the act, so that it stands before it.
        """
        now, before = self.clock(), self._confirmed_before(officer.team, number)
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.ERASE)
            reason = self._counted(entry, officer, number, now, before)
            if reason is not None:
                refused = _refused(entry, number, reason)
                self.ledger.write(entry)
                return refused
            confirmed = _existing(connection, number)
            entry.close(Outcome.DONE, Reason.CONFIRMED, tuple(confirmed.found))
            self.ledger.write(entry)
            if len(confirmed.confirmed_by) >= NEEDED:
                self._carry_out(connection, confirmed, now)
            self.effects.refresh(connection, confirmed.name)
            settled = _existing(connection, number)
        if settled.status is Status.DONE:
            sweep(self.database)
        return Counted(settled)

    def refuse(self, origin: Origin, officer: Person, number: int) -> Counted | NotCounted:
        """One officer's no ends it; nothing is erased. Raises NotRecorded."""
        now = self.clock()
        with self.ledger.entry(origin, Action.ERASE) as entry:
            reason = self._undecided(entry, officer, number, now)
            if reason is None and not _settle(entry.connection, number, Status.REFUSED, officer.id, now):
                reason = Reason.NOT_PENDING
            if reason is not None:
                return _refused(entry, number, reason)
            entry.close(Outcome.DENIED)
            refused = _existing(entry.connection, number)
            self.effects.refresh(entry.connection, refused.name)
            return Counted(refused)

    def waiting(self, officer: Person) -> tuple[Erasure, ...]:
        """What this person may decide now and has not; nothing is read for those who are no officers."""
        if not is_officer(officer):
            return ()
        with self.database.reading() as connection:
            return waiting_for(connection, officer, self.clock())

    def withdraw(self, origin: Origin, number: int) -> Counted | NotCounted:
        """Whoever asked takes it back; nothing is erased. Raises NotRecorded."""
        now = self.clock()
        with self.ledger.entry(origin, Action.ERASE) as entry:
            erasure = read_erasure(entry.connection, number)
            if erasure is not None:
                _describe(entry, erasure)
            reason = may_withdraw(origin.actor.id, erasure, now)
            if reason is None and not _settle(entry.connection, number, Status.REFUSED, origin.actor.id, now):
                reason = Reason.NOT_PENDING
            if reason is not None:
                return _refused(entry, number, reason)
            entry.close(Outcome.ENDED, Reason.WITHDRAWN)
            withdrawn = _existing(entry.connection, number)
            self.effects.refresh(entry.connection, withdrawn.name)
            return Counted(withdrawn)

    def remind(self, name: str) -> None:
        """Tell the officers once more that an erasure waits. Nothing happens once it is decided or over."""
        with self.ledger.transaction() as connection:
            erasure = read_erasure(connection, _number(name))
            if erasure is not None and erasure.is_open(self.clock()):
                self.effects.send(connection, Message(REMINDER_MESSAGE, name, PRIVACY_DESK))

    def time_out(self, name: str) -> None:
        """Settle an erasure that nobody answered in time. Nothing happens if it was decided, or twice."""
        number = _number(name)
        with self.ledger.transaction() as connection:
            if not _settle(connection, number, Status.EXPIRED, SYSTEM, self.clock()):
                return
            entry = self.ledger.opened(connection, BY_ITSELF, Action.ERASE)
            _describe(entry, _existing(connection, number))
            entry.close(Outcome.EXPIRED, Reason.TIMED_OUT)
            self.ledger.write(entry)
            self.effects.refresh(connection, name)

    def _insert(self, entry: OpenEntry, plan: Plan, now: datetime) -> int:
        subject = plan.subject
        salt = self.random(SALT_BYTES) if subject.kind is Kind.ADDRESS else None
        row = {
            "kind": subject.kind.value,
            "subject": commit_to(subject.key, salt) if salt else subject.key,
            "salt": salt,
            "entries": plan.entries,
            "found": plan.found,
            "status": Status.PENDING.value,
            "asked_at": now,
            "asked_by": entry.origin.actor.id,
            "asked_in": entry.id,
            "expires_at": now + self.timeout,
        }
        made = entry.connection.execute(insert(ERASURES).values(row).returning(ERASURES.c.number))
        number = int(made.scalar_one())
        values = [{"erasure": number, "entry_id": value.entry_id, "field": value.field} for value in plan.values]
        entry.connection.execute(insert(PLAN), values)
        return number

    def _undecided(self, entry: OpenEntry, officer: Person, number: int, now: datetime) -> Reason | None:
        """Describe the entry; why this person may not decide, or None."""
        erasure = read_erasure(entry.connection, number)
        if erasure is not None:
            _describe(entry, erasure)
        return may_decide(officer, erasure, now)

    def _confirmed_before(self, team: str, number: int) -> Sequence[Person]:
        """Who confirmed it so far, as Slack knows them now; asked before the transaction."""
        with self.database.reading() as connection:
            erasure = read_erasure(connection, number)
        if erasure is None or not erasure.confirmed_by:
            return ()
        if self.directory is None:
            raise RuntimeError("nobody confirms an erasure here")
        return [self.directory.person(team, one, fresh=True) for one in erasure.confirmed_by]

    def _take_off(self, entry: OpenEntry, erasure: Erasure, before: Sequence[Person], now: datetime) -> Erasure:
        """Without the confirmations of people who could not confirm it now; each that is taken off has its entry."""
        gone = [(one, reason) for one in before if (reason := may_decide(one, erasure, now)) is not None]
        for person, reason in gone:
            entry.connection.execute(TAKE_OFF, {"erasure": erasure.number, "person": person.id})
            written = self.ledger.opened(entry.connection, BY_ITSELF, Action.ERASE)
            _describe(written, erasure)
            written.close(Outcome.ENDED, f"{reason}:{person.id}")
            self.ledger.write(written)
        return _existing(entry.connection, erasure.number) if gone else erasure

    def _counted(
        self, entry: OpenEntry, officer: Person, number: int, now: datetime, before: Sequence[Person]
    ) -> Reason | None:
        """Add this officer's confirmation; why it did not count, or None.

        The erasure's row is locked first, so that of two officers at the same moment the second sees the first.
        """
        if reason := self._undecided(entry, officer, number, now):
            return reason
        if not _lock(entry.connection, number, now):
            return Reason.NOT_PENDING
        locked = self._take_off(entry, _existing(entry.connection, number), before, now)
        if not officer.ids.isdisjoint(locked.confirmed_by):
            return Reason.ALREADY_CONFIRMED
        if not is_as_asked(entry.connection, locked):
            log.critical("erasure.not_as_asked", about=erasure_name(number))
            return Reason.NOT_AS_ASKED
        row = {"erasure": number, "person": officer.id, "team": officer.team, "at": now}
        return None if entry.connection.execute(CONFIRM, row).rowcount == 1 else Reason.ALREADY_CONFIRMED

    def _carry_out(self, connection: Connection, erasure: Erasure, now: datetime) -> None:
        if not _settle(connection, erasure.number, Status.DONE, None, now):
            raise RuntimeError("an erasure that was just locked is settled")
        taken, requests = erase(connection, erasure.number, now)
        entry = self.ledger.opened(connection, BY_ITSELF, Action.ERASE)
        _describe(entry, erasure)
        entry.query = words_of_act(erasure.number, taken)
        entry.close(Outcome.DONE, Reason.CARRIED_OUT, tuple(erasure.found))
        self.ledger.write(entry)
        connection.execute(update(ERASURES).where(ERASURES.c.number == erasure.number).values(carried_out_in=entry.id))
        for name in requests:
            self.effects.refresh(connection, name)


def _number(name: str) -> int:
    number = erasure_number(name)
    if number is None:
        raise ValueError("not the name of an erasure")
    return number


def _describe(entry: OpenEntry, erasure: Erasure) -> None:
    """The erasure by its number, and the account; never whose text it is, which would put back what is taken out."""
    entry.query = erasure.name
    entry.account = erasure.subject if erasure.kind is Kind.ACCOUNT else None


def _refused(entry: OpenEntry, number: int, reason: Reason) -> NotCounted:
    entry.close(Outcome.REFUSED, reason)
    return NotCounted(reason, read_erasure(entry.connection, number))


def _existing(connection: Connection, number: int) -> Erasure:
    return still_there(read_erasure(connection, number), "an erasure")


def _lock(connection: Connection, number: int, now: datetime) -> bool:
    """Hold a pending erasure's row to the end of the transaction; false when it is pending no more."""
    held = connection.execute(
        update(ERASURES)
        .where(ERASURES.c.number == number, ERASURES.c.status == Status.PENDING.value, ERASURES.c.expires_at > now)
        .values(status=Status.PENDING.value)
    )
    return held.rowcount == 1


def _settle(connection: Connection, number: int, status: Status, by: str | None, now: datetime) -> bool:
    """Move an erasure from pending to `status`; false when somebody was first, or its time is up."""
    values = {"settled_at": now, "settled_by": by, "salt": None}
    settled = settle_pending(connection, ERASURES, number, status, now, values)
    if settled and status is not Status.DONE:
        forget_plan(connection, number)
    return settled
