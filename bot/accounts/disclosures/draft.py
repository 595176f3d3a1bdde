"""What somebody fills in to give data to an outsider, and why it is incomplete or forbidden. Pure.

Source: policy, "We neither sell nor rent out your personal or business data … except with your consent in writing or
when a court orders us to".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.access.rules.purposes import Rules
from bot.days import read_day

SHORTEST_WHY: Final = 15
LONGEST_WHY: Final = 2000
LONGEST_TEXT: Final = 200

_SALE: Final = re.compile(
    r"\b(?:sell|sells|selling|sold|sales? of|for sale|resale|re-?s(?:ell|old)\w*"
    r"|rent|rents|rented|renting|rental|leas(?:e|es|ed|ing)|hir(?:e|es|ed|ing) out"
    r"|licens(?:e|es|ed|ing) (?:the |out )?(?:data|lists?|addresses)|buys?|buyers?|buying|purchas\w+"
    r"|pay(?:s|ing)? (?:us|for)|paid for|for (?:money|a fee|payment)|moneti[sz]\w+"
    r"|(?:advertising|mailing|marketing|lead|address) lists?|lead generation|(?:data|list|address) brokers?)\b",
    re.IGNORECASE,
)


class Basis(StrEnum):
    """What the asker says permits it."""

    CONSENT = "consent"
    COURT_ORDER = "court_order"
    PAYMENT = "payment"  # it is sold or rented
    NONE = "none"


PERMITTING: Final = frozenset({Basis.CONSENT, Basis.COURT_ORDER})


class Part(StrEnum):
    """A field of the form."""

    ACCOUNT = "account"
    FIELDS = "fields"
    RECIPIENT = "recipient"
    ORGANISATION = "organisation"
    BASIS = "basis"
    REFERENCE = "reference"
    DATED = "dated"
    GIVEN_BY = "given_by"
    WHY = "why"


class Fault(StrEnum):
    """What is wrong with a field; the views have the words."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    NO_MATCH = "no_match"
    TOO_MANY_LOOK_UPS = "too_many_look_ups"
    NO_DAY = "no_day"
    IN_THE_FUTURE = "in_the_future"
    NOT_OURS = "not_ours"  # a field of a class that is the customer's own data, or none at all
    NO_APPROVER = "no_approver"


@dataclass(frozen=True, slots=True)
class Draft:
    """As it was typed. `fields` are names; `dated` is a day: 2026-03-02.

    `reference` is the consent's document or the court's number, `given_by` who signed it or which court.
    """

    account: str
    fields: tuple[str, ...]
    recipient: str
    organisation: str
    basis: Basis | None
    reference: str
    dated: str | None
    given_by: str
    why: str


def speaks_of_sale(text: str) -> bool:
    """Whether words say that it is sold, rented, or for somebody's list."""
    return bool(_SALE.search(text))


def forbidden(draft: Draft) -> Basis | None:
    """Why it is refused whatever else it says: there is money in it, or neither a consent nor an order."""
    if draft.basis is Basis.PAYMENT or speaks_of_sale(f"{draft.why}\n{draft.organisation}\n{draft.recipient}"):
        return Basis.PAYMENT
    return Basis.NONE if draft.basis is Basis.NONE else None


def disclosable(rules: Rules) -> tuple[str, ...]:
    """Every field that may be given away at all: never those of the customer's own data, other people's."""
    return tuple(name for one in rules.data_classes.values() if not one.belongs_to_customer for name in one.fields)


def check(draft: Draft, rules: Rules, today: date) -> Mapping[Part, Fault]:
    """All that is wrong without looking anything up, at once."""
    texts = {
        Part.ACCOUNT: draft.account,
        Part.RECIPIENT: draft.recipient,
        Part.ORGANISATION: draft.organisation,
        Part.REFERENCE: draft.reference,
        Part.GIVEN_BY: draft.given_by,
    }
    found = {part: _text(value) for part, value in texts.items()}
    found[Part.FIELDS] = _fields(draft.fields, rules)
    found[Part.BASIS] = None if draft.basis in PERMITTING else Fault.MISSING
    found[Part.DATED] = _day(draft.dated, today)
    found[Part.WHY] = _why(draft.why)
    return {part: fault for part, fault in found.items() if fault is not None}


def _text(value: str) -> Fault | None:
    if not value.strip():
        return Fault.MISSING
    return Fault.TOO_LONG if len(value) > LONGEST_TEXT else None


def _fields(fields: tuple[str, ...], rules: Rules) -> Fault | None:
    if not fields:
        return Fault.MISSING
    return None if set(fields) <= set(disclosable(rules)) else Fault.NOT_OURS


def _day(typed: str | None, today: date) -> Fault | None:
    if not typed:
        return Fault.MISSING
    found = read_day(typed)
    if found is None:
        return Fault.NO_DAY
    return Fault.IN_THE_FUTURE if found > today else None


def _why(why: str) -> Fault | None:
    if not why.strip():
        return Fault.MISSING
    if len(why.strip()) < SHORTEST_WHY:
        return Fault.TOO_SHORT
    return Fault.TOO_LONG if len(why) > LONGEST_WHY else None
