"""An answer that takes longer than Slack waits gives way to what its handler has offered, once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

from slack_bolt import BoltRequest, BoltResponse

from bot.gate.early import Places, early_answer
from tests.bot.captured_logs import captured_logs
from tests.bot.gate.conftest import MakeGate, command_body

WAIT_S = 60
SOON = 0.01
LATE = 3600.0


class Slow:
    """A handler that offers words, works until it is let go, and notes whether its answer was still awaited."""

    def __init__(self, then: Callable[[], BoltResponse] = lambda: BoltResponse(status=200, body="found")) -> None:
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Event()
        self.offered: Queue[bool] = Queue()
        self.awaited: Queue[bool] = Queue()
        self._then = then

    def __call__(self, _: BoltRequest) -> BoltResponse:
        early = early_answer()
        assert early is not None
        taken = early.offer(lambda: BoltResponse(status=200, body="follows"))
        self.offered.put(taken)
        self.begun.release()
        assert self.let_go.wait(WAIT_S)
        if taken:
            self.awaited.put(early.over())
        return self._then()


def test_in_time_the_answer_is_the_handlers(make_gate: MakeGate) -> None:
    slow = Slow()
    slow.let_go.set()
    assert make_gate(slow, answers_in_s=LATE).command().body == b"found"
    assert slow.awaited.get(timeout=WAIT_S)


def test_later_it_is_what_was_offered_and_the_handler_goes_on(make_gate: MakeGate) -> None:
    slow = Slow()
    gate = make_gate(slow, answers_in_s=SOON)
    assert gate.command().body == b"follows"
    slow.let_go.set()
    assert not slow.awaited.get(timeout=WAIT_S)


def test_who_begins_late_gives_way_at_once(make_gate: MakeGate) -> None:
    """The end of patience came while another request had the only thread."""
    first, second = Slow(), Slow()
    turns = iter((first, second))
    gate = make_gate(lambda request: next(turns)(request), answers_in_s=SOON, threads=1)
    with ThreadPoolExecutor(2) as people:
        asked = people.submit(gate.signed, command_body(text="1"))
        assert first.begun.acquire(timeout=WAIT_S)
        waiting = people.submit(gate.signed, command_body(text="2"))
        assert asked.result(WAIT_S).body == b"follows"
        first.let_go.set()
        assert waiting.result(WAIT_S).body == b"follows"
    second.let_go.set()
    assert not second.awaited.get(timeout=WAIT_S)


def test_without_a_place_nothing_is_offered_until_one_is_given_back(make_gate: MakeGate) -> None:
    first, second, third = Slow(), Slow(), Slow()
    second.let_go.set()
    third.let_go.set()
    turns = iter((first, second, third))
    gate = make_gate(lambda request: next(turns)(request), answers_in_s=SOON, places=Places(1))
    assert gate.signed(command_body(text="1")).body == b"follows"
    assert gate.signed(command_body(text="2")).body == b"found"
    assert (first.offered.get(timeout=WAIT_S), second.offered.get(timeout=WAIT_S)) == (True, False)
    first.let_go.set()
    assert not first.awaited.get(timeout=WAIT_S)
    gate.signed(command_body(text="3"))
    assert third.offered.get(timeout=WAIT_S)


def test_a_fault_is_a_500_in_time_and_a_line_in_the_log_later(make_gate: MakeGate) -> None:
    def fail() -> BoltResponse:
        raise RuntimeError("anna.kalnina")

    early, late = Slow(fail), Slow(fail)
    early.let_go.set()
    with captured_logs() as lines:
        assert make_gate(early, answers_in_s=LATE).command().status == 500
        gate = make_gate(late, answers_in_s=SOON)
        assert gate.command().body == b"follows"
        late.let_go.set()
        gate.workers.close()
        assert [one["event"] for one in lines.entries()].count("gate.failed") == 2
    assert "anna.kalnina" not in lines.getvalue()


def test_elsewhere_nothing_answers_early() -> None:
    assert early_answer() is None
