"""Reading a large ledger: verifying it against hashing and scanning alone, searching it, and exporting it."""

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Connection

from bench.company import ROOT, account_id, ledger_keys
from bench.databases import KINDS, Databases
from bench.ledger_book import APART, BEGAN, Book, book, made_up
from bench.rows import Aim, Row
from bench.samples import Samples, by_turns
from bench.scanning import SCANNED
from bench.serving import environment
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.merkle.tree import Frontier, leaf_hashes
from bot.audit.query import Filter
from bot.audit.read import page
from bot.audit.verify import verify_live
from bot.database import Database

HASHING = Aim(1.4)
SCANNING = Aim(0.85, at_most=False)
SEARCHING = Aim(1.5)
FLAT = Aim(1.1)
SMALL = 100  # times smaller is the ledger that the memory of an export is compared with
FETCHED = 2048
SHOWN = 10
HASHED_AT_ONCE = 20_000
SEED = 20260302
FOUND = (
    "SELECT e.id, e.at, e.entry, e.leaf, o.opened FROM audit_entries e LEFT JOIN audit_open o ON o.entry_id = e.id "
    "WHERE {} ORDER BY e.at DESC, e.id DESC LIMIT " + str(SHOWN + 1)
)

STEPS = 1 + 2 * 5

Step = Callable[[], None]
Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How many entries are verified and exported, how many searched, how often each is taken."""

    verified: int
    searched: int
    rounds: int
    queries: int


def measure(databases: Databases, extent: Extent, progress: Step) -> list[Row]:
    """Both databases, one after the other: they are large."""
    rows = _hashing(extent.verified)
    progress()
    for kind in KINDS:
        with databases.empty(kind) as url, closing((ledger := book(url, databases.shelf)).database):
            rows += _of(kind, ledger, extent, progress)
    return rows


def _of(name: str, ledger: Book, extent: Extent, progress: Step) -> list[Row]:
    """Each is measured when the ledger has grown to its size."""
    ledger.grow(extent.verified // SMALL)
    small = _exported_mib(ledger.database)
    progress()
    ledger.grow(extent.verified)
    large = _exported_mib(ledger.database)
    rows = [Row(f"export memory, {name}", large, "MiB", small, FLAT)]
    progress()
    rows += _verified(name, ledger.database, extent)
    progress()
    ledger.grow(extent.searched)
    progress()
    rows += _searched(name, ledger.database, extent)
    progress()
    return rows


def _hashing(size: int) -> list[Row]:
    """Leaves and tree in memory, against SHA-256 alone of as many blocks of the same lengths; by turns, in parts."""
    texts = (_text(position) for position in range(size))
    frontier, ours, floor, turn = Frontier(), 0.0, 0.0, 0
    while part := list(islice(texts, HASHED_AT_ONCE)):
        for which in (0, 1) if turn % 2 else (1, 0):
            began = time.perf_counter()
            if which:
                frontier = frontier.extend(leaf_hashes(part))
                ours += time.perf_counter() - began
            else:
                _hash_alone(part)
                floor += time.perf_counter() - began
        turn += 1
    assert frontier.size == size
    return [Row("verification, hashing in memory", ours, "s", floor, HASHING)]


def _hash_alone(texts: Sequence[bytes]) -> None:
    node = bytes(65)
    for text in texts:
        sha256(text).digest()
        sha256(node).digest()


def _text(position: int) -> bytes:
    """As long as an entry, and always another."""
    return b"%020d" % position * 34


def _verified(name: str, database: Database, extent: Extent) -> list[Row]:
    """To a scan by the driver that Steward uses, and on SQLite by the one that only the verifying processes use."""

    def verify() -> list[float]:
        began = time.perf_counter()
        with at_one_moment(database) as connection:
            found = verify_live(connection, ledger_keys().all)
        assert found.sound
        assert found.count == extent.verified
        return [extent.verified / (time.perf_counter() - began)]

    def scan() -> list[float]:
        began = time.perf_counter()
        with _driver(database) as run:
            read = sum(map(len, run(SCANNED, (0, extent.verified))))
        assert read == extent.verified
        return [extent.verified / (time.perf_counter() - began)]

    def scan_apart() -> list[float]:
        return [float(_output("bench.scanning", str(database.url.database), str(extent.verified)))]

    ways = [scan, verify, scan_apart] if database.is_sqlite else [scan, verify]
    floor, value, *others = by_turns(ways, extent.rounds, lambda: None)
    rows = [Row(f"verification, {name}", value.p50, "1/s", floor.p50, SCANNING)]
    return rows + [Row(f"verification, {name}, to a scan with APSW", value.p50, "1/s", one.p50) for one in others]


def _searched(name: str, database: Database, extent: Extent) -> list[Row]:
    dice = random.Random(SEED)  # noqa: S311 - the same questions each time
    positions = [dice.randrange(extent.searched) for _ in range(extent.queries)]
    cases: dict[str, list[tuple[Filter, str, Values]]] = {
        "account": [(Filter(account=one), "e.account = {}", (one,)) for one in map(account_id, positions)],
        "person": [
            (Filter(actor=one), "e.actor = {}", (one,)) for one in (made_up(place).actor for place in positions)
        ],
        "grant": [
            (Filter(grant=one), 'e."grant" = {}', (one,)) for one in (f"R-{1000 + place // 50}" for place in positions)
        ],
        "time": [_until(database, place) for place in positions],
    }
    rows = []
    with database.reading() as connection, _driver(database) as run:
        for case, questions in cases.items():
            ours, floor = _asked(connection, run, questions)
            rows.append(Row(f"audit search by {case} p50, {name}", ours.p50, "ms", floor.p50, SEARCHING))
            rows.append(Row(f"audit search by {case} p99, {name}", ours.p99, "ms", floor.p99))
    return rows


def _until(database: Database, place: int) -> tuple[Filter, str, Values]:
    stop = BEGAN + APART * place
    start = stop - timedelta(days=7)
    values = [one.strftime("%Y-%m-%d %H:%M:%S.%f") if database.is_sqlite else one for one in (start, stop)]
    return Filter(since=start, until=stop), "e.at >= {} AND e.at <= {}", tuple(values)


def _asked(
    connection: Connection,
    run: Callable[[str, Values], Iterator[Sequence[Any]]],
    questions: Sequence[tuple[Filter, str, Values]],
) -> tuple[Samples, Samples]:
    """Milliseconds of ours and of the bare query, whichever is first by turns, once warm."""
    taken = Samples(), Samples()
    for warm in (False, True):
        for number, (wanted, where, values) in enumerate(questions):
            for which in (0, 1) if number % 2 else (1, 0):
                began = time.perf_counter()
                if which == 0:
                    found = len(page(connection, wanted, SHOWN).entries)
                else:
                    bare = sum(map(len, run(FOUND.replace("{}", where, 1), values)))
                if warm:
                    taken[which].values.append((time.perf_counter() - began) * 1000)
            assert found == min(bare, SHOWN)
    return taken


@contextmanager
def _driver(database: Database) -> Iterator[Callable[[str, Values], Iterator[Sequence[Any]]]]:
    """Runs a statement with `{}` for each value by the driver alone, in one transaction; the rows in parts."""
    if database.is_sqlite:
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as lite:
            lite.execute("BEGIN")
            yield lambda query, values: _parts(lite.execute(query.replace("{}", "?"), values))
        return
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:

        def run(query: str, values: Values) -> Iterator[Sequence[Any]]:
            many = "ledger_leaves" in query
            with connection.cursor("scan") if many else connection.cursor() as cursor:
                yield from _parts(cursor.execute(query.replace("{}", "%s").encode(), values))

        yield run


def _parts(cursor: Any) -> Iterator[Sequence[Any]]:
    while part := cursor.fetchmany(FETCHED):
        yield part


def _exported_mib(database: Database) -> float:
    """The most memory that an export takes, in a process of its own. Raises CalledProcessError."""
    return int(_output("bench.exporting", url=database.url.render_as_string(hide_password=False))) / 1024


def _output(module: str, *arguments: str, url: str = "") -> str:
    """What a module prints that runs in a process of its own. Raises CalledProcessError."""
    command = [sys.executable, "-m", module, *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment({}, url), check=True, capture_output=True, text=True)
    return ended.stdout
