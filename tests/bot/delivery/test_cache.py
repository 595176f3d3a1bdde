"""A short memory for many threads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.delivery.cache import Cache
from tests.conftest import SettableClock

MINUTE = timedelta(seconds=60)


class Asked:
    """Answers with how often it was asked; may be told to wait or to fail."""

    def __init__(self) -> None:
        self.times = 0
        self.before_answer: Callable[[], object] = lambda: None

    def __call__(self, key: str) -> str:
        self.times += 1
        answer = f"{key} {self.times}"
        self.before_answer()
        return answer


def announce(asking: threading.Event, go: threading.Event) -> None:
    """Say that the question was put, and answer it when told to."""
    asking.set()
    assert go.wait(30)


def test_an_answer_is_good_for_its_lifetime(clock: SettableClock) -> None:
    cache = Cache(asked := Asked(), clock, MINUTE)
    assert cache.get("a") == cache.get("a") == "a 1"
    clock.advance(seconds=59)
    assert cache.get("a") == "a 1"
    clock.advance(seconds=1)
    assert cache.get("a") == "a 2"
    assert asked.times == 2


def test_fresh_asks_and_is_remembered(clock: SettableClock) -> None:
    cache = Cache(Asked(), clock, MINUTE)
    cache.get("a")
    assert cache.get("a", fresh=True) == "a 2"
    assert cache.get("a") == "a 2"


def test_a_fault_reaches_the_caller_and_is_not_remembered(clock: SettableClock) -> None:
    cache = Cache(asked := Asked(), clock, MINUTE)

    def fail() -> None:
        raise ConnectionError

    asked.before_answer = fail
    with pytest.raises(ConnectionError):
        cache.get("a")
    asked.before_answer = lambda: None
    assert cache.get("a") == "a 2"


def test_concurrent_misses_ask_once(clock: SettableClock) -> None:
    cache = Cache(asked := Asked(), clock, MINUTE)
    asking, go = threading.Event(), threading.Event()
    asked.before_answer = lambda: announce(asking, go)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(cache.get, "a") for _ in range(8)]
        assert asking.wait(30)
        go.set()
        assert {answer.result(30) for answer in answers} == {"a 1"}
    assert asked.times == 1


def test_fresh_does_not_take_the_answer_to_an_earlier_question(clock: SettableClock) -> None:
    cache = Cache(asked := Asked(), clock, MINUTE)
    asking, go = threading.Event(), threading.Event()
    asked.before_answer = lambda: announce(asking, go)
    with ThreadPoolExecutor(1) as pool:
        earlier = pool.submit(cache.get, "a")
        assert asking.wait(30)
        asked.before_answer = lambda: None
        assert cache.get("a", fresh=True) == "a 2"
        go.set()
        assert earlier.result(30) == "a 1"
    assert cache.get("a") == "a 2"


def test_the_oldest_are_dropped(clock: SettableClock) -> None:
    cache = Cache(asked := Asked(), clock, MINUTE, most=2)
    for key in ("a", "b", "c"):
        cache.get(key)
    assert [cache.has(key) for key in ("a", "b", "c")] == [False, True, True]
    assert asked.times == 3


def test_only_what_was_wanted_lately_is_renewed(clock: SettableClock) -> None:
    cache = Cache(Asked(), clock, MINUTE)
    cache.get("a")
    clock.advance(seconds=29)
    assert cache.ageing(timedelta(minutes=15), 10) == []
    clock.advance(seconds=1)
    assert cache.ageing(timedelta(minutes=15), 10) == ["a"]
    for _ in range(29):
        cache.renew("a")
        clock.advance(seconds=30)
    assert cache.has("a")
    clock.advance(seconds=60)
    assert cache.ageing(timedelta(minutes=15), 10) == []
