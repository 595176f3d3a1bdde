"""Look-ups and the integrator's loop by turns, each in a process of its own, so that calls come in the same order.

The loop is that of `steward run`'s integrator process; only how it waits and what time it has are given.
"""

import base64
import io
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.audit.integration.growth import Keys
from bot.audit.integration.integrated import latest_checkpoint
from bot.database import Database
from bot.running.integrating import Charge, integrate, integrator
from tests.faults.company import SIGNER, Desk
from tests.faults.mortals import Say, Work, look_up

FRAMES_TO_CHECKPOINT: Final = 24  # SQLite's own number is 1,000: here its checkpoints come often
A_TURN: Final = timedelta(seconds=0.5)  # so that the lease is kept in every other turn

LOOK_UPS: Final = "look-ups"
INTEGRATOR: Final = "integrator"


class Gates:
    """Where the parent lets each process go on, turn by turn, until there are no turns any more."""

    def __init__(self, names: Iterable[str]) -> None:
        self._pipes = {name: os.pipe() for name in names}

    def open(self, name: str) -> None:
        """For the parent: one turn of this process, if it is alive."""
        with suppress(BrokenPipeError):
            os.write(self._pipes[name][1], b"\n")

    def forget(self) -> None:
        """For the parent, once all processes are there: the ends at which they wait are theirs alone."""
        for waits, _ in self._pipes.values():
            os.close(waits)

    def close(self) -> None:
        """No turn any more. For a process, first of all: the ends that open are the parent's alone."""
        for _, opens in self._pipes.values():
            os.close(opens)

    def turn(self, name: str) -> bool:
        """For this process: wait for a turn; False when there is none any more."""
        return bool(os.read(self._pipes[name][0], 1))


def looking_up(url: str, gates: Gates) -> Work:
    """A look-up each turn, and an orderly end."""

    def work(say: Say) -> None:
        gates.close()
        gates.turn(LOOK_UPS)
        database = _opened(url)
        desk = Desk(database)
        say("turn")
        while gates.turn(LOOK_UPS):
            look_up(desk, say)
            say("turn")
        database.close()
        say("done")

    return work


def integrating(url: str, gates: Gates) -> Work:
    """The integrator's loop: a tick each turn, and its own end."""

    def work(say: Say) -> None:
        gates.close()
        gates.turn(INTEGRATOR)
        logs.configure(_Halts(say), as_json=True)
        database = _opened(url)
        turns = _Turns(gates, say, database)
        charge = Charge.of(database, Keys(SIGNER), tells=False)
        integrate(integrator(charge, database, turns.now), turns)
        database.close()
        say("done")

    return work


WRITERS: Final[Mapping[str, Callable[[str, Gates], Work]]] = {LOOK_UPS: looking_up, INTEGRATOR: integrating}


class _Turns(threading.Event):
    """Waiting in the loop is waiting for a turn; when there is none any more, it is to stop.

    Its clock goes by turns, so that the lease is kept in the same ones each time.
    """

    def __init__(self, gates: Gates, say: Say, database: Database) -> None:
        super().__init__()
        self._gates, self._say, self._database = gates, say, database
        self._now = datetime.now(UTC)
        self._told: str | None = None

    def now(self) -> datetime:
        """A clock."""
        return self._now

    def wait(self, timeout: float | None = None) -> bool:
        """Tell what was signed, and wait for the next turn."""
        self._tell()
        self._say("turn")
        self._now += A_TURN
        if not self._gates.turn(INTEGRATOR):
            self.set()
        return self.is_set()

    def _tell(self) -> None:
        try:
            with self._database.reading() as connection:
                stored = latest_checkpoint(connection)
        except SQLAlchemyError as error:
            self._say(f"halted {type(error).__name__}")
            return
        if stored is not None and stored.note != self._told:
            self._told = stored.note
            self._say(f"signed {base64.b64encode(stored.note.encode()).decode()}")


class _Halts(io.StringIO):
    """A log of which only what halted the integrator is told."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    def write(self, line: str) -> int:
        """One line of the log, as logs.configure writes it."""
        if line.strip() and (said := orjson.loads(line)).get("event") == "ledger.halted":
            self._say(f"halted {said.get('fault')}")
        return len(line)


def _opened(url: str) -> Database:
    database = Database(url)
    event.listen(database.engine, "connect", _checkpoint_often)
    return database


def _checkpoint_often(connection: Any, _record: object) -> None:  # SQLAlchemy's
    connection.execute(f"PRAGMA wal_autocheckpoint = {FRAMES_TO_CHECKPOINT}")
