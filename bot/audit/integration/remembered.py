"""What this process has committed, remembered until it has its place in the tree.

What has no index yet is in no tree: whoever takes an entry away in that second, its mark with it, or puts another in
its place, leaves nothing in the database to compare with. The process that wrote it knows better. It keeps an id and a
hash of each entry, in memory and for as long as it takes, and asks for them afterwards; no writer waits for anything.
"""

import threading
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.rows import ENTRY_COLUMNS, entry_row, row_state
from bot.audit.tamper import Kind, Mismatch
from models.audit import AuditEntry, AuditOpen
from models.ledger import LedgerLeaf

MOST: Final = 20_000  # entries: more than a minute of 200 a second, some 5 MB
ASKED_AT_ONCE: Final = 500
ASKED_AT_MOST: Final = 2_000  # in one look; those that still wait come after the others then


class Remembered:
    """The newest entries of this process that were not seen in the tree yet. For several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._leaves: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._leaves)

    def __call__(self, committed: Sequence[tuple[str, bytes]]) -> None:
        """Remember entries, each with its hash, that the database has said to have committed.

        Where nobody integrates for long the oldest are forgotten.
        """
        with self._lock:
            self._leaves.update(committed)
            for entry_id in list(self._leaves)[: max(len(self._leaves) - self._most, 0)]:
                del self._leaves[entry_id]

    def look(self, connection: Connection) -> tuple[Mismatch, ...]:
        """Those that are gone, or are others than were committed, until they are forgotten. Raises SQLAlchemyError.

        What has its index as it was committed is forgotten.
        """
        with self._lock:
            asked = dict(list(self._leaves.items())[:ASKED_AT_MOST])
        ids, found = list(asked), list[Mismatch]()
        for start in range(0, len(ids), ASKED_AT_ONCE):
            some = ids[start : start + ASKED_AT_ONCE]
            rows = {row[0]: row for row in connection.execute(_STANDING.where(col(AuditEntry.id).in_(some)))}
            for entry_id in some:
                if mismatch := self._compared(entry_id, asked[entry_id], rows.get(entry_id)):
                    found.append(mismatch)
        return tuple(found)

    def _compared(self, entry_id: str, leaf: bytes, row: Any) -> Mismatch | None:
        entry = entry_row(row) if row is not None else None
        in_tree = bytes(row[-1]) if row is not None and row[-1] is not None else None
        mismatch = None
        if entry is None:
            what = f"Entry {entry_id} was committed and is gone from the audit table."
            mismatch = Mismatch(Kind.ENTRY, entry_id, what, row_state(None))
        elif entry.leaf != leaf or in_tree not in (None, leaf):
            what = f"Entry {entry_id} was changed before it had its index: it was committed with another hash."
            mismatch = Mismatch(Kind.ENTRY, entry_id, what, row_state(entry, in_tree))
        with self._lock:
            kept = self._leaves.pop(entry_id, None)
            if kept is not None and (mismatch or in_tree is None):
                self._leaves[entry_id] = kept
        return mismatch

    def forget(self, entry_id: str) -> None:
        """What was found of it was told."""
        with self._lock:
            self._leaves.pop(entry_id, None)


_STANDING: Final = (
    select(*ENTRY_COLUMNS, col(LedgerLeaf.leaf).label("in_tree"))
    .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
    .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditEntry.id))
)
