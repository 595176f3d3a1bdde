"""What `steward run` consists of where the ledger is concerned, to be killed: look-ups, and the integrator's process.

`integrator PID` is told of each integrator that is begun, `signed NOTE` of each checkpoint that somebody has seen.
"""

import base64
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import make_url

from bot.audit.integration.growth import Keys
from bot.audit.tamper import LedgerStanding
from bot.database import Database
from bot.running.integrating import Charge
from bot.running.integrator_part import IntegratorPart
from tests.faults.company import SIGNER, Desk
from tests.faults.mortals import PAUSE_S, Say, Work, look_up

SEEN: Final = "SELECT size, note FROM ledger_checkpoints WHERE size > {} ORDER BY size"


def serving(url: str, threads: int, log: Path) -> Work:
    """So many threads that look accounts up, and beside them the integrator, as a running Steward keeps it.

    What the integrator's process logs is appended to `log`.
    """

    def work(say: Say) -> None:
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), 2)
        database, standing = Database(url), LedgerStanding(stops=True)
        part = IntegratorPart(database, Charge.of(database, Keys(SIGNER), tells=False), standing)
        part.start()
        for _ in range(threads):
            desk = Desk(database, standing.refusal)
            threading.Thread(target=_look_up_for_ever, args=(desk, say), daemon=True).start()
        told: int | None = None
        while part.alive:
            if (pid := part.pid) not in (None, told):
                told = pid
                say(f"integrator {pid}")
            time.sleep(PAUSE_S)
        say("died IntegratorPart")

    return work


def _look_up_for_ever(desk: Desk, say: Say) -> None:
    while True:
        if not look_up(desk, say):
            time.sleep(PAUSE_S)


def watching(url: str) -> Work:
    """Somebody who keeps every checkpoint that is signed: nothing that was once stated may be otherwise later."""

    def work(say: Say) -> None:
        seen, connection = 0, None
        while True:
            try:
                connection = connection or _connected(url)
                for size, note in connection.execute(SEEN.format(seen)).fetchall():
                    seen = size
                    say(f"signed {base64.b64encode(note.encode()).decode()}")
            except (sqlite3.Error, psycopg.Error):  # the server was killed, and recovers
                connection = None
            time.sleep(PAUSE_S)

    return work


def _connected(url: str) -> Any:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return sqlite3.connect(parsed.database or "", timeout=10)
    address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)
