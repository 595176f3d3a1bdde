"""Databases with many accounts in them: `DATABASE_URL=… python -m bench.filling NUMBER` makes one."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.company import ROOT
from bench.search import build
from bench.serving import environment
from bot.database import Database
from migrations.schema import upgrade

FEW: Final = 1_000  # accounts that are there sooner than another process
MOST_SAID: Final = 1000


class NotFilled(Exception):
    """A database could not be filled; the text is the end of what was said."""


def fill(url: str, accounts: int, tenth: Callable[[], None] = lambda: None) -> None:
    """Bring an empty database to this release's schema, with so many accounts in it; `tenth` is called ten times."""
    database = Database(url)
    try:
        with database.transaction() as connection:
            upgrade(connection)
        build(database, accounts, tenth)
    finally:
        database.close()


def fill_both(urls: Mapping[str, str], accounts: int, folder: Path, tenth: Callable[[], None]) -> None:
    """SQLite's and PostgreSQL's at once: filling is not measured, and takes most of the time. Raises NotFilled."""
    if accounts <= FEW:
        fill(urls["postgresql"], accounts)
        fill(urls["sqlite"], accounts, tenth)
        return
    with _filling(urls["postgresql"], accounts, folder / f"filling-{accounts}.log"):
        fill(urls["sqlite"], accounts, tenth)


@contextmanager
def _filling(url: str, accounts: int, log: Path) -> Iterator[None]:
    """Fill a database in a process of its own; on leaving it is full. Raises NotFilled."""
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


if __name__ == "__main__":
    fill(os.environ["DATABASE_URL"], int(sys.argv[1]))
