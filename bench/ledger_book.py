"""A large ledger, made as the integrator would have left it, without taking as long: by several processes, in bulk."""

import pickle
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import shake_128
from multiprocessing import get_context
from pathlib import Path
from typing import Final, cast

import orjson

from bench.company import account_id, ledger_keys
from bench.ledger_filling import TABLES, Rows, filling, moment
from bot.audit.entry import Action, Entry, Outcome, Surface, leaf_hash, seal
from bot.audit.merkle.checkpoints import Checkpoint
from bot.audit.merkle.tree import Frontier
from bot.database import Database
from migrations.schema import upgrade

PEOPLE: Final = 200
STEP: Final = 1000  # entries to a checkpoint
CHUNK: Final = 10_000
SHELVED: Final = 1_000_000  # entries that are kept for the next book: some 1.5 GB
STORED_EVERY: Final = 8
BEGAN: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)
APART: Final = timedelta(milliseconds=2500)
SEED: Final = 20260302
FIELDS: Final = ("id", "name", "domain", "plan", "status", "created_at", "contact_name", "email")
PURPOSES: Final = ("technical_support", "customer_service", "billing", "marketing")
MAKERS: Final = 2  # processes that make entries while this one writes them
AHEAD: Final = 4  # chapters made and not written yet: some 20 MB each
ALONE: Final = 3  # so few chapters are made before a process has begun

Span = tuple[int, int]


@dataclass(slots=True)
class Book:
    """A database at this release's schema whose ledger grows on demand; `frontier` is its tree so far.

    To make an entry takes longer than to write it, and it is always the same: `shelf` is a folder where the first
    entries are kept, for the next book of the run to be filled from.
    """

    database: Database
    frontier: Frontier
    shelf: Path

    def grow(self, size: int) -> None:
        """Make it so many entries long."""
        if size <= self.frontier.size:
            return
        with filling(self.database) as write:
            for rows in self._drafts(_spans(self.frontier.size, size)):
                self.frontier = _bound(self.frontier, rows)
                write(rows)
        with self.database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()

    def _drafts(self, spans: Sequence[Span]) -> Iterator[Rows]:
        """The rows of the entries of each, from the shelf or made now."""
        there = [span for span in spans if self._kept(span).exists()]
        for span in there:
            yield cast("Rows", pickle.loads(self._kept(span).read_bytes()))  # noqa: S301 - written by this run
        missing = spans[len(there) :]
        for span, rows in zip(missing, _made(missing), strict=True):
            if span[1] <= SHELVED:
                self._kept(span).write_bytes(pickle.dumps(rows, pickle.HIGHEST_PROTOCOL))
            yield rows

    def _kept(self, span: Span) -> Path:
        return self.shelf / f"{span[0]}-{span[1]}.pickle"


def _spans(start: int, stop: int) -> list[Span]:
    """Chapters, whose ends are the same in each book."""
    ends = [*range((start // CHUNK + 1) * CHUNK, stop, CHUNK), stop]
    return list(zip([start, *ends], ends, strict=False))


def _made(spans: Sequence[Span]) -> Iterator[Rows]:
    """The rows of each, in order; of many by several processes, a few chapters ahead."""
    if len(spans) <= ALONE:
        yield from (drafted(*span) for span in spans)
        return
    with ProcessPoolExecutor(MAKERS, get_context("spawn")) as makers:
        waiting: deque[Future[Rows]] = deque()
        for span in spans:
            waiting.append(makers.submit(drafted, *span))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def drafted(start: int, stop: int) -> Rows:
    """The rows of the entries from one position up to another, without what stands above them in the tree."""
    rows: Rows = {table: [] for table in TABLES}
    for position in range(start, stop):
        _write_entry(rows, position)
    return rows


def _bound(frontier: Frontier, rows: Rows) -> Frontier:
    """The tree with these entries; its hashes, and a checkpoint every so often, are added to the rows."""
    leaves, signer = [row[2] for row in rows["ledger_leaves"]], ledger_keys().signer
    for done in range(0, len(leaves), STEP):
        first, some = frontier.size, leaves[done : done + STEP]
        frontier, made = frontier.grow(some)
        for level in range(STORED_EVERY, len(made), STORED_EVERY):
            rows["ledger_nodes"] += [(level, (first >> level) + n, one) for n, one in enumerate(made[level])]
        root, at = frontier.root(), BEGAN + APART * frontier.size
        note = Checkpoint(signer.key.name, frontier.size, root).sign(signer)
        rows["ledger_checkpoints"].append((frontier.size, first, root, frontier.to_bytes(), note, moment(at)))
    return frontier


def _write_entry(rows: Rows, position: int) -> None:
    entry, dice = _made_up(position)
    sealed, opened = seal(entry, dice.bytes)
    leaf = leaf_hash(sealed)
    keys = (entry.actor, entry.action.value, entry.outcome.value, entry.account, entry.purpose, entry.grant)
    rows["audit_entries"].append((entry.id, moment(entry.at), *keys, sealed, leaf, entry.request))
    rows["audit_open"].append((entry.id, orjson.dumps(opened).decode()))
    rows["ledger_leaves"].append((position, entry.id, leaf))


def book(url: str, shelf: Path) -> Book:
    """An empty one."""
    database = Database(url)
    with database.transaction() as connection:
        upgrade(connection)
    return Book(database, Frontier(), shelf)


class _Dice:
    """Numbers and bytes that follow from a position, the same each time, and sooner than Python's own generator."""

    def __init__(self, position: int) -> None:
        self._left = shake_128(b"%d/%d" % (SEED, position)).digest(128)

    def bytes(self, count: int) -> bytes:
        """The next ones."""
        some, self._left = self._left[:count], self._left[count:]
        return some

    def below(self, most: int) -> int:
        """A number from 0."""
        return int.from_bytes(self.bytes(8), "big") % most

    def pareto(self, alpha: float) -> float:
        """From 1 up; small ones come up most."""
        return float((1 - self.below(1 << 53) / (1 << 53)) ** (-1 / alpha))


def made_up(position: int) -> Entry:
    """Entry number `position`, always the same."""
    return _made_up(position)[0]


def _made_up(position: int) -> tuple[Entry, _Dice]:
    dice = _Dice(position)
    at = BEGAN + APART * position
    stamp = int(at.timestamp() * 1000)
    person = int(dice.pareto(1.2)) % PEOPLE
    entry = Entry(
        id=f"{stamp >> 16:08x}-{stamp & 0xFFFF:04x}-7000-8000-{dice.below(1 << 48):012x}",
        at=at + timedelta(microseconds=dice.below(2_000_000)),
        actor=f"U{person:08}",
        team="T0BENCH",
        actor_email=f"person{person}@postwing.example",
        action=Action.LOOK_UP if position % 5 else Action.REVEAL,
        outcome=Outcome.MASKED if position % 7 else Outcome.DISCLOSED,
        reason=None,
        account=account_id(dice.below(100_000)),
        query=account_id(position),
        purpose=PURPOSES[position % len(PURPOSES)],
        fields=FIELDS[: 4 + position % 5],
        grant=f"R-{1000 + position // 50}" if position % 5 == 0 else None,
        ticket=f"HD-{position % 90_000}" if position % 3 == 0 else None,
        justification="The customer asked why a campaign was not delivered." if position % 5 == 0 else None,
        policy_version="5f" * 32,
        request=f"bench.{position}",
        surface=Surface.COMMAND,
    )
    return entry, dice
