"""Exact keys: an id, e-mail, domain, phone or other number, normalised so that spelling does not matter. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import cache

from bot.accounts.layout import AccountLayout

LONGEST = 320  # characters: the longest e-mail address (RFC 3696, erratum 1690: 64 + 1 + 255)
FEWEST_DIGITS = 6
FEWEST_OTHER = 4

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")
DOMAIN = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}\.?")
PHONE = re.compile(r"\+?[\d\s().\-/]+")
NOT_IN_NUMBERS = re.compile(r"[\W_]+")


PART = "5part:"
"""Marks a part of a name that is found by one or two letters (bot.accounts.folding): no account's key as a whole."""


class Nature(StrEnum):
    """What a key is. Keys sort in this order, which is the order in which matches are shown."""

    ID = "0id"
    EMAIL = "1email"
    DOMAIN = "2domain"
    PHONE = "3phone"
    OTHER = "4other"


WORDS = {
    Nature.EMAIL: ("mail",),
    Nature.DOMAIN: ("domain", "website", "url", "host"),
    Nature.PHONE: ("phone", "mobile", "tel", "fax"),
}


@cache
def nature_of(field: str) -> Nature:
    """What a field's values are, by its name: "contact_email" holds e-mail addresses."""
    lower = field.lower()
    return next((nature for nature, words in WORDS.items() if any(word in lower for word in words)), Nature.OTHER)


def account_keys(account_id: str, values: Mapping[str, str | list[str]], layout: AccountLayout) -> tuple[str, ...]:
    """All keys that find an account, sorted."""
    found = {key(Nature.ID, account_id)}
    for field in layout.exact:
        value = values.get(field, ())
        nature = nature_of(field)
        found.update(key(nature, one) for one in ([value] if isinstance(value, str) else value) if one.strip())
    return tuple(sorted(found))


@cache
def natures_of(fields: tuple[str, ...]) -> tuple[Nature, ...]:
    """What the values of these fields are, each once. A tuple, as a member of an enumeration is slow to hash."""
    return tuple(dict.fromkeys(map(nature_of, fields)))


def query_keys(query: str, natures: Collection[Nature]) -> tuple[str, ...]:
    """The keys that typed text may be. An address with @ is nothing else than an e-mail address or an id."""
    if len(query) > LONGEST:
        return ()
    if addressed := email_keys(query):
        return addressed if Nature.EMAIL in natures else addressed[:1]
    by_id = key(Nature.ID, query)
    found = [by_id]
    if Nature.DOMAIN in natures and is_domain(query):
        found.append(key(Nature.DOMAIN, query))
    if Nature.PHONE in natures and _is_phone(query):
        found.append(key(Nature.PHONE, query))
    if Nature.OTHER in natures and len(normalised_number(query)) >= FEWEST_OTHER:
        found.append(key(Nature.OTHER, query))
    return tuple(found)


def email_keys(query: str) -> tuple[str, ...]:
    """The keys of an id and of an e-mail address that typed text may be; none where it can be no address."""
    typed = query.strip()
    if "@" not in typed[1:-1] or len(typed) > LONGEST:
        return ()
    if not typed.isascii():
        return (key(Nature.ID, typed), key(Nature.EMAIL, typed))
    lower = typed.lower()
    return (_ID + lower, _EMAIL + lower.rstrip("."))


def key(nature: Nature, value: str) -> str:
    """The normalised value, marked with what it is: "1email:anna@balticbeans.example"."""
    mark, normalised = _MARKED[nature]
    return mark + normalised(value.strip())


def is_email(text: str) -> bool:
    """Whether text is meant as an e-mail address: something on both sides of an @."""
    return "@" in text and "@" in text.strip()[1:-1]


def is_domain(text: str) -> bool:
    """Whether text is meant as a domain or the address of a web page."""
    if text.isascii() and "." not in text:  # letters beyond ASCII may stand for a dot
        return False
    return DOMAIN.fullmatch(_host(text)) is not None


def domain_label(text: str) -> str:
    """The longest part of a domain but its last: "balticbeans" of "www.balticbeans.example"."""
    labels = normalised_domain(text).split(".")
    return _decoded(max(labels[:-1] or labels, key=len))


def normalised_email(value: str) -> str:
    """Without case, the domain in ASCII (IDNA). Addresses that differ by case alone are one in practice."""
    if value.isascii() and "@" in value:
        return value.lower().rstrip(".")
    local, _, domain = _plain(value).rpartition("@")
    return f"{local}@{_ascii(domain)}"


def normalised_domain(value: str) -> str:
    """The host alone, without case and www., in ASCII (IDNA)."""
    return _ascii(_host(value)).removeprefix("www.")


def normalised_phone(value: str) -> str:
    """Digits alone, as dialled from abroad without the plus: "+44 (0)20 7946 0123" is "442079460123"."""
    digits = re.sub(r"\D", "", value.replace("(0)", "") if value.startswith(("+", "00")) else value)
    return digits.removeprefix("00")


def normalised_number(value: str) -> str:
    """Letters and digits alone, without case: VAT numbers, IBANs and the like."""
    return NOT_IN_NUMBERS.sub("", _plain(value))


def _is_phone(text: str) -> bool:
    """Whether text is meant as a telephone number. None begins with a letter, as most of what is typed does."""
    if text[:1].isalpha():
        return False
    return PHONE.fullmatch(text) is not None and len(normalised_phone(text)) >= FEWEST_DIGITS


def _host(value: str) -> str:
    lower = _plain(value).strip()
    return SCHEME.sub("", lower, count=1).split("/", 1)[0].partition(":")[0]


def _ascii(domain: str) -> str:
    lower = domain.rstrip(".")
    if lower.isascii():
        return lower
    try:
        return lower.encode("idna").decode()
    except UnicodeError:  # not a host name that could exist, so it is compared as it stands
        return lower


def _decoded(label: str) -> str:
    try:
        return label.encode().decode("idna")
    except UnicodeError:  # not IDNA, so it is read as it stands
        return label


def _plain(value: str) -> str:
    return value.lower() if value.isascii() else unicodedata.normalize("NFKC", value).casefold()


_ID, _EMAIL = f"{Nature.ID}:", f"{Nature.EMAIL}:"  # for every query: a member of an enumeration is slow to look up
_MARKED = {
    nature: (f"{nature}:", normalised)
    for nature, normalised in (
        (Nature.ID, _plain),
        (Nature.EMAIL, normalised_email),
        (Nature.DOMAIN, normalised_domain),
        (Nature.PHONE, normalised_phone),
        (Nature.OTHER, normalised_number),
    )
}
