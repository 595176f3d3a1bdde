"""An entry's rows in the database, and whether text, hash, columns and opened values belong together. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlmodel import col

from bot.audit.agreement import agrees
from bot.audit.entry import timestamp
from bot.audit.exports.lines import ENTRY_KEYS, are_plain, canonical, substance_fault, value_fault
from bot.audit.faults import Code, Fault, entry_fault
from bot.audit.merkle.tree import leaf_hash
from bot.audit.states import state_of
from models.audit import AuditEntry, AuditOpen

COLUMNS: Final = ("actor", "action", "outcome", "account", "purpose", "grant")
ENTRY_COLUMNS: Final = (
    *(col(getattr(AuditEntry, name)) for name in ("id", "at", "entry", "leaf", *COLUMNS)),
    col(AuditOpen.opened),
)
"""What `entry_row` reads, of the audit table outer-joined with what stands beside it."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of the audit table with the row beside it. `sealed` is the canonical text, `columns` those for searching.

    `opened` is JSON as it is stored, or None.
    """

    id: str
    at: datetime
    columns: tuple[str | None, ...]
    sealed: str
    leaf: bytes
    opened: str | None


def entry_row(row: Any) -> EntryRow | None:
    """A row of ENTRY_COLUMNS, from its left; None where an outer join found no entry."""
    entry_id, at, sealed, leaf, *columns, opened = row[: len(ENTRY_COLUMNS)]
    if entry_id is None:
        return None
    return EntryRow(entry_id, at, tuple(columns), sealed, bytes(leaf), opened)


def row_state(row: EntryRow | None, in_tree: bytes | None = None) -> str:
    """What stands of an entry (None: nothing), with its hash in the tree where it has one there."""
    if row is None:
        return state_of(None, in_tree)
    return state_of(row.id, timestamp(row.at), row.columns, row.sealed, row.leaf, row.opened, in_tree)


def row_fault(row: EntryRow, place: int) -> Fault | None:
    """What is wrong with an entry that has, or is to get, this index; in words that quote nothing of it."""
    entry = _json(row.sealed)
    if _is_as_written(row, entry):
        return None
    opened = _json(row.opened or "{}")
    if leaf_hash(row.sealed.encode()) != row.leaf:
        return entry_fault(Code.CHANGED, "was changed: its text and its hash do not belong together.", place, row.id)
    if fault := value_fault(entry, place):
        return fault
    if entry["id"] != row.id or canonical(entry).decode() != row.sealed:
        return entry_fault(Code.CHANGED, "was changed: its text is not as it is written.", place, row.id)
    if fault := substance_fault(entry, row.leaf, row.leaf.hex(), opened, place):
        return fault
    return _column_fault(row, entry, place)


def _is_as_written(row: EntryRow, entry: Any) -> bool:
    """Whether nothing is wrong and nothing was erased, told quickly; says yes only where `row_fault` finds nothing."""
    return (
        isinstance(entry, dict)
        and entry.keys() == ENTRY_KEYS
        and are_plain(entry.values())
        and canonical(entry) == row.sealed.encode()
        and agrees((row.id, row.at, row.sealed, row.leaf, *row.columns, row.opened), row.leaf)
    )


def _column_fault(row: EntryRow, entry: dict[str, Any], place: int) -> Fault | None:
    differing = [name for name, value in zip(COLUMNS, row.columns, strict=True) if value != entry[name]]
    if timestamp(row.at) != entry["at"]:
        differing.append("at")
    if not differing:
        return None
    what = f"was changed: its column {differing[0]} differs from its text."
    return entry_fault(Code.CHANGED, what, place, row.id)


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
