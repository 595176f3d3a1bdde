"""Audited look-ups a second, without Slack, against bare commits of one row of the same size with the driver alone."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import text

from bench.company import account_id, configuration
from bench.databases import Databases
from bench.rows import Aim, Row
from bench.samples import by_turns, rate
from bot.access.people import Conversation, Person, Standing
from bot.accounts.embedded import EmbeddedSource
from bot.accounts.look_up import LookUp
from bot.accounts.results import Card
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin, time_ordered_id
from bot.building.account_sources import account_layout
from bot.clock import system_clock
from bot.database import Database

AIM = Aim(0.5, at_most=False)
MOST_THREADS = 8
INESE = Person("U0BENCH", "T0BENCH", "Inese Ozola", "inese@postwing.example", Standing.MEMBER, frozenset({"support"}))
TABLE = (
    "CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, at {time} NOT NULL, "
    "actor TEXT NOT NULL, account TEXT, entry TEXT NOT NULL)"
)
INDEXES = (
    "CREATE INDEX IF NOT EXISTS bare_account ON bare (account, at)",
    "CREATE INDEX IF NOT EXISTS bare_actor ON bare (actor, at)",
)
INSERT = "INSERT INTO bare (id, at, actor, account, entry) VALUES ({marks})"
SIZE = text(
    "SELECT avg(length(e.entry) + length(o.opened)) FROM audit_entries e JOIN audit_open o ON o.entry_id = e.id"
)

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Looking:
    """The use case as a handler calls it: a person, an account's id, and a delivery of its own each time."""

    look_up: LookUp
    numbers: Iterator[int]

    def __call__(self) -> None:
        """One look-up. Raises AssertionError when it shows no card."""
        number = next(self.numbers)
        origin = Origin(Actor(INESE.id, INESE.team, INESE.email), Surface.COMMAND, f"bench.{number}")
        found = self.look_up(origin, INESE, Conversation.INTERNAL, account_id(number), None)
        assert isinstance(found, Card)


def measure(databases: Databases, folder: Path, rounds: int, seconds: float, progress: Callable[[], None]) -> list[Row]:
    """One thread on SQLite; one and eight on PostgreSQL. Each turn takes `seconds`."""
    with ExitStack() as stack:
        looking, size = stack.enter_context(_looking(stack.enter_context(databases.settled("sqlite"))))
        bare = [stack.enter_context(_bare_sqlite(folder / "bare.db", size))]
        rows = [_row("sqlite", bare, looking, rounds, seconds, progress)]
        looking, size = stack.enter_context(_looking(stack.enter_context(databases.settled("postgresql"))))
        for threads in (1, MOST_THREADS):
            url = stack.enter_context(databases.empty("postgresql"))
            bare = [stack.enter_context(bare_postgresql(url, size)) for _ in range(threads)]
            rows.append(_row("postgresql", bare, looking, rounds, seconds, progress))
        return rows


def _row(
    name: str, bare: Sequence[Call], looking: Call, rounds: int, seconds: float, progress: Callable[[], None]
) -> Row:
    ours = [looking] * len(bare)
    for calls in (bare, ours):
        together(calls, seconds / 4)
    floor, value = by_turns([lambda: [together(bare, seconds)], lambda: [together(ours, seconds)]], rounds, progress)
    threads = "1 thread" if len(bare) == 1 else f"{len(bare)} threads"
    return Row(f"look-ups, {name}, {threads}", value.p50, "1/s", floor.p50, AIM)


def together(calls: Sequence[Call], seconds: float) -> float:
    """How often a second the calls are made in all, each in a thread of its own."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return sum(threads.map(lambda call: rate(call, seconds), calls))


@contextmanager
def _looking(url: str) -> Iterator[tuple[Looking, int]]:
    """The use case on a filled database, and how many bytes an entry of it takes."""
    company, database = configuration(), Database(url)
    try:
        source = EmbeddedSource(account_layout(company))
        looking = Looking(LookUp(Ledger(database, system_clock), source, company.rules, system_clock), count())
        looking()
        with database.reading() as connection:
            size = connection.execute(SIZE).scalar_one()
        yield looking, round(size)
    finally:
        database.close()


@contextmanager
def _bare_sqlite(path: Path, size: int) -> Iterator[Call]:
    """Commits of one row with the driver, as safe as ours: WAL, synchronous FULL."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            TABLE.format(time="TEXT"),
            *INDEXES,
        ):
            connection.execute(statement)
        insert = INSERT.format(marks="?, ?, ?, ?, ?")
        rows = _rows(size)
        yield lambda: connection.execute(insert, next(rows))


@contextmanager
def bare_postgresql(url: str, size: int) -> Iterator[Call]:
    """Commits of one row with the driver on a connection of its own."""
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in (TABLE.format(time="timestamptz"), *INDEXES):
            cursor.execute(statement.encode())
        insert = INSERT.format(marks="%s, %s, %s, %s, %s").encode()
        rows = _rows(size)
        yield lambda: cursor.execute(insert, next(rows))


def _rows(size: int) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows like an entry's: an id that rises, the time, a person, an account; of `size` bytes in all their text."""
    for number in count():
        yield time_ordered_id(), system_clock().isoformat(), INESE.id, account_id(number), "x" * size
