"""A company's source is waited for as long as the configuration says, and let alone for a while when it is down."""

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import structlog

from bot.accounts.company_source import AccountSource, Contents, Found
from bot.accounts.source import SeveralOfOneId, SourceBroken, SourceDown, SourceSlow

MOST_AT_ONCE: Final = 16
FAILURES: Final = 3
REST_S: Final = 10.0

T = TypeVar("T")
Seconds = Callable[[], float]
Observe = Callable[[str, float, bool], None]
"""Told of each question: the source's name, how many seconds it took, and whether it was answered, and wholly."""

log = structlog.get_logger(__name__)


def nobody(_name: str, _seconds: float, _answered: bool) -> None:  # noqa: FBT001 - the form of Observe
    """Nobody wants to know."""


@dataclass(slots=True)
class InTime:
    """Asks one source from threads of its own, so that one that hangs holds nobody up for longer than `timeout_s`.

    At most 16 questions at once: a source that is slower than people ask is not asked more. After three questions in
    a row that were not answered, for want of a place too, it is left alone for ten seconds, and whoever asks meanwhile
    is told at once. The time that a question waits for a place is part of its `timeout_s`.
    """

    name: str
    source: AccountSource
    timeout_s: float
    seconds: Seconds = time.monotonic
    observe: Observe = nobody
    _places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(MOST_AT_ONCE))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failures: int = 0
    _rests_until: float = 0.0
    _last: type[SourceDown] = SourceDown

    def begin(self, question: Callable[[AccountSource], T]) -> "Pending[T]":
        """Ask, without waiting. Raises SourceDown or SourceSlow when it is not asked at all."""
        self._demand_awake()
        begun = self.seconds()
        if not self._places.acquire(timeout=self.timeout_s):
            raise self.unanswered(begun, SourceSlow)
        future: Future[T] = Future()
        run = contextvars.copy_context().run
        threading.Thread(
            target=run, args=(self._answer, question, future), name=f"source-{self.name}", daemon=True
        ).start()
        return Pending(self, future, begun)

    def ask(self, question: Callable[[AccountSource], T]) -> T:
        """The answer. Raises SourceDown or SourceSlow."""
        return self.begin(question).answer()

    def _answer(self, question: Callable[[AccountSource], T], future: Future[T]) -> None:
        try:
            future.set_result(question(self.source))
        except BaseException as error:  # noqa: BLE001 - whoever waits is told; a thread has nobody else to tell
            future.set_exception(error)
        finally:
            self._places.release()

    def _demand_awake(self) -> None:
        with self._lock:
            if self._failures >= FAILURES and self.seconds() < self._rests_until:
                raise self._last

    def unanswered(self, begun: float, failed: type[SourceDown]) -> SourceDown:
        """Count and log a question without an answer, also one that found no place to be asked from; what to raise."""
        self.note(begun, failed)
        log.warning("source.unanswered", part=self.name, reason=failed.why)
        return failed()

    def answered_in_part(self, begun: float) -> None:
        """Log a question of which something could not be read. The source is well: others are not kept from asking."""
        self.note(begun, None, whole=False)
        log.warning("source.unanswered", part=self.name, reason=SourceBroken.why)

    def note(self, begun: float, failed: type[SourceDown] | None, *, whole: bool = True) -> None:
        """Count what came of a question."""
        now = self.seconds()
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if failed:
                self._last, self._rests_until = failed, now + REST_S
        self.observe(self.name, now - begun, whole and failed is None)


@dataclass(frozen=True, slots=True)
class Pending(Generic[T]):
    """A question that is being answered."""

    asked: InTime
    future: Future[T]
    begun: float

    def answer(self) -> T:
        """Wait for it. Raises SourceDown or one of its kinds, with nothing of the driver's error behind it."""
        left = self.asked.timeout_s - (self.asked.seconds() - self.begun)
        try:
            found = self.future.result(max(left, 0.0))
        except NotInTime:
            failed: type[SourceDown] = SourceSlow
        except SeveralOfOneId as several:
            self.asked.note(self.begun, None)  # it is well: others are not kept from asking it
            raise SeveralOfOneId(several.account_id) from None
        except SourceBroken:
            self.asked.answered_in_part(self.begun)
            raise SourceBroken from None
        except SourceDown as error:
            failed = type(error)
        except Exception as error:
            log.error("source.failed", part=self.asked.name, exc_info=error)
            failed = SourceDown
        else:
            if isinstance(found, Contents | Found) and found.unread:
                self.asked.answered_in_part(self.begun)
            else:
                self.asked.note(self.begun, None)
            return found
        raise self.asked.unanswered(self.begun, failed)
