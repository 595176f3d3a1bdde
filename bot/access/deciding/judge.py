"""An approver decides: rights are checked at the press, and of two who press at once exactly one decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.access.asked import MOST_QUESTIONS, Question, keep_question, question_kind
from bot.access.clauses.in_force import engaged, in_force
from bot.access.decide import has_purpose
from bot.access.deciding.enough import IsIndividual, any_individual, raised
from bot.access.deciding.lapses import Giver, bounded, givers_of, settle_lapses, still_counting
from bot.access.deputising.absences import deputyships
from bot.access.deputising.deputies import Voice, effective_roles, on_behalf, roles_towards, voice_for
from bot.access.grants import Request, RequestKind, Status, read_request
from bot.access.people import Directory, Person, Standing
from bot.access.reasons import Reason
from bot.access.requests.filing import filed
from bot.access.requests.give import Given, agree, give, leave, settle, take_turn, tell_decided
from bot.access.requests.on_record import terms_of
from bot.access.requests.prolong import longest_extension, prolong, settled
from bot.access.requests.sponsors import for_outsider
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import Approval, Needs, agreed, agreed_accounts, missing
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects, Message
from bot.privacy.versions import policy_in_force

Came = tuple[Outcome, str | None]
"""What a press came to: the outcome, and the reason for the audit entry."""


@dataclass(frozen=True, slots=True)
class Decided:
    """This press decided the request, or was one of several yeses to it; then it is still pending.

    `more_needed`: it needs more approvers than it did before this press. `lapsed`: whose earlier yes counts no more.
    """

    request: Request
    more_needed: bool = False
    lapsed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotDecided:
    """This press changed nothing, and why; `request` is as it stands now, if there is one."""

    reason: Reason
    request: Request | None = None


def may_decide(
    approver: Person,
    requester: Person | None,
    request: Request | None,
    rules: Rules,
    now: datetime,
    voices: Sequence[Voice] = (),
) -> Reason | None:
    """Why this person may not decide this request now, or None. Nobody decides their own.

    `voices` are the roles that they decide with, where they stand in for others too (effective_roles).
    """
    if request is None or request.team != approver.team:
        return Reason.NO_SUCH_REQUEST
    if approver.ids & {request.person, request.asked_by}:
        return Reason.OWN_REQUEST
    purpose = rules.purposes.get(request.purpose)
    if purpose is None:
        return Reason.UNKNOWN_PURPOSE
    if approver.standing is not Standing.MEMBER or _first(voices or _own(approver), request, rules) is None:
        return Reason.NOT_AN_APPROVER
    if request.status is not Status.PENDING:
        return Reason.NOT_PENDING
    if not request.is_open(now):
        return Reason.TIMED_OUT
    if request.kind is RequestKind.EXTENSION and not (request.grant and request.grant.is_live(now)):
        return Reason.NOT_LIVE
    if requester is not None and not has_purpose(requester, purpose.key, rules):
        return Reason.NOT_YOUR_PURPOSE
    return None


def may_approve(approver: Person, request: Request, rules: Rules, voices: Sequence[Voice] = ()) -> Reason | None:
    """Why this person's yes would not count, though they may decide, or None. Nobody counts twice."""
    found = voice_for(voices or _own(approver), request, needs_of(request, rules), rules)
    return found if isinstance(found, Reason) else None


def may_ask(approver: Person, request: Request) -> Reason | None:
    """Why this person may not ask about a request that they may decide, or None: one question at a time, and few."""
    if any(one.is_open and one.by in approver.ids for one in request.questions):
        return Reason.ASKED_ALREADY
    return Reason.TOO_MANY_QUESTIONS if len(request.questions) >= MOST_QUESTIONS else None


def _own(person: Person) -> tuple[Voice, ...]:
    return (Voice(person.id, person.roles, person.others),)


def _first(voices: Sequence[Voice], request: Request, rules: Rules) -> Voice | None:
    """The first voice that decides this request: one's own, if that does."""
    wanted = needs_of(request, rules)
    return next((one for one in voices if roles_towards(one, request, wanted, rules)), None)


def needs_of(request: Request, rules: Rules) -> Needs:
    """What has to be agreed: as it was when it was asked, or the purpose's rule where nothing was written down."""
    purpose = rules.purposes.get(request.purpose)
    return request.needs or ({purpose.approvers: max(purpose.approvals, 1)} if purpose else {})


def still_missing(request: Request, rules: Rules) -> tuple[str, ...]:
    """The role of each person whose yes is still needed."""
    return missing(needs_of(request, rules), [one.roles for one in request.approvals])


@dataclass(frozen=True, slots=True)
class Less:
    """An approver's change to what was asked: fewer classes, fewer accounts (None: all) or a shorter time, and why."""

    data_classes: tuple[str, ...]
    duration: timedelta
    note: str
    accounts: tuple[str, ...] | None = None


def is_less(less: Less, request: Request) -> bool:
    """Whether the change gives something, nothing that was not asked for, and less in at least one way."""
    classes, asked = set(less.data_classes), set(request.data_classes)
    accounts, named = set(request.accounts if less.accounts is None else less.accounts), set(request.accounts)
    if request.kind is RequestKind.EXTENSION and (classes, accounts) != (asked, named):
        return False
    if not classes or not classes <= asked or not accounts or not accounts <= named:
        return False
    if not timedelta(0) < less.duration <= request.duration:
        return False
    return classes < asked or accounts < named or less.duration < request.duration


def _approval(approver: Person, voice: Voice, request: Request, less: Less | None, now: datetime) -> Approval:
    """The yes of one person, to all of it or to less."""
    behalf = voice.whose if voice.whose != approver.id else None
    if less is None:
        return Approval(approver.id, voice.roles, now, request.data_classes, request.duration, None, behalf)
    classes, duration, note = less.data_classes, less.duration, less.note
    return Approval(approver.id, voice.roles, now, classes, duration, note, behalf, less.accounts)


def _beyond_cap(request: Request, extra: timedelta, rules: Rules) -> bool:
    """Whether a grant would last longer than its purpose allows by now: the rules may have become stricter."""
    if request.kind is not RequestKind.EXTENSION or request.grant is None or request.purpose not in rules.purposes:
        return False
    return extra > longest_extension(request.grant, rules.purposes[request.purpose])


def _decided(now: Request, as_it_counted: Request, asked: Request | None) -> Decided:
    """What a press came to, of a request that was read as `asked`, and `as_it_counted` at the press."""
    more_needed = asked is not None and dict(as_it_counted.needs) != dict(asked.needs)
    return Decided(now, more_needed, tuple(one.by for one in as_it_counted.lapsed))


def _told(approver: Person, reason: Reason | None, request: Request | None) -> NotDecided:
    """What a refused press says. People who are no employees are not told that there is such a request of others'."""
    if reason is Reason.NOT_AN_APPROVER and approver.standing is not Standing.MEMBER:
        return NotDecided(Reason.NO_SUCH_REQUEST)
    return NotDecided(reason or Reason.NO_SUCH_REQUEST, request)


@dataclass(frozen=True, slots=True)
class Judge:
    """Approves and denies requests."""

    database: Database
    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock
    is_individual: IsIndividual

    def approve(self, origin: Origin, approver: Person, number: int, less: Less | None = None) -> Decided | NotDecided:
        """Agree to it, or to `less` of it; with the last yes that is needed it is granted and the clock starts.

        Raises NotRecorded, AlreadyHandled.
        """
        requester = self._requester(number)
        givers = givers_of(self.database, self.directory, number, self.rules)

        def grant(entry: OpenEntry, request: Request, voices: Sequence[Voice], now: datetime) -> Came | Reason:
            entry.justification = less.note if less else None
            voice = voice_for(voices, request, needs_of(request, self.rules), self.rules)
            return voice if isinstance(voice, Reason) else self._agree(entry, approver, voice, request, less, now)

        return self._decide(origin, Action.APPROVE, approver, requester, number, grant, givers)

    def _agree(
        self, entry: OpenEntry, approver: Person, voice: Voice, request: Request, less: Less | None, now: datetime
    ) -> Came | Reason:
        if less is not None and not is_less(less, request):
            return Reason.NOT_LESS
        approval = bounded(_approval(approver, voice, request, less, now), request.lapsed)
        approvals = (*request.approvals, approval)
        common, shortest = agreed(approvals, request.data_classes, request.duration)
        accounts = agreed_accounts(approvals, request.accounts)
        if not common or not accounts:
            return Reason.NOTHING_LEFT
        if _beyond_cap(request, shortest, self.rules):
            return Reason.BEYOND_CAP
        entry.about(accounts)
        agree(entry.connection, request.number, approval)
        leave(entry.connection, request, accounts)
        if missing(needs_of(request, self.rules), [one.roles for one in approvals]):
            entry.query = terms_of(request, approval.roles, given=False).written()
            self.effects.refresh(entry.connection, request.name)
            return Outcome.DONE, on_behalf(voice, approver.id, Reason.MORE_APPROVERS)
        note = "\n".join(one.note for one in approvals if one.note) or None
        given = Given(approver.id, common, shortest, note, accounts)
        if not self._given(entry, request, given, now):
            return Reason.NOT_PENDING if request.kind is not RequestKind.EXTENSION else Reason.NOT_LIVE
        entry.query = terms_of(filed(entry.connection, request.number), approval.roles, given=True).written()
        reason = Reason.ALL_APPROVERS if request.approvals else Reason.ONE_APPROVER
        return Outcome.GRANTED, on_behalf(voice, approver.id, reason)

    def _given(self, entry: OpenEntry, request: Request, given: Given, now: datetime) -> bool:
        """Make it a grant, or move the end of the one that it asks more time for; nothing outlives a contract."""
        lasts = for_outsider(entry.connection, request, given.duration, self.rules, self.directory, self.effects, now)
        if lasts <= timedelta(0):
            return False
        given = replace(given, duration=lasts)
        if request.kind is not RequestKind.EXTENSION:
            return give(entry.connection, request, given, now=now, effects=self.effects)
        if not prolong(entry.connection, request, given.duration, now=now, effects=self.effects):
            return False
        return settled(entry.connection, request, given.by, now, given.note, self.effects)

    def deny(self, origin: Origin, approver: Person, number: int, note: str) -> Decided | NotDecided:
        """Turn it down with a reason that the requester reads. Raises NotRecorded, AlreadyHandled."""

        def turn_down(entry: OpenEntry, request: Request, voices: Sequence[Voice], now: datetime) -> Came | Reason:
            entry.justification = note
            if not settle(entry.connection, number, Status.DENIED, approver.id, now, note):
                return Reason.NOT_PENDING
            tell_decided(entry.connection, request, self.effects)
            self.effects.refresh(entry.connection, request.name)
            voice = _first(voices, request, self.rules)
            return Outcome.DENIED, on_behalf(voice, approver.id, None) if voice else None

        return self._decide(origin, Action.DENY, approver, None, number, turn_down)

    def ask(self, origin: Origin, approver: Person, number: int, text: str) -> Decided | NotDecided:
        """Ask whoever made the request something before deciding. It stays pending, for as long as it did.

        Raises NotRecorded, AlreadyHandled.
        """

        def put(entry: OpenEntry, request: Request, voices: Sequence[Voice], now: datetime) -> Came | Reason:
            entry.justification = text
            if reason := may_ask(approver, request):
                return reason
            asked = Question(len(request.questions) + 1, approver.id, now, request.requester, text)
            keep_question(entry.connection, request.number, asked, entry.id)
            told = Message(question_kind(asked.nth), request.name, f"person:{request.requester}")
            self.effects.send(entry.connection, told)
            self.effects.refresh(entry.connection, request.name)
            voice = _first(voices, request, self.rules)
            return Outcome.DONE, on_behalf(voice, approver.id, None) if voice else None

        return self._decide(origin, Action.QUESTION, approver, None, number, put)

    def look(self, origin: Origin, approver: Person, number: int) -> Request | NotDecided:
        """The request in full, for who may decide it: with the names of businesses, so the look is recorded."""
        voices, now = self._voices(approver), self.clock()
        with self.ledger.entry(origin, Action.LIST) as entry:
            request = read_request(entry.connection, number)
            self._describe(entry, request, now, Action.LIST)
            reason = may_decide(approver, None, request, self.rules, now, voices)
            if reason is not None or request is None:
                entry.close(Outcome.REFUSED, reason)
                return _told(approver, reason, request)
            named = any(label for _, label in request.labelled)
            entry.close(Outcome.DISCLOSED if named else Outcome.DONE, fields=(self.rules.title_field,) if named else ())
            return request

    def peek(self, origin: Origin, approver: Person, number: int, action: Action = Action.DENY) -> Request | NotDecided:
        """The request, if this person could decide it so now: for the form that asks more. A refusal is recorded."""
        voices, now = self._voices(approver), self.clock()
        with self.database.reading() as connection:
            request = read_request(connection, number)
        reason = may_decide(approver, None, request, self.rules, now, voices)
        if reason is None and request is not None:
            reason = self._counts(approver, request, voices) if action is Action.APPROVE else None
            reason = may_ask(approver, request) if action is Action.QUESTION else reason
        if reason is None and request is not None:
            return request
        with self.ledger.entry(origin, action) as entry:
            self._describe(entry, request, self.clock(), action)
            entry.close(Outcome.REFUSED, reason)
        return _told(approver, reason, request)

    def _counts(self, approver: Person, request: Request, voices: Sequence[Voice]) -> Reason | None:
        """Why this person's yes would not count, beside those that still do."""
        givers = givers_of(self.database, self.directory, request.number, self.rules)
        found, _ = still_counting(request, givers, needs_of(request, self.rules), self.rules)
        return may_approve(approver, found, self.rules, voices)

    def _voices(self, approver: Person) -> tuple[Voice, ...]:
        """The roles that this person decides with; Slack is asked before the transaction begins."""
        stands = deputyships(self.database, self.directory, approver, self.rules, self.clock(), fresh=True)
        return effective_roles(approver, stands, self.clock())

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
        change: Callable[[OpenEntry, Request, Sequence[Voice], datetime], Came | Reason],
        givers: Mapping[str, Giver] | None = None,
    ) -> Decided | NotDecided:
        voices, now = self._voices(approver), self.clock()
        with self.ledger.entry(origin, action) as entry:
            take_turn(entry.connection, number, now)
            request = read_request(entry.connection, number)
            reason = self._describe(entry, request, now, action) or may_decide(
                approver, requester, request, engaged(self.rules, now), now, voices
            )
            asked = request
            if reason is None and request is not None and action is Action.APPROVE:
                request = self._as_it_counts(entry, request, givers or {})
                reason = None if request else Reason.SOURCE_DOWN
            if reason is None and request is not None:
                came_to = change(entry, request, voices, now)
                if isinstance(came_to, tuple):
                    entry.close(*came_to)
                    return _decided(filed(entry.connection, number), request, asked)
                reason = came_to
            entry.close(Outcome.REFUSED, reason)
            return _told(approver, reason, read_request(entry.connection, number))

    def _as_it_counts(self, entry: OpenEntry, request: Request, givers: Mapping[str, Giver]) -> Request | None:
        """The request with as many approvers as its accounts and the rules need now, without the earlier yeses of
        people who could not give them now; None where nobody can say what its accounts are.
        """
        individual = any_individual(request.concerns, self.is_individual, entry)
        if individual is None:
            return None
        request = raised(entry, request, self.rules, self.effects, individual=individual)
        found = settle_lapses(self.ledger, entry, request, givers, needs_of(request, self.rules), self.rules)
        if found.lapsed:
            self.effects.refresh(entry.connection, request.name)
        return found

    def _describe(self, entry: OpenEntry, request: Request | None, now: datetime, action: Action) -> Reason | None:
        """Fill the entry in; a grant needs a policy in force whose words permit the purpose."""
        policy = policy_in_force(entry.connection, now)
        entry.policy_version = policy.version if policy else None
        if request is None:
            return None
        entry.about(request.concerns)
        entry.grant, entry.purpose = request.grant_name, request.purpose
        entry.ticket = request.ticket
        entry.waited = now - request.asked_at
        purpose = in_force(entry.connection, self.rules, policy, now).purposes.get(request.purpose)
        if action is Action.APPROVE and purpose and not (policy and policy.clause(purpose.clause)):
            return Reason.CLAUSE_GONE
        return None
