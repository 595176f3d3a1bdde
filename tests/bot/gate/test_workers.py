"""The pool of threads: how many work and wait, and how it ends."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar

import pytest

from bot.gate.workers import Busy, Workers

PATIENCE_S = 60
asked: ContextVar[str] = ContextVar("asked")


@pytest.fixture
def two() -> Iterator[Workers]:
    workers = Workers(threads=2, waiting=1)
    yield workers
    workers.close()


class Held:
    """A call that works until it is let go, and says which thread it has."""

    def __init__(self) -> None:
        self.begun, self.goes = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.goes.wait(PATIENCE_S)
        return threading.current_thread().name


def held(workers: Workers) -> tuple[Held, Future[str]]:
    call = Held()
    future = workers.begin(call)
    assert call.begun.wait(PATIENCE_S)
    return call, future


def ended(call: Held, future: Future[str]) -> str:
    call.goes.set()
    return future.result(PATIENCE_S)


def test_a_call_has_the_context_of_whoever_began_it_and_its_error_is_theirs(two: Workers) -> None:
    asked.set("first")
    future = two.begin(asked.get)
    asked.set("second")
    assert future.result(PATIENCE_S) == "first"
    with pytest.raises(ZeroDivisionError):
        two.begin(lambda: 1 // 0).result(PATIENCE_S)
    assert two.begin(lambda: "goes on").result(PATIENCE_S) == "goes on"


def test_more_than_there_is_room_for_are_turned_away_and_the_one_that_waits_is_next(two: Workers) -> None:
    (one, first), (other, second) = held(two), held(two)
    third = two.begin(lambda: "third")
    with pytest.raises(Busy):
        two.begin(lambda: "fourth")
    assert not third.done()
    ended(one, first)
    assert third.result(PATIENCE_S) == "third"
    assert two.begin(lambda: "fifth").result(PATIENCE_S) == "fifth"
    ended(other, second)


def test_one_that_was_cancelled_while_it_waited_is_not_run(two: Workers) -> None:
    (one, first), (other, second) = held(two), held(two)
    ran = threading.Event()
    third = two.begin(ran.set)
    assert third.cancel()
    ended(one, first)
    ended(other, second)
    assert two.begin(lambda: "next").result(PATIENCE_S) == "next"
    assert not ran.is_set()


def test_at_the_end_what_runs_comes_to_its_end_and_what_waits_does_not() -> None:
    workers = Workers(threads=1, waiting=1)
    call, future = held(workers)
    waits = workers.begin(lambda: "never")
    closing = threading.Thread(target=workers.close)
    closing.start()
    with pytest.raises(CancelledError):
        waits.result(PATIENCE_S)
    assert ended(call, future) == "gate_0"
    closing.join(PATIENCE_S)
    assert not closing.is_alive()
    with pytest.raises(RuntimeError):
        workers.begin(lambda: "after the end")


def test_it_ends_when_nobody_ever_worked_and_when_all_rest() -> None:
    Workers().close()
    workers = Workers(threads=2)
    workers.begin(lambda: None).result(PATIENCE_S)
    workers.close()
