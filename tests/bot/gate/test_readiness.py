"""Whether the process says truly that it can work."""

import json
import threading

from bot.gate.readiness import Check
from tests.bot.gate.conftest import MakeGate, RunningGate


def _raise() -> bool:
    raise ConnectionError("db.internal refused anna's password")


def test_the_process_is_up(gate: RunningGate) -> None:
    assert json.loads(gate.get("/healthz").body) == {"status": "ok"}


def test_ready_when_every_check_holds(make_gate: MakeGate) -> None:
    answer = make_gate(checks=(Check("database", lambda: True), Check("slack", lambda: True))).get("/readyz")
    assert answer.status == 200
    assert json.loads(answer.body) == {
        "ready": True,
        "checks": [{"name": "database", "ok": True}, {"name": "slack", "ok": True}],
    }


def test_not_ready_when_one_fails_and_it_says_which_and_no_more(make_gate: MakeGate) -> None:
    answer = make_gate(checks=(Check("database", _raise), Check("slack", lambda: True))).get("/readyz")
    assert answer.status == 503
    assert json.loads(answer.body)["checks"] == [{"name": "database", "ok": False}, {"name": "slack", "ok": True}]


def test_a_check_that_hangs_does_not_hold_and_is_not_started_again(make_gate: MakeGate) -> None:
    started, release = [], threading.Event()

    def hang() -> bool:
        started.append(1)
        return release.wait(30)

    gate = make_gate(checks=(Check("slack", hang),))
    assert gate.get("/readyz").status == 503
    gate.clock.advance(seconds=10)
    assert gate.get("/readyz").status == 503
    assert len(started) == 1
    release.set()
    gate.clock.advance(seconds=10)
    assert gate.get("/readyz").status == 200


def test_asking_often_costs_one_check(make_gate: MakeGate) -> None:
    asked = []

    def count() -> bool:
        asked.append(1)
        return True

    gate = make_gate(checks=(Check("database", count),))
    for _ in range(5):
        gate.get("/readyz")
    assert len(asked) == 1
    gate.clock.advance(seconds=3)
    gate.get("/readyz")
    assert len(asked) == 2
