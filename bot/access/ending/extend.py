"""More time for a grant that is still live: decided like a request, without a cut in between."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlmodel import col

from bot.access.clauses.in_force import in_force
from bot.access.decide import Refusal, standing_decision
from bot.access.deciding.judge import needs_of
from bot.access.deciding.reminders import plan_reminders
from bot.access.ending.finish import of_others
from bot.access.grants import Grant, Request, RequestKind, Status, read_request, request_name
from bot.access.people import Conversation, Directory, Person, each_once, members_of
from bot.access.reasons import Reason
from bot.access.requests.filing import file_request, filed
from bot.access.requests.give import ENDING_SOON
from bot.access.requests.on_record import terms_of
from bot.access.requests.prolong import longest_extension, prolong, settled
from bot.access.rules.processors import is_outsider
from bot.access.rules.purposes import Purpose, Rules
from bot.access.rules.quorum import Needs, can_be_met
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import Database
from bot.effects import APPROVALS, Effects, Message
from bot.privacy.versions import policy_in_force
from models.access import AccessGrant, AccessRequest

SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Extendable:
    """A grant of this person's to which at most `longest` can be added."""

    request: Request
    grant: Grant
    purpose: Purpose
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Extended:
    """The extension waits for a decision, or was given at once; `request` is the extension's own."""

    request: Request


@dataclass(frozen=True, slots=True)
class NotExtended:
    """Nothing changed, and why; `request` is the one that was to be extended."""

    reason: Reason
    request: Request | None = None
    purpose: Purpose | None = None


def may_extend(person: Person, request: Request | None, rules: Rules, now: datetime) -> Reason | None:
    """Why this person may not ask for more time of this grant, or None."""
    if request is None or request.team != person.team or request.kind is RequestKind.EXTENSION:
        return Reason.NO_SUCH_REQUEST
    if request.person != person.id:
        return of_others(person)
    if request.grant is None or not request.grant.is_live(now):
        return Reason.NOT_LIVE
    purpose = rules.purposes.get(request.purpose)
    if purpose is None:
        return Reason.UNKNOWN_PURPOSE
    return None if longest_extension(request.grant, purpose) >= SHORTEST else Reason.CAP_REACHED


@dataclass(frozen=True, slots=True)
class Extend:
    """Writes a request for more time, or gives it where the purpose says that none has to decide."""

    database: Database
    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock

    def peek(self, origin: Origin, person: Person, number: int) -> Extendable | NotExtended:
        """For the form: how much this person could add to the grant now. A refusal is recorded."""
        with self.database.reading() as connection:
            request = read_request(connection, number)
            asked_already = _waits(connection, number, self.clock())
        reason = may_extend(person, request, self.rules, self.clock())
        if reason is None and asked_already:
            reason = Reason.ALREADY_ASKED
        if reason is None and request is not None and request.grant is not None:
            purpose = self.rules.purposes[request.purpose]
            return Extendable(request, request.grant, purpose, longest_extension(request.grant, purpose))
        with self.ledger.entry(origin, Action.EXTEND) as entry:
            _describe(entry, request)
            entry.close(Outcome.REFUSED, reason)
        return NotExtended(reason or Reason.NO_SUCH_REQUEST, request, _purpose(request, self.rules))

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, number: int, extra: timedelta, why: str
    ) -> Extended | NotExtended:
        """Ask for `extra` more. Raises NotRecorded, AlreadyHandled."""
        members, now = self._members(number), self.clock()
        with self.ledger.entry(origin, Action.EXTEND) as entry:
            entry.justification = why
            _hold(entry.connection, number)
            request = read_request(entry.connection, number)
            _describe(entry, request)
            reason = may_extend(person, request, self.rules, now)
            if request is None or request.grant is None or reason is not None:
                return self._refused(entry, reason or Reason.NO_SUCH_REQUEST, request)
            reason = self._stands(entry, person, conversation, request, now) or self._fits(entry, request, extra, now)
            wanted, barred = self._needs(request, person), person.ids | {request.asked_by or person.id}
            if reason is None and not can_be_met(wanted, members, barred):
                reason = Reason.NO_APPROVER
            if reason is not None:
                return self._refused(entry, reason, request)
            return self._write(entry, request, extra, why, wanted, now)

    def _refused(self, entry: OpenEntry, reason: Reason, request: Request | None) -> NotExtended:
        entry.close(Outcome.REFUSED, reason)
        return NotExtended(reason, request, _purpose(request, self.rules))

    def _members(self, number: int) -> dict[str, tuple[str, ...]]:
        """Who is in each group that may have to agree; Slack is asked before the transaction begins."""
        with self.database.reading() as connection:
            request = read_request(connection, number)
        wanted = needs_of(request, self.rules) if request else {}
        return {role: each_once(self.directory, members_of(self.directory, role) or ()) for role in wanted}

    def _needs(self, request: Request, person: Person) -> Needs:
        """Who must agree: nobody, where nobody had to in the first place, and still need not."""
        purpose = self.rules.purposes.get(request.purpose)
        if purpose is None or request.kind is RequestKind.EMERGENCY or is_outsider(person, self.rules.processors):
            return needs_of(request, self.rules)
        by_duty = request.decided_by == "policy" and bool(request.needs)
        on_duty = purpose.on_duty is not None and purpose.on_duty.holds(person.roles, self.clock())
        freely = request.decided_by == "policy" and (on_duty if by_duty else True)
        return {} if purpose.extend_at_once or freely else needs_of(request, self.rules)

    def _stands(
        self, entry: OpenEntry, person: Person, conversation: Conversation, request: Request, now: datetime
    ) -> Reason | None:
        """The person still has the purpose, and the policy still permits it."""
        policy = policy_in_force(entry.connection, now)
        if policy is None:
            return Reason.NO_POLICY
        entry.policy_version = policy.version
        rules = in_force(entry.connection, self.rules, policy, now)
        seen = standing_decision(
            person, conversation, request.purpose, rules, lambda clause: policy.clause(clause) is not None
        )
        return seen.reason if isinstance(seen, Refusal) else None

    def _fits(self, entry: OpenEntry, request: Request, extra: timedelta, now: datetime) -> Reason | None:
        purpose = self.rules.purposes[request.purpose]
        if request.grant is None or not SHORTEST <= extra <= longest_extension(request.grant, purpose):
            return Reason.BEYOND_CAP
        return Reason.ALREADY_ASKED if _waits(entry.connection, request.number, now) else None

    def _write(
        self, entry: OpenEntry, request: Request, extra: timedelta, why: str, wanted: Needs, now: datetime
    ) -> Extended:
        row = _row(request, extra, why, wanted, now, self._expiry(request, now))
        asked = file_request(entry.connection, row, _accounts(request))
        shown = [name for key in asked.data_classes for name in self.rules.data_classes[key].fields]
        if not wanted:
            if not prolong(entry.connection, asked, extra, now=now, effects=self.effects):
                raise RuntimeError("a grant that is held is not live any more")
            settled(entry.connection, asked, "policy", now, None, self.effects)
            entry.query = terms_of(filed(entry.connection, asked.number), given=True).written()
            entry.close(Outcome.GRANTED, Reason.NO_APPROVAL_NEEDED, shown)
            return Extended(filed(entry.connection, asked.number))
        self.effects.send(entry.connection, Message("request.opened", asked.name, APPROVALS))
        plan_reminders(entry.connection, asked, self.rules, self.effects)
        self.effects.due(entry.connection, "request.timeout", asked.name, asked.expires_at)
        entry.close(Outcome.REQUESTED, None, shown)
        return Extended(asked)

    def _expiry(self, request: Request, now: datetime) -> datetime:
        """An extension that nobody decided is over when the grant is."""
        ends_at = request.grant.ends_at if request.grant else now + ENDING_SOON
        return min(now + self.rules.pending_timeout, ends_at)


def _row(
    request: Request, extra: timedelta, why: str, wanted: Needs, now: datetime, expires_at: datetime
) -> dict[str, object]:
    grant = request.grant
    return {
        "kind": RequestKind.EXTENSION.value,
        "extends": request.number,
        "team": request.team,
        "person": request.person,
        "asked_by": request.asked_by,
        "account": _accounts(request)[0][0],
        "account_label": _accounts(request)[0][1],
        "purpose": request.purpose,
        "data_classes": list(grant.data_classes if grant else request.data_classes),
        "duration_s": int(extra.total_seconds()),
        "needs": dict(wanted),
        "justification": why,
        "ticket": request.ticket,
        "status": Status.PENDING.value,
        "asked_at": now,
        "expires_at": expires_at,
    }


def _accounts(request: Request) -> tuple[tuple[str, str | None], ...]:
    """Those that the grant opens, with their names; approvers may have taken some away."""
    return tuple(one for one in request.labelled if one[0] in request.concerns)


def _hold(connection: Connection, number: int) -> None:
    """Hold the request and its grant until this transaction ends: who is second sees where the first left its end."""
    mine = col(AccessRequest.number) == number
    connection.execute(update(AccessRequest).where(mine).values(turn=AccessRequest.turn + 1))
    held = col(AccessGrant.number) == number
    connection.execute(update(AccessGrant).where(held).values(extensions=AccessGrant.extensions))


def _waits(connection: Connection, number: int, now: datetime) -> bool:
    """Whether an extension of this grant waits for a decision."""
    query = select(col(AccessRequest.number)).where(
        col(AccessRequest.extends) == number,
        col(AccessRequest.status) == Status.PENDING.value,
        col(AccessRequest.expires_at) > now,
    )
    return connection.execute(query).first() is not None


def _describe(entry: OpenEntry, request: Request | None) -> None:
    if request is not None:
        entry.about(request.concerns)
        entry.grant = request_name(request.number)
        entry.purpose, entry.ticket = request.purpose, request.ticket


def _purpose(request: Request | None, rules: Rules) -> Purpose | None:
    return rules.purposes.get(request.purpose) if request else None
