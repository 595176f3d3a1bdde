"""Whether this process can do its work: named checks, run in the background and remembered briefly."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.clock import Clock

REMEMBERED: Final = timedelta(seconds=2)  # anyone may ask, so asking often must cost nothing
PATIENCE_S: Final = 3.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold. `holds` may take its time, and may raise: then it does not hold.

    One that is not `vital` is told of, and requests may come all the same.
    """

    name: str
    holds: Callable[[], bool]
    vital: bool = True


class Readiness:
    """Runs the checks side by side, each at most once at a time; one that takes too long does not hold."""

    def __init__(self, checks: Sequence[Check], clock: Clock, patience_s: float = PATIENCE_S) -> None:
        self._checks = {check.name: check for check in checks}
        self._clock = clock
        self._patience_s = patience_s
        self._running: dict[str, Future[bool]] = {}
        self._threads = ThreadPoolExecutor(max(1, len(checks)), thread_name_prefix="readiness")
        self._turn = asyncio.Lock()
        self._last: tuple[datetime, Mapping[str, bool]] | None = None

    async def results(self) -> Mapping[str, bool]:
        """Which checks hold, by name."""
        async with self._turn:
            if self._last is None or not timedelta() <= self._clock() - self._last[0] < REMEMBERED:
                self._last = (self._clock(), await self._run())
            return self._last[1]

    def ready(self, results: Mapping[str, bool]) -> bool:
        """Whether everything vital holds."""
        return all(ok for name, ok in results.items() if self._checks[name].vital)

    def close(self) -> None:
        """Start no more checks."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> dict[str, bool]:
        for name, check in self._checks.items():
            if name not in self._running:
                self._running[name] = self._threads.submit(check.holds)
        if self._running:
            await asyncio.wait(map(asyncio.wrap_future, self._running.values()), timeout=self._patience_s)
        return {name: self._result(name) for name in self._checks}

    def _result(self, name: str) -> bool:
        if not self._running[name].done():
            log.warning("readiness.slow", check=name)
            return False
        future = self._running.pop(name)
        if error := future.exception():
            log.warning("readiness.failed", check=name, exc_info=error)
            return False
        return future.result()
