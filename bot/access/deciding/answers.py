"""Answering what an approver asked about a request: only whoever asked for the access, once, while it waits."""

from dataclasses import dataclass
from datetime import datetime

from bot.access.asked import Question, answer_kind, keep_answer
from bot.access.deciding.judge import Decided, NotDecided
from bot.access.grants import Request, Status, read_request
from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.requests.filing import filed
from bot.access.requests.give import take_turn
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.effects import Effects, Message


def question_of(request: Request, nth: int) -> Question | None:
    """The question of that number."""
    return next((one for one in request.questions if one.nth == nth), None)


def may_answer(person: Person, request: Request | None, nth: int, now: datetime) -> Reason | None:
    """Why this person may not answer that question now, or None. Others are not told that there is such a request."""
    asked = question_of(request, nth) if request is not None and request.team == person.team else None
    if request is None or asked is None or person.id != asked.asked:
        return Reason.NO_SUCH_REQUEST
    if not asked.is_open:
        return Reason.ANSWERED_ALREADY
    if request.status is not Status.PENDING:
        return Reason.NOT_PENDING
    return None if request.is_open(now) else Reason.TIMED_OUT


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """A question that waits for this person's answer."""

    request: Request
    question: Question


@dataclass(frozen=True, slots=True)
class Answers:
    """Takes answers. Both raise NotRecorded and AlreadyHandled, like the ledger."""

    ledger: Ledger
    effects: Effects
    clock: Clock

    def peek(self, origin: Origin, person: Person, number: int, nth: int) -> ToAnswer | NotDecided:
        """What is asked, if this person could answer now: for the form to answer in. A refusal is recorded."""
        with self.ledger.transaction() as connection:
            request = read_request(connection, number)
            reason = may_answer(person, request, nth, self.clock())
            asked = question_of(request, nth) if request is not None else None
            if reason is None and request is not None and asked is not None:
                return ToAnswer(request, asked)
            entry = self.ledger.opened(connection, origin, Action.ANSWER)
            refused = _refused(entry, person, request, reason)
            self.ledger.write(entry)
            return refused

    def __call__(self, origin: Origin, person: Person, number: int, nth: int, text: str) -> Decided | NotDecided:
        """The answer goes to whoever asked, and stands under the request for all who decide."""
        now = self.clock()
        with self.ledger.entry(origin, Action.ANSWER) as entry:
            entry.justification = text
            take_turn(entry.connection, number, now)
            request = read_request(entry.connection, number)
            reason = may_answer(person, request, nth, now)
            asked = question_of(request, nth) if request is not None else None
            if reason is not None or request is None or asked is None:
                return _refused(entry, person, request, reason)
            if not keep_answer(entry.connection, number, nth, entry.id, now):
                return _refused(entry, person, request, Reason.ANSWERED_ALREADY)
            _describe(entry, request)
            self.effects.send(entry.connection, Message(answer_kind(nth), request.name, f"person:{asked.by}"))
            self.effects.refresh(entry.connection, request.name)
            entry.close(Outcome.DONE)
            return Decided(filed(entry.connection, number))


def _describe(entry: OpenEntry, request: Request) -> None:
    entry.about(request.concerns)
    entry.grant, entry.purpose, entry.ticket = request.grant_name, request.purpose, request.ticket


def _refused(entry: OpenEntry, person: Person, request: Request | None, reason: Reason | None) -> NotDecided:
    why = reason or Reason.NO_SUCH_REQUEST
    if request is not None and request.team == person.team:
        _describe(entry, request)
    entry.close(Outcome.REFUSED, why)
    return NotDecided(why, None if why is Reason.NO_SUCH_REQUEST else request)
