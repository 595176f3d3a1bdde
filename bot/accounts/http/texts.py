"""What an API gives, as the texts that accounts are made of. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from bot.accounts.http.expressions import Expression
from bot.accounts.http.faults import ApiFault, Reason
from bot.accounts.http.settings import Place
from bot.accounts.source import Value

LONGEST_TEXT: Final = 10_000
LONGEST_LIST: Final = 100_000  # items
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def value_of(name: str, place: Place, account: Any) -> Value | None:
    """A field's value within an account; None: it has none. Raises ApiFault when something else stands there."""
    found = place.at.found(account)
    if place.at.is_singular and not (found and isinstance(found[0], list)):
        text = text_of(name, found[0]) if found else None
        return place.words.get(text, text) if text is not None else None
    several = texts_of(name, found[0] if place.at.is_singular else found)
    return tuple(place.words.get(one, one) for one in several) or None


def texts_of(name: str, items: Sequence[Any]) -> tuple[str, ...]:
    """The items of a list that say something, in their order. Raises ApiFault."""
    if len(items) > LONGEST_LIST:
        raise ApiFault(Reason.TOO_LARGE, f"“{name}” has more than {LONGEST_LIST:,} items.")
    return tuple(text for item in items if (text := text_of(name, item)) is not None)


def text_of(name: str, value: Any) -> str | None:
    """Text in one line, without what no text should have in it; numbers as they are written. Raises ApiFault."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return orjson.dumps(value).decode()
    if not isinstance(value, str):
        what = "a list" if isinstance(value, list) else "an object"
        raise ApiFault(Reason.OTHER_SHAPE, f"Where “{name}” should be there is {what}.")
    text = " ".join(_CONTROL.sub(" ", value).split()) if _CONTROL.search(value) else value.strip()
    return (text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…") or None


def values_of(places: Mapping[str, Place], account: Any) -> dict[str, Value]:
    """The values of several fields that the account has. Raises ApiFault."""
    every = {name: value_of(name, place, account) for name, place in places.items()}
    return {name: value for name, value in every.items() if value is not None}


def accounts_of(at: Expression, document: Any) -> list[Mapping[str, Any]]:
    """The accounts in an answer. Raises ApiFault when it holds something else."""
    found = at.found(document)
    if len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    if not found and at.text == "$":
        raise ApiFault(Reason.OTHER_SHAPE, "Its answer holds no account.")
    if not all(isinstance(one, Mapping) for one in found):
        raise ApiFault(Reason.OTHER_SHAPE, "Where accounts should be there is something else.")
    return found


def items_of(name: str, at: Expression, document: Any) -> list[Any]:
    """The items of a page. Raises ApiFault when the answer has another shape than one page of a list."""
    found = at.found(document)
    if at.is_singular:
        if len(found) != 1 or not isinstance(found[0], list):
            raise ApiFault(Reason.OTHER_SHAPE, f"Where the items of “{name}” should be there is no list.")
        return list(found[0])
    if not isinstance(document, dict | list):
        raise ApiFault(Reason.OTHER_SHAPE, f"Where the items of “{name}” should be there is no list.")
    return found


def number_of(at: Expression | None, document: Any) -> int | None:
    """A count that the answer states; None: it does not. Numbers in quotes count, too."""
    found = at.one(document) if at else None
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 16:
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
