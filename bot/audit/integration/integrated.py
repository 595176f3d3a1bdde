"""Reading what the integrator has put in order: entries by index, the tree's stored nodes, checkpoints, and what waits.

Every function reads within the caller's connection; what must agree with one another is read in one transaction.
"""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, func, select
from sqlmodel import col

from bot.audit.merkle.tree import Frontier, Subtree
from bot.audit.states import state_of
from models.audit import AuditEntry, AuditOpen
from models.ledger import AuditPending, LedgerCheckpoint, LedgerCosignature, LedgerLeaf, LedgerNode
from models.tables import table_of

BATCH: Final = 2000
STORED_EVERY: Final = 8  # levels: 0 are the leaves, then 8, 16 … are kept, and those between are computed

LEAVES = table_of(LedgerLeaf)
NODES = table_of(LedgerNode)


class Integrated(NamedTuple):
    """An entry at its index, `position` from 0. `sealed` is its canonical text, None when its row is gone.

    `leaf` is the hash that stands in the tree (32 bytes), `opened` JSON as stored: {field: {"salt", "value"}}, or None.
    """

    position: int
    id: str
    sealed: str | None
    leaf: bytes
    opened: str | None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as it is kept; `note` is the signed note's text, `previous` the size that it grew from."""

    size: int
    previous: int
    root: bytes
    frontier: bytes
    note: str
    at: datetime

    @property
    def state(self) -> str:
        """All that is kept of it but its time, as a digest."""
        return state_of(self.size, self.previous, self.root, self.frontier, self.note)


def latest_checkpoint(connection: Connection) -> StoredCheckpoint | None:
    """The checkpoint of the largest tree, or None when nothing was integrated yet."""
    return _checkpoint(connection, _CHECKPOINTS.order_by(col(LedgerCheckpoint.size).desc()).limit(1))


def checkpoint_of(connection: Connection, size: int) -> StoredCheckpoint | None:
    """The checkpoint of exactly this size, if one was signed."""
    return _checkpoint(connection, _CHECKPOINTS.where(col(LedgerCheckpoint.size) == size))


def cosignatures_of(connection: Connection, size: int) -> tuple[str, ...]:
    """The witnesses' signature lines under the checkpoint of this size."""
    lines = select(col(LedgerCosignature.line)).where(col(LedgerCosignature.size) == size)
    return tuple(connection.scalars(lines.order_by(col(LedgerCosignature.witness))))


def note_of(connection: Connection, size: int) -> str | None:
    """The checkpoint of this size as a signed note, with the witnesses' cosignatures beneath its own signature."""
    stored = checkpoint_of(connection, size)
    return None if stored is None else stored.note + "".join(f"{line}\n" for line in cosignatures_of(connection, size))


def integrated(connection: Connection, start: int = 0, stop: int | None = None) -> Iterator[Integrated]:
    """The entries from index `start` up to `stop` (excluded; None: all), in order, streamed with flat memory."""
    query = _INTEGRATED.where(col(LedgerLeaf.index) >= start)
    if stop is not None:
        query = query.where(col(LedgerLeaf.index) < stop)
    query = query.order_by(col(LedgerLeaf.index)).execution_options(yield_per=BATCH)
    with closing(connection.execute(query)) as rows:
        for row in rows:
            position, entry_id, sealed, leaf, opened = row
            yield Integrated(position, entry_id, sealed, bytes(leaf), opened)


def index_of(connection: Connection, entry_id: str) -> int | None:
    """Where an entry stands, or None while it waits."""
    return connection.scalar(select(col(LedgerLeaf.index)).where(col(LedgerLeaf.entry_id) == entry_id))


def pending_count(connection: Connection) -> int:
    """How many entries are committed and wait for their index."""
    return int(connection.scalar(select(func.count()).select_from(AuditPending)) or 0)


def oldest_pending(connection: Connection, besides: Collection[str] = ()) -> tuple[str, datetime] | None:
    """The id and the time of the entry that has waited longest, or None when none waits `besides` these."""
    waiting = select(col(AuditEntry.id), col(AuditEntry.at)).join(
        AuditPending, col(AuditPending.entry_id) == col(AuditEntry.id)
    )
    waiting = waiting.where(col(AuditPending.entry_id).not_in(sorted(besides)))
    row = connection.execute(waiting.order_by(col(AuditPending.entry_id)).limit(1)).one_or_none()
    return None if row is None else (row.id, row.at)


def stored_hashes(connection: Connection, level: int, start: int, stop: int | None = None) -> list[bytes]:
    """The stored hashes of a level (0, 8, 16 …) from index `start` up to `stop`, excluded, in order.

    Fewer when some are not there. Without `stop` all that follow, 256 at most.
    """
    table, value, conditions = LEAVES, LEAVES.c.leaf, []
    if level > 0:
        table, value, conditions = NODES, NODES.c.hash, [NODES.c.level == level]
    conditions.append(table.c.index >= start)
    query = select(value).where(*conditions).order_by(table.c.index)
    query = query.limit(1 << STORED_EVERY) if stop is None else query.where(table.c.index < stop)
    return [bytes(one) for one in connection.scalars(query)]


def subtree(connection: Connection) -> Subtree:
    """The roots of perfect subtrees, read from what is stored: at most 128 hashes each.

    The function raises LookupError when a hash that it needs is not stored.
    """

    def root(level: int, index: int) -> bytes:
        above = level % STORED_EVERY
        hashes = stored_hashes(connection, level - above, index << above, index + 1 << above)
        if len(hashes) != 1 << above:
            raise LookupError(f"the ledger's hashes of level {level - above} are not complete")
        return Frontier().extend(hashes).root()

    return root


def stored_frontier(connection: Connection, size: int) -> Frontier:
    """The tree of the first `size` leaves from the stored nodes alone. Raises LookupError when one is not there."""
    return frontier_of(size, subtree(connection))


def frontier_of(size: int, read: Subtree) -> Frontier:
    """The tree of the first `size` leaves. Raises what `read` does."""
    peaks, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            peaks.append(read(level, start >> level))
            start += 1 << level
    return Frontier(size, tuple(peaks))


_CHECKPOINTS: Final = select(table_of(LedgerCheckpoint))

_INTEGRATED: Final[Select[*tuple[Any, ...]]] = (
    select(
        col(LedgerLeaf.index),
        col(LedgerLeaf.entry_id),
        col(AuditEntry.entry),
        col(LedgerLeaf.leaf),
        col(AuditOpen.opened),
    )
    .outerjoin(AuditEntry, col(AuditEntry.id) == col(LedgerLeaf.entry_id))
    .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(LedgerLeaf.entry_id))
)


def _checkpoint(connection: Connection, query: Select[*tuple[Any, ...]]) -> StoredCheckpoint | None:
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return StoredCheckpoint(row.size, row.previous, bytes(row.root), bytes(row.frontier), row.note, row.at)
