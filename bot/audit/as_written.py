"""Entries as they were written, newest first, for whoever compares what other tables say with them."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select
from sqlmodel import col

from bot.audit.rows import ENTRY_COLUMNS, EntryRow, entry_row, row_fault
from bot.audit.told import Told, told_by
from models.audit import AuditEntry, AuditOpen
from models.ledger import LedgerLeaf

_ENTRIES: Final = (
    select(*ENTRY_COLUMNS, col(LedgerLeaf.leaf).label("in_tree"))
    .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
    .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditEntry.id))
    .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
)


def as_written(connection: Connection, *conditions: ColumnElement[bool]) -> Iterator[tuple[EntryRow, Told] | None]:
    """The entries that meet the conditions, with what they say; None for one that is not as it was written.

    What was changed together with its own hashes is told by the tree, if it stands there already.
    """
    for row in connection.execute(_ENTRIES.where(*conditions)).all():
        entry = _whole(row)
        yield None if entry is None else (entry, told_by(entry))


def _whole(row: Any) -> EntryRow | None:
    entry = entry_row(row)
    if entry is None or row_fault(entry, 0) is not None:
        return None
    return entry if row.in_tree is None or bytes(row.in_tree) == entry.leaf else None
