"""Servers in processes of their own, which end when this one does."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.serving import LISTENING
from demo.children import Child

START_S = 60
LOOK_EVERY_S = 0.02


class NotUp(Exception):
    """A server did not say where it listens."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server in a process of its own."""

    port: int
    pid: int

    @property
    def resident_mib(self) -> float:
        """Its resident memory, in MiB. Raises OSError where neither /proc nor ps knows it."""
        status = Path(f"/proc/{self.pid}/status")
        if status.exists():
            said = re.search(r"^VmRSS:\s+([0-9]+) kB$", status.read_text(), re.MULTILINE)
            return int(said[1]) / 1024 if said else 0.0
        asked = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, check=True, text=True)
        return int(asked.stdout) / 1024


@contextmanager
def served(module: str, log: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[Served]:
    """A server of ours, up and listening, stopped afterwards. Raises NotUp, ChildEnded."""
    child = Child(module, [module, *arguments], log, environment)
    with stopped(child):
        yield Served(*_place(child))


@contextmanager
def stopped(child: Child) -> Iterator[None]:
    """Stop it afterwards, in order; when the whole run is ended (Ctrl-C, SIGTERM), at once."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        raise
    finally:
        child.stop()


def _place(child: Child) -> tuple[int, int]:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        child.require()
        if said := re.search(rf"^{LISTENING}([0-9]+) ([0-9]+)$", child.log.read_text(errors="replace"), re.MULTILINE):
            return int(said[1]), int(said[2])
        time.sleep(LOOK_EVERY_S)
    raise NotUp(f"{child.title} did not listen within {START_S} s")
