"""A process that has an integrator, to be killed. Prints the integrator's process id."""

import logging
import os
import sys
import threading

from bot import logs
from bot.audit.integration.growth import Keys
from bot.audit.tamper import LedgerStanding
from bot.database import Database
from bot.running.integrating import Charge
from bot.running.integrator_part import IntegratorPart
from tests.bot.audit.integration.integrating import SIGNER


def main(url: str) -> None:
    """Until it is killed. Its logs go elsewhere: a line of theirs would be written into the middle of ours."""
    logs.configure(sys.stderr, as_json=True, level=logging.INFO)
    database = Database(url)
    part = IntegratorPart(database, Charge.of(database, Keys(SIGNER), tells=False), LedgerStanding(stops=True))
    part.start()
    while (pid := part.pid) is None:
        threading.Event().wait(0.05)
    os.write(sys.stdout.fileno(), f"{pid}\n".encode())
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
