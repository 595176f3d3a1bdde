"""A short memory of what Slack answered, for many threads: concurrent misses ask once, faults are not remembered."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Generic, TypeVar

from bot.clock import Clock

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Entry(Generic[V]):
    """A value, when and as the how-manieth question it was asked of Slack, and when someone last wanted it."""

    value: V
    read_at: datetime
    number: int
    wanted_at: datetime


class Cache(Generic[K, V]):
    """Values by key, each good for `lifetime` from the moment it was asked for. Keeps `most` of them."""

    def __init__(self, load: Callable[[K], V], clock: Clock, lifetime: timedelta, *, most: int = 10_000) -> None:
        self._load = load
        self._clock = clock
        self._lifetime = lifetime
        self._most = most
        self._entries: dict[K, Entry[V]] = {}
        self._loading: dict[K, Future[V]] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()

    def get(self, key: K, *, fresh: bool = False) -> V:
        """The value; raises what loading it raised.

        `fresh` always asks, and never joins a question that was put before: its answer could be older than this call.
        """
        now = self._clock()
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                entry.wanted_at = now
                if not fresh and now - entry.read_at < self._lifetime:
                    return entry.value
            joined = None if fresh else self._loading.get(key)
            mine: Future[V] = Future()
            number = next(self._numbers)
            if joined is None and not fresh:
                self._loading[key] = mine
        return joined.result() if joined else self._ask(key, mine, number, now)

    def has(self, key: K) -> bool:
        """Whether `get` would answer without asking."""
        with self._lock:
            entry = self._entries.get(key)
            return entry is not None and self._clock() - entry.read_at < self._lifetime

    def ageing(self, wanted_within: timedelta, limit: int) -> list[K]:
        """Keys that someone wanted lately and whose value is past half its lifetime, oldest first."""
        now = self._clock()
        with self._lock:
            old = [
                (entry.read_at, key)
                for key, entry in self._entries.items()
                if now - entry.wanted_at <= wanted_within and now - entry.read_at >= self._lifetime / 2
            ]
        return [key for _, key in sorted(old, key=lambda pair: pair[0])[:limit]]

    def renew(self, key: K) -> None:
        """Ask again without counting it as wanted."""
        with self._lock:
            entry = self._entries.get(key)
            wanted_at = entry.wanted_at if entry else self._clock()
        self.get(key, fresh=True)
        with self._lock:
            if key in self._entries:
                self._entries[key].wanted_at = wanted_at

    def forget(self, key: K) -> None:
        """Ask the next time."""
        with self._lock:
            self._entries.pop(key, None)

    def _ask(self, key: K, answer: "Future[V]", number: int, now: datetime) -> V:
        try:
            value = self._load(key)
        except BaseException as error:
            self._done(key, answer)
            answer.set_exception(error)
            raise
        with self._lock:
            known = self._entries.get(key)
            if known is None or known.number < number:
                self._entries.pop(key, None)
                self._entries[key] = Entry(value, now, number, now)
                while len(self._entries) > self._most:
                    del self._entries[next(iter(self._entries))]
        self._done(key, answer)
        answer.set_result(value)
        return value

    def _done(self, key: K, answer: "Future[V]") -> None:
        with self._lock:
            if self._loading.get(key) is answer:
                del self._loading[key]
