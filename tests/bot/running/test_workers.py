"""`steward run --workers N`: several processes behind one port, one that dies, and ending them all in order."""

import json
import os
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.running.refusals import CannotStart
from bot.running.workers import run_workers
from bot.settings import read_environment
from slack_local import LocalSlack
from tests.bot.running.asked import get, import_account, look_up, metrics
from tests.bot.running.conftest import Running, Start, command, environment
from tests.ports import free_port
from tests.promises.replicas import without_model
from tests.waiting import until

pytestmark = pytest.mark.postgres


def _lines(steward: Running, event: str) -> list[dict[str, Any]]:
    whole = (line for line in steward.said().splitlines() if line.startswith("{") and line.endswith("}"))
    return [line for line in map(json.loads, whole) if line["event"] == event]


def _wait_for(steward: Running, event: str, count: int) -> list[dict[str, Any]]:
    def enough() -> list[dict[str, Any]]:
        assert steward.process.poll() is None, steward.said()
        found = _lines(steward, event)
        return found if len(found) >= count else []

    return until(enough, steward.said, every_s=0.05)


@pytest.fixture
def given(slack: LocalSlack, postgresql_url: str, tmp_path: Path) -> Mapping[str, str]:
    config = str(without_model(tmp_path))
    return {**slack.environment, "DATABASE_URL": postgresql_url, "STEWARD_CONFIG": config}


def test_two_workers_behind_one_port(slack: LocalSlack, given: Mapping[str, str], start: Start, tmp_path: Path) -> None:
    import_account(given["DATABASE_URL"], tmp_path)
    port = free_port()
    steward = start({**given, "PORT": str(port)}, "run", "--http", "--workers", "2")
    _wait_for(steward, "steward.started", 3)  # two workers, and the process that keeps them
    slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
    look_up(slack)
    pids = {line["worker"]: line["pid"] for line in _lines(steward, "worker.begun")}
    os.kill(pids[1], signal.SIGKILL)
    ended = _wait_for(steward, "worker.ended", 1)
    assert [(line["worker"], line["status"]) for line in ended] == [(1, -signal.SIGKILL)]
    look_up(slack)
    _wait_for(steward, "worker.begun", 3)
    _wait_for(steward, "steward.started", 4)
    look_up(slack)
    assert get(port, "/readyz")[0] == 200
    assert _counted(port) == 3, "what any of them counted stays counted"
    assert metrics(port)["steward_database_up"] == 1
    assert steward.stop() == 0
    for line in _lines(steward, "worker.begun"):
        with pytest.raises(ProcessLookupError):
            os.kill(line["pid"], 0)
    assert len(_lines(steward, "steward.stopped")) == 3


def _counted(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("steward_lookups_total{")))


def test_what_keeps_the_first_worker_from_starting_is_said_once(given: Mapping[str, str]) -> None:
    arguments = command("run", "--http", "--workers", "3")
    wrong = environment({**given, "SLACK_BOT_TOKEN": "xoxb-wrong", "PORT": str(free_port())})
    ran = subprocess.run(arguments, env=wrong, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 1
    assert ran.stderr.count("SLACK_BOT_TOKEN") == 1
    assert "The first worker could not start" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_sqlite_database_is_not_shared(slack: LocalSlack, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**slack.environment, "DATABASE_URL": sqlite_url}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CannotStart, match="Several workers need PostgreSQL"):
        run_workers(read_environment(), None, 2, threading.Event())
