"""`steward run --workers N`: a process that works at nothing itself, and keeps N that do.

They share one listening socket, one database, and the files in which their numbers are added up. One that ends by
itself is begun again, sooner or later as it lasted longer or shorter; all are let go of together and drain at once.
"""

import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import orjson
import structlog

from bot.children import Child
from bot.database import normalised_url
from bot.observability.exposition import FOLDER, forget
from bot.running.parts import work
from bot.running.process import Mode, listening_on, mode_of
from bot.running.refusals import CannotStart
from bot.schedule.backoff import Backoff
from bot.settings import Environment

MODULE: Final = "bot.command_line.worker"
STARTED: Final = b"started"
GRACE_S: Final = 30.0  # a worker's gate takes ten at most to drain, and what it sends to Slack ten more
STEADY_S: Final = 60.0  # one that lasted as long began well
AGAIN: Final = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=30))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker is told: its number from 0, the mode, and the listening socket's descriptor, if there is one."""

    worker: int
    mode: str
    descriptor: int | None

    def written(self) -> bytes:
        """One line of JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def read(cls, written: bytes) -> "Post":
        """What `written` wrote."""
        return cls(**orjson.loads(written))


class Keeper:
    """Keeps one worker's process."""

    def __init__(self, post: Post, folder: Path) -> None:
        self.post = post
        self.status: int | None = None
        self.started = threading.Event()
        self._heard = threading.Event()
        self._folder = folder
        self._child: Child | None = None
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"worker-{post.worker}", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the process is looked after."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin it."""
        self._thread.start()

    def wait(self) -> bool:
        """Return when it works, or has ended without: whether it works."""
        self._heard.wait()
        return self.started.is_set()

    def stop(self) -> None:
        """Let go of it, and return when it has finished what it had begun; begin none any more."""
        with self._turn:
            self._stop.set()
            child = self._child
        if child is not None:
            child.end(GRACE_S)
        if self._thread.is_alive():
            self._thread.join()

    def _keep(self) -> None:
        short = 0
        while not self._stop.is_set():
            began = time.monotonic()
            self._run()
            if self._stop.is_set():
                return
            short = 1 if time.monotonic() - began >= STEADY_S else short + 1
            delay = AGAIN.after(short, random.random()).total_seconds()  # noqa: S311 - no secret
            log.error("worker.ended", worker=self.post.worker, status=self.status, delay_s=round(delay, 1))
            self._stop.wait(delay)

    def _run(self) -> None:
        """One process from its beginning to its end."""
        child = self._begun()
        if child is not None:
            for line in child.lines():
                if line == STARTED:
                    self.started.set()
                    self._heard.set()
            child.end(GRACE_S)
            self.status = child.status
            forget(self.post.worker, self._folder)
        self._heard.set()

    def _begun(self) -> Child | None:
        with self._turn:
            if self._stop.is_set():
                return None
            shared = () if self.post.descriptor is None else (self.post.descriptor,)
            try:
                self._child = Child(MODULE, self.post.written(), shared, {FOLDER: str(self._folder)})
            except OSError as error:
                log.error("worker.not_begun", worker=self.post.worker, exc_info=error)
                return None
            log.info("worker.begun", worker=self.post.worker, pid=self._child.pid)
            return self._child


class Workers:
    """All of them, as the one part that this process consists of."""

    name = "workers"

    def __init__(self, keepers: Sequence[Keeper]) -> None:
        self._keepers = keepers

    @property
    def alive(self) -> bool:
        """Whether every worker is looked after; one that has just died is begun again."""
        return all(keeper.alive for keeper in self._keepers)

    @property
    def faults(self) -> int:
        """How many ended with a fault."""
        return sum(bool(keeper.status) for keeper in self._keepers)

    def start(self) -> None:
        """The first alone, which finds out what is in the way and says it; then the others. Raises CannotStart."""
        first, *others = self._keepers
        first.start()
        if not first.wait():
            first.stop()
            raise CannotStart("The first worker could not start, so no other was begun.", "What it said stands above.")
        for keeper in others:
            keeper.start()

    def stop(self) -> None:
        """Let go of all at once."""
        with ThreadPoolExecutor(len(self._keepers)) as pool:
            list(pool.map(Keeper.stop, self._keepers))


def run_workers(environment: Environment, mode: Mode | None, count: int, stop: threading.Event) -> None:
    """Keep `count` workers until `stop` is set. Raises CannotStart, also when one of them ended with a fault."""
    chosen = mode_of(environment, mode)
    _shared_database(environment)
    with ExitStack() as kept:
        folder = Path(kept.enter_context(TemporaryDirectory(prefix="steward-")))
        listening = kept.enter_context(_listening(environment, chosen))
        descriptor = None if listening is None else listening.fileno()
        workers = Workers([Keeper(Post(number, chosen.value, descriptor), folder) for number in range(count)])
        work([workers], stop)
    if workers.faults:
        some = "One of the workers" if workers.faults == 1 else f"{workers.faults} of the workers"
        raise CannotStart(f"{some} ended with a fault.", "What it was stands above.")


@contextmanager
def _listening(environment: Environment, mode: Mode) -> Iterator[socket.socket | None]:
    if mode is Mode.SOCKET and not environment.port_is_set:
        yield None
        return
    with closing(listening_on(environment.port)) as listening:
        yield listening


def _shared_database(environment: Environment) -> None:
    url = normalised_url(environment.database_url)
    if url.get_backend_name() == "sqlite":
        what = "Several workers need PostgreSQL: a SQLite database belongs to one process."
        raise CannotStart(what, "Set DATABASE_URL to postgresql://user:password@host/name, or leave --workers out.")
