"""Looking back: whether what was integrated is still what it was, a group of 256 entries at a time.

The integrator checks what it adds. This checks older rows, at random while Steward runs; all of them are looked at by
bot.audit.verify, when an auditor asks.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import structlog
from sqlalchemy import Connection, insert, select
from sqlmodel import col

from bot.audit.entry import Random
from bot.audit.integration.growth import WIDTH, Keys, edge_mismatch, signed_frontier, size_of
from bot.audit.integration.integrated import STORED_EVERY, StoredCheckpoint, latest_checkpoint, stored_hashes
from bot.audit.integration.snapshots import at_one_moment, read_tails
from bot.audit.merkle.tree import Frontier
from bot.audit.rows import ENTRY_COLUMNS, EntryRow, entry_row, row_fault, row_state
from bot.audit.states import state_of
from bot.audit.tamper import Kind, Mismatch, Place, is_known
from bot.database import Database
from models.audit import AuditEntry, AuditOpen
from models.ledger import AuditPending, LedgerLeaf

NEWEST: Final = 1000
CHANCE_BYTES: Final = 8

log = structlog.get_logger(__name__)


class InTree(NamedTuple):
    """An entry where it stands in the tree, with the hash that stands there."""

    position: int
    entry_id: str
    leaf: bytes
    row: EntryRow | None


@dataclass(frozen=True, slots=True)
class LookBack:
    """Reads the ledger and changes nothing in it but missing marks. Each call is one transaction."""

    database: Database
    keys: Keys
    random: Random

    def somewhere(self, known: Collection[Place]) -> Mismatch | None:
        """The tree's edge, a group of entries at random, and the nodes above it. Raises SQLAlchemyError."""
        with at_one_moment(self.database) as connection:
            base = latest_checkpoint(connection)
            groups = -(-size_of(base) // WIDTH)
            chosen = int.from_bytes(self.random(CHANCE_BYTES)) % groups if groups else 0
            return first_new(_all(connection, base, self.keys, [chosen] if groups else []), known)

    def mark_forgotten(self) -> int:
        """Mark the newest entries that have neither an index nor a mark; returns how many there were.

        Such an entry was written by a release from before the ledger, or somebody removed its mark.
        """
        newest = select(col(AuditEntry.id)).order_by(col(AuditEntry.id).desc()).limit(NEWEST).subquery()
        unmarked = (
            select(newest.c.id)
            .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == newest.c.id)
            .outerjoin(AuditPending, col(AuditPending.entry_id) == newest.c.id)
            .where(col(LedgerLeaf.index).is_(None), col(AuditPending.entry_id).is_(None))
        )
        with self.database.transaction() as connection:
            forgotten = connection.scalars(unmarked).all()
            if forgotten:
                connection.execute(insert(AuditPending), [{"entry_id": entry_id} for entry_id in forgotten])
        if forgotten:
            log.warning("ledger.unmarked_found", count=len(forgotten))
        return len(forgotten)


def first_new(mismatches: Iterator[Mismatch], known: Collection[Place]) -> Mismatch | None:
    """The first that nobody has acknowledged."""
    return next((one for one in mismatches if not is_known(one, known)), None)


def in_tree_mismatch(one: InTree) -> Mismatch | None:
    """Whether the entry that has this index is the one whose hash stands there. Pure."""
    what = None
    if one.row is None:
        what = f"Entry {one.position} ({one.entry_id}) is gone from the audit table."
    elif fault := row_fault(one.row, one.position):
        what = fault.words
    elif one.row.leaf != one.leaf:
        what = f"Entry {one.position} ({one.entry_id}) was changed: another hash stands in the tree."
    return Mismatch(Kind.ENTRY, one.entry_id, what, row_state(one.row, one.leaf)) if what else None


def _all(
    connection: Connection, base: StoredCheckpoint | None, keys: Keys, groups: Collection[int]
) -> Iterator[Mismatch]:
    frontier = signed_frontier(base, keys)
    if isinstance(frontier, Mismatch):
        yield frontier
        return
    if mismatch := edge_mismatch(frontier, read_tails(connection, frontier.size)):
        yield mismatch
    for group in groups:
        yield from _group(connection, group, frontier.size)


def _group(connection: Connection, group: int, size: int) -> Iterator[Mismatch]:
    """The entries of a group, then each stored node above it against those that it is made of."""
    start, stop = group * WIDTH, min((group + 1) * WIDTH, size)
    found = _in_tree(connection, start, stop)
    for position, one in enumerate(found, start=start):
        if one.position != position:
            break
        if mismatch := in_tree_mismatch(one):
            yield mismatch
    if [one.position for one in found] != list(range(start, stop)):
        state = state_of([(one.position, one.leaf) for one in found])
        yield Mismatch(Kind.TREE, f"0/{group}", f"Hashes of the tree between {start} and {stop} are gone.", state)
        return
    level, index, hashes = 0, group, [one.leaf for one in found]
    while len(hashes) == WIDTH:
        above = stored_hashes(connection, level + STORED_EVERY, index, index + 1)
        if above != [Frontier().extend(hashes).root()]:
            what = f"A stored hash of the tree was changed or is gone: level {level + STORED_EVERY}, index {index}."
            yield Mismatch(Kind.TREE, f"{level + STORED_EVERY}/{index}", what, state_of(above))
        level, index = level + STORED_EVERY, index // WIDTH
        last = min((index + 1) * WIDTH, size >> level)
        hashes = stored_hashes(connection, level, index * WIDTH, last)


def _in_tree(connection: Connection, start: int, stop: int) -> list[InTree]:
    query = (
        select(*ENTRY_COLUMNS, col(LedgerLeaf.index), col(LedgerLeaf.entry_id).label("named"), col(LedgerLeaf.leaf))
        .select_from(LedgerLeaf)
        .outerjoin(AuditEntry, col(AuditEntry.id) == col(LedgerLeaf.entry_id))
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(LedgerLeaf.entry_id))
        .where(col(LedgerLeaf.index) >= start, col(LedgerLeaf.index) < stop)
        .order_by(col(LedgerLeaf.index))
    )
    rows = connection.execute(query).all()
    return [InTree(row[-3], row[-2], bytes(row[-1]), entry_row(row)) for row in rows]
