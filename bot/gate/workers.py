"""A bounded pool of threads for Bolt, which is synchronous and must not run in the event loop."""

import asyncio
import contextvars
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, TypeVar

THREADS: Final = 24  # of which PLACES may be held by what takes long
WAITING: Final = 32  # beyond the threads; Slack's three seconds would run out for any more

T = TypeVar("T")
Job = Callable[[], None]


class Busy(Exception):
    """Every thread is at work and the waiting room is full."""


class Workers:
    """Runs calls in at most `threads` threads; at most `waiting` more may wait for one.

    Of the threads that rest, the one that worked last works next: what it needs is in the processor's caches still.
    Threads are made when there are too few.
    """

    def __init__(self, threads: int = THREADS, waiting: int = WAITING) -> None:
        self._most = threads
        self._room = waiting
        self._turn = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._resting: list[SimpleQueue[Job | None]] = []
        self._waiting: deque[tuple[Future[Any], Job]] = deque()
        self._is_closed = False

    @property
    def resting(self) -> int:
        """How many threads have nothing to do."""
        return len(self._resting)

    async def run(self, call: Callable[[], T]) -> T:
        """The call's result; begun as `begin` does."""
        return await asyncio.wrap_future(self.begin(call))

    def begin(self, call: Callable[[], T]) -> Future[T]:
        """A call that is run with this task's context variables; raises Busy at once when there is no room.

        Raises RuntimeError when no more are taken.
        """
        future, run = Future[T](), contextvars.copy_context().run

        def job() -> None:
            _settle(future, lambda: run(call))

        with self._turn:
            if self._is_closed:
                raise RuntimeError("no more calls are taken")
            if self._resting:
                self._resting.pop().put(job)
            elif len(self._threads) < self._most:
                self._hire(job)
            elif len(self._waiting) < self._room:
                self._waiting.append((future, job))
            else:
                raise Busy
        return future

    def close(self) -> None:
        """Let what runs come to its end, without what waits; take no more."""
        with self._turn:
            self._is_closed = True
            left, self._waiting = self._waiting, deque()
            for inbox in self._resting:
                inbox.put(None)
            self._resting.clear()
        for future, _ in left:
            future.cancel()
        for thread in self._threads:
            thread.join()

    def _hire(self, job: Job) -> None:
        thread = threading.Thread(target=self._work, args=(job,), name=f"gate_{len(self._threads)}", daemon=True)
        thread.start()
        self._threads.append(thread)  # one that the system would not begin is nobody to wait for

    def _work(self, first: Job) -> None:
        inbox, job = SimpleQueue[Job | None](), first
        while True:
            job()
            del job  # what it holds is not kept until the next one comes
            found = self._next(inbox) or inbox.get()
            if found is None:
                return
            job = found

    def _next(self, inbox: SimpleQueue[Job | None]) -> Job | None:
        """What waits, if anything does; else this thread rests, and what is put into its inbox is next."""
        with self._turn:
            if self._waiting:
                return self._waiting.popleft()[1]
            if self._is_closed:
                inbox.put(None)
            else:
                self._resting.append(inbox)
            return None


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - whoever waits is told; a thread has nobody else to tell
        future.set_exception(error)
    else:
        future.set_result(result)
