"""Search over many accounts as rows: ours against the bare index query with the driver, on either database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.company import postgresql
from bench.rows import Aim, Row
from bench.samples import Samples
from bench.search import build, cases
from bench.search import measure as measure_case
from bot.database import Database
from migrations.schema import upgrade

AIM = Aim(1.5)
JUDGED = frozenset({"id", "e-mail", "substring"})
CASES = 5


def measure(folder: Path, accounts: int, queries: int, progress: Callable[[], None]) -> list[Row]:
    """p50 of each way of searching, p99 too where people feel it, on both databases."""
    rows = _measured("sqlite", f"sqlite:///{folder / 'search.db'}", accounts, queries, progress)
    with postgresql() as server:
        rows += _measured("postgresql", server.create_database("search"), accounts, queries, progress)
    return rows


def _measured(name: str, url: str, accounts: int, queries: int, progress: Callable[[], None]) -> list[Row]:
    rows = []
    with _database(url) as database:
        build(database, accounts)
        progress()
        with cases(database, accounts, queries) as every:
            for case in every:
                ours, floor = map(Samples, measure_case(case))
                aim = AIM if case.name in JUDGED else None
                rows.append(Row(f"search {case.name} p50, {name}", ours.p50, "ms", floor.p50, aim))
                rows.append(Row(f"search {case.name} p99, {name}", ours.p99, "ms", floor.p99))
                progress()
    return rows


@contextmanager
def _database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        with database.transaction() as connection:
            upgrade(connection)
        yield database
    finally:
        database.close()
