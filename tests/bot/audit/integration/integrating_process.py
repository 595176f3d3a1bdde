"""A process to be killed: writers and an integrator on one database. Prints the id of each entry it has committed."""

import os
import sys
import threading

from bot import logs
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger
from bot.clock import system_clock
from bot.database import Database
from bot.running.integrating import integrate
from tests.bot.audit.integration.integrating import CLI, integrator_of

WRITERS = 3


def main(url: str) -> None:
    """Until it is killed."""
    logs.configure(sys.stderr, as_json=True)
    database = Database(url)
    integrator = integrator_of(database, system_clock, batch=5)
    threading.Thread(target=integrate, args=(integrator, threading.Event()), daemon=True).start()
    for _ in range(WRITERS):
        threading.Thread(target=_write, args=(Ledger(database, system_clock),), daemon=True).start()
    threading.Event().wait()


def _write(ledger: Ledger) -> None:
    while True:
        with ledger.entry(CLI, Action.AUDIT_SEARCH, query="pw-00412") as entry:
            entry.close(Outcome.DISCLOSED)
        os.write(1, f"{entry.id}\n".encode())  # at once and whole, whoever else writes


if __name__ == "__main__":
    main(sys.argv[1])
