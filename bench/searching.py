"""Search over many accounts as rows: ours against the bare index query with the driver, on either database."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.company import ROOT
from bench.databases import KINDS, Databases
from bench.filling import fill
from bench.rows import Aim, Row
from bench.samples import Samples
from bench.search import cases
from bench.search import measure as measure_case
from bench.serving import environment
from bot.database import Database

AIM = Aim(1.5)
JUDGED = frozenset({"id", "e-mail", "substring"})
CASES = 5
MOST_SAID = 1000


class NotFilled(Exception):
    """A database could not be filled; the text is the end of what was said."""


def measure(databases: Databases, folder: Path, accounts: int, queries: int, progress: Callable[[], None]) -> list[Row]:
    """p50 and p99 of each way of searching, on both databases."""
    with ExitStack() as stack:
        urls = {kind: stack.enter_context(databases.empty(kind)) for kind in KINDS}
        with _filling(urls["postgresql"], accounts, folder / "filling.log"):
            fill(urls["sqlite"], accounts)
            progress()
        progress()
        return [row for name, url in urls.items() for row in _measured(name, url, accounts, queries, progress)]


@contextmanager
def _filling(url: str, accounts: int, log: Path) -> Iterator[None]:
    """Fill a database in a process of its own; on leaving it is full. Raises NotFilled.

    Filling is not measured and takes most of the time, so both databases are filled at once.
    """
    command = [sys.executable, "-m", "demo.tethered", "bench.filling", str(accounts)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=said, stderr=said, cwd=ROOT, env=environment({}, url)
        )
        try:
            yield
            if process.wait() != 0:
                raise NotFilled(log.read_text(errors="replace")[-MOST_SAID:])
        finally:
            process.kill()
            process.communicate()


def _measured(name: str, url: str, accounts: int, queries: int, progress: Callable[[], None]) -> list[Row]:
    rows = []
    with _database(url) as database, cases(database, accounts, queries) as every:
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
        yield database
    finally:
        database.close()
