"""Each file system call of SQLite's writers fails once: with EIO, with ENOSPC, or with SIGKILL in its place.

The writers are the process that looks up and the integrator's, as in a running Steward, taking turns. strace counts the
calls of each on the database's files in a run without faults, then every one of them fails in a run of its own, while
the other process goes on. Afterwards the database is opened again and judged.
"""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.database import Database
from tests.faults.byturns import INTEGRATOR, LOOK_UPS, WRITERS, Gates
from tests.faults.company import Desk, integrator_of, settle
from tests.faults.judging import Judgement, judge
from tests.faults.mortals import Mortal, Told, Work

FAULTS: Final = ("EIO", "ENOSPC", "SIGKILL")
TURNS: Final = (*WRITERS, *(LOOK_UPS, LOOK_UPS, INTEGRATOR) * 3, INTEGRATOR)
LOOK_UPS_BEFORE: Final = 4
PATIENCE_S: Final = 600.0
LISTEN_S: Final = 1.0
PR_SET_PTRACER: Final = 0x59616D61  # so that a process that is no ancestor may trace, where Yama forbids it
ANYBODY: Final = ctypes.c_ulong(-1)
CALL: Final = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)
SUFFIXES: Final = ("", "-wal", "-shm")


class NotTraced(Exception):
    """strace could not be used, and what to do."""


@dataclass(frozen=True, slots=True)
class Case:
    """The `number`th of these calls (from 1) of this writer comes to this."""

    writer: str
    call: str
    number: int
    fault: str

    @property
    def injection(self) -> str:
        """For strace's -e."""
        what = f"signal={self.fault}" if self.fault == "SIGKILL" else f"error={self.fault}"
        return f"inject={self.call}:{what}:when={self.number}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case. `injected`: whether the call came at all; `how`: what the process did about it."""

    case: Case
    injected: bool
    how: str
    shown: int
    judgement: Judgement


def available() -> None:
    """Raises NotTraced when strace is not here, or may not trace."""
    if shutil.which("strace") is None:
        raise NotTraced("strace is not installed. On Debian: apt-get install -y strace")
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise NotTraced(f"strace may not trace here: {tried.stderr.strip().splitlines()[-1:]}")


def template(folder: Path) -> Path:
    """A database of a writer that was cut off: a part of it is in the write-ahead log only."""
    whole, path = folder / "whole.db", folder / "template.db"
    settle(f"sqlite:///{whole}", folder)
    with closing(Database(f"sqlite:///{whole}")) as database:
        integrator, desk = integrator_of(database), Desk(database)
        for _ in range(LOOK_UPS_BEFORE):
            desk()
            integrator.tick()
        integrator.finish()
        for suffix in ("", "-wal"):
            shutil.copy(f"{whole}{suffix}", f"{path}{suffix}")
    return path


Calls = Mapping[str, Counter[str]]
"""For each writer how often it calls what."""


def steady_calls(database: Path) -> Calls:
    """What is called on the database's files in runs in which nothing fails. Raises NotTraced."""
    return {writer: _steady_calls(database, writer) for writer in WRITERS}


def _steady_calls(database: Path, writer: str) -> Counter[str]:
    with _copy(database) as folder:
        trace, told, _ = _traced(folder, writer, None)
        if told.done < len(WRITERS) or told.refused or told.halted or told.died or not told.signed:
            raise NotTraced(f"the writers did not come to their end: {told}")
    return Counter(CALL.findall(trace))


def cases(calls: Calls, most: int | None = None) -> list[Case]:
    """Every call with every fault; or `most` of them, evenly, each with one fault of the three by turns."""
    every = [
        Case(writer, call, number, fault)
        for writer, counted in calls.items()
        for call, count in sorted(counted.items())
        for number in range(1, count + 1)
        for fault in FAULTS
    ]
    if most is None or most >= len(every):
        return every
    return [_turned(every[index * len(every) // most], index) for index in range(most)]


def _turned(case: Case, index: int) -> Case:
    return replace(case, fault=FAULTS[index % len(FAULTS)])


def tried(case: Case, database: Path) -> Outcome:
    """One run in which this happens, and what it left."""
    with _copy(database) as folder:
        trace, told, status = _traced(folder, case.writer, case.injection)
        found = judge(_url(folder), told, folder)
    killed = os.WIFSIGNALED(status)
    injected = killed if case.fault == "SIGKILL" else "(INJECTED)" in trace
    if killed != (case.fault == "SIGKILL" and injected):
        found.wrong.append(f"the writer ended with status {status}")
    return Outcome(case, injected, _how(told, killed=killed), len(told.shown), found)


def _how(told: Told, *, killed: bool) -> str:
    if killed:
        return "killed"
    if told.died:
        return "ended"
    if told.refused:
        return "refused"
    return "waited" if told.halted else "went on"


class _copy:  # noqa: N801 - read as a word of a with statement
    """A folder of its own with a copy of the database."""

    def __init__(self, database: Path) -> None:
        self._database, self._folder = database, tempfile.TemporaryDirectory(prefix="stewardfault")

    def __enter__(self) -> Path:
        folder = Path(self._folder.name)
        for suffix in ("", "-wal"):
            shutil.copy(f"{self._database}{suffix}", folder / f"steward.db{suffix}")
        return folder

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'steward.db'}"


def _traced(folder: Path, writer: str, injection: str | None) -> tuple[str, Told, int]:
    """The trace of one writer's whole life, what both told, and how the traced one ended."""
    told, gates = Told(), Gates(WRITERS)
    both = {name: Mortal(_traceable(work(_url(folder), gates)), told) for name, work in WRITERS.items()}
    gates.forget()
    with _strace(both[writer].pid, folder, injection) as strace:
        for name in TURNS:
            _take_turn(both[name], name, gates, told)
        gates.close()
        for mortal in both.values():
            _wait(mortal, told, lambda mortal=mortal: mortal.ended)  # type: ignore[misc]
        strace.wait(PATIENCE_S)
    statuses = {name: mortal.bury() for name, mortal in both.items()}
    return (folder / "trace").read_text(errors="replace"), told, statuses[writer]


def _take_turn(mortal: Mortal, name: str, gates: Gates, told: Told) -> None:
    """Let it do one thing; one that is dead does nothing."""
    if mortal.ended:
        return
    before = told.turns
    gates.open(name)
    _wait(mortal, told, lambda: told.turns > before or mortal.ended)


def _wait(mortal: Mortal, told: Told, holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        mortal.hear(LISTEN_S)
        if time.monotonic() > until:
            told.died.append("it went on for ten minutes, and was killed")
            os.kill(mortal.pid, signal.SIGKILL)
            until += PATIENCE_S


def _traceable(work: Work) -> Work:
    def traceable(say):  # type: ignore[no-untyped-def]  # as Work has it
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
        work(say)

    return traceable


class _strace:  # noqa: N801 - read as a word of a with statement
    """strace, attached to a process before this context begins."""

    def __init__(self, pid: int, folder: Path, injection: str | None) -> None:
        paths = [part for suffix in SUFFIXES for part in ("-P", str(folder / f"steward.db{suffix}"))]
        inject = ["-e", injection] if injection else []
        command = ["strace", "-f", "-p", str(pid), "-o", str(folder / "trace"), "-s", "0", *paths, *inject]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> "subprocess.Popen[str]":
        assert self._process.stderr is not None
        line = self._process.stderr.readline()
        while line and "attached" not in line:
            line = self._process.stderr.readline()
        if not line:
            raise NotTraced("strace could not attach to the writer")
        return self._process

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate()
