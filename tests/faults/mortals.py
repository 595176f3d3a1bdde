"""Processes to be killed, and to have their system calls fail. Each tells its parent by a pipe what it has done.

`shown ID ACCOUNT` once a look-up's result was there to be shown, `signed NOTE` (base64) for each new checkpoint,
`refused` where a look-up told that nothing was recorded, `halted FAULT` where the integrator could not go on for now.
A pipe's content outlives its writer, so whatever was said before a kill is known.
"""

import base64
import ctypes
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.audit.ledger import NotRecorded
from tests.faults.company import Desk

PAUSE_S: Final = 0.02
PR_SET_PDEATHSIG: Final = 1

Say = Callable[[str], None]
Work = Callable[[Say], None]


@dataclass(slots=True)
class Told:
    """What processes have told: the accounts shown by entry, the signed checkpoints, and how often they could not.

    `integrators` are the process ids of those that were begun; `turns` and `done` count what was done by turns.
    """

    shown: dict[str, str] = field(default_factory=dict)
    signed: list[str] = field(default_factory=list)
    refused: int = 0
    halted: int = 0
    died: list[str] = field(default_factory=list)
    integrators: list[int] = field(default_factory=list)
    turns: int = 0
    done: int = 0

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
            case "turn":
                self.turns += 1
            case "done":
                self.done += 1
            case _:
                self.died.append(rest)


class Mortal:
    """A process forked from this one, so that it need not import anything first. It ends with its work."""

    def __init__(self, work: Work, told: Told) -> None:
        self._told = told
        self._rest = b""
        self.ended = False
        self.integrator: int | None = None
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

    def hear(self, seconds: float) -> None:
        """Take in what it says next, if it says something within so long."""
        if not self.ended and select.select([self._pipe], [], [], seconds)[0]:
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
            what, _, rest = line.partition(b" ")
            if what == b"integrator":
                self.integrator = int(rest)
                self._told.integrators.append(self.integrator)
            else:
                self._told.hear(line.decode())


def _live(work: Work, into: int) -> None:
    """In the forked process: work, and end without this program's own endings, or when whoever forked it does."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
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
