"""Processes that look accounts up and that integrate, to be killed. Each tells its parent by a pipe what it has done.

`shown ID ACCOUNT` once a look-up's result was there to be shown, `signed NOTE` (base64) for each new checkpoint,
`refused` where a look-up told that nothing was recorded, `halted FAULT` where the integrator could not go on for now.
A pipe's content outlives its writer, so whatever was said before a kill is known.
"""

import base64
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.audit.integrated import latest_checkpoint
from bot.audit.ledger import NotRecorded
from bot.database import Database
from tests.faults.company import Desk, integrator_of

PAUSE_S: Final = 0.02
FRAMES_TO_CHECKPOINT: Final = 24  # SQLite's own number is 1,000: here its checkpoints come often

Say = Callable[[str], None]
Work = Callable[[Say], None]


@dataclass(slots=True)
class Told:
    """What processes have told: the accounts shown by entry, the signed checkpoints, and how often they could not."""

    shown: dict[str, str] = field(default_factory=dict)
    signed: list[str] = field(default_factory=list)
    refused: int = 0
    halted: int = 0
    died: list[str] = field(default_factory=list)
    done: bool = False

    def hear(self, line: str) -> None:
        """One line of a process."""
        what, _, rest = line.partition(" ")
        match what:
            case "shown":
                entry, _, account = rest.partition(" ")
                self.shown[entry] = account
            case "signed":
                self.signed.append(base64.b64decode(rest).decode())
            case "refused":
                self.refused += 1
            case "halted":
                self.halted += 1
            case "done":
                self.done = True
            case _:
                self.died.append(rest)


class Mortal:
    """A process forked from this one, so that it need not import anything first. It ends with its work."""

    def __init__(self, work: Work, told: Told) -> None:
        self._told = told
        self._rest = b""
        self.ended = False
        self._pipe, into = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._pipe)
            _live(work, into)
        os.close(into)

    def listen(self, seconds: float) -> None:
        """Take in what it says for so long, or until it has ended."""
        until = time.monotonic() + seconds
        while not self.ended and (left := until - time.monotonic()) > 0:
            if select.select([self._pipe], [], [], left)[0]:
                self._take()

    def kill(self) -> None:
        """SIGKILL, and everything that it said before."""
        os.kill(self.pid, signal.SIGKILL)
        self.bury()

    def bury(self) -> int:
        """Take in all that is left, until it has ended; returns how it ended, as `waitpid` says."""
        while not self.ended:
            self._take()
        os.close(self._pipe)
        return os.waitpid(self.pid, 0)[1]

    def _take(self) -> None:
        read = os.read(self._pipe, 1 << 16)
        self.ended = not read
        *lines, self._rest = (self._rest + read).split(b"\n")  # a line that was cut was not said
        for line in lines:
            self._told.hear(line.decode())


def _live(work: Work, into: int) -> None:
    """In the forked process: work, and end without this program's own endings."""
    try:
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device
            logs.configure(nowhere, as_json=True)
            work(lambda line: _write(into, line))
    except BaseException as error:  # noqa: BLE001 - told, and the process ends
        _write(into, f"died {type(error).__name__}")
        os._exit(1)
    os._exit(0)


def _write(into: int, line: str) -> None:
    os.write(into, f"{line}\n".encode())  # at once and whole, whoever else writes


def looking_up(url: str, threads: int) -> Work:
    """So many threads that look accounts up until they are killed."""

    def work(say: Say) -> None:
        database = Database(url)
        for _ in range(threads):
            threading.Thread(target=_look_up_for_ever, args=(Desk(database), say), daemon=True).start()
        threading.Event().wait()

    return work


def _look_up_for_ever(desk: Desk, say: Say) -> None:
    while True:
        if not look_up(desk, say):
            time.sleep(PAUSE_S)


def look_up(desk: Desk, say: Say) -> bool:
    """One look-up; whether it showed something."""
    try:
        card = desk()
    except NotRecorded:
        say("refused")
        return False
    except SQLAlchemyError:  # no connection, so nothing was begun
        say("refused")
        return False
    say(f"shown {card.entry} {card.ref.id}")
    return True


def integrating(url: str, holder: str) -> Work:
    """An integrator that ticks until it is killed, and tells each checkpoint.

    As in a running Steward the one that takes its place has the same `holder`, so it need not wait for the lease.
    """

    def work(say: Say) -> None:
        integrate = Integrating(Database(url), say, holder)
        while True:
            integrate()
            time.sleep(PAUSE_S)

    return work


class Integrating:
    """A tick of the integrator, as a running Steward does it; the newest checkpoint is told."""

    def __init__(self, database: Database, say: Say, holder: str = "") -> None:
        self._database, self._say = database, say
        self._integrator = integrator_of(database, holder=holder)

    def __call__(self) -> None:
        """What goes wrong is told, and the next tick tries again."""
        try:
            self._integrator.refresh()
            if not self._integrator.tick():
                return
            with self._database.reading() as connection:
                stored = latest_checkpoint(connection)
        except SQLAlchemyError as error:
            self._say(f"halted {type(error).__name__}")
            return
        if stored is not None:
            self._say(f"signed {base64.b64encode(stored.note.encode()).decode()}")


def steadily(url: str, look_ups: int, gate: int) -> Work:
    """Look-ups and ticks by turns in one thread, then an orderly end: so the calls come in the same order each time.

    It begins when something can be read from `gate`.
    """

    def work(say: Say) -> None:
        os.read(gate, 1)
        database = Database(url)
        event.listen(database.engine, "connect", _checkpoint_often)
        desk, integrate = Desk(database), Integrating(database, say)
        for number in range(look_ups):
            look_up(desk, say)
            if number % 2:
                integrate()
        database.close()
        say("done")

    return work


def _checkpoint_often(connection, _record):  # type: ignore[no-untyped-def]  # SQLAlchemy's
    connection.execute(f"PRAGMA wal_autocheckpoint = {FRAMES_TO_CHECKPOINT}")
