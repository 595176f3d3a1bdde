"""The rules a company configures: data classes, purposes and their bounds. Values only; settings.py reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.access.rules.duty import OnDuty
from bot.access.rules.reminding import Reminding
from bot.access.rules.tickets import TicketRule

if TYPE_CHECKING:  # it knows purposes
    from bot.access.rules.processors import Processor


class Shown(StrEnum):
    """How a data class is shown."""

    OPEN = "open"
    MASKED = "masked"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class DataClass:
    """A named group of fields of an account, with its way of being shown without a grant.

    Where `approvers` is set, a request for it needs `approvals` people of that role too, whatever the purpose says.
    """

    key: str
    label: str
    fields: tuple[str, ...]
    shown: Shown
    approvals: int = 0
    approvers: str | None = None
    belongs_to_customer: bool = False  # people of the customer's, of whom the company holds data for them


@dataclass(frozen=True, slots=True)
class Purpose:
    """A reason for a look-up that a clause of the policy permits. `groups`, `default_for`, `approvers`: roles.

    `media`, for marketing: the media that the clause names, each with the fields that are needed to use it.
    `emergency` is how long access lasts that is taken at once and reviewed afterwards (None: there is none),
    `on_duty` who gets access at once, `reasons` what a reason may begin with, `look_ups_per_hour` a person's most.
    """

    key: str
    label: str
    clause: str
    groups: frozenset[str]
    default_for: frozenset[str]
    data_classes: tuple[str, ...]
    max_duration: timedelta
    approvals: int
    approvers: str
    extend_at_once: bool = False
    media: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    marketing: bool = False
    end_when_unused: timedelta | None = None  # a grant that was not used for so long ends
    emergency: timedelta | None = None
    on_duty: OnDuty | None = None
    reasons: tuple[str, ...] = ()
    ticket: TicketRule = field(default_factory=TicketRule)
    look_ups_per_hour: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one person may have open at once, and look up within an hour; None: as much as they like.

    Requests that wait count as grants too, since each may become one. `accounts_in_a_grant` is how many accounts one
    request may name: no more than an approver can read and tick one by one.
    """

    open_requests: int | None = None
    open_grants: int | None = None
    look_ups_per_hour: int | None = None
    accounts_in_a_grant: int = 10


def reached(purpose: Purpose, data_classes: Mapping[str, DataClass]) -> tuple[str, ...]:
    """The classes that a purpose reaches: marketing never reaches what belongs to the customer.

    Source: policy, "Data about the people and companies you write to, which you entrust to us so that your e-mail and
    other messages can reach them".
    """
    if not (purpose.marketing or purpose.media):
        return purpose.data_classes
    return tuple(key for key in purpose.data_classes if not data_classes[key].belongs_to_customer)


@dataclass(frozen=True, slots=True)
class Rules:
    """All purposes and data classes of the company, by key, in the order of steward.toml."""

    purposes: Mapping[str, Purpose]
    data_classes: Mapping[str, DataClass]
    pending_timeout: timedelta
    kind_field: str | None = (
        None  # the field that tells businesses from individuals (policy: "distinguish businesses from individuals")
    )
    name_fields: frozenset[str] = frozenset()  # open fields that say who an account is: masked for individuals
    activated_field: str | None = None  # when the account was activated
    processors: "Mapping[str, Processor]" = field(default_factory=dict)  # the register of engaged third parties
    reminding: Reminding = field(default_factory=Reminding)
    ask_about_ticket_after: timedelta | None = None  # how long after a grant began its holder is asked, once
    limits: Limits = Limits()
    title_field: str = "name"  # the open field by which requests call a business


def purpose_named(phrase: str, labels: Mapping[str, str]) -> str | None:
    """The key of the purpose that a phrase names: its key or label, or the only one that begins so.

    `labels` maps keys to labels.
    """
    wanted = _plain(phrase)
    if not wanted:
        return None
    names = {key: {_plain(key), _plain(label)} for key, label in labels.items()}
    exact = [key for key, own in names.items() if wanted in own]
    begins = [key for key, own in names.items() if any(name.startswith(wanted) for name in own)]
    return exact[0] if exact else begins[0] if len(begins) == 1 else None


def nearest_purpose(phrase: str, labels: Mapping[str, str]) -> str | None:
    """The key of the purpose that a phrase with a typing error was meant for, if one is near enough."""
    from rapidfuzz import fuzz, process  # loaded for whoever mistyped

    names = {name: key for key, label in labels.items() for name in (_plain(key), _plain(label))}
    best = process.extractOne(_plain(phrase), list(names), scorer=fuzz.ratio, score_cutoff=70)
    return names[best[0]] if best else None


def purpose_with(word: str, labels: Mapping[str, str]) -> str | None:
    """The key of the only purpose whose label has a word like this one: "suport" of "Technical support"."""
    from rapidfuzz import fuzz, process  # loaded for whoever mistyped

    words = {key: _plain(label).split() for key, label in labels.items()}
    like = [
        key for key, own in words.items() if process.extractOne(_plain(word), own, scorer=fuzz.ratio, score_cutoff=85)
    ]
    return like[0] if len(like) == 1 else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
