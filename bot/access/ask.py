"""An employee asks for access: the account is found, the request written, and whoever decides is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import insert

from bot.access.decide import Decision, Refusal, admit, purposes_of, standing_decision
from bot.access.drafts import Draft, Fault, Part, check
from bot.access.give import Given, give
from bot.access.grants import Request, RequestKind, Status, own_pending, read_request
from bot.access.in_force import in_force
from bot.access.people import Conversation, Directory, Person, Standing
from bot.access.exact import by_exact_id
from bot.access.processors import is_outsider
from bot.access.purposes import Purpose, Rules
from bot.access.quorum import Needs, can_be_met, needs
from bot.access.reasons import Reason
from bot.access.sponsors import asked_by_outsider
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.effects import Effects, Message
from bot.privacy.versions import policy_in_force
from models.access import AccessRequest

BUSINESS, INDIVIDUAL = "business", "individual"


class Named(Protocol):
    """An account as far as a request needs it."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def title(self) -> Mapping[str, str]: ...


Members = Mapping[str, Sequence[str]]

Resolve = Callable[[str, OpenEntry], tuple[Sequence[Named], Fault | None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The request stands; `request.grant` is set where no approval was needed."""

    request: Request


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The person has to mend something first. `candidates` when several accounts match."""

    faults: Mapping[Part, Fault]
    candidates: tuple[Named, ...] = ()
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The person may not ask at all."""

    entry: str
    reason: Reason
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Writes a request, or says all that is wrong with it at once. Each attempt is an audit entry."""

    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock
    resolve: Resolve

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, draft: Draft
    ) -> Asked | Incomplete | NotAllowed:
        """Raises NotRecorded when nothing could be written, AlreadyHandled for a second delivery."""
        members = self._members(draft)
        with self.ledger.entry(origin, Action.REQUEST, query=draft.account or None) as entry:
            entry.purpose = draft.purpose if draft.purpose in self.rules.purposes else None
            entry.justification, entry.ticket = draft.why.strip() or None, draft.ticket
            standing = self._standing(entry, person, conversation, draft)
            if isinstance(standing, Refusal):
                entry.close(Outcome.REFUSED, standing.reason)
                return NotAllowed(entry.id, standing.reason, standing.purpose)
            return self._ask(entry, person, draft, standing.purpose, members)

    def own_purposes(self, person: Person) -> tuple[Purpose, ...]:
        """The purposes that this person may state."""
        return purposes_of(person, self.rules)

    def purposes(self, origin: Origin, person: Person, conversation: Conversation) -> tuple[Purpose, ...] | Refusal:
        """The purposes that this person may ask for here, for the form. Being turned away is recorded."""
        barred = admit(person, conversation)
        own = purposes_of(person, self.rules)
        if barred is None and own:
            return own
        refusal = Refusal(barred or Reason.NO_PURPOSE)
        with self.ledger.entry(origin, Action.REQUEST) as entry:
            entry.close(Outcome.REFUSED, refusal.reason)
        return refusal

    def _members(self, draft: Draft) -> Members:
        """Who is in each group that may have to agree; Slack is asked before the transaction begins."""
        chosen = self.rules.purposes.get(draft.purpose or "")
        roles = self._needs(draft, chosen, individual=True) if chosen else {}
        return {role: tuple(self.directory.members(role)) for role in roles}

    def _needs(self, draft: Draft, purpose: Purpose, *, individual: bool) -> Needs:
        known = self.rules.data_classes
        return needs(purpose, [known[key] for key in draft.data_classes if key in known], individual=individual)

    def _standing(
        self, entry: OpenEntry, person: Person, conversation: Conversation, draft: Draft
    ) -> Decision | Refusal:
        policy = policy_in_force(entry.connection, self.clock())
        if policy is None:
            return Refusal(Reason.NO_POLICY)
        entry.policy_version = policy.version
        rules = in_force(entry.connection, self.rules, policy, self.clock())
        return standing_decision(
            person, conversation, draft.purpose, rules, lambda clause: policy.clause(clause) is not None
        )

    def _ask(
        self, entry: OpenEntry, person: Person, draft: Draft, purpose: Purpose, members: Members
    ) -> Asked | Incomplete:
        found = _Findings(dict(check(draft, purpose)))
        outside = is_outsider(person, self.rules.processors)
        asking = replace(self, resolve=by_exact_id(self.resolve)) if outside else self
        account = None if Part.ACCOUNT in found.faults else asking._account(entry, draft, found)
        wanted = self._needs(draft, purpose, individual=account is not None and account.kind == INDIVIDUAL)
        if not can_be_met(wanted, members, [person.id]):
            found.faults[Part.PURPOSE] = Fault.NO_APPROVER
        if account is not None:
            self._already_asked(entry, person, account, draft, found)
        if found.faults or account is None:
            return found.close(entry)
        return self._write(entry, person, draft, purpose, account, wanted)

    def _account(self, entry: OpenEntry, draft: Draft, found: "_Findings") -> Named | None:
        candidates, fault = self.resolve(draft.account, entry)
        if fault is None and len(candidates) == 1:
            entry.account = candidates[0].id
            return candidates[0]
        found.faults[Part.ACCOUNT] = fault or Fault.SEVERAL_MATCHES
        found.candidates = tuple(candidates)
        return None

    def _already_asked(
        self, entry: OpenEntry, person: Person, account: Named, draft: Draft, found: "_Findings"
    ) -> None:
        for request in own_pending(entry.connection, person, self.clock()):
            if request.kind is RequestKind.EXTENSION:
                continue
            same = (request.account, request.purpose) == (account.id, draft.purpose)
            if same and set(draft.data_classes) <= set(request.data_classes):
                found.faults[Part.ACCOUNT], found.same_as = Fault.ALREADY_ASKED, request.name

    def _write(
        self, entry: OpenEntry, person: Person, draft: Draft, purpose: Purpose, account: Named, wanted: Needs
    ) -> Asked:
        now = self.clock()
        number = self._insert(entry, {**self._row(person, draft, purpose, account, now), "needs": dict(wanted)})
        request = _read(entry, number)
        request = asked_by_outsider(entry.connection, request, self.rules, self.directory, self.effects, now)
        entry.grant = request.name
        shown = [name for key in draft.data_classes for name in self.rules.data_classes[key].fields]
        if not wanted:
            given = Given("policy", request.data_classes, request.duration)
            give(entry.connection, request, given, now=now, effects=self.effects)
            entry.close(Outcome.GRANTED, Reason.NO_APPROVAL_NEEDED, shown)
            return Asked(_read(entry, number))
        self.effects.send(entry.connection, Message("request.opened", request.name, "channel:approvals"))
        self.effects.due(entry.connection, "request.timeout", request.name, request.expires_at)
        entry.close(Outcome.REQUESTED, None, shown)
        return Asked(request)

    def _row(self, person: Person, draft: Draft, purpose: Purpose, account: Named, now: datetime) -> dict[str, object]:
        label = next(iter(account.title.values()), None) if account.kind == BUSINESS else None
        return {
            "team": person.team,
            "person": person.id,
            "account": account.id,
            "account_label": label,
            "purpose": purpose.key,
            "data_classes": list(draft.data_classes),
            "duration_s": int(draft.duration.total_seconds()) if draft.duration else 0,
            "justification": draft.why.strip(),
            "ticket": draft.ticket,
            "status": Status.PENDING.value,
            "asked_at": now,
            "expires_at": now + self.rules.pending_timeout,
        }

    def _insert(self, entry: OpenEntry, row: Mapping[str, object]) -> int:
        inserted = entry.connection.execute(insert(AccessRequest).values(row)).inserted_primary_key
        if inserted is None:
            raise RuntimeError("the database gave the request no number")
        return int(inserted[0])


@dataclass(slots=True)
class _Findings:
    """What was found wrong while the request was checked."""

    faults: dict[Part, Fault]
    candidates: tuple[Named, ...] = ()
    same_as: str | None = None

    def close(self, entry: OpenEntry) -> Incomplete:
        """Record the attempt; candidates that are shown are recorded as suggested."""
        if self.candidates:
            shown = sorted({"id", *(name for ref in self.candidates for name in ref.title)})
            entry.close(Outcome.SUGGESTED, Reason.SEVERAL_MATCHES, shown)
        elif self.faults.get(Part.ACCOUNT) in (Fault.NO_MATCH, Fault.TOO_SHORT):
            entry.close(Outcome.NOT_FOUND, Reason.NO_MATCH)
        elif self.faults.get(Part.ACCOUNT) is Fault.ALREADY_ASKED:
            entry.close(Outcome.REFUSED, Reason.ALREADY_ASKED)
        else:
            entry.close(Outcome.REFUSED, Reason.INCOMPLETE)
        return Incomplete(self.faults, self.candidates, self.same_as)


def _read(entry: OpenEntry, number: int) -> Request:
    request = read_request(entry.connection, number)
    if request is None:
        raise RuntimeError("a request that was just written is not there")
    return request
