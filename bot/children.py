"""Processes of Steward's own, beside this one: told what to do on their standard input, and gone when that closes.

The operating system closes it when this process ends, however it ends. What is told stands in no list of processes and
in no environment, so it may hold secrets.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, cast

PACKAGES: Final = Path(__file__).parents[1]


class Child:
    """A module of ours that runs in a process of its own, and was told one line. It logs to our standard error.

    It inherits these descriptors and, beside ours, this environment. Raises OSError when it can't be run at all. One
    that is gone before it was told everything has simply ended.
    """

    def __init__(
        self, module: str, told: bytes, descriptors: Sequence[int] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        path = os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=descriptors,
            env={**os.environ, **(environment or {}), "PYTHONPATH": path},
        )
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        self.tell(told)

    @property
    def pid(self) -> int:
        """Its number among the system's processes."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit code, negative where a signal ended it; None while it runs."""
        return self._process.poll()

    def tell(self, words: bytes) -> None:
        """One line more for it to read."""
        with suppress(BrokenPipeError):
            self._input.write(words + b"\n")
            self._input.flush()

    def lines(self) -> Iterator[bytes]:
        """What it says, line by line, until it says no more."""
        for line in self._output:
            yield line.rstrip(b"\n")

    def let_go(self) -> None:
        """Close its standard input, so that it ends by itself; nobody waits for it here. More than once is as once."""
        with suppress(OSError):
            self._input.close()

    def end(self, grace_s: float) -> None:
        """Let go of it, and return when it has ended; one that has not after so many seconds is killed."""
        self.let_go()
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def told() -> bytes:
    """For the child: the line that it was told; empty when nobody is there any more."""
    return sys.stdin.buffer.readline().rstrip(b"\n")


def let_go_of() -> threading.Event:
    """For the child: an event that is set when its parent lets go of it, or is gone.

    Signals that reach the whole group (Ctrl-C, a service that is stopped) are the parent's to answer.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    closed = threading.Event()

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        closed.set()

    threading.Thread(target=watch, name="tether", daemon=True).start()
    return closed


def tell_parent(words: bytes) -> None:
    """For the child: say one line, whole and at once. A parent that is gone hears nothing."""
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), words + b"\n")
