"""What this process has committed, remembered until it has its place in the tree.

What has no index yet is in no tree: whoever takes an entry away in that second, its mark with it, or puts another in
its place, leaves nothing in the database to compare with. The process that wrote it knows better. It keeps an id and a
hash of each entry, in memory and for as long as it takes, and asks for them afterwards; no writer waits for anything.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select
from sqlmodel import col

from bot import driver
from bot.audit.rows import ENTRY_COLUMNS, entry_row, row_state
from bot.audit.tamper import Kind, Mismatch
from models.audit import AuditEntry, AuditOpen
from models.ledger import LedgerLeaf

MOST: Final = 20_000  # entries: more than a minute of 200 a second, some 5 MB
READ_AT_ONCE: Final = 500
ASKED_AT_MOST: Final = 2_000  # in one look; those that still wait come after the others then

LEAVES_SQLITE: Final = (
    "SELECT entry_id, leaf FROM ledger_leaves WHERE entry_id IN (SELECT value FROM json_each(:entries))"
)
LEAVES_POSTGRESQL: Final = "SELECT entry_id, leaf FROM ledger_leaves WHERE entry_id = ANY(%(entries)s)"


class Remembered:
    """The newest entries of this process that were not seen in the tree yet. For several threads.

    A look takes processor time from the look-ups of its process, whose threads take turns. So it asks for the hash
    that each entry has in the tree, which the integrator made of the entry as it found it, and reads an entry itself
    only where that hash is another one, or where it has none at a second look.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._leaves: dict[str, bytes] = {}
        self._waited: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._leaves)

    def __call__(self, committed: Sequence[tuple[str, bytes]]) -> None:
        """Remember entries, each with its hash, that the database has said to have committed.

        Where nobody integrates for long the oldest are forgotten.
        """
        with self._lock:
            self._leaves.update(committed)
            while len(self._leaves) > self._most:
                del self._leaves[next(iter(self._leaves))]

    def look(self, connection: Connection, *, last: bool = False) -> tuple[Mismatch, ...]:
        """Those that are gone, or are others than were committed, until they are forgotten. Raises SQLAlchemyError.

        What has its index as it was committed is forgotten. `last`: there will be no second look.
        """
        with self._lock:
            asked = dict(list(self._leaves.items())[:ASKED_AT_MOST])
        in_tree = _in_tree(connection, list(asked))
        placed = {entry_id for entry_id, leaf in asked.items() if in_tree.get(entry_id) == leaf}
        unsure = [one for one in asked if one not in placed and (last or one in in_tree or one in self._waited)]
        self._waited = frozenset(asked) - placed
        found = _compared(connection, unsure, asked)
        with self._lock:
            for entry_id in placed:
                self._leaves.pop(entry_id, None)
            for entry_id in [one for one in unsure if one in self._leaves]:
                self._leaves[entry_id] = self._leaves.pop(entry_id)
        return found

    def forget(self, entry_id: str) -> None:
        """What was found of it was told."""
        with self._lock:
            self._leaves.pop(entry_id, None)


def _in_tree(connection: Connection, ids: list[str]) -> Mapping[str, bytes]:
    """The leaf hash that each of these entries has in the tree; none of one that has no index."""
    if connection.dialect.name == "sqlite":
        rows = driver.rows(connection, LEAVES_SQLITE, {"entries": orjson.dumps(ids).decode()})
    else:
        rows = driver.rows(connection, LEAVES_POSTGRESQL, {"entries": ids})
    return {row[0]: bytes(row[1]) for row in rows}


def _compared(connection: Connection, ids: Sequence[str], leaves: Mapping[str, bytes]) -> tuple[Mismatch, ...]:
    """What is wrong with those of these entries that do not stand in the audit table as they were committed."""
    found: list[Mismatch | None] = []
    for start in range(0, len(ids), READ_AT_ONCE):
        some = ids[start : start + READ_AT_ONCE]
        rows = {row[0]: row for row in connection.execute(_STANDING.where(col(AuditEntry.id).in_(some)))}
        found += [_mismatch(entry_id, leaves[entry_id], rows.get(entry_id)) for entry_id in some]
    return tuple(one for one in found if one is not None)


def _mismatch(entry_id: str, leaf: bytes, row: Any) -> Mismatch | None:
    entry = entry_row(row) if row is not None else None
    in_tree = bytes(row[-1]) if row is not None and row[-1] is not None else None
    if entry is None:
        what = f"Entry {entry_id} was committed and is gone from the audit table."
        return Mismatch(Kind.ENTRY, entry_id, what, row_state(None))
    if entry.leaf == leaf and in_tree in (None, leaf):
        return None
    what = f"Entry {entry_id} was changed before it had its index: it was committed with another hash."
    return Mismatch(Kind.ENTRY, entry_id, what, row_state(entry, in_tree))


_STANDING: Final = (
    select(*ENTRY_COLUMNS, col(LedgerLeaf.leaf).label("in_tree"))
    .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
    .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditEntry.id))
)
