"""Answers in time: one that takes longer than Slack waits gives way to words that it follows, while its thread goes on.

A handler that may take long offers such words and works on in its own thread. Whoever comes first, the handler's answer
or the end of patience, is the answer; the handler is told, and says the rest in another way. No second thread is woken.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Final

from slack_bolt import BoltResponse

from bot import references

PATIENCE_S: Final = 2.0
PLACES: Final = 8


class Places:
    """How many handlers may work on in the gate's threads at once; for all others as many threads are left."""

    def __init__(self, places: int = PLACES) -> None:
        self._free = threading.Semaphore(places)

    def take(self) -> bool:
        """One of them; False when there is none."""
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        """One that was taken."""
        self._free.release()


class Early:
    """One request's answer, between the thread that makes it and the event loop that sends it."""

    __slots__ = ("_answer", "_instead", "_is_over", "_is_past", "_loop", "_places", "_turn")

    def __init__(self, places: Places) -> None:
        """In the event loop."""
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[BoltResponse] = self._loop.create_future()
        self._places = places
        self._turn = threading.Lock()
        self._instead: Callable[[], BoltResponse] | None = None
        self._is_past = False
        self._is_over = False

    async def of(self, handled: "Future[BoltResponse]", patience_s: float) -> BoltResponse:
        """The handler's answer, or what it offered instead once patience is over. Raises what the handler raises."""
        timer = self._loop.call_later(patience_s, self._past)
        handled.add_done_callback(self._handled)
        try:
            return await self._answer
        finally:
            timer.cancel()

    def offer(self, instead: Callable[[], BoltResponse]) -> bool:
        """In the handler's thread: answer this if I take too long. False: there is no place to take long in.

        `instead` is called in the event loop, at most once, and must not wait for anything.
        """
        if not self._places.take():
            return False
        with self._turn:
            self._instead = instead
            if self._is_past:
                self._loop.call_soon_threadsafe(self._give_way)
        return True

    def over(self) -> bool:
        """In the handler's thread, after an offer: whether its answer is still awaited. False: the other was given."""
        with self._turn:
            self._is_over = True
        self._places.give_back()
        return not self._answer.done()

    def _past(self) -> None:
        with self._turn:
            self._is_past = True
        self._give_way()

    def _give_way(self) -> None:
        with self._turn:
            if self._instead is not None and not self._is_over and not self._answer.done():
                self._answer.set_result(self._instead())

    def _handled(self, handled: "Future[BoltResponse]") -> None:
        if self._answer.done() or self._loop.is_closed():
            _report(handled)
        else:
            self._loop.call_soon_threadsafe(self._settle, handled)

    def _settle(self, handled: "Future[BoltResponse]") -> None:
        if self._answer.done():
            _report(handled)
        elif handled.cancelled():
            self._answer.cancel()
        elif error := handled.exception():
            self._answer.set_exception(error)
        else:
            self._answer.set_result(handled.result())


def _report(handled: "Future[BoltResponse]") -> None:
    """Nobody waits for this any more: whatever went wrong is logged."""
    if not handled.cancelled() and (error := handled.exception()):
        references.report(error, secrets.token_bytes, "gate.failed")


_early: ContextVar[Early | None] = ContextVar("early", default=None)


def early_answer() -> Early | None:
    """In a handler's thread: what can answer early; None where nothing can, as in Socket Mode."""
    return _early.get()


def answers_with(early: Early) -> None:
    """In the event loop: what handlers begun from this task are given."""
    _early.set(early)
