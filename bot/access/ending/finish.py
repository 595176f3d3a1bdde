"""How requests and grants end: by the holder, by the requester, or because their time is up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from bot.access.grants import Request, Status, extensions_of, read_request, request_number
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.requests.give import TooEarly, settle, tell_decided
from bot.access.requests.prolong import refresh_grant
from bot.audit.entry import SYSTEM, Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.effects import Effects, Message
from models.access import AccessGrant


@dataclass(frozen=True, slots=True)
class Finished:
    """It is over now, by this press."""

    request: Request


@dataclass(frozen=True, slots=True)
class NotFinished:
    """This press changed nothing, and why."""

    reason: Reason
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """Ends grants and withdraws requests for people, and settles what time has ended."""

    ledger: Ledger
    effects: Effects
    clock: Clock

    def end(self, origin: Origin, person: Person, number: int) -> Finished | NotFinished:
        """The holder gives a grant back before its time."""
        now = self.clock()
        with self.ledger.entry(origin, Action.END) as entry:
            request = _describe(entry, number)
            reason = _not_theirs(person, request)
            if reason is None and not _end(entry, number, person.id, now):
                reason = Reason.NOT_LIVE
            entry.query = entry.grant if reason is None else None  # that it was the grant: see requests/on_record.py
            return self._close(entry, number, Outcome.ENDED, reason)

    def is_own(self, person: Person, number: int) -> bool:
        """Whether this is a request or grant of this person's, or none at all: then `end` says so."""
        with self.ledger.transaction() as connection:
            request = read_request(connection, number)
        return request is None or (request.team, request.person) == (person.team, person.id)

    def cancel(self, origin: Origin, person: Person, number: int) -> Finished | NotFinished:
        """The requester, or who asked on their behalf, withdraws a request that nobody has decided."""
        now = self.clock()
        with self.ledger.entry(origin, Action.CANCEL) as entry:
            request = _describe(entry, number)
            asked = request is not None and (request.team, request.asked_by) == (person.team, person.id)
            reason = None if asked else _not_theirs(person, request)
            if reason is None and not settle(entry.connection, number, Status.CANCELLED, person.id, now):
                reason = Reason.NOT_PENDING
            if reason is None and request is not None and request.asked_by not in (None, person.id):
                tell_decided(entry.connection, request, self.effects)
            return self._close(entry, number, Outcome.DONE, reason)

    def time_out(self, name: str) -> None:
        """Settle a pending request whose time is up, and say so. Nothing happens if it was decided, or twice.

        Raises TooEarly when its time has not come by this clock.
        """
        now, number = self.clock(), _number(name)
        with self.ledger.transaction() as connection:
            if not settle(connection, number, Status.EXPIRED, SYSTEM, now):
                request = read_request(connection, number)
                _demand_over(request, request and request.is_open(now))
                return
            entry = self.ledger.opened(connection, BY_ITSELF, Action.EXPIRE)
            request = _describe(entry, number)
            entry.close(Outcome.EXPIRED, Reason.TIMED_OUT)
            self.ledger.write(entry)
            if request is not None:
                tell_decided(connection, request, self.effects)
                self._refresh(entry, request)

    def grant_over(self, name: str) -> None:
        """Record that a grant's time is up, and say so. Nothing happens if it was ended before, twice, or extended.

        Raises TooEarly when its time has not come by this clock.
        """
        now, number = self.clock(), _number(name)
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, BY_ITSELF, Action.EXPIRE)
            if not _mark_over(entry, number, now):
                request = read_request(connection, number)
                if _extended_since(request, name):
                    return
                _demand_over(request, request and request.grant and request.grant.is_live(now))
                return
            request = _describe(entry, number)
            entry.close(Outcome.EXPIRED, Reason.TIME_IS_UP)
            self.ledger.write(entry)
            if request is not None:
                self.effects.send(connection, Message("grant.over", request.name, f"person:{request.person}"))
                self._refresh(entry, request)

    def begun(self, name: str) -> None:
        """Tell the holder that a grant that was asked for later has begun, if it is live.

        Raises TooEarly when it has not begun by this clock.
        """
        now = self.clock()
        with self.ledger.transaction() as connection:
            request = read_request(connection, _number(name))
            grant = request.grant if request else None
            if request is None or grant is None or grant.ended_at is not None:
                return
            _demand_over(request, now < grant.starts_at)
            if grant.is_live(now):
                self.effects.send(connection, Message("grant.begun", request.name, f"person:{request.person}"))
                self.effects.refresh(connection, request.name)

    def ending_soon(self, name: str) -> None:
        """Tell the holder that a grant ends in a few minutes, if it is still live."""
        with self.ledger.transaction() as connection:
            request = read_request(connection, _number(name))
            if request and request.grant and request.grant.is_live(self.clock()) and not _extended_since(request, name):
                self.effects.send(connection, Message("grant.ending", name, f"person:{request.person}"))

    def _close(self, entry: OpenEntry, number: int, outcome: Outcome, reason: Reason | None) -> Finished | NotFinished:
        request = read_request(entry.connection, number)
        if reason is not None or request is None:
            entry.close(Outcome.REFUSED, reason)
            return NotFinished(reason or Reason.NO_SUCH_REQUEST, request)
        self._refresh(entry, request)
        entry.close(outcome)
        return Finished(request)

    def _refresh(self, entry: OpenEntry, request: Request) -> None:
        self.effects.refresh(entry.connection, request.name)
        if request.grant is not None:
            refresh_grant(entry.connection, request.grant.number, request.grant.extensions, self.effects)


def _extended_since(request: Request | None, name: str) -> bool:
    """Whether the grant's end was moved after this work was queued: then later work of its own sees to it."""
    return request is not None and request.grant is not None and request.grant.extensions > extensions_of(name)


def _demand_over(request: Request | None, still: object) -> None:
    """Nothing changed: because somebody was first, or because its time has not come by this clock."""
    if request and still:
        raise TooEarly(request.name)


def _describe(entry: OpenEntry, number: int) -> Request | None:
    request = read_request(entry.connection, number)
    if request is not None:
        entry.about(request.concerns)
        entry.grant, entry.purpose = request.grant_name, request.purpose
        entry.ticket = request.ticket
    return request


def _not_theirs(person: Person, request: Request | None) -> Reason | None:
    if request is None or request.team != person.team:
        return Reason.NO_SUCH_REQUEST
    return None if request.person == person.id else of_others(person)


def of_others(person: Person) -> Reason:
    """Why somebody else's is not this person's to change. People who are no employees are not told that there is it."""
    return Reason.NOT_YOURS if person.standing is Standing.MEMBER else Reason.NO_SUCH_REQUEST


def _end(entry: OpenEntry, number: int, by: str, now: datetime) -> bool:
    changed = entry.connection.execute(
        update(AccessGrant)
        .where(col(AccessGrant.number) == number, col(AccessGrant.ended_at).is_(None), col(AccessGrant.ends_at) > now)
        .values(ended_at=now, ended_by=by)
    )
    return changed.rowcount == 1


def _mark_over(entry: OpenEntry, number: int, now: datetime) -> bool:
    changed = entry.connection.execute(
        update(AccessGrant)
        .where(col(AccessGrant.number) == number, col(AccessGrant.ended_at).is_(None), col(AccessGrant.ends_at) <= now)
        .values(ended_at=col(AccessGrant.ends_at), ended_by=SYSTEM)
    )
    return changed.rowcount == 1


def _number(name: str) -> int:
    number = request_number(name)
    if number is None:
        raise ValueError("not the name of a request")
    return number
