"""A local Slack, and `steward` as a process of its own."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from slack_local import LocalSlack, Timing
from tests import forked
from tests.forked import Forked
from tests.waiting import until

ROOT = Path(__file__).parents[3]
KEY = base64.b64encode(bytes(32)).decode()
PATIENCE_S = 150
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

    process: subprocess.Popen[bytes] | Forked
    log: Path

    def wait_for(self, words: str) -> None:
        """Return when these words stand in the log; fails when the process ends before."""
        until(lambda: self._has_said(words), self.said)

    def _has_said(self, words: str) -> bool:
        ended = self.process.poll() is not None
        said = self.said()
        assert words in said or not ended, said
        return words in said

    def said(self) -> str:
        """All that it wrote so far."""
        return self.log.read_text()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


Start = Callable[..., Running]


def _from_nothing(
    arguments: Sequence[str], given: Mapping[str, str], folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    """As people begin it: nothing is imported yet."""
    with log.open("wb") as output:
        return subprocess.Popen(command(*arguments), env=given, cwd=folder, stdout=output, stderr=output)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `steward …` with an environment; none of them outlives the test.

    It is forked from a process that has imported everything, if not asked to begin from nothing.
    """
    started: list[Running] = []

    def begin(given: Mapping[str, str], *arguments: str, from_nothing: bool = False) -> Running:
        log = tmp_path / f"steward-{len(started)}.log"
        begun = _from_nothing if from_nothing else forked.steward
        started.append(Running(begun(arguments, environment(given), tmp_path, log), log))
        return started[-1]

    yield begin
    for running in started:
        running.process.kill()
        running.process.wait()


Finished = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def finished(tmp_path: Path) -> Finished:
    """Runs `steward …` with an environment until it ends by itself."""

    def run(given: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        return forked.ended(arguments, environment(given), tmp_path, PATIENCE_S)

    return run


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    """It waits long for answers: a slow machine is not what these tests are about."""
    with LocalSlack.start(
        manifest=ROOT / "manifest.yml",
        workspace=ROOT / "demo" / "workspace.toml",
        timing=Timing(deadline=PATIENCE_S),
    ) as running:
        yield running
