"""What a database gives as the plain text that people read, and typed text as what a key column compares with. Pure."""

import json
import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Date, Float, Integer, LargeBinary, Numeric, String, Uuid
from sqlalchemy.types import BINARY, VARBINARY, TypeEngine

from bot.accounts.source import Value
from bot.accounts.sql.as_stored import AsStored

LARGEST: Final = 2**63 - 1
LARGEST_UNSIGNED: Final = 2**64 - 1
LONGEST_NUMERIC = 38  # digits: the most that databases in use keep exactly
LONGEST_IN_A_FLOAT = 15  # digits that floating point keeps apart
NOBODY = object()
"""No key can be this text."""
BINARIES: Final = (LargeBinary, BINARY, VARBINARY)
_NO_DATE: Final = re.compile(r"0000-00-00(?:[ T]00:00:00(?:\.0+)?)?")
"""What MySQL and MariaDB keep where a date is missing, and what is taken from them into other databases."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


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
            return "" if _NO_DATE.fullmatch(stored) else stored.strip()
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
            return _text_or_digits(bytes(stored))
        case dict() | list():
            return json.dumps(stored, ensure_ascii=False, default=str)
    return str(stored)


def key_of(typed: str, kind: TypeEngine[Any]) -> object:
    """An account's id as its column has it; NOBODY for a text that no id in such a column has.

    The text has to be the very one that the id is shown as: 7 is no id that is called "007".
    """
    kind = as_declared(kind)
    if isinstance(kind, Integer):
        largest = LARGEST_UNSIGNED if getattr(kind, "unsigned", False) else LARGEST
        return int(typed) if _is_whole_number(typed) and int(typed) <= largest else NOBODY
    if isinstance(kind, Uuid) or type(kind).__name__ in ("UUID", "UNIQUEIDENTIFIER"):
        return _uuid(typed, as_text=isinstance(kind, String) or not getattr(kind, "as_uuid", True))
    if isinstance(kind, Float):
        plain = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_IN_A_FLOAT
        return float(typed) if plain and str(int(typed)) == typed else NOBODY
    if isinstance(kind, Numeric):
        return Decimal(typed) if _is_whole_number(typed) else NOBODY
    if isinstance(kind, Date):
        return _date(typed)
    return _bytes(typed) if isinstance(kind, BINARIES) else typed


def is_text(kind: TypeEngine[Any]) -> bool:
    """Whether a column holds text, which may be empty and has upper and lower case."""
    return isinstance(as_declared(kind), String)


def as_declared(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """A column's type as the database has it, where it is read in another way."""
    return kind.kind if isinstance(kind, AsStored) else kind


def _text_or_digits(stored: bytes) -> str:
    """Bytes as the text that they are, or in hexadecimal digits where they are none."""
    try:
        text = stored.decode()
    except UnicodeDecodeError:
        return stored.hex()
    return stored.hex() if _CONTROL.search(text) else text.strip()


def _bytes(typed: str) -> object:
    """Those that are shown as this text."""
    try:
        read = bytes.fromhex(typed)
    except ValueError:
        read = b""
    return next((one for one in (read, typed.encode()) if text_of(one) == typed), NOBODY)


def _is_whole_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMERIC and str(int(typed)) == typed


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
