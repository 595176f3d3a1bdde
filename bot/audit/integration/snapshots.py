"""Reading, at one moment, all that the integrator decides by."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.integration.growth import Seen, Snapshot, Tails, Waiting, size_of, stored_levels, tail_start
from bot.audit.integration.integrated import StoredCheckpoint, latest_checkpoint, stored_frontier, stored_hashes
from bot.audit.rows import ENTRY_COLUMNS, entry_row
from bot.database import Database
from models.audit import AuditEntry, AuditOpen
from models.ledger import AuditPending, LedgerLeaf

BY_INDEX: Final = (
    "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), "
    "set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"
)


@contextmanager
def at_one_moment(database: Database) -> Iterator[Connection]:
    """A transaction whose statements all see the same state; on SQLite every transaction is one."""
    with database.reading() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield connection


def read_snapshot(connection: Connection, seen: Seen | None, set_aside: Collection[str], limit: int) -> Snapshot:
    """The ledger's end and up to `limit` entries that wait; the end is left out when none does."""
    _look_up_few(connection)
    waiting = _waiting(connection, set_aside, limit)
    if not waiting:
        return Snapshot(None, {}, ())
    base = latest_checkpoint(connection)
    root_then = _root_of_first(connection, seen.size, base) if seen else None
    return Snapshot(base, read_tails(connection, size_of(base)), waiting, root_then)


def read_tails(connection: Connection, size: int) -> Tails:
    """The stored hashes at the edge of a tree of this size, and whatever stands beyond it."""
    return {level: stored_hashes(connection, level, tail_start(size, level)) for level in stored_levels(size)}


def _look_up_few(connection: Connection) -> None:
    """Let PostgreSQL find the rows of what waits by index, for this transaction, however many there are of others.

    What waits is many at one moment and none at the next, so its statistics are always wrong; going by them, whole
    tables were read for each batch, and the longer the ledger the slower the look-ups beside it.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(BY_INDEX)


def _waiting(connection: Connection, set_aside: Collection[str], limit: int) -> tuple[Waiting, ...]:
    entry_id = col(AuditPending.entry_id)
    query = (
        select(*ENTRY_COLUMNS, entry_id.label("marked"), col(LedgerLeaf.index).label("place"))
        .select_from(AuditPending)
        .outerjoin(AuditEntry, col(AuditEntry.id) == entry_id)
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == entry_id)
        .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == entry_id)
        .where(entry_id.not_in(sorted(set_aside)))
        .order_by(entry_id)
        .limit(limit)
    )
    return tuple(Waiting(row.marked, entry_row(row), row.place is not None) for row in connection.execute(query))


def _root_of_first(connection: Connection, size: int, base: StoredCheckpoint | None) -> bytes | None:
    if base is not None and base.size == size:
        return base.root
    try:
        return stored_frontier(connection, size).root()
    except LookupError:
        return None
