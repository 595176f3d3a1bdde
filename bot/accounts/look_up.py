"""An employee looks up an account: one transaction, in which the decision, the data and the audit entry are one.

The only door to account data is the source, and it answers only under an open entry.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from bot.access.asking.limits import look_up_limit
from bot.access.clauses.in_force import in_force
from bot.access.decide import Decision, Refusal, purposes_of, standing_decision, with_grants
from bot.access.deciding.enough import still_enough
from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.access.recertification.taken import RolesOnRecord
from bot.access.requests.drafts import Fault
from bot.access.rules.purposes import Purpose, Rules, Shown
from bot.accounts.as_meant import find_as_meant, search_as_meant
from bot.accounts.beginning import Beginning, begin
from bot.accounts.contactable import Contactable, as_named, contactable
from bot.accounts.layout import ID
from bot.accounts.masks import mask
from bot.accounts.results import Card, Line, LookedUp, NotFound, Refused, Suggestions
from bot.accounts.source import AccountRef, Matches, Record, SeveralOfOneId, Source, SourceDown
from bot.accounts.unread import classes_unread, reason_of, told
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock

MOST = 10
ASK_AGAIN = frozenset({Reason.NO_GRANT, Reason.TOO_FEW_APPROVED, Reason.NOT_ON_RECORD})

ToBeRead = Callable[[Connection, Person, datetime], int | None]
"""The number of the policy's change that a person has to read before they may look anything up, if there is one."""


def nothing_to_read(_: Connection, __: Person, ___: datetime) -> int | None:
    """Nobody is asked to read anything."""
    return None


@dataclass(frozen=True, slots=True)
class LookUp:
    """Looks one account up for a person, by what they typed or by an id that they pressed.

    Raises NotRecorded when the entry can't be committed: then nothing may be shown. Raises AlreadyHandled for a
    second delivery of the same command.
    """

    ledger: Ledger
    source: Source
    rules: Rules
    clock: Clock
    to_be_read: ToBeRead = nothing_to_read
    on_record: RolesOnRecord = field(default_factory=RolesOnRecord)

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, query: str, asked: str | None
    ) -> LookedUp:
        """By id, e-mail, domain or name; `asked` is the key of a purpose, or None for the default."""
        with self.ledger.entry(origin, Action.LOOK_UP, query=query or None) as entry:
            begun = self.begin(entry, person)
            decision = self.standing(entry, begun, conversation, asked)
            if isinstance(decision, Refusal):
                return self._refused(entry, decision, query)
            try:
                return self._searched(entry, begun, query, decision, by_default=asked is None)
            except SourceDown as down:
                return unanswered(entry, down, decision.purpose)

    def _searched(
        self, entry: OpenEntry, begun: Beginning, query: str, decision: Decision, *, by_default: bool
    ) -> LookedUp:
        if decision.by_grant_only:
            return self._by_grant(entry, begun, query.strip(), decision, by_default=by_default)
        matches = search_as_meant(self.source, query, limit=MOST, entry=entry)
        if len(matches.refs) == 1 and matches.how != "similar":
            return self.card(entry, begun, matches.refs[0], decision, by_default=by_default)
        named = as_named(entry.connection, matches.refs, decision.purpose, self.rules)
        return self._suggested(entry, matches._replace(refs=named), decision, by_default=by_default)

    def open(
        self, origin: Origin, person: Person, conversation: Conversation, account: str, asked: str | None
    ) -> LookedUp:
        """By the id of an account that was suggested before."""
        with self.ledger.entry(origin, Action.LOOK_UP, query=account) as entry:
            begun = self.begin(entry, person)
            decision = self.standing(entry, begun, conversation, asked)
            if isinstance(decision, Refusal):
                return self._refused(entry, decision, account)
            try:
                return self._opened(entry, begun, account, decision, by_default=asked is None)
            except SourceDown as down:
                entry.account = account
                return unanswered(entry, down, decision.purpose)

    def _opened(
        self, entry: OpenEntry, begun: Beginning, account: str, decision: Decision, *, by_default: bool
    ) -> LookedUp:
        if decision.by_grant_only:
            return self._by_grant(entry, begun, account, decision, by_default=by_default)
        ref = self.source.find(account, entry=entry)
        if ref is None:
            return not_found(entry, Reason.NO_MATCH)
        return self.card(entry, begun, ref, decision, by_default=by_default)

    def _by_grant(
        self, entry: OpenEntry, begun: Beginning, account: str, standing: Decision, *, by_default: bool
    ) -> LookedUp:
        """For people of other companies: by its exact id, and only under a grant.

        That there is no such account and that there is no grant for it read alike; the entry tells them apart.
        """
        now = self.clock()
        try:
            ref = find_as_meant(self.source, account, entry=entry)
        except SeveralOfOneId as several:
            entry.account = several.account_id
            return closed_to_outsiders(entry, Reason.SHARED_ID, standing)
        entry.account = ref.id if ref else None
        if ref is None:
            return closed_to_outsiders(entry, Reason.NO_MATCH, standing)
        if not self.granted(entry, begun, ref, standing, now).grants:
            return closed_to_outsiders(entry, Reason.NO_GRANT, standing)
        return self.card(entry, begun, ref, standing, by_default=by_default)

    def _refused(self, entry: OpenEntry, refusal: Refusal, typed: str) -> Refused:
        """Refuse, and let auditors find the attempt by the account's id if it was an id that was typed."""
        try:
            ref = find_as_meant(self.source, typed, entry=entry)
            entry.account = ref.id if ref else None
        except SeveralOfOneId as several:
            entry.account = several.account_id
        except SourceDown:
            entry.account = None  # a refusal is one all the same, and its query says what was typed
        return refused(entry, refusal)

    def unexpected(self, origin: Origin, named: str | None) -> Refused:
        """Refuse a press or a form that nothing made, and record it with the account that it names, if there is one."""
        with self.ledger.entry(origin, Action.UNEXPECTED, query=named) as entry:
            return self._refused(entry, Refusal(Reason.NOT_AS_MADE), named or "")

    def begin(self, entry: OpenEntry, person: Person) -> Beginning:
        """Who asks, with the roles that count. `person` may be as Slack has them."""
        return begin(entry.connection, person, self.clock(), self.on_record)

    def standing(
        self, entry: OpenEntry, begun: Beginning, conversation: Conversation, asked: str | None
    ) -> Decision | Refusal:
        """The decision before any account is known, noted in the entry with the policy's version."""
        now, person, policy = self.clock(), begun.person, begun.policy
        if policy is None:
            return Refusal(Reason.NO_POLICY)
        rules = in_force(entry.connection, self.rules, policy, now)
        decision = standing_decision(
            person, conversation, asked, rules, lambda clause: policy.clause(clause) is not None
        )
        entry.policy_version = policy.version
        entry.purpose = decision.purpose.key if decision.purpose else asked if asked in self.rules.purposes else None
        if isinstance(decision, Decision) and (unread := self.to_be_read(entry.connection, person, now)):
            return Refusal(Reason.POLICY_UNREAD, decision.purpose, unread)
        if isinstance(decision, Decision) and (
            reached := look_up_limit(entry.connection, person, decision.purpose, self.rules, now)
        ):
            return Refusal(reached.reason, decision.purpose, reached=reached)
        return decision

    def browsing(self, connection: Connection, person: Person, purpose: Purpose) -> Fault | None:
        """Why a form may not show this person accounts to choose from now either, or None."""
        now = self.clock()
        if self.to_be_read(connection, person, now):
            return Fault.POLICY_UNREAD
        return Fault.TOO_MANY_LOOK_UPS if look_up_limit(connection, person, purpose, self.rules, now) else None

    def granted(
        self, entry: OpenEntry, begun: Beginning, ref: AccountRef, standing: Decision, now: datetime
    ) -> Decision:
        """The decision for this account, with the live grants that enough people agreed to, as the account is now."""
        live = begun.live_grants(entry.connection, ref.id, now)
        decision = with_grants(standing, begun.person, ref.id, live, now)
        if not decision.grants:
            return decision
        good = still_enough(entry.connection, decision.grants, self.rules, individual=ref.is_individual, now=now)
        left = [one for one in live if one in good.values()]
        return decision if good == decision.grants else with_grants(standing, begun.person, ref.id, left, now)

    def card(
        self, entry: OpenEntry, begun: Beginning, ref: AccountRef, standing: Decision, *, by_default: bool
    ) -> Card:
        """Read what the decision shows, and nothing else, and close the entry with the names of it."""
        now, person = self.clock(), begun.person
        decision = self.granted(entry, begun, ref, standing, now)
        reach = contactable(entry.connection, ref.id, decision.purpose, self.rules)
        fields = reach.of(self._fields(decision.classes(Shown.OPEN, Shown.MASKED)))
        record = self._read(entry, ref, decision, fields, reach.of(self._fields(decision.classes(Shown.HIDDEN))))
        entry.account = ref.id
        masked = len(decision.classes(Shown.MASKED, Shown.HIDDEN)) > 0 or ref.is_individual
        reason = told(decision.reason, record.unread, self.rules.data_classes)
        shown = [name for name in fields if name not in record.unread]
        entry.close(Outcome.MASKED if masked else Outcome.DISCLOSED, reason, shown)
        lines = tuple(self._line(key, decision, record, reach) for key in decision.shown)
        others = tuple(one for one in purposes_of(person, self.rules) if one.key != decision.purpose.key)
        activated = record.values.get(self.rules.activated_field or "")
        return Card(
            entry.id,
            as_seen(decision, reach.seen(ref)),
            decision.purpose,
            by_default,
            lines,
            others,
            media=reach.media,
            activated=activated if isinstance(activated, str) else None,
            by_activation=self.rules.activated_field is not None,
        )

    def _read(
        self, entry: OpenEntry, ref: AccountRef, decision: Decision, fields: Sequence[str], hidden: Sequence[str]
    ) -> Record:
        """Of lists that are masked, which show no item, only the number is read, as of all that is hidden."""
        masked = {name for name in self._fields(decision.classes(Shown.MASKED)) if name in self.source.lists}
        read = [name for name in fields if name not in masked]
        return self.source.fetch(ref, read, counts=[*hidden, *(one for one in fields if one in masked)], entry=entry)

    def _suggested(self, entry: OpenEntry, matches: Matches, decision: Decision, *, by_default: bool) -> LookedUp:
        """A short list to choose from, or nothing; the entry and the answer say what was not searched."""
        unread = classes_unread(matches.unread, self.rules.data_classes)
        found = suggestions(entry, matches, decision, self.rules, by_default=by_default)
        if isinstance(found, NotFound | Suggestions) and unread:
            return replace(found, unread=tuple(self.rules.data_classes[key].label for key in unread))
        return found

    def _fields(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(chain.from_iterable([self.rules.data_classes[key].fields for key in classes]))

    def _line(self, key: str, decision: Decision, record: Record, reach: Contactable) -> Line:
        data_class, shown = self.rules.data_classes[key], decision.shown[key]
        grant = decision.grants.get(key)
        withheld = tuple(name for name in data_class.fields if name in reach.withheld)
        missing = tuple(name for name in data_class.fields if name in record.unread)
        unread = record.unread[missing[0]] if missing else None
        partly = {*missing, *withheld, ID} < {*data_class.fields, ID}
        line = Line(data_class, shown, grant=grant, withheld=withheld, unread=unread, missing=missing if partly else ())
        if shown is Shown.HIDDEN:
            counts = {field: record.counts[field] for field in data_class.fields if field in record.counts}
            return replace(line, counts=counts)
        values = {
            field: self._shown(field, record.values[field], shown, record.ref)
            for field in data_class.fields
            if record.values.get(field)
        }
        values |= {field: f"{record.counts[field]}" for field in data_class.fields if field in record.counts}
        return replace(line, values=values)

    def _shown(self, field: str, value: str | tuple[str, ...], shown: Shown, ref: AccountRef) -> str:
        """As it may be shown: an individual's name masked where a business's is open, and all else one step further.

        Source: policy, "whether a business or an individual stands behind it".
        """
        masked = shown is Shown.MASKED
        if isinstance(value, tuple):
            return f"{len(value)}" if masked else ", ".join(value)
        if ref.is_individual and (masked or field in self.rules.name_fields):
            return mask(field, value, further=masked)
        return mask(field, value) if masked else value


def refused(entry: OpenEntry, refusal: Refusal) -> Refused:
    """Close the entry as refused."""
    entry.close(Outcome.REFUSED, refusal.reason)
    account = entry.account if refusal.reason in ASK_AGAIN else None
    return Refused(entry.id, refusal.reason, refusal.purpose, refusal.unread, refusal.reached, account)


def closed_to_outsiders(entry: OpenEntry, reason: Reason, standing: Decision) -> Refused:
    """Nothing is open to a person of another company under an id, whatever the reason is."""
    entry.close(Outcome.REFUSED, reason)
    return Refused(entry.id, Reason.NOT_OPEN_TO_YOU, standing.purpose)


def as_seen(decision: Decision, ref: AccountRef) -> AccountRef:
    """The account as it may be named: to people of other companies by its id alone."""
    return AccountRef(ref.id) if decision.by_grant_only else ref


def unanswered(entry: OpenEntry, down: SourceDown, purpose: Purpose | None) -> Refused:
    """Close the entry: nothing was read, as the company's source did not answer, or has several accounts of the id."""
    if isinstance(down, SeveralOfOneId):
        entry.account = down.account_id
    return refused(entry, Refusal(reason_of(down), purpose))


def not_found(entry: OpenEntry, reason: Reason, said: str | None = None) -> NotFound:
    """Close the entry with nothing found; `said` is its code where that says more than the reason."""
    entry.close(Outcome.NOT_FOUND, said or reason)
    return NotFound(entry.id, entry.query or "", reason)


def suggestions(
    entry: OpenEntry, matches: Matches, decision: Decision, rules: Rules, *, by_default: bool
) -> Suggestions | NotFound:
    """A short list to choose from; it names accounts, so it is recorded with the fields that it shows."""
    if not matches.refs:
        reason = Reason.TOO_SHORT if matches.how == "too_short" else Reason.NO_MATCH
        return not_found(entry, reason, told(reason, matches.unread, rules.data_classes))
    names = sorted({"id", *(name for ref in matches.refs for name in ref.title)})
    entry.close(Outcome.SUGGESTED, told(Reason.SEVERAL_MATCHES, matches.unread, rules.data_classes), names)
    similar = matches.how == "similar"
    return Suggestions(entry.id, entry.query or "", decision.purpose, by_default, matches.refs, matches.more, similar)
