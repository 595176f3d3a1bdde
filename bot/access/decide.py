"""Who may see what, and why. Pure: no clock, no database, no Slack."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.access.grants import Grant
from bot.access.people import Conversation, Person, Standing
from bot.access.purposes import Purpose, Rules, Shown
from bot.access.reasons import Reason

BARRED = {
    Standing.BOT: Reason.BOT,
    Standing.DEACTIVATED: Reason.DEACTIVATED,
    Standing.STRANGER: Reason.STRANGER,
}
UNSAFE = {Conversation.SHARED: Reason.SHARED_CHANNEL, Conversation.UNKNOWN: Reason.UNSEEN_CHANNEL}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing may be seen, and why. `purpose` is the one that was asked for, where there is one."""

    reason: Reason
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person may see of one account for one purpose, and why.

    `shown` says how each class of the purpose is shown on the card; `grants` which live grant lets a class be
    revealed.
    """

    reason: Reason
    purpose: Purpose
    shown: Mapping[str, Shown]
    grants: Mapping[str, Grant] = field(default_factory=dict)

    def classes(self, *shown: Shown) -> tuple[str, ...]:
        """Keys of the data classes shown in one of these ways."""
        return tuple(key for key, how in self.shown.items() if how in shown)


def admit(person: Person, conversation: Conversation) -> Reason | None:
    """Why this person is turned away here whatever they ask, or None.

    Source: policy, "available to … employees": people of other companies, programs and former employees are none.
    """
    return BARRED.get(person.standing) or UNSAFE.get(conversation)


def purposes_of(person: Person, rules: Rules) -> tuple[Purpose, ...]:
    """The purposes that the person's groups may use, in the order of the configuration."""
    return tuple(purpose for purpose in rules.purposes.values() if person.roles & purpose.groups)


def choose_purpose(person: Person, asked: str | None, rules: Rules) -> Purpose | Reason:
    """The purpose stated, or the default of the person's group; a reason where there is none to be had."""
    own = purposes_of(person, rules)
    if not own:
        return Reason.NO_PURPOSE
    if asked is None:
        default = next((purpose for purpose in own if person.roles & purpose.default_for), None)
        return default or (own[0] if len(own) == 1 else Reason.PURPOSE_NEEDED)
    if asked not in rules.purposes:
        return Reason.UNKNOWN_PURPOSE
    purpose = rules.purposes[asked]
    return purpose if purpose in own else Reason.NOT_YOUR_PURPOSE


def standing_decision(
    person: Person, conversation: Conversation, asked: str | None, rules: Rules, clause_stands: Callable[[str], bool]
) -> Decision | Refusal:
    """What can be said before any account is known: admitted, with a purpose whose clause stands, or refused.

    Source: policy, "employees who may need to access this information for legitimate business purposes": no
    purpose, no data; and a purpose exists only while its clause stands in the policy in force.
    """
    if barred := admit(person, conversation):
        return Refusal(barred)
    purpose = choose_purpose(person, asked, rules)
    if isinstance(purpose, Reason):
        return Refusal(purpose)
    if not clause_stands(purpose.clause):
        return Refusal(Reason.CLAUSE_GONE, purpose)
    shown = {key: rules.data_classes[key].shown for key in purpose.data_classes}
    return Decision(Reason.STANDING, purpose, shown)


def with_grants(decision: Decision, person: Person, account: str, grants: Sequence[Grant], now: datetime) -> Decision:
    """The decision for one account: the classes that a live grant covers may be revealed.

    What is shown without a grant stays as it was: a grant is used by a reveal, which is a look-up of its own. Of
    several grants for one class the one that ends last counts.
    """
    purpose = decision.purpose
    covering = {
        key: grant
        for key in purpose.data_classes
        for grant in sorted(grants, key=lambda grant: grant.ends_at)
        if grant.covers(person, account, purpose.key, key, now)
    }
    reason = Reason.GRANTED if covering else Reason.STANDING
    return Decision(reason, purpose, decision.shown, covering)


def may_reveal(decision: Decision, data_class: str) -> Grant | Reason:
    """The grant under which this class may be revealed, or why it may not."""
    if data_class not in decision.purpose.data_classes:
        return Reason.NOT_IN_PURPOSE
    return decision.grants.get(data_class, Reason.NO_GRANT)
