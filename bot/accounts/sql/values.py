"""What a database gives as the plain text that people read, and typed text as what a key column compares with. Pure."""

import json
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Float, Integer, Numeric, String, Uuid
from sqlalchemy.types import TypeEngine

from bot.accounts.source import Value

LONGEST_INTEGER = 18  # digits: what fits into 64 bits whatever it is
LONGEST_IN_A_FLOAT = 15  # digits that floating point keeps apart
NOBODY = object()
"""No key can be this text."""


def value_of(stored: object) -> Value | None:
    """A column's value as text, or as texts where it is an array or a list in JSON; None for what is empty."""
    if isinstance(stored, list | tuple | set | frozenset):
        items = tuple(text for one in stored if (text := text_of(one)))
        return items or None
    return text_of(stored) or None


def joined(values: Sequence[Value]) -> Value | None:
    """What several rows have in one column: the one value where they agree, else all that differ, in their order."""
    items = tuple(dict.fromkeys(item for one in values for item in ((one,) if isinstance(one, str) else one)))
    return values[0] if len(values) == 1 else items[0] if len(items) == 1 else items or None


def text_of(stored: object) -> str:
    """One value as text: dates as ISO 8601 without a time of midnight, numbers without trailing zeros, yes and no."""
    match stored:
        case None:
            return ""
        case str():
            return stored.strip()
        case bool():
            return "yes" if stored else "no"
        case Decimal():
            return format(stored.normalize(), "f")
        case float() if stored.is_integer():
            return format(stored, ".0f")
        case datetime():
            return (stored.date() if stored.time() == time() else stored).isoformat()
        case date() | time():
            return stored.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(stored).decode("utf-8", "replace").strip()
        case dict() | list():
            return json.dumps(stored, ensure_ascii=False, default=str)
    return str(stored)


def key_of(typed: str, kind: TypeEngine[Any]) -> object:
    """An account's id as its column has it; NOBODY for a text that no id in such a column has.

    The text has to be the very one that the id is shown as: 7 is no id that is called "007".
    """
    if isinstance(kind, Integer):
        plain = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_INTEGER and str(int(typed)) == typed
        return int(typed) if plain else NOBODY
    if isinstance(kind, Uuid) or type(kind).__name__ in ("UUID", "UNIQUEIDENTIFIER"):
        return _uuid(typed, as_text=isinstance(kind, String) or not getattr(kind, "as_uuid", True))
    if isinstance(kind, Float):
        plain = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_IN_A_FLOAT
        return float(typed) if plain and str(int(typed)) == typed else NOBODY
    if isinstance(kind, Numeric):
        plain = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_INTEGER
        return Decimal(typed) if plain and text_of(Decimal(typed)) == typed else NOBODY
    if isinstance(kind, Date):
        return _date(typed)
    return typed


def is_text(kind: TypeEngine[Any]) -> bool:
    """Whether a column holds text, which may be empty and has upper and lower case."""
    return isinstance(kind, String)


def _date(typed: str) -> object:
    try:
        read = date.fromisoformat(typed)
    except ValueError:
        return NOBODY
    return read if read.isoformat() == typed else NOBODY


def _uuid(typed: str, *, as_text: bool) -> object:
    try:
        read = uuid.UUID(typed)
    except ValueError:
        return NOBODY
    if str(read) != typed.lower():
        return NOBODY
    return str(read) if as_text else read
