"""A bounded pool of threads for Bolt, which is synchronous and must not run in the event loop."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

THREADS: Final = 24  # of which PLACES may be held by what takes long
WAITING: Final = 32  # beyond the threads; Slack's three seconds would run out for any more

T = TypeVar("T")


class Busy(Exception):
    """Every thread is at work and the waiting room is full."""


class Workers:
    """Runs calls in at most `threads` threads; at most `waiting` more may wait for one."""

    def __init__(self, threads: int = THREADS, waiting: int = WAITING) -> None:
        self._room = threading.Semaphore(threads + waiting)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="gate")

    async def run(self, call: Callable[[], T]) -> T:
        """The call's result; begun as `begin` does."""
        return await asyncio.wrap_future(self.begin(call))

    def begin(self, call: Callable[[], T]) -> Future[T]:
        """A call that is run with this task's context variables; raises Busy at once when there is no room."""
        if not self._room.acquire(blocking=False):
            raise Busy
        future = self._pool.submit(contextvars.copy_context().run, call)
        future.add_done_callback(lambda _: self._room.release())
        return future

    def close(self) -> None:
        """Let what runs come to its end; take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
