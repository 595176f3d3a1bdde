"""Look-ups with the ledger on and its integrator at work, against the same look-ups with plain inserts.

Plain: the same row and the same opened text in the same transaction, without the mark, and nobody to integrate it.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import Connection, Text, bindparam, insert, select, text
from sqlmodel import col

from bench.company import account_id, configuration, ledger_keys
from bench.databases import Databases
from bench.rows import Aim, Row
from bench.samples import Samples, by_pairs, by_turns
from bot.access.people import Conversation, Person, Standing
from bot.accounts.embedded import EmbeddedSource
from bot.accounts.look_up import LookUp
from bot.accounts.results import Card
from bot.audit.entry import Actor, Surface
from bot.audit.integration.remembered import Remembered
from bot.audit.ledger import INSERT_ENTRY, INSERT_OPEN, Keep, Ledger, Origin
from bot.audit.tamper import LedgerStanding
from bot.building.account_sources import account_layout
from bot.clock import system_clock
from bot.database import Database
from bot.driver import Prepared
from bot.running.integrating import Charge
from bot.running.integrator_part import IntegratorPart
from models.audit import AuditEntry, AuditOpen

WRITERS: Mapping[str, tuple[int, ...]] = {"sqlite": (1,), "postgresql": (1, 8, 32)}
OFTENER = {8: 2, 32: 3}  # times as many pairs: the more writers there are, the more one turn differs from the next
FOR_WARMTH = 1  # pairs that are not counted: connections are opened in them, and statements prepared
SPEED = {1: Aim(0.85, at_most=False)}
SPEED_TOGETHER = Aim(0.9, at_most=False)
SLOWEST = Aim(1.5)
SIGNED = Aim(1, unit="s")
LONGEST = Aim(2, unit="s")
PACE = 200  # look-ups a second
PACED_WRITERS = 8
LOOK_EVERY_S = 0.01
PATIENCE_S = 60.0
WARM_S = 0.7  # longer than the integrator ever rests, so that it is at work when the clock starts
FEWEST = 2  # timed look-ups of a writer, however short the turn and slow the machine: a percentile needs two
INESE = Person("U0BENCH", "T0BENCH", "Inese Ozola", "inese@postwing.example", Standing.MEMBER, frozenset({"support"}))
WAITING = text("SELECT count(*) FROM audit_pending")
SIZE = text("SELECT coalesce(max(size), 0) FROM ledger_checkpoints")
PLACES = text('SELECT entry_id, "index" FROM ledger_leaves')

_WRITTEN = insert(AuditEntry).returning(col(AuditEntry.id)).cte("written")
INSERT_BOTH = Prepared(
    insert(AuditOpen).from_select(["entry_id", "opened"], select(_WRITTEN.c.id, bindparam("opened", type_=Text)))
)


def plain(connection: Connection, row: Mapping[str, object], opened: str | None, *, alone: bool) -> bool:
    """An entry's row and what it opens to, and no mark; in one statement where the ledger's are in one."""
    if opened is None:
        return INSERT_ENTRY.write(connection, row, alone=alone) == 1
    if connection.dialect.name == "postgresql":
        return INSERT_BOTH.write(connection, {**row, "opened": opened}, alone=alone) == 1
    beside = {"entry_id": row["id"], "opened": opened}
    return INSERT_ENTRY.write(connection, row) == 1 and INSERT_OPEN.write(connection, beside) == 1


@dataclass(slots=True)
class Way:
    """One way to record look-ups; how long each took, in ms, is kept."""

    database: Database
    look_up: LookUp
    remembered: Remembered
    times: Samples = field(default_factory=Samples)
    numbers: Iterator[int] = field(default_factory=count)

    def once(self) -> str:
        """One look-up; the id of its entry. Raises AssertionError when it shows no card."""
        number = next(self.numbers)
        origin = Origin(Actor(INESE.id, INESE.team, INESE.email), Surface.COMMAND, f"bench.{number}")
        found = self.look_up(origin, INESE, Conversation.INTERNAL, account_id(number), None)
        assert isinstance(found, Card)
        return found.entry

    def take(self, writers: int, seconds: float) -> list[float]:
        """How many a second so many threads make together, once they are warm, each at least a few."""
        begins = time.perf_counter() + WARM_S
        taken: list[list[float]] = [[] for _ in range(writers)]
        threads = [threading.Thread(target=self._write, args=(begins, begins + seconds, times)) for times in taken]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        passed = time.perf_counter() - begins
        every = [one for times in taken for one in times]
        self.times.values.extend(every)
        return [len(every) / passed]

    def _write(self, begins: float, ends: float, times: list[float]) -> None:
        now = time.perf_counter()
        while now < ends or len(times) < FEWEST:
            began = now
            self.once()
            now = time.perf_counter()
            if began >= begins:
                times.append((now - began) * 1000)

    def settle(self) -> None:
        """Return when nothing waits for its index. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_S
        while self._ask(WAITING):
            if time.monotonic() > deadline:
                raise TimeoutError("the integrator does not keep up")
            time.sleep(LOOK_EVERY_S)

    def _ask(self, question: object) -> int:
        with self.database.reading() as connection:
            return int(connection.scalar(question) or 0)  # type: ignore[call-overload]  # a text of ours

    def signed(self, seconds: float) -> list[float]:
        """How long, in s, each of PACE look-ups a second waits from its commit to a checkpoint that states it."""
        committed: dict[str, float] = {}
        stop, sizes = threading.Event(), [(0, 0.0)]
        watcher = threading.Thread(target=self._watch, args=(stop, sizes))
        watcher.start()
        began = time.perf_counter()
        writers = [
            threading.Thread(target=self._pace, args=(began + one / PACE, began + seconds, committed))
            for one in range(PACED_WRITERS)
        ]
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
        self.settle()
        stop.set()
        watcher.join()
        return self._waits(committed, sizes)

    def _pace(self, at: float, ends: float, committed: dict[str, float]) -> None:
        while at < ends:
            time.sleep(max(0.0, at - time.perf_counter()))
            committed[self.once()] = time.perf_counter()
            at += PACED_WRITERS / PACE

    def _watch(self, stop: threading.Event, sizes: list[tuple[int, float]]) -> None:
        while True:
            last = stop.is_set()
            if (size := self._ask(SIZE)) > sizes[-1][0]:
                sizes.append((size, time.perf_counter()))
            if last:
                return
            time.sleep(LOOK_EVERY_S)

    def _waits(self, committed: Mapping[str, float], sizes: Sequence[tuple[int, float]]) -> list[float]:
        with self.database.reading() as connection:
            places = {row[0]: row[1] for row in connection.execute(PLACES)}
        waits = []
        for entry, at in committed.items():
            seen = next(moment for size, moment in sizes if size > places[entry])
            waits.append(max(0.0, seen - at))
        return waits


def steps(rounds: int) -> int:
    """How often a measurement says that it got further."""
    pairs = sum(FOR_WARMTH + _pairs(rounds, writers) for numbers in WRITERS.values() for writers in numbers)
    return 2 * pairs + len(WRITERS)


def _pairs(rounds: int, writers: int) -> int:
    return rounds * OFTENER.get(writers, 1)


def measure(databases: Databases, rounds: int, seconds: float, progress: Callable[[], None]) -> list[Row]:
    """Every number of writers on either database, in `rounds` pairs of turns or some times as many.

    Each turn takes `seconds` and a warm-up.
    """
    rows: list[Row] = []
    for name, numbers in WRITERS.items():
        with ExitStack() as stack:
            floor, ours = (
                stack.enter_context(_way(stack.enter_context(databases.settled(name)), keep)) for keep in (plain, None)
            )
            with _integrating(ours.database, ours.remembered):
                for writers in numbers:
                    rows += _compared(name, (floor, ours), writers, rounds, seconds, progress)
                waits = Samples(ours.signed(rounds * seconds))
                progress()
        where = f"{name}, {PACE} look-ups/s"
        rows.append(Row(f"row to signed checkpoint p99, {where}", waits.p99, "s", aim=SIGNED))
        rows.append(Row(f"row to signed checkpoint, longest, {where}", max(waits.values), "s", aim=LONGEST))
    return rows


def _compared(
    name: str, ways: tuple[Way, Way], writers: int, rounds: int, seconds: float, progress: Callable[[], None]
) -> list[Row]:
    def turn(way: Way) -> list[float]:
        rate = way.take(writers, seconds)
        if way is ways[1]:
            way.settle()
        return rate

    turns = [lambda: turn(ways[0]), lambda: turn(ways[1])]
    by_turns(turns, FOR_WARMTH, progress)
    for way in ways:
        way.times = Samples()
    floor, value = by_turns(turns, _pairs(rounds, writers), progress)
    where = f"{name}, {writers} writer{'s' if writers > 1 else ''}"
    speed = SPEED.get(writers, SPEED_TOGETHER)
    slowest, floor_slowest = ways[1].times.p99, ways[0].times.p99
    return [
        Row(f"look-ups with the ledger, {where}", value.p50, "1/s", floor.p50, speed, by_pairs(value, floor)),
        Row(f"look-up with the ledger p99, {where}", slowest, "ms", floor_slowest, SLOWEST),
    ]


@contextmanager
def _way(url: str, keep: Keep | None) -> Iterator[Way]:
    company, database = configuration(), Database(url)
    try:
        source = EmbeddedSource(account_layout(company))
        remembered = Remembered()
        ledger = Ledger(database, system_clock, remember=remembered)
        if keep is not None:
            ledger = Ledger(database, system_clock, keep=keep)
        yield Way(database, LookUp(ledger, source, company.rules, system_clock), remembered)
    finally:
        database.close()


@contextmanager
def _integrating(database: Database, remembered: Remembered) -> Iterator[None]:
    """The integrator as a running Steward has it, in a process of its own, and what looks for what was committed.

    What learns from it has a connection beside the writers', who here may be as many as there are connections.
    """
    with closing(Database(database.url.render_as_string(hide_password=False), pool_size=1)) as beside:
        charge, standing = Charge.of(database, ledger_keys(), tells=False), LedgerStanding(stops=True)
        part = IntegratorPart(beside, charge, standing, remembered=remembered)
        part.start()
        try:
            yield
        finally:
            part.stop()
