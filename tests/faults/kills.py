"""Killed at random under load: a Steward, its integrator's process, or both; on PostgreSQL the database's own too.

A Steward looks up with several threads and has its integrator in a process of its own, as `steward run` has it. On
SQLite there is one, on PostgreSQL two, as replicas; there now and then a backend of the server, or the whole server,
is killed and started again. Whatever was killed is begun anew by what would do so in the world.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]  # it brings no types

from tests.faults.judging import Judgement, has_gap, judge
from tests.faults.mortals import Mortal, Told
from tests.faults.replicas import serving, watching
from tests.postgres import Server

THREADS: Final = 4
LONGEST_S: Final = 0.5
PATIENCE_S: Final = 900.0  # on a machine that has much else to do
BACKEND_EVERY: Final = 10  # kills of our own
SERVER_EVERY: Final = 50
SIGNED_EVERY: Final = 4
MODULE: Final = "bot.running.integrating"

WHAT: Final = (frozenset({"steward"}), frozenset({"integrator"}), frozenset({"steward", "integrator"}))

Step = Callable[[], None]


@dataclass(slots=True)
class Killed:
    """What was killed and what came of it. `gaps_seen` were there at a moment in between.

    Of the `kills` some were of a whole Steward (`stewards`), some of an integrator's process, some of both at once.
    """

    database: str
    seed: int
    kills: int = 0
    stewards: int = 0
    integrators: int = 0
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
    """Stewards at work on one database, and somebody who keeps the checkpoints; one that is killed is begun anew."""

    def __init__(self, url: str, replicas: int, folder: Path, told: Told) -> None:
        self.told = told
        self._work = serving(url, THREADS, folder / "integrators.log")
        self._stewards = [Mortal(self._work, told) for _ in range(replicas)]
        self._watcher = Mortal(watching(url), told)

    def go_on(self, seconds: float) -> None:
        """Take in what they tell, for so long. Raises AssertionError when one has ended by itself."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for mortal in (*self._stewards, self._watcher):
                mortal.listen(0.005)
                assert not mortal.ended, f"a process ended by itself: {self.told.died}"

    def busy(self, *, signed: bool = False) -> None:
        """Wait until something more is shown, and signed if so asked. Raises AssertionError after PATIENCE_S."""
        for told in (self.told.shown, self.told.signed) if signed else (self.told.shown,):
            self._until(partial(_is_longer, told, len(told)))

    def kill_steward(self, which: int) -> None:
        """SIGKILL, and another in its place. Its integrator is left to end by itself."""
        self._stewards[which].kill()
        self._stewards[which] = Mortal(self._work, self.told)

    def kill_integrator(self, which: int) -> None:
        """SIGKILL for the process that a Steward has for it, whatever it does; the Steward begins another."""
        self._until(lambda: _integrates(self._stewards[which].integrator))
        os.kill(self._stewards[which].integrator or 0, signal.SIGKILL)

    def end(self) -> None:
        """SIGKILL for all, until the last integrator is gone too. Raises AssertionError when one stays."""
        for mortal in (*self._stewards, self._watcher):
            mortal.kill()
        until = time.monotonic() + PATIENCE_S
        while left := [pid for pid in self.told.integrators if _integrates(pid)]:
            assert time.monotonic() < until, f"integrators outlived their Stewards: {left}"
            time.sleep(0.05)

    def _until(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not holds():
            self.go_on(0.02)
            assert time.monotonic() < until, "nothing goes on any more"


def _is_longer(told: Sized, than: int) -> bool:
    return len(told) > than


def _integrates(pid: int | None) -> bool:
    """Whether this is an integrator's process, and alive."""
    try:
        return pid is not None and MODULE in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


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
    with _loaded(url, replicas, folder, found.told) as load:
        for number in range(1, kills + 1):
            load.busy(signed=number % SIGNED_EVERY == 0)
            load.go_on(chance.uniform(0, LONGEST_S))
            _kill_one(load, chance.randrange(replicas), chance.choice(WHAT), found)
            found.gaps_seen += has_gap(url)
            also(number)
            step()
        load.busy(signed=True)
    found.judgement = judge(url, found.told, folder)
    _heed(folder / "integrators.log", found)
    return found


def _heed(log: Path, found: Killed) -> None:
    """What the integrators logged: halts are counted; none may have found anything tampered with, or have crashed."""
    for line in log.read_text(errors="replace").splitlines() if log.exists() else ():
        found.told.halted += '"ledger.halted"' in line
        if '"ledger.tampered"' in line or line.startswith("Traceback"):
            found.judgement.wrong.append(f"an integrator: {line}")


def _kill_one(load: Load, which: int, what: frozenset[str], found: Killed) -> None:
    if "integrator" in what:
        load.kill_integrator(which)
        found.integrators += 1
    if "steward" in what:
        load.kill_steward(which)
        found.stewards += 1
    found.kills += 1


@contextmanager
def _loaded(url: str, replicas: int, folder: Path, told: Told) -> Iterator[Load]:
    load = Load(url, replicas, folder, told)
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
    server.start_again()
