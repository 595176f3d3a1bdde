"""An employee asks for access: the account is found, the request written, and whoever decides is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.access.asking.exact import Finder
from bot.access.asking.limits import one_at_a_time, open_limit
from bot.access.clauses.in_force import in_force
from bot.access.decide import Decision, Refusal, admit, purposes_of, standing_decision, why_none
from bot.access.deciding.reminders import plan_reminders
from bot.access.grants import RequestKind, pending_for
from bot.access.people import Conversation, Directory, Person, Standing, each_once
from bot.access.reasons import Reason
from bot.access.requests.drafts import Draft, Fault, Part, check
from bot.access.requests.filing import (
    INDIVIDUAL,
    Asked,
    Findings,
    Incomplete,
    Named,
    NotAllowed,
    file_request,
    filed,
    labelled,
    request_row,
)
from bot.access.requests.give import Given, give
from bot.access.requests.sponsors import asked_by_outsider
from bot.access.rules.purposes import Purpose, Rules
from bot.access.rules.quorum import Needs, can_be_met, needs
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.effects import APPROVALS, Effects, Message
from bot.privacy.versions import policy_in_force

Members = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, who is to have the access (the same person, or another), and what for."""

    asker: Person
    holder: Person
    draft: Draft
    purpose: Purpose
    members: Members

    @property
    def for_another(self) -> bool:
        return self.holder.id != self.asker.id


def may_ask_for_others(person: Person, purpose: Purpose) -> bool:
    """Whether this person may ask on behalf of others: who has the purpose too, or decides about it."""
    able = bool(person.roles & purpose.groups) or purpose.approvers in person.roles
    return able and person.standing is Standing.MEMBER


@dataclass(frozen=True, slots=True)
class Ask:
    """Writes a request, or says all that is wrong with it at once. Each attempt is an audit entry."""

    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock
    finder: Finder

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, draft: Draft
    ) -> Asked | Incomplete | NotAllowed:
        """Raises NotRecorded when nothing could be written, AlreadyHandled for a second delivery."""
        holder = self._holder(person, draft)
        members = self._members(draft)
        with self.ledger.entry(origin, Action.REQUEST, query=draft.account or None) as entry:
            entry.purpose = draft.purpose if draft.purpose in self.rules.purposes else None
            entry.justification, entry.ticket = draft.why.strip() or None, draft.ticket
            standing = self._standing(entry, person, holder, conversation, draft)
            if isinstance(standing, Refusal):
                entry.close(Outcome.REFUSED, standing.reason)
                return NotAllowed(entry.id, standing.reason, standing.purpose)
            if reached := open_limit(entry.connection, holder, self.rules, self.clock()):
                entry.close(Outcome.REFUSED, reached.reason)
                return NotAllowed(entry.id, reached.reason, standing.purpose, reached)
            return self._ask(entry, _Asking(person, holder, draft, standing.purpose, members))

    def own_purposes(self, person: Person) -> tuple[Purpose, ...]:
        """The purposes that this person may state, for themselves or on behalf of others; their own first."""
        own = purposes_of(person, self.rules)
        others = (one for one in self.rules.purposes.values() if one not in own and may_ask_for_others(person, one))
        return (*own, *others)

    def purposes(
        self, origin: Origin, person: Person, conversation: Conversation, asked: str | None = None
    ) -> tuple[Purpose, ...] | Refusal:
        """The purposes that this person may ask for here, for the form; `asked` is the key of the one that they stated,
        which no other one takes the place of. Being turned away is recorded.
        """
        barred = admit(person, conversation)
        own = self.own_purposes(person)
        stated = self.rules.purposes.get(asked or "")
        if barred is None and own and (asked is None or any(one.key == asked for one in own)):
            return own
        why = (Reason.NOT_YOUR_PURPOSE if stated else Reason.UNKNOWN_PURPOSE) if own else why_none(person, self.rules)
        refusal = Refusal(barred or why, stated)
        with self.ledger.entry(origin, Action.REQUEST) as entry:
            entry.purpose = stated.key if stated else None
            entry.close(Outcome.REFUSED, refusal.reason)
        return refusal

    def _holder(self, person: Person, draft: Draft) -> Person:
        """Who is to have the access, as Slack knows them now."""
        if draft.person in (None, person.id):
            return person
        return self.directory.person(person.team, str(draft.person), fresh=True)

    def _members(self, draft: Draft) -> Members:
        """Who is in each group that may have to agree; Slack is asked before the transaction begins."""
        chosen = self.rules.purposes.get(draft.purpose or "")
        roles = self._needs(draft, chosen, individual=True) if chosen else {}
        return {role: each_once(self.directory, self.directory.members(role)) for role in roles}

    def _needs(self, draft: Draft, purpose: Purpose, *, individual: bool) -> Needs:
        known = self.rules.data_classes
        return needs(purpose, [known[key] for key in draft.data_classes if key in known], individual=individual)

    def _standing(
        self, entry: OpenEntry, person: Person, holder: Person, conversation: Conversation, draft: Draft
    ) -> Decision | Refusal:
        """Both are checked: who asks may ask here, and who is to have the access has the purpose."""
        policy = policy_in_force(entry.connection, self.clock())
        if policy is None:
            return Refusal(Reason.NO_POLICY)
        entry.policy_version = policy.version
        rules = in_force(entry.connection, self.rules, policy, self.clock())
        another = holder.id != person.id
        if another and (barred := admit(person, conversation)):
            return Refusal(barred)
        where = Conversation.INTERNAL if another else conversation
        seen = standing_decision(holder, where, draft.purpose, rules, lambda clause: policy.clause(clause) is not None)
        if not another:
            return seen
        purpose = self.rules.purposes.get(draft.purpose or "")
        if purpose is not None and not may_ask_for_others(person, purpose):
            return Refusal(Reason.NOT_YOUR_PURPOSE, purpose)
        if isinstance(seen, Refusal) and seen.reason not in (Reason.UNKNOWN_PURPOSE, Reason.CLAUSE_GONE):
            return Refusal(Reason.NOT_THEIR_PURPOSE, purpose)
        return seen

    def _ask(self, entry: OpenEntry, asking: _Asking) -> Asked | Incomplete:
        draft, now = asking.draft, self.clock()
        found = Findings(dict(check(draft, asking.purpose, now)), self.rules.limits.accounts_in_a_grant)
        accounts = self._accounts(entry, asking, found)
        individual = any(one.kind == INDIVIDUAL for one in accounts)
        wanted = self._needs(draft, asking.purpose, individual=individual)
        at_once = self._at_once(asking, wanted, individual=individual)
        if at_once is None and not can_be_met(wanted, asking.members, asking.asker.ids | asking.holder.ids):
            found.faults[Part.PURPOSE] = Fault.NO_APPROVER
        if accounts:
            self._already_asked(entry, asking, accounts, found)
            found.objected(accounts, self.finder.closed(entry, draft, asking.purpose, self.rules))
        if found.faults or not accounts:
            return found.close(entry)
        return self._write(entry, asking, accounts, wanted, at_once)

    def _accounts(self, entry: OpenEntry, asking: _Asking, found: Findings) -> tuple[Named, ...]:
        """Those that are meant. For people of other companies, and for who looked up as often as may be, none is looked
        for in a form that can't be sent, so that nobody finds out by it which ids there are without a request that
        others read.
        """
        who = (entry.connection, asking.asker, asking.purpose, self.rules)
        if found.faults and self.finder.finds_nothing_out(*who):
            return ()
        return found.accounts(entry, asking.draft, self.finder.of(*who))

    def _at_once(self, asking: _Asking, wanted: Needs, *, individual: bool) -> Reason | None:
        """Why nobody has to decide: no rule asks for it, or none but the purpose's own and the asker is on duty.

        Duty counts for what people ask for themselves and for now, not for others and not for later.
        """
        if not wanted:
            return Reason.NO_APPROVAL_NEEDED
        purpose, draft = asking.purpose, asking.draft
        if purpose.on_duty is None or asking.for_another or draft.starts_at is not None:
            return None
        if self._needs(draft, replace(purpose, approvals=0), individual=individual):
            return None
        return Reason.ON_DUTY if purpose.on_duty.holds(asking.holder.roles, self.clock()) else None

    def _already_asked(self, entry: OpenEntry, asking: _Asking, accounts: Sequence[Named], found: Findings) -> None:
        draft, wanted = asking.draft, {one.id for one in accounts}
        one_at_a_time(entry.connection, asking.holder)
        for request in pending_for(entry.connection, asking.holder, accounts[0].id, self.clock()):
            if request.kind is RequestKind.EXTENSION:
                continue
            same = wanted <= set(request.accounts) and request.purpose == draft.purpose
            if same and set(draft.data_classes) <= set(request.data_classes):
                found.faults[Part.ACCOUNT], found.same_as = Fault.ALREADY_ASKED, request.name

    def _write(
        self, entry: OpenEntry, asking: _Asking, accounts: Sequence[Named], wanted: Needs, at_once: Reason | None
    ) -> Asked:
        now, connection = self.clock(), entry.connection
        draft = asking.draft
        if draft.starts_at is not None and draft.starts_at <= now:
            draft = replace(draft, starts_at=None)
        expires_at = max(now + self.rules.pending_timeout, draft.starts_at or now)
        row = request_row(asking.holder, draft, asking.purpose, accounts[0], now, expires_at)
        row |= {"needs": dict(wanted), "asked_by": asking.asker.id if asking.for_another else None}
        request = file_request(connection, row, labelled(accounts))
        request = asked_by_outsider(entry.connection, request, self.rules, self.directory, self.effects, now)
        entry.grant = request.name
        shown = [name for key in draft.data_classes for name in self.rules.data_classes[key].fields]
        if at_once is not None:
            given = Given("policy", request.data_classes, request.duration, accounts=request.accounts)
            give(connection, request, given, now=now, effects=self.effects)
            entry.close(Outcome.GRANTED, at_once, shown)
            return Asked(filed(connection, request.number))
        self.effects.send(connection, Message("request.opened", request.name, APPROVALS))
        plan_reminders(entry.connection, request, self.rules, self.effects)
        if asking.for_another:
            self.effects.send(connection, Message("request.for_you", request.name, f"person:{request.person}"))
        self.effects.due(connection, "request.timeout", request.name, request.expires_at)
        entry.close(Outcome.REQUESTED, Reason.ON_BEHALF if asking.for_another else None, shown)
        return Asked(request)
