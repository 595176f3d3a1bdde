"""Who may see what, and why. Pure: no clock, no database, no Slack."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.access.grants import Grant
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.processors import is_outsider, narrowed, processor_of
from bot.access.rules.purposes import Purpose, Rules, Shown, reached

BARRED = {
    Standing.BOT: Reason.BOT,
    Standing.DEACTIVATED: Reason.DEACTIVATED,
    Standing.STRANGER: Reason.STRANGER,
}
UNSAFE = {Conversation.SHARED: Reason.SHARED_CHANNEL, Conversation.UNKNOWN: Reason.UNSEEN_CHANNEL}


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit that a person has reached: which one, how many, and when there is room again at the latest."""

    reason: Reason
    most: int
    frees_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing may be seen, and why. `purpose` is the one that was asked for, where there is one.

    `unread` is the number of the change of the policy that is to be read first, `reached` the limit that is.
    """

    reason: Reason
    purpose: Purpose | None = None
    unread: int | None = None
    reached: Reached | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person may see of one account for one purpose, and why.

    `shown` says how each class of the purpose is shown on the card; `grants` which live grant lets a class be
    revealed. `by_grant_only`: of another company, who sees nothing of an account, its name included, without a grant.
    """

    reason: Reason
    purpose: Purpose
    shown: Mapping[str, Shown]
    grants: Mapping[str, Grant] = field(default_factory=dict)
    by_grant_only: bool = False

    def classes(self, *shown: Shown) -> tuple[str, ...]:
        """Keys of the data classes shown in one of these ways."""
        return tuple(key for key, how in self.shown.items() if how in shown)


def admit(person: Person, conversation: Conversation) -> Reason | None:
    """Why this person is turned away here whatever they ask, or None.

    Source: policy, "available to … employees": people of other companies, programs and former employees are none.
    """
    return BARRED.get(person.standing) or UNSAFE.get(conversation)


def purposes_of(person: Person, rules: Rules) -> tuple[Purpose, ...]:
    """The purposes that the person's groups may use, in the order of the configuration, with the classes they reach.

    People of other companies have those of the contract that engages theirs, and no others, whatever group they are in.
    """
    if is_outsider(person, rules.processors):
        engaged = processor_of(person, rules.processors)
        found = (narrowed(one, engaged) for one in rules.purposes.values()) if engaged else ()
        own = [one for one in found if one is not None]
    else:
        own = [one for one in rules.purposes.values() if person.roles & one.groups]
    return tuple(_within_reach(one, rules) for one in own)


def has_purpose(person: Person, key: str, rules: Rules) -> bool:
    """Whether this person may still use this purpose."""
    return any(one.key == key for one in purposes_of(person, rules))


def _within_reach(purpose: Purpose, rules: Rules) -> Purpose:
    classes = reached(purpose, rules.data_classes)
    return purpose if classes == purpose.data_classes else replace(purpose, data_classes=classes)


def why_none(person: Person, rules: Rules) -> Reason:
    """Why somebody has no purpose at all."""
    if any(person.removed & one.groups for one in rules.purposes.values()):
        return Reason.REMOVED
    return Reason.NOT_ENGAGED if is_outsider(person, rules.processors) else Reason.NO_PURPOSE


def choose_purpose(person: Person, asked: str | None, rules: Rules) -> Purpose | Reason:
    """The purpose stated, or the default of the person's group; a reason where there is none to be had."""
    own = purposes_of(person, rules)
    if not own:
        return why_none(person, rules)
    if asked is None:
        default = next((purpose for purpose in own if person.roles & purpose.default_for), None)
        return default or (own[0] if len(own) == 1 else Reason.PURPOSE_NEEDED)
    if asked not in rules.purposes:
        return Reason.UNKNOWN_PURPOSE
    return next((purpose for purpose in own if purpose.key == asked), Reason.NOT_YOUR_PURPOSE)


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
        return Refusal(purpose, rules.purposes.get(asked or "") if purpose is Reason.NOT_YOUR_PURPOSE else None)
    if not clause_stands(purpose.clause):
        return Refusal(Reason.CLAUSE_GONE, purpose)
    outside = is_outsider(person, rules.processors)
    shown = {key: Shown.HIDDEN if outside else rules.data_classes[key].shown for key in purpose.data_classes}
    return Decision(Reason.STANDING, purpose, shown, by_grant_only=outside)


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
    outside = decision.by_grant_only
    shown = {key: how for key, how in decision.shown.items() if key in covering or not outside}
    return Decision(reason, purpose, shown, covering, outside)


def may_reveal(decision: Decision, data_class: str) -> Grant | Reason:
    """The grant under which this class may be revealed, or why it may not."""
    if data_class not in decision.purpose.data_classes:
        return Reason.NOT_IN_PURPOSE
    return decision.grants.get(data_class, Reason.NO_GRANT)
