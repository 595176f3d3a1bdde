"""What a look-up comes to: a card, a short list, nothing, or a refusal. Frozen values; the views draw them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.access.decide import Reached
from bot.access.grants import Grant
from bot.access.reasons import Reason
from bot.access.rules.purposes import DataClass, Purpose, Shown
from bot.accounts.source import AccountRef, WhyUnread
from bot.privacy.objections.choices import MediumStanding


@dataclass(frozen=True, slots=True)
class Line:
    """One data class on the card. `values` are as they may be shown (masked already); `counts` of what is hidden.

    `withheld`: fields that are shown to nobody for this purpose, because the account objected. `unread`: why what is
    missing could not be read now, where that is so; `missing`: which fields, where others of the class could be.
    """

    data_class: DataClass
    shown: Shown
    values: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    grant: Grant | None = None
    withheld: tuple[str, ...] = ()
    unread: WhyUnread | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One account as this person may see it for this purpose. `entry` is the audit entry's id.

    `others`: the purposes that this person could state instead. For marketing: `media` says by which media the account
    may be reached, `activated` when it was activated, where that may be seen; `by_activation`: that counts as agreeing.
    """

    entry: str
    ref: AccountRef
    purpose: Purpose
    by_default: bool
    lines: tuple[Line, ...]
    others: tuple[Purpose, ...] = ()
    media: tuple[MediumStanding, ...] = ()
    activated: str | None = None
    by_activation: bool = True


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Several accounts match, or one that is merely similar: which one?

    `unread`: labels of data classes that were not searched, because they can't be read now.
    """

    entry: str
    query: str
    purpose: Purpose
    by_default: bool
    refs: tuple[AccountRef, ...]
    more: bool
    similar: bool
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFound:
    """Nothing matches. `unread`: labels of data classes that were not searched, as they can't be read now."""

    entry: str
    query: str
    reason: Reason
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is shown, and why. `purpose` is the one that was asked for, where there is one.

    `unread` is the number of the change of the policy that is to be read first, `reached` the limit that is. `account`
    is the id of the one to which a grant is missing.
    """

    entry: str
    reason: Reason
    purpose: Purpose | None = None
    unread: int | None = None
    reached: Reached | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """The values of one class under a grant. Of a list there is one page, `start` to `start + len`, of `total`.

    `withheld`: fields of the class that are not shown even so, because the account objected; `unread`: those that
    could not be read now, and why.
    """

    entry: str
    ref: AccountRef
    data_class: DataClass
    purpose: Purpose
    grant: Grant
    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    page: int
    pages: int
    totals: Mapping[str, int]
    withheld: tuple[str, ...] = ()
    unread: Mapping[str, WhyUnread] = field(default_factory=dict)


LookedUp = Card | Suggestions | NotFound | Refused
