"""Search over many accounts as rows: ours against the bare index query with the driver, on either database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.databases import Databases
from bench.rows import Aim, Row
from bench.samples import Samples
from bench.search import cases
from bench.search import measure as measure_case
from bot.database import Database

AIM = Aim(1.3)
PROMPT = Aim(50, unit="ms")
JUDGED = frozenset({"id", "e-mail", "substring"})
CASES = 5
STEPS = 10 + 2 * CASES


def measure(databases: Databases, accounts: int, queries: int, progress: Callable[[], None]) -> list[Row]:
    """p50 and p99 of each way of searching, on both databases."""
    urls = databases.filled(accounts, progress)
    return [row for name, url in urls.items() for row in _measured(name, url, accounts, queries, progress)]


def _measured(name: str, url: str, accounts: int, queries: int, progress: Callable[[], None]) -> list[Row]:
    rows = []
    with _database(url) as database, cases(database, accounts, queries) as every:
        for case in every:
            ours, floor = map(Samples, measure_case(case))
            aims = (AIM, PROMPT) if case.name in JUDGED else (None, None)
            rows.append(Row(f"search {case.name} p50, {name}", ours.p50, "ms", floor.p50, aims[0]))
            rows.append(Row(f"search {case.name} p99, {name}", ours.p99, "ms", floor.p99, aims[1]))
            progress()
    return rows


@contextmanager
def _database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
