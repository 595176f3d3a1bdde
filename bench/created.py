"""Prints how long, in ms, importing Steward takes, and then putting its app together."""

import sys
import time

started = time.perf_counter()

from slack_sdk import WebClient  # noqa: E402 - imports are what is measured

from bench.company import configuration, ledger_keys  # noqa: E402
from bot import logs  # noqa: E402
from bot.clock import system_clock  # noqa: E402
from bot.database import Database  # noqa: E402
from bot.running.assembly import assemble  # noqa: E402
from migrations.schema import upgrade  # noqa: E402


def main() -> None:
    """Measure once."""
    imported = time.perf_counter()
    logs.configure(sys.stderr, as_json=True)  # on standard output stand the figures alone
    database = Database("sqlite://")
    with database.transaction() as connection:
        upgrade(connection)
    ready = time.perf_counter()
    assemble(configuration(), database, WebClient("xoxb-none"), system_clock, ledger_keys())
    print((imported - started) * 1000, (time.perf_counter() - ready) * 1000)
    database.close()


if __name__ == "__main__":
    main()
