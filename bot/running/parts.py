"""What a running Steward consists of: parts that start in order, are watched, and end in the opposite order."""

import gc
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from types import FrameType
from typing import Final, Protocol

import structlog

from bot.delivery.courier import Courier
from bot.schedule.clockwork import Clockwork

WATCH_S: Final = 0.5

log = structlog.get_logger(__name__)


class Part(Protocol):
    """Something that works in the background between `start` and `stop`."""

    name: str

    @property
    def alive(self) -> bool:
        """Whether it works; one that stops by itself brings the process down."""

    def start(self) -> None:
        """Begin. May raise CannotStart."""

    def stop(self) -> None:
        """Take no more, finish what has begun, and return when that is done."""


class PartDied(Exception):
    """A part ended by itself; the rest was stopped."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def work(parts: Sequence[Part], stop: threading.Event, started: Callable[[], object] = lambda: None) -> None:
    """Start the parts and keep them until `stop` is set, then stop them, last first. Raises PartDied.

    `started` is called once all of them work.
    """
    with ExitStack() as running:
        for part in parts:
            part.start()
            running.callback(_stop, part)
        log.info("steward.started", count=len(parts))
        keep_what_is_loaded()
        started()
        while not stop.wait(WATCH_S):
            for part in parts:
                if not part.alive:
                    raise PartDied(part.name)
        log.info("steward.stopping")
    log.info("steward.stopped")


def keep_what_is_loaded() -> None:
    """Collect garbage from now on, but never among what was there when everything worked.

    That is some hundred thousand objects that stay, with one in a hundred that need not: a search through all of them
    would take a fifth of a second, and hold up whoever asks first.
    """
    gc.freeze()
    gc.enable()


def _stop(part: Part) -> None:
    log.info("part.stopping", part=part.name)
    part.stop()


@contextmanager
def signals_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set. A second one ends the process at once, as if this were not here."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.getsignal(number) for number in numbers}

    def asked(_: int, __: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_DFL)
        stop.set()

    for number in numbers:
        signal.signal(number, asked)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class CourierPart:
    """The courier in a thread of its own."""

    name = "courier"

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._stop = threading.Event()
        said = copy_context()  # what its logs say besides
        self._thread = threading.Thread(target=said.run, args=(courier.run, self._stop), name="courier", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being said to Slack; the rest stays in the outbox."""
        self._stop.set()
        self._courier.wake()
        self._thread.join()


class ClockworkPart:
    """Due work and jobs at intervals."""

    name = "clockwork"

    def __init__(self, clockwork: Clockwork) -> None:
        self._clockwork = clockwork
        self._started = False

    @property
    def alive(self) -> bool:
        """Its scheduler outlives what its jobs raise; it ends only when it is stopped."""
        return self._started

    def start(self) -> None:
        """Begin to tick."""
        self._clockwork.start()
        self._started = True

    def stop(self) -> None:
        """Finish what is being done."""
        self._started = False
        self._clockwork.stop()
