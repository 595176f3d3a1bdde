"""Access that is not used ends early; and a holder is asked, once, whether its ticket is still open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, String, cast, insert, select, update
from sqlmodel import col

from bot.access.ending.finish import Finished, NotFinished, of_others
from bot.access.grants import Request, read_request, request_name
from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.requests.prolong import refresh_grant
from bot.access.rules.purposes import Rules
from bot.audit.entry import SYSTEM, Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects, Message
from models.access import AccessGrant, AccessRequest
from models.audit import AuditEntry
from models.reminder import AccessTicketCheck

UNUSED_MESSAGE, TICKET_MESSAGE = "grant.unused", "grant.ticket"
UNUSED_NOTE = "unused"
AT_ONCE = 100


class Ticket(StrEnum):
    """What a holder said about their ticket."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class TicketCheck:
    """A holder was asked; `answer` is None while they have not said."""

    asked_at: datetime
    answer: Ticket | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeastUse:
    """Looks at live grants again and again; each is ended, and each holder asked, by compare-and-set."""

    database: Database
    ledger: Ledger
    rules: Rules
    effects: Effects
    clock: Clock

    def look(self) -> None:
        """End what was not used for as long as its purpose says, and ask about tickets."""
        for purpose in self.rules.purposes.values():
            if purpose.end_when_unused is not None:
                self._end_unused(purpose.key, purpose.end_when_unused)
        if self.rules.ask_about_ticket_after is not None:
            self._ask_about_tickets(self.rules.ask_about_ticket_after)

    def _end_unused(self, purpose: str, span: timedelta) -> None:
        now = self.clock()
        live = select(col(AccessGrant.number)).where(*_unused(purpose, now, now - span)).limit(AT_ONCE)
        with self.database.reading() as connection:
            numbers = connection.execute(live).scalars().all()
        for number in numbers:
            self._end_one(number, purpose, span)

    def _end_one(self, number: int, purpose: str, span: timedelta) -> None:
        now = self.clock()
        with self.ledger.transaction() as connection:
            ended = connection.execute(
                update(AccessGrant)
                .where(col(AccessGrant.number) == number, *_unused(purpose, now, now - span))
                .values(ended_at=now, ended_by=SYSTEM, end_note=UNUSED_NOTE)
            )
            request = read_request(connection, number) if ended.rowcount == 1 else None
            if request is None:
                return
            entry = self.ledger.opened(connection, BY_ITSELF, Action.END)
            _describe(entry, request)
            entry.query = entry.grant
            entry.close(Outcome.ENDED, Reason.UNUSED)
            self.ledger.write(entry)
            self.effects.send(connection, Message(UNUSED_MESSAGE, request.name, f"person:{request.person}"))
            self._refresh(connection, request)

    def _ask_about_tickets(self, after: timedelta) -> None:
        now = self.clock()
        asked = select(col(AccessTicketCheck.number))
        query = (
            select(col(AccessGrant.number), col(AccessGrant.person))
            .join(AccessRequest, col(AccessRequest.number) == col(AccessGrant.number))
            .where(
                col(AccessGrant.ended_at).is_(None),
                col(AccessGrant.ends_at) > now,
                col(AccessGrant.starts_at) <= now - after,
                col(AccessRequest.ticket).is_not(None),
                col(AccessGrant.number).not_in(asked),
            )
            .limit(AT_ONCE)
        )
        with self.database.reading() as connection:
            found = connection.execute(query).all()
        for number, person in found:
            self._ask_one(number, person)

    def _ask_one(self, number: int, person: str) -> None:
        """The row that says so is inserted once; whichever process comes second finds it there."""
        now = self.clock()
        there = select(col(AccessTicketCheck.number)).where(col(AccessTicketCheck.number) == number)
        grant = select(col(AccessGrant.number)).where(col(AccessGrant.number) == number).with_for_update()
        with self.ledger.transaction() as connection:
            if connection.execute(grant).scalar() is None or connection.execute(there).scalar() is not None:
                return
            connection.execute(insert(AccessTicketCheck).values(number=number, asked_at=now))
            self.effects.send(connection, Message(TICKET_MESSAGE, request_name(number), f"person:{person}"))

    def answer(self, origin: Origin, person: Person, number: int, answer: Ticket) -> Finished | NotFinished:
        """The holder says that the ticket is still open, or ends the access. Raises NotRecorded, AlreadyHandled."""
        now = self.clock()
        with self.ledger.entry(origin, Action.END if answer is Ticket.CLOSED else Action.TICKET) as entry:
            request = read_request(entry.connection, number)
            reason = _may_answer(person, request, now)
            if reason is None and request is not None:
                _describe(entry, request)
                reason = self._settle(entry.connection, request, answer, person, now)
            after = read_request(entry.connection, number)
            if reason is not None or after is None:
                entry.close(Outcome.REFUSED, reason)
                return NotFinished(reason or Reason.NO_SUCH_REQUEST, after)
            closed = answer is Ticket.CLOSED
            entry.query = entry.grant if closed else None
            entry.close(
                Outcome.ENDED if closed else Outcome.DONE, Reason.TICKET_CLOSED if closed else Reason.TICKET_OPEN
            )
            return Finished(after)

    def _settle(
        self, connection: Connection, request: Request, answer: Ticket, person: Person, now: datetime
    ) -> Reason | None:
        if answer is Ticket.CLOSED:
            live = (col(AccessGrant.ended_at).is_(None), col(AccessGrant.ends_at) > now)
            ended = update(AccessGrant).where(col(AccessGrant.number) == request.number, *live)
            if connection.execute(ended.values(ended_at=now, ended_by=person.id)).rowcount != 1:
                return Reason.NOT_LIVE
        said = update(AccessTicketCheck).where(
            col(AccessTicketCheck.number) == request.number, col(AccessTicketCheck.answer).is_(None)
        )
        connection.execute(said.values(answer=answer.value, answered_at=now))
        self._refresh(connection, request)
        return None

    def _refresh(self, connection: Connection, request: Request) -> None:
        self.effects.refresh(connection, request.name)
        if request.grant is not None:
            refresh_grant(connection, request.number, request.grant.extensions, self.effects)


def read_check(connection: Connection, number: int) -> TicketCheck | None:
    """What was asked about a grant's ticket, and what was said."""
    query = select(AccessTicketCheck).where(col(AccessTicketCheck.number) == number)
    row = connection.execute(query).first()
    return TicketCheck(row.asked_at, Ticket(row.answer) if row.answer else None, row.answered_at) if row else None


def _unused(purpose: str, now: datetime, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Live grants that began before `since` and under which nothing was revealed from then on."""
    used = select(col(AuditEntry.id)).where(
        col(AuditEntry.grant) == "R-" + cast(col(AccessGrant.number), String),
        col(AuditEntry.action) == Action.REVEAL.value,
        col(AuditEntry.outcome) == Outcome.DISCLOSED.value,
        col(AuditEntry.at) > since,
    )
    return (
        col(AccessGrant.purpose) == purpose,
        col(AccessGrant.ended_at).is_(None),
        col(AccessGrant.ends_at) > now,
        col(AccessGrant.starts_at) <= since,
        ~used.exists(),
    )


def _may_answer(person: Person, request: Request | None, now: datetime) -> Reason | None:
    if request is None or request.team != person.team:
        return Reason.NO_SUCH_REQUEST
    if request.person != person.id:
        return of_others(person)
    live = request.grant is not None and request.grant.is_live(now)
    return None if live else Reason.NOT_LIVE


def _describe(entry: OpenEntry, request: Request) -> None:
    entry.about(request.concerns)
    entry.grant, entry.purpose = request.grant_name, request.purpose
    entry.ticket = request.ticket
