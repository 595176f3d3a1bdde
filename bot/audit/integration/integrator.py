"""Giving committed entries their index, growing the tree, and signing what it has become.

Writers never wait: they leave a mark with each entry. One integrator among all replicas, by a lease, takes what is
marked (never "what has a greater id than the last": commits do not come in the order of ids) and writes leaves, nodes
and a signed checkpoint in one transaction. Two at once would do no harm: the index and the size grown from are unique,
so one of them is refused. Before anything is signed the new entries, the last checkpoint and the tree's edge are
computed again; if they do not agree, that is kept and told, and nothing is signed until somebody has looked.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import IntegrityError

from bot.audit.integration.growth import Growth, Keys, Seen, Snapshot, edge_mismatch, grow, rollback, signed_frontier
from bot.audit.integration.lease import Lease
from bot.audit.integration.snapshots import at_one_moment, read_snapshot
from bot.audit.tamper import LedgerStanding, Mismatch, Place, is_known
from bot.clock import Clock
from bot.database import Database
from models.ledger import LedgerCheckpoint, LedgerNode

BATCH: Final = 1000

ADD_LEAVES: Final = text(
    'INSERT INTO ledger_leaves ("index", entry_id, leaf) SELECT * FROM unnest('
    "CAST(:positions AS bigint[]), CAST(:entries AS text[]), CAST(:hashes AS bytea[]))"
)
UNMARK: Final = text("DELETE FROM audit_pending WHERE entry_id = ANY(CAST(:entries AS text[]))")

# On SQLite every writer waits while these run, so nothing is done around them that need not be.
ADD_LEAF: Final = 'INSERT INTO ledger_leaves ("index", entry_id, leaf) VALUES (?, ?, ?)'
UNMARK_ONE: Final = "DELETE FROM audit_pending WHERE entry_id = ?"

log = structlog.get_logger(__name__)


class Overtaken(Exception):
    """Another integrator has taken these marks away."""


class Integrator:
    """Integrates while it has the lease. `tick` and `step` are for one thread; the rest is for others too."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        keys: Keys,
        standing: LedgerStanding,
        refuse: Callable[[Mismatch], object],
        *,
        lease: Lease | None = None,
        batch: int = BATCH,
    ) -> None:
        self.lease = lease or Lease(database, clock)
        self.standing = standing
        self.keys = keys
        self._database = database
        self._clock = clock
        self._refuse = refuse
        self._batch = batch
        self._seen: Seen | None = None

    def refresh(self) -> None:
        """Learn what other processes have found, and what was acknowledged. Raises SQLAlchemyError."""
        with self._database.reading() as connection:
            self.standing.refresh(connection)

    def tick(self, stop: threading.Event | None = None) -> int:
        """Integrate all that waits, if it is this process's turn; returns how many entries. Raises SQLAlchemyError."""
        total = 0
        while self.lease.take() and not self.standing.open and not (stop and stop.is_set()):
            done = self.step()
            total += done
            if done < self._batch:
                break
        return total

    def finish(self) -> None:
        """Integrate what came in last, one batch at most, and let another process begin. Raises SQLAlchemyError.

        Also where no tick came to it: a Steward may be stopped before its integrator has looked at anything.
        """
        self.refresh()
        if not self.standing.open and self.lease.ask():
            self.step()
        self.lease.give_back()

    def step(self) -> int:
        """One batch, whoever has the lease: returns how many entries got their index. Raises SQLAlchemyError."""
        with at_one_moment(self._database) as connection:
            snapshot = read_snapshot(connection, self._seen, self.standing.set_aside, self._batch)
        if not snapshot.waiting:
            return 0
        outcome = decide(snapshot, self._seen, self.standing.known, self.keys, self._clock())
        if isinstance(outcome, Mismatch):
            self._refuse(outcome)
            return 0
        if not write(self._database, outcome):
            return 0
        self._seen = Seen(outcome.checkpoint.size, outcome.checkpoint.root)
        return len(outcome.leaves)


def decide(
    snapshot: Snapshot, seen: Seen | None, known: Collection[Place], keys: Keys, now: datetime
) -> Growth | Mismatch:
    """What becomes of the ledger: it grows, or something does not agree and it stays as it is. Pure."""
    frontier = signed_frontier(snapshot.base, keys)
    if isinstance(frontier, Mismatch):
        return frontier
    lost = rollback(seen, snapshot)
    if lost and not is_known(lost, known):
        return lost
    return edge_mismatch(frontier, snapshot.tails) or grow(snapshot, frontier, keys.signer, now)


def write(database: Database, growth: Growth) -> bool:
    """Whether the growth is committed; False when another integrator was first. Raises SQLAlchemyError."""
    try:
        with database.transaction() as connection:
            if growth.leaves:
                connection.execute(insert(LedgerCheckpoint), [asdict(growth.checkpoint)])
                _add_leaves(connection, growth.leaves)
            if growth.nodes:
                connection.execute(insert(LedgerNode), _named(("level", "index", "hash"), growth.nodes))
            _unmark(connection, [*(entry_id for _, entry_id, _ in growth.leaves), *growth.again])
    except (IntegrityError, Overtaken):
        log.info("ledger.overtaken", size=growth.checkpoint.size)
        return False
    if growth.again:
        log.warning("ledger.marked_again", count=len(growth.again))
    return True


def _named(names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _add_leaves(connection: Connection, leaves: Sequence[tuple[int, str, bytes]]) -> None:
    """On PostgreSQL in one statement with three parameters, however many there are."""
    if connection.dialect.name == "postgresql":
        positions, entries, hashes = (list(column) for column in zip(*leaves, strict=True))
        connection.execute(ADD_LEAVES, {"positions": positions, "entries": entries, "hashes": hashes})
    else:
        connection.exec_driver_sql(ADD_LEAF, list(leaves))


def _unmark(connection: Connection, entries: Sequence[str]) -> None:
    if connection.dialect.name == "postgresql":
        removed = connection.execute(UNMARK, {"entries": list(entries)})
    else:
        removed = connection.exec_driver_sql(UNMARK_ONE, [(entry_id,) for entry_id in entries])
    if removed.rowcount != len(entries):
        raise Overtaken
