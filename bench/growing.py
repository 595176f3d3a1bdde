"""How the cost of a look-up grows with the accounts that there are, and with the audit table's entries. Drawn, too."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from bench.company import CLI, ROOT, account_id, configuration
from bench.databases import KINDS, Databases
from bench.drawing import Line, drawn
from bench.ledger_book import Book
from bench.look_ups import INESE
from bench.rows import Row
from bench.samples import Samples
from bot.access.people import Conversation
from bot.accounts.embedded import EmbeddedSource
from bot.accounts.look_up import LookUp
from bot.accounts.results import Card, LookedUp
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.audit.merkle.tree import Frontier
from bot.audit.query import Filter
from bot.audit.read import page
from bot.building.account_sources import account_layout
from bot.clock import system_clock
from bot.database import Database
from bot.privacy.versions import import_policy

FEWEST_ACCOUNTS: Final = 1_000
FEWEST_ENTRIES: Final = 10_000
WARM: Final = 20
SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Extent:
    """The largest sizes, how many look-ups are taken at each, and where the pictures go."""

    accounts: int
    entries: int
    queries: int
    pictures: Path


@dataclass
class Growth:
    """What was measured: for each way and database, size to p50 in ms."""

    over: str
    times: dict[str, dict[int, float]] = field(default_factory=dict)

    def add(self, way: str, size: int, taken: list[float]) -> None:
        """One size's times, in ms."""
        self.times.setdefault(way, {})[size] = Samples(taken).p50

    def rows(self) -> list[Row]:
        """Each at its largest size beside its smallest: the ratio is how much it grew."""
        ends = {way: (min(times), max(times)) for way, times in self.times.items()}
        return [
            Row(f"{way}, {most:,} {self.over} beside {least:,}", self.times[way][most], "ms", self.times[way][least])
            for way, (least, most) in ends.items()
        ]

    def lines(self) -> list[Line]:
        """For drawing."""
        return [Line(way, times) for way, times in self.times.items()]


def sizes(least: int, most: int) -> list[int]:
    """Powers of ten times the least, up to the most."""
    found = [least]
    while found[-1] * 10 <= most:
        found.append(found[-1] * 10)
    return found


def steps(extent: Extent) -> int:
    """How often a measurement says that it got further."""
    return 12 * len(sizes(FEWEST_ACCOUNTS, extent.accounts)) + 2 * len(sizes(FEWEST_ENTRIES, extent.entries))


def measure(databases: Databases, extent: Extent, progress: Callable[[], None]) -> list[Row]:
    """Look-ups with their entries and commits, as the use case makes them."""
    accounts, entries = Growth("accounts"), Growth("entries")
    for size in sizes(FEWEST_ACCOUNTS, extent.accounts):
        for kind, url in databases.filled(size, progress).items():
            _with_accounts(accounts, kind, url, size, extent.queries)
            progress()
    for kind in KINDS:
        with databases.settled(kind) as url:
            _with_entries(entries, kind, url, databases.shelf, extent, progress)
    where = extent.pictures
    drawn("A look-up, as the accounts grow", "accounts", accounts.lines(), where / "growth-accounts.svg")
    drawn("A look-up, as the audit table grows", "entries", entries.lines(), where / "growth-entries.svg")
    return [*accounts.rows(), *entries.rows()]


def _with_accounts(growth: Growth, base: str, url: str, size: int, queries: int) -> None:
    with _looking(url) as look_up:
        numbers = [1 + number * (size - 1) // max(1, queries + WARM) for number in range(queries + WARM)]
        taken = [_timed(look_up, f"pw-{number:07}", Card) for number in numbers]
        growth.add(f"look-up by id, {base}", size, taken[WARM:])
        words = [_word(number) for number in range(queries + WARM)]
        growth.add(f"search by part of a name, {base}", size, [_timed(look_up, word) for word in words][WARM:])


def _with_entries(
    growth: Growth, base: str, url: str, shelf: Path, extent: Extent, progress: Callable[[], None]
) -> None:
    with closing(Database(url)) as database, _looking(url) as look_up:
        ledger = Book(database, Frontier(), shelf)
        for size in sizes(FEWEST_ENTRIES, extent.entries):
            ledger.grow(size)
            taken = [_timed(look_up, account_id(number), Card) for number in range(extent.queries + WARM)]
            growth.add(f"look-up by id, {base}", size, taken[WARM:])
            growth.add(f"audit search by account, {base}", size, _searched(database, extent.queries))
            progress()


@contextmanager
def _looking(url: str) -> Iterator[LookUp]:
    """The use case on a database that has accounts, with the policy in force."""
    company, database = configuration(), Database(url)
    try:
        ledger, policy = Ledger(database, system_clock), ROOT / company.policy.source
        import_policy(ledger, system_clock, policy.read_bytes(), policy.name, CLI)
        yield LookUp(ledger, EmbeddedSource(account_layout(company)), company.rules, system_clock)
    finally:
        database.close()


_NUMBERS = count()


def _timed(look_up: LookUp, query: str, wanted: type[LookedUp] | None = None) -> float:
    """One look-up, in ms. Raises AssertionError when it comes to something else than is wanted."""
    origin = Origin(Actor(INESE.id, INESE.team, INESE.email), Surface.COMMAND, f"growing.{next(_NUMBERS)}")
    began = time.perf_counter()
    found = look_up(origin, INESE, Conversation.INTERNAL, query, None)
    taken = (time.perf_counter() - began) * 1000
    assert wanted is None or isinstance(found, wanted)
    return taken


def _searched(database: Database, queries: int) -> list[float]:
    taken = []
    for number in range(queries):
        began = time.perf_counter()
        with database.reading() as connection:
            page(connection, Filter(account=account_id(number)), limit=SHOWN)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _word(number: int) -> str:
    """A part of a made-up name, another each time."""
    consonants, vowels = "bdfgklmnprst", "aeiou"
    first, second = divmod(number, len(consonants))
    return consonants[first % len(consonants)] + vowels[number % len(vowels)] + consonants[second]
