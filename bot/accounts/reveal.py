"""An employee reveals one data class under a grant: a look-up of its own, with its own entry."""

from dataclasses import dataclass

from bot.access.decide import Decision, Refusal, may_reveal, with_grants
from bot.access.deciding.enough import doubt
from bot.access.grants import Grant
from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.access.rules.purposes import DataClass
from bot.accounts.contactable import Contactable, contactable
from bot.accounts.look_up import LookUp, as_seen, not_found, refused, unanswered
from bot.accounts.results import NotFound, Refused, Revealed
from bot.accounts.source import AccountRef, SourceDown, failure_of
from bot.accounts.unread import told
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import OpenEntry, Origin

PAGE = 50  # items of a list on one page of the modal


@dataclass(frozen=True, slots=True)
class Reveal:
    """Shows the values of one class of one account, if a live grant of this person covers it now.

    Raises NotRecorded when the entry can't be committed: then nothing may be shown.
    """

    look_up: LookUp

    def __call__(
        self,
        origin: Origin,
        person: Person,
        conversation: Conversation,
        account: str,
        data_class: str,
        purpose: str,
        page: int = 1,
    ) -> Revealed | NotFound | Refused:
        """`page` counts from 1 and applies to list-valued fields."""
        with self.look_up.ledger.entry(origin, Action.REVEAL) as entry:
            entry.account = account
            allowed = self.decide(entry, person, conversation, account, data_class, purpose)
            if isinstance(allowed, Refusal):
                return refused(entry, allowed)
            try:
                ref = self.look_up.source.find(account, entry=entry)
                if ref is None or ref.id != account:  # a grant opens one id, not the account that took it over
                    return not_found(entry, Reason.NO_MATCH)
                if few := self.too_few(entry, ref, allowed):
                    return refused(entry, few)
                return self._disclose(entry, ref, allowed, page)
            except SourceDown as down:
                entry.grant = allowed.grant.name
                return unanswered(entry, down, allowed.decision.purpose)

    def decide(
        self, entry: OpenEntry, person: Person, conversation: Conversation, account: str, data_class: str, purpose: str
    ) -> "Allowed | Refusal":
        """What of the class this person may see now, under which grant; or why nothing."""
        begun = self.look_up.begin(entry, person)
        standing = self.look_up.standing(entry, begun, conversation, purpose)
        if isinstance(standing, Refusal):
            return standing
        now = self.look_up.clock()
        decision = with_grants(standing, begun.person, account, begun.live_grants(entry.connection, account, now), now)
        grant = may_reveal(decision, data_class)
        if isinstance(grant, Reason):
            return Refusal(grant, decision.purpose)
        shown = self.look_up.rules.data_classes[data_class]
        reach = contactable(entry.connection, account, decision.purpose, self.look_up.rules)
        fields = reach.of(shown.fields)
        if not fields:
            return Refusal(Reason.OBJECTED, decision.purpose)
        return Allowed(decision, shown, grant, fields, reach)

    def too_few(self, entry: OpenEntry, ref: AccountRef, allowed: "Allowed") -> Refusal | None:
        """Why the grant opens this account no more: it is not what the ledger says, or more people are needed now."""
        now, rules = self.look_up.clock(), self.look_up.rules
        reason = doubt(entry.connection, allowed.grant, rules, individual=ref.is_individual, now=now)
        if reason is None:
            return None
        entry.grant = allowed.grant.name
        return Refusal(reason, allowed.decision.purpose)

    def _disclose(self, entry: OpenEntry, ref: AccountRef, allowed: "Allowed", page: int) -> Revealed:
        """Raises SourceDown when no field could be read."""
        found = self.look_up.source.page(ref, allowed.fields, page, size=PAGE, entry=entry)
        unread = found.record.unread
        if unread and len(unread) == len(allowed.fields):
            raise failure_of(ref, unread)
        entry.grant = allowed.grant.name
        reason = told(Reason.GRANTED, unread, self.look_up.rules.data_classes)
        entry.close(Outcome.DISCLOSED, reason, [name for name in allowed.fields if name not in unread])
        values = {name: value for name, value in found.record.values.items() if isinstance(value, str) and value}
        lists = {name: value for name, value in found.record.values.items() if isinstance(value, tuple)}
        reach = allowed.reach
        withheld = tuple(name for name in allowed.data_class.fields if name in reach.withheld)
        return Revealed(
            entry.id,
            as_seen(allowed.decision, reach.seen(ref)),
            allowed.data_class,
            allowed.decision.purpose,
            allowed.grant,
            values,
            lists,
            found.number,
            found.pages,
            found.totals,
            withheld,
            unread,
        )


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be revealed, and under which grant. `fields`: those of the class to which the account did not object."""

    decision: Decision
    data_class: DataClass
    grant: Grant
    fields: tuple[str, ...]
    reach: Contactable
