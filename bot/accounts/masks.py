"""Masks: enough for an agent to confirm a value with a customer, never enough to guess it. Pure, on the server."""

import re

DOT = "•"
HIDDEN = DOT * 3

PHONE = re.compile(r"\+?[0-9][0-9 ().\-/]{5,}")
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9 ]{10,}")
DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]+")
FOUR_DIGITS = re.compile(r"[0-9]{4}")
TWO_AT_THE_END = re.compile(r"[0-9]{2}$")
BETWEEN_GROUPS = re.compile(r"[ ().\-/]+")


def mask(field: str, value: str, *, further: bool = False) -> str:
    """The value with most of it replaced, its shape kept: `m•••@acme.com`, `+371 •• ••• 478`, `•••• 4242`.

    `further` keeps less, for individuals: no domain, no country, no letter of what has no shape (`m•••@•••`, `••• 78`).

    The shape is read from the value; only a field whose name ends in `last4` is known to be a remainder already
    and keeps its four digits. Whatever has no known shape keeps one first letter of what is long enough.
    """
    text = " ".join(value.split())
    if not text:
        return ""
    if further:
        return _less(text)
    if field.endswith("last4") and FOUR_DIGITS.fullmatch(text):
        return f"{DOT * 4} {text}"
    if text.count("@") == 1:
        return _email(text)
    if IBAN.fullmatch(text):
        return f"{text[:2]}{DOT * 2} {DOT * 4} {text[-2:]}"
    if PHONE.fullmatch(text) and _digits(text) >= 7:
        return _phone(text)
    return _first_letter(text)


def _less(text: str) -> str:
    """An address's first letter, the last two of what ends in digits, or nothing of it."""
    if text.count("@") == 1:
        return f"{_first_letter(text.split('@')[0])}@{HIDDEN}"
    tail = TWO_AT_THE_END.search(text)
    return f"{HIDDEN} {tail[0]}" if tail and _digits(text) >= 4 else HIDDEN


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _email(text: str) -> str:
    """First letter and domain; nothing where more than a domain follows, which may be anything that somebody typed."""
    local, domain = text.split("@")
    if not local or not DOMAIN.fullmatch(domain):
        return HIDDEN
    return f"{_first_letter(local)}@{domain}"


def _phone(text: str) -> str:
    """Country code and the last three digits; the groups between them stay visible as groups."""
    groups = BETWEEN_GROUPS.split(text.strip())
    groups = [group for group in groups if group]
    head = groups.pop(0) if groups[0].startswith("+") and len(groups[0]) <= 4 else None
    tail = groups[-1][-3:] if len("".join(groups)) >= 7 else ""
    middle = [DOT * min(len(group), 3) for group in groups[:-1]] or [HIDDEN]
    return " ".join(part for part in (head, *middle, tail) if part)


def _first_letter(text: str) -> str:
    return f"{text[0]}{HIDDEN}" if len(text) > 3 else HIDDEN
