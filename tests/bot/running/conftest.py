"""A local Slack, and `steward` as a process of its own."""

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from slack_local import LocalSlack

ROOT = Path(__file__).parents[3]
KEY = base64.b64encode(bytes(32)).decode()
MINE = ("SLACK_", "STEWARD_", "DATABASE_URL", "PORT", "CI", "FORCE_COLOR", "NO_COLOR")


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """This machine's environment without what Steward reads, and with what is given."""
    base = {name: value for name, value in os.environ.items() if not name.startswith(MINE)}
    own = {"STEWARD_CONFIG": str(ROOT / "steward.toml"), "STEWARD_SIGNING_KEY": KEY, "PYTHONPATH": str(ROOT)}
    return {**base, **own, **given}


def command(*arguments: str) -> list[str]:
    """`steward …` as a command line."""
    return [sys.executable, "-m", "bot.cli", *arguments]


@dataclass
class Running:
    """A `steward` that runs, and what it has logged."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_for(self, words: str) -> None:
        """Return when these words stand in the log; fails when the process ends before."""
        deadline = time.monotonic() + 60
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)

    def said(self) -> str:
        """All that it wrote so far."""
        return self.log.read_text()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `steward …` with an environment; none of them outlives the test."""
    started: list[Running] = []

    def begin(given: Mapping[str, str], *arguments: str) -> Running:
        log = tmp_path / f"steward-{len(started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command(*arguments), env=environment(given), cwd=tmp_path, stdout=output, stderr=output
            )
        started.append(Running(process, log))
        return started[-1]

    yield begin
    for running in started:
        running.process.kill()
        running.process.wait()


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml") as running:
        yield running
