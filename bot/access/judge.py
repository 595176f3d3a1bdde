"""An approver decides: rights are checked at the press, and of two who press at once exactly one decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.access.give import give, settle
from bot.access.grants import Request, Status, read_request
from bot.access.people import Directory, Person, Standing
from bot.access.purposes import Rules
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects, Message
from bot.privacy.versions import policy_in_force


@dataclass(frozen=True, slots=True)
class Decided:
    """This press decided the request."""

    request: Request


@dataclass(frozen=True, slots=True)
class NotDecided:
    """This press changed nothing, and why; `request` is as it stands now, if there is one."""

    reason: Reason
    request: Request | None = None


def may_decide(
    approver: Person, requester: Person | None, request: Request | None, rules: Rules, now: datetime
) -> Reason | None:
    """Why this person may not decide this request now, or None. Nobody decides their own."""
    if request is None or request.team != approver.team:
        return Reason.NO_SUCH_REQUEST
    if request.person == approver.id:
        return Reason.OWN_REQUEST
    purpose = rules.purposes.get(request.purpose)
    if purpose is None:
        return Reason.UNKNOWN_PURPOSE
    if approver.standing is not Standing.MEMBER or purpose.approvers not in approver.roles:
        return Reason.NOT_AN_APPROVER
    if request.status is not Status.PENDING:
        return Reason.NOT_PENDING
    if not request.is_open(now):
        return Reason.TIMED_OUT
    if requester is not None and not requester.roles & purpose.groups:
        return Reason.NOT_YOUR_PURPOSE
    return None


@dataclass(frozen=True, slots=True)
class Judge:
    """Approves and denies requests."""

    database: Database
    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock

    def approve(self, origin: Origin, approver: Person, number: int) -> Decided | NotDecided:
        """Grant it; the clock starts now. Raises NotRecorded, AlreadyHandled."""
        requester = self._requester(number)

        def grant(entry: OpenEntry, request: Request, now: datetime) -> bool:
            return give(entry.connection, request, by=approver.id, now=now, effects=self.effects)

        return self._decide(origin, Action.APPROVE, approver, requester, number, grant)

    def deny(self, origin: Origin, approver: Person, number: int, note: str) -> Decided | NotDecided:
        """Turn it down with a reason that the requester reads. Raises NotRecorded, AlreadyHandled."""

        def turn_down(entry: OpenEntry, request: Request, now: datetime) -> bool:
            entry.justification = note
            if not settle(entry.connection, number, Status.DENIED, approver.id, now, note):
                return False
            self.effects.send(entry.connection, Message("request.decided", request.name, f"person:{request.person}"))
            self.effects.refresh(entry.connection, request.name)
            return True

        return self._decide(origin, Action.DENY, approver, None, number, turn_down)

    def peek(self, origin: Origin, approver: Person, number: int) -> Request | NotDecided:
        """The request, if this person could deny it now: for the form that asks for a reason. A refusal is recorded."""
        with self.database.reading() as connection:
            request = read_request(connection, number)
        reason = may_decide(approver, None, request, self.rules, self.clock())
        if reason is None and request is not None:
            return request
        with self.ledger.entry(origin, Action.DENY) as entry:
            self._describe(entry, request, self.clock(), Action.DENY)
            entry.close(Outcome.REFUSED, reason)
        return NotDecided(reason or Reason.NO_SUCH_REQUEST, request)

    def _requester(self, number: int) -> Person | None:
        """Who asked, as Slack knows them now: someone who left the group gets nothing any more."""
        with self.database.reading() as connection:
            request = read_request(connection, number)
        return self.directory.person(request.team, request.person, fresh=True) if request else None

    def _decide(
        self,
        origin: Origin,
        action: Action,
        approver: Person,
        requester: Person | None,
        number: int,
        change: Callable[[OpenEntry, Request, datetime], bool],
    ) -> Decided | NotDecided:
        now = self.clock()
        with self.ledger.entry(origin, action) as entry:
            request = read_request(entry.connection, number)
            reason = self._describe(entry, request, now, action) or may_decide(
                approver, requester, request, self.rules, now
            )
            if reason is None and request is not None:
                if change(entry, request, now):
                    entry.close(*_verdict(action))
                    return Decided(_again(entry, number))
                reason = Reason.NOT_PENDING
            entry.close(Outcome.REFUSED, reason)
            return NotDecided(reason or Reason.NO_SUCH_REQUEST, read_request(entry.connection, number))

    def _describe(self, entry: OpenEntry, request: Request | None, now: datetime, action: Action) -> Reason | None:
        """Fill the entry in; a grant needs a policy in force whose words permit the purpose."""
        policy = policy_in_force(entry.connection, now)
        entry.policy_version = policy.version if policy else None
        if request is None:
            return None
        entry.grant, entry.account, entry.purpose = request.name, request.account, request.purpose
        entry.ticket = request.ticket
        purpose = self.rules.purposes.get(request.purpose)
        if action is Action.APPROVE and purpose and not (policy and policy.clause(purpose.clause)):
            return Reason.CLAUSE_GONE
        return None


def _verdict(action: Action) -> tuple[Outcome, Reason | None]:
    return (Outcome.GRANTED, Reason.ONE_APPROVER) if action is Action.APPROVE else (Outcome.DENIED, None)


def _again(entry: OpenEntry, number: int) -> Request:
    request = read_request(entry.connection, number)
    if request is None:
        raise RuntimeError("a request that was just decided is not there")
    return request
