"""One line of an export: an entry with its index, its leaf hash, and what its salted hashes open to. Pure.

{"index": n, "leaf": hex, "entry": {…}, "open": {field: {"salt": hex, "value": text}}}, with the entry in its canonical
form (RFC 8785), nothing between the parts, and a line's end. A line is read as strictly as it is written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final

import orjson

from bot.audit.entry import KEYS, PERSONAL, SALT_BYTES, Opened, commit_to
from bot.audit.faults import Code, Fault, entry_fault, names
from bot.audit.merkle.tree import leaf_hash

MAX_LINE_BYTES: Final = 1 << 20  # an entry's texts are cut to what Slack takes, a few thousand characters
MAX_INTEGER: Final = 2**53 - 1  # beyond it RFC 8785 and JavaScript lose digits
LINE_KEYS: Final = frozenset({"index", "leaf", "entry", "open"})
ENTRY_KEYS: Final = frozenset(KEYS)
PERSONAL_KEYS: Final = frozenset(PERSONAL)
PAIR_KEYS: Final = frozenset({"salt", "value"})
HEX_32: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
SALT_HEX: Final = re.compile(rf"[0-9a-f]{{{SALT_BYTES * 2}}}", re.ASCII)
SEALED: Final = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
PLAIN: Final = frozenset({str, bool, int, NoneType})

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line whose entry, leaf and opened values agree with one another.

    `erased` are the fields whose text was taken out; `exact` is false when the line says the same as the export did,
    in another spelling.
    """

    index: int
    id: str
    leaf: bytes
    sealed: bytes
    opened: Opened
    erased: tuple[str, ...]
    exact: bool


def export_line(index: int, leaf: bytes, sealed: str, opened: Opened) -> bytes:
    """The line of an entry, its end included. `sealed` is the canonical text as it is stored."""
    return _written(index, leaf.hex(), sealed.encode(), opened)


def canonical(entry: Mapping[str, object]) -> bytes:
    """The entry's canonical text. RFC 8785's, byte for byte, for the values that `value_fault` finds nothing in."""
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def read_line(raw: bytes, place: int) -> Line | Fault:
    """The line at this place (counted from 0, so the entry's index if all is well), or the first fault in it.

    That its index is the place's is not checked here.
    """
    if len(raw) > MAX_LINE_BYTES:
        return entry_fault(Code.TOO_LONG, f"is no entry: its line is longer than {MAX_LINE_BYTES} bytes.", place)
    if not raw.endswith(b"\n"):
        return entry_fault(Code.CUT, "is cut: the export ends in the middle of its line.", place)
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return entry_fault(Code.NOT_JSON, "cannot be read: its line is no JSON.", place)
    if fault := shape_fault(value, LINE_KEYS, "an export's line", place) or _line_values_fault(value, place):
        return fault
    entry, opened = value["entry"], value["open"]
    sealed = canonical(entry)
    leaf = leaf_hash(sealed)
    if fault := substance_fault(entry, leaf, value["leaf"], opened, place):
        return fault
    erased = tuple([name for name in PERSONAL if entry[name] is not None and name not in opened])
    exact = raw == _written(value["index"], value["leaf"], sealed, opened)
    return Line(value["index"], entry["id"], leaf, sealed, opened, erased, exact)


def shape_fault(value: object, keys: frozenset[str], what: str, place: int, entry_id: object = None) -> Fault | None:
    """Whether a value of JSON is an object with exactly these keys."""
    if not isinstance(value, dict):
        return entry_fault(Code.BAD_VALUE, f"has something else where {what} should be.", place, entry_id)
    if value.keys() == keys:
        return None
    if unknown := value.keys() - keys:
        return entry_fault(Code.UNKNOWN_FIELDS, f"has fields that {what} has not: {names(unknown)}.", place, entry_id)
    missing = ", ".join(sorted(keys - value.keys()))
    return entry_fault(Code.MISSING_FIELDS, f"lacks fields of {what}: {missing}.", place, entry_id)


def substance_fault(entry: Object, leaf: bytes, leaf_hex: object, opened: object, place: int) -> Fault | None:
    """Whether the leaf is the entry's, and all that is opened is what the entry commits to.

    The entry has its keys and values already.
    """
    if leaf_hex != leaf.hex():
        what = "was changed: its text and its hash do not belong together."
        return entry_fault(Code.CHANGED, what, place, entry["id"])
    if not isinstance(opened, dict):
        return entry_fault(Code.BAD_VALUE, "has no object under open.", place, entry["id"])
    if not opened.keys() <= PERSONAL_KEYS:
        what = f"opens fields that are not personal text: {names(opened.keys() - PERSONAL_KEYS)}."
        return entry_fault(Code.UNKNOWN_FIELDS, what, place, entry["id"])
    for name, pair in opened.items():
        if fault := _pair_fault(entry, name, pair, place):
            return fault
    return None


def value_fault(entry: Any, place: int) -> Fault | None:
    """Whether an entry has its keys, and under them what the contract allows.

    That is strings, booleans, whole numbers, null and lists of these; salted hashes for personal text.
    """
    if fault := shape_fault(entry, ENTRY_KEYS, "an audit entry", place, _id_in(entry)):
        return fault
    if not isinstance(entry["id"], str):
        return entry_fault(Code.BAD_VALUE, "has no id.", place)
    if not are_plain(entry.values()):
        what = "has a value that is neither text, a whole number, true, false, null nor a list of these."
        return entry_fault(Code.BAD_VALUE, what, place, entry["id"])
    for name in PERSONAL:
        sealed = entry[name]
        if sealed is not None and not (isinstance(sealed, str) and SEALED.fullmatch(sealed)):
            return entry_fault(Code.BAD_VALUE, f"has no salted hash as its {name}.", place, entry["id"])
    return None


def _line_values_fault(line: Object, place: int) -> Fault | None:
    index, leaf, entry_id = line["index"], line["leaf"], _id_in(line["entry"])
    if type(index) is not int or index < 0:
        return entry_fault(Code.BAD_VALUE, "has no whole number as its index.", place, entry_id)
    if not isinstance(leaf, str) or not HEX_32.fullmatch(leaf):
        return entry_fault(Code.BAD_VALUE, "has no hash of 64 small hex digits as its leaf.", place, entry_id)
    return value_fault(line["entry"], place)


def _pair_fault(entry: Object, name: str, pair: Any, place: int) -> Fault | None:
    entry_id = entry["id"]
    if fault := shape_fault(pair, PAIR_KEYS, "an opened value", place, entry_id):
        return fault
    salt, value = pair["salt"], pair["value"]
    if not isinstance(salt, str) or not SALT_HEX.fullmatch(salt) or not isinstance(value, str):
        return entry_fault(Code.BAD_VALUE, f"opens its {name} to something that is no salt and text.", place, entry_id)
    if commit_to(value, bytes.fromhex(salt)) != entry[name]:
        what = f"was changed: its {name} does not match its salted hash."
        return entry_fault(Code.OPENED_CHANGED, what, place, entry_id)
    return None


def _written(index: int, leaf: str, sealed: bytes, opened: Opened) -> bytes:
    return b'{"index":%d,"leaf":"%b","entry":%b,"open":%b}\n' % (index, leaf.encode(), sealed, orjson.dumps(opened))


def are_plain(values: Iterable[object]) -> bool:
    """Whether these are strings, booleans, whole numbers that keep their digits, null, and lists of these."""
    single: list[Any] = []
    for value in values:
        if type(value) is list:
            single += value
        else:
            single.append(value)
    kinds = set(map(type, single))
    return kinds <= PLAIN and (int not in kinds or all(abs(one) <= MAX_INTEGER for one in single if type(one) is int))


def _id_in(entry: object) -> object:
    return entry.get("id") if isinstance(entry, dict) else None
