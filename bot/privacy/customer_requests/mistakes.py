"""Registered by mistake: what a request set off is taken back, and it can be opened again.

What stays: the request, its tasks as they were, and every audit entry. An objection that came with it is lifted, unless
the same account's other request is what it is a duplicate of: then the customer did object. Objections of others, in
requests or by themselves, are rows of their own and stay in force.
"""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, func, insert, or_, select, update
from sqlmodel import col

from bot.access.grants import Request, Status, read_requests
from bot.access.people import Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import OpenEntry, Origin
from bot.effects import Message
from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.history import assembled_by, steps_of, was_closed
from bot.privacy.customer_requests.messages import MISTAKES, on_mistake, on_return
from bot.privacy.customer_requests.mistaken import Claim, Flaw, Part, flaws_of, may_be_mistake, may_reopen
from bot.privacy.customer_requests.on_record import written
from bot.privacy.customer_requests.requests import (
    Cause,
    CustomerRequest,
    TaskStatus,
    of_account,
    read_request,
    set_if_unchanged,
    standing_for,
)
from bot.privacy.customer_requests.requests import Status as RequestStatus
from bot.privacy.customer_requests.work import Changed, NotChanged, Work, refused
from bot.privacy.objections.choices import (
    MediumStanding,
    Said,
    came_with,
    choices_of,
    to_renew,
    undone_in,
    without,
)
from bot.privacy.objections.record import Objections
from models.access import AccessRequest, AccessRequestAccount
from models.customer_request import CustomerRequest as RequestRow
from models.customer_request import CustomerRequestMistake as MistakeRow

MOST = 20  # of grants that rest on a request, and of an account's other requests


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen, for whoever is asked to confirm it.

    `given`: who has an open task; `told`: how many people hear of it; `objections`: how the account would stand to the
    media that it objects to in this request; `assembled`: who assembled its data; `grants`: access that was asked for
    with the request as its ticket; `others`: the account's other requests, of which it may be a duplicate.
    """

    request: CustomerRequest
    given: tuple[str, ...]
    told: int
    objections: tuple[MediumStanding, ...]
    assembled: tuple[str, ...]
    grants: tuple[Request, ...]
    others: tuple[CustomerRequest, ...]


@dataclass(frozen=True, slots=True)
class Flawed:
    """The person has to mend something in the form first."""

    flaws: dict[Part, Flaw]


@dataclass(frozen=True, slots=True)
class Mistakes:
    """All raise NotRecorded and AlreadyHandled like the ledger."""

    work: Work
    objections: Objections

    def peek(self, origin: Origin, person: Person, number: int) -> Preview | NotChanged:
        """What would happen, for the form; a refusal is recorded."""
        with self.work.database.reading() as connection:
            request = read_request(connection, number)
            if self._barred(connection, person, request) is None and request is not None:
                return self._preview(connection, person, request)
        with self.work.ledger.entry(origin, Action.CUSTOMER_REQUEST) as entry:
            request = read_request(entry.connection, number)
            reason = self._barred(entry.connection, person, request) or Why.CHANGED_MEANWHILE
            return refused(entry, reason, request, person)

    def end(
        self, origin: Origin, person: Person, number: int, version: int, claim: Claim
    ) -> Changed | NotChanged | Flawed:
        """End it. `version`: the request's as the person saw it, so that nothing goes that they were not shown."""
        with self.work.ledger.entry(origin, Action.CUSTOMER_REQUEST) as entry:
            request, other = read_request(entry.connection, number), self._other(entry.connection, claim)
            barred = self._barred(entry.connection, person, request)
            if barred is None and request is not None and (found := flaws_of(claim, request, other)):
                entry.account, entry.ticket = request.account, request.name
                entry.close(Outcome.REFUSED, Reason.INCOMPLETE)
                return Flawed(found)

            def decide(now: CustomerRequest | None) -> Reason | Why | None:
                stale = now is not None and now.version != version
                return self._barred(entry.connection, person, now) or (Why.CHANGED_MEANWHILE if stale else None)

            def change(entry: OpenEntry, request: CustomerRequest) -> bool:
                return self._end(entry, person, request, claim, other)

            code = MISTAKES[Cause(claim.cause)] if claim.cause in set(Cause) else Reason.INCOMPLETE.value
            return self.work.step(entry, person, number, code, decide, change)

    def reopen(self, origin: Origin, person: Person, number: int) -> Changed | NotChanged:
        """Go on with one that was closed or called a mistake: its term stays, and its objections count again."""

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            if not set_if_unchanged(entry.connection, request, status="open", closed_at=None, closed_by=None):
                return False
            if request.mistake is not None:
                self._renew(entry, person, request, request.mistake.entry)
                self.work.effects.send(entry.connection, *on_return(request, person.id))
            return True

        return self.work.change(origin, person, number, "reopened", partial(may_reopen, person), change)

    def beside(self, connection: Connection, request: CustomerRequest) -> tuple[tuple[str, ...], tuple[Request, ...]]:
        """Who assembled data for a request, and the access that was asked for with it as the ticket."""
        return assembled_by(steps_of(connection, request)), self._grants(connection, request)

    def _barred(self, connection: Connection, person: Person, request: CustomerRequest | None) -> Reason | Why | None:
        answered = request is not None and was_closed(steps_of(connection, request)) is not None
        stands_for = request is not None and bool(standing_for(connection, request.number))
        return may_be_mistake(person, request, answered=answered, stands_for=stands_for)

    def _preview(self, connection: Connection, person: Person, request: CustomerRequest) -> Preview:
        said = choices_of(connection, [request.account])[request.account]
        given = (one.assignee for one in request.tasks if one.status is TaskStatus.OPEN)
        others = of_account(connection, request.team, request.account, MOST)
        assembled, grants = self.beside(connection, request)
        return Preview(
            request=request,
            given=tuple(dict.fromkeys(one for one in given if one is not None)),
            told=len(self._messages(person, request, assembled, grants)),
            objections=without(said, came_with(said, request.number)),
            assembled=assembled,
            grants=grants,
            others=tuple(
                one for one in others if one.number != request.number and one.status is not RequestStatus.MISTAKE
            ),
        )

    def _other(self, connection: Connection, claim: Claim) -> CustomerRequest | None:
        named = claim.other if claim.cause == Cause.DUPLICATE else None
        return read_request(connection, named) if named else None

    def _end(
        self, entry: OpenEntry, person: Person, request: CustomerRequest, claim: Claim, other: CustomerRequest | None
    ) -> bool:
        """Both requests of a duplicate are compared and set, in the order of their numbers: of two that are called
        duplicates of each other at the same moment one stays.
        """
        now, connection = self.work.clock(), entry.connection
        both = [request] if other is None else sorted((request, other), key=lambda one: one.number)
        if not all(set_if_unchanged(connection, one) for one in both):
            return False
        row = {"entry": entry.id, "request": request.number, "at": now, "by": person.id, "cause": claim.cause}
        connection.execute(insert(MistakeRow).values(row | {"same_as": other.number if other else None}))
        ended = {"status": RequestStatus.CLOSED.value, "closed_at": now, "closed_by": person.id}
        connection.execute(update(RequestRow).where(col(RequestRow.number) == request.number).values(ended))
        if other is not None:
            entry.fields = (*entry.fields, written(connection, other.number))
        entry.justification, entry.query = claim.why.strip(), other.name if other else None
        if other is None or other.account != request.account:
            said = choices_of(connection, [request.account])[request.account]
            self.objections.lift(entry, person, came_with(said, request.number))
        self.work.effects.send(connection, *self._messages(person, request, *self.beside(connection, request)))
        return True

    def _messages(
        self, person: Person, request: CustomerRequest, assembled: tuple[str, ...], grants: tuple[Request, ...]
    ) -> tuple[Message, ...]:
        return on_mistake(request, person.id, (*assembled, *(one.person for one in grants)))

    def _renew(self, entry: OpenEntry, person: Person, request: CustomerRequest, mistake: str) -> None:
        """What the mistake lifted counts again, as objections of their own: nothing is ever un-undone."""
        lifted = undone_in(entry.connection, request.account, mistake)
        said = choices_of(entry.connection, [request.account])[request.account]
        entry.ticket = request.name
        for one in to_renew(said, lifted):
            self.objections.write(
                entry, person, request.account, (one.medium,), Said.OBJECTED, one.said_on, request.number
            )

    def _grants(self, connection: Connection, request: CustomerRequest) -> tuple[Request, ...]:
        """Access to the account that waits or is live, with the request's number as its ticket."""
        among = select(col(AccessRequestAccount.request)).where(col(AccessRequestAccount.account) == request.account)
        about = or_(col(AccessRequest.account) == request.account, col(AccessRequest.number).in_(among))
        named = func.upper(func.trim(col(AccessRequest.ticket))) == request.name
        still = col(AccessRequest.status).in_([Status.PENDING.value, Status.GRANTED.value])
        now = self.work.clock()
        found = read_requests(connection, about & named & still & (col(AccessRequest.team) == request.team), limit=MOST)
        return tuple(one for one in found if one.is_open(now) or (one.grant is not None and one.grant.is_live(now)))
