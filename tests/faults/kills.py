"""Killed at random under load: processes that look up and that integrate, and on PostgreSQL the database's own too.

On SQLite one process looks up with several threads and another integrates. On PostgreSQL there are two of each, as
replicas have it; now and then a backend of the server, or the whole server, is killed and started again.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]  # it brings no types

from tests.faults.judging import Judgement, has_gap, judge
from tests.faults.mortals import Mortal, Told, Work, integrating, looking_up
from tests.postgres import Server

THREADS: Final = 4
LONGEST_S: Final = 0.5
PATIENCE_S: Final = 60.0
BACKEND_EVERY: Final = 10  # kills of our own
SERVER_EVERY: Final = 50

Step = Callable[[], None]


@dataclass(slots=True)
class Killed:
    """What was killed and what came of it. `gaps_seen` were there at a moment in between."""

    database: str
    seed: int
    kills: int = 0
    backends: int = 0
    servers: int = 0
    gaps_seen: int = 0
    told: Told = field(default_factory=Told)
    judgement: Judgement = field(default_factory=Judgement)

    @property
    def sound(self) -> bool:
        """Whether all is as promised."""
        return self.judgement.sound and not self.gaps_seen


class Load:
    """Processes at work on one database; one that is killed is replaced by its like."""

    def __init__(self, url: str, replicas: int, told: Told) -> None:
        self.told = told
        works = [(looking_up(url, THREADS), integrating(url, f"replica {number}")) for number in range(replicas)]
        self._works: list[Work] = [work for both in works for work in both]
        self._mortals = [Mortal(work, told) for work in self._works]

    def go_on(self, seconds: float) -> None:
        """Take in what they tell, for so long. Raises AssertionError when one has ended by itself."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for mortal in self._mortals:
                mortal.listen(0.005)
                assert not mortal.ended, f"a process ended by itself: {self.told.died}"

    def busy(self) -> None:
        """Wait until something more is shown. Raises AssertionError after a minute."""
        shown, until = len(self.told.shown), time.monotonic() + PATIENCE_S
        while len(self.told.shown) == shown:
            self.go_on(0.02)
            assert time.monotonic() < until, "nothing is shown any more"

    def kill(self, which: int) -> None:
        """SIGKILL, and another in its place."""
        self._mortals[which % len(self._mortals)].kill()
        self._mortals[which % len(self._mortals)] = Mortal(self._works[which % len(self._mortals)], self.told)

    def end(self) -> None:
        """SIGKILL for all."""
        for mortal in self._mortals:
            mortal.kill()


def kill_on_sqlite(url: str, folder: Path, kills: int, seed: int, step: Step) -> Killed:
    """So many kills on a database file that is settled already."""
    return _killed(Killed("sqlite", seed), url, folder, kills, 1, lambda _: None, step)


def kill_on_postgresql(server: Server, url: str, folder: Path, kills: int, seed: int, step: Step) -> Killed:
    """So many kills of our processes, and for every ten of them one of a backend, for every fifty one of the server."""
    found = Killed("postgresql", seed)

    def also(number: int) -> None:
        if number % SERVER_EVERY == 0:
            _kill_server(server)
            found.servers += 1
        elif number % BACKEND_EVERY == 0:
            found.backends += _kill_backend(server)

    return _killed(found, url, folder, kills, 2, also, step)


def _killed(
    found: Killed, url: str, folder: Path, kills: int, replicas: int, also: Callable[[int], None], step: Step
) -> Killed:
    chance = random.Random(found.seed)
    with _loaded(url, replicas, found.told) as load:
        for number in range(1, kills + 1):
            load.busy()
            load.go_on(chance.uniform(0, LONGEST_S))
            load.kill(chance.randrange(2 * replicas))
            found.kills += 1
            found.gaps_seen += has_gap(url)
            also(number)
            step()
        load.busy()
    found.judgement = judge(url, found.told, folder)
    return found


@contextmanager
def _loaded(url: str, replicas: int, told: Told) -> Iterator[Load]:
    load = Load(url, replicas, told)
    try:
        yield load
    finally:
        load.end()


def _kill_backend(server: Server) -> int:
    """SIGKILL for the process that serves one of our connections; the server then ends all others and recovers."""
    for process in psutil.Process(server.handle.get_pid()).children():
        if any(word in " ".join(process.cmdline()) for word in ("INSERT", "idle", "COMMIT", "SELECT", "UPDATE")):
            process.kill()
            return 1
    return 0


def _kill_server(server: Server) -> None:
    """SIGKILL for the postmaster; when its processes are gone too, it is started again and recovers."""
    master = psutil.Process(server.handle.get_pid())
    others = master.children(recursive=True)
    os.kill(master.pid, signal.SIGKILL)
    psutil.wait_procs([master, *others], PATIENCE_S)
    server.handle.ensure_postgres_running()
