"""Processes forked from one that has imported everything already, for tests that begin and kill many.

What such a process says, or where it is killed, does not hang on its imports, and these are most of what it costs to
begin it. That `steward` begins from nothing is what tests/bot/running/test_process.py and tests/demo are for.
"""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot import cli

SERVER: Final = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.forked_from"])


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a process begins with: its `main` gets the arguments. Both files are written at their ends."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    output: Path
    errors: Path


class Forked:
    """A process that calls `main`, with what tests do of subprocess.Popen."""

    def __init__(self, main: Callable[..., int | None], beginning: Beginning) -> None:
        for file in (beginning.output, beginning.errors):
            file.touch()
        told = replace(beginning, environment=dict(beginning.environment))  # os.environ itself can't be told
        self._process = SERVER.Process(target=_begin, args=(main, told))
        self._process.start()
        assert self._process.pid
        self.pid: Final = self._process.pid

    def poll(self) -> int | None:
        """Its exit code, negative where a signal ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code when it has ended. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def steward(arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path, log: Path) -> Forked:
    """`steward …`, whose words of both kinds stand in the log."""
    return Forked(_steward, Beginning(arguments, environment, folder, log, log))


def ended(
    arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """`steward …` when it has ended by itself, and what it said."""
    output, errors = folder / "output.txt", folder / "errors.txt"
    for file in (output, errors):
        file.write_bytes(b"")
    process = Forked(_steward, Beginning(arguments, environment, folder, output, errors))
    try:
        code = process.wait(timeout)
    finally:
        process.kill()
    return subprocess.CompletedProcess(arguments, code, output.read_text(), errors.read_text())


def _steward(*arguments: str) -> int:
    return cli.main(arguments)


def _begin(main: Callable[..., int | None], beginning: Beginning) -> None:
    """In the new process."""
    os.environ.clear()
    os.environ.update(beginning.environment)
    os.chdir(beginning.folder)
    for file, descriptor in ((beginning.output, 1), (beginning.errors, 2)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    random.seed()  # as it is in a process that begins from nothing, and not as in those forked before
    sys.exit(main(*beginning.arguments))
