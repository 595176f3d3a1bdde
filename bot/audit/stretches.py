"""Looking at all of the ledger with several processes at once, a stretch at a time.

A stretch is looked at by itself: where it begins, the tree is taken from the stored hashes, and that they are right is
shown by the stretch before, whose end must be the same tree.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cache
from typing import Final, Self

import orjson
import structlog
from sqlalchemy import Connection, or_, select
from sqlalchemy.engine import URL
from sqlmodel import col

from bot.audit.integration.integrated import frontier_of, subtree
from bot.audit.merkle.checkpoints import Checkpoint
from bot.audit.merkle.tree import Frontier
from bot.audit.stretch import Looked, Stretch, Where
from bot.children import Child
from models.ledger import LedgerLeaf

MODULE: Final = "bot.audit.stretch"
QUICK_FROM: Final = 30_000  # entries: fewer are looked at before a second process has begun
LONGEST: Final = 1 << 14  # a fraction of a second: so long one process may work when the others have nothing left
SHORTEST: Final = 1 << 8  # as many entries as the lowest stored hash stands for
EACH: Final = 4  # stretches for each process, at least
MOST_PROCESSES: Final = 8
GRACE_S: Final = 5.0

Progress = Callable[[int, int], None]

log = structlog.get_logger(__name__)


def look_quickly(
    connection: Connection,
    stated: Sequence[Checkpoint],
    progress: Progress,
    beside: Callable[[], object] = lambda: None,
) -> list[int] | None:
    """The indices of entries that want a closer look; None when something is wrong, or cannot be told like this.

    `stated` are checkpoints to compare with, the largest first, which says where the ledger ends. The processes read
    later than this connection does: what they read of the tree can't change any more, and an entry whose text has been
    erased meanwhile is one that wants a closer look. `beside` is done in this thread while they work. Raises
    SQLAlchemyError, and what `beside` raises.
    """
    newest, where = stated[0], where_is(connection.engine.url)
    if where is None or _strays(connection, newest.size):
        return None
    with _Crew(where, newest.size, progress) as crew:
        try:
            stretches = stretches_of(connection, newest.size, [(one.size, one.root.hex()) for one in stated])
        except LookupError:
            return None
        return joined(stretches, crew.work(stretches, beside), newest)


def joined(stretches: Sequence[Stretch], looked: Sequence[Looked | None], newest: Checkpoint) -> list[int] | None:
    """What the stretches come to together, when each begins with the tree that the one before it ended with. Pure."""
    tree, doubtful = Frontier().to_bytes().hex(), list[int]()
    for stretch, one in zip(stretches, looked, strict=True):
        if one is None or one.after is None or stretch.before != tree:
            return None
        tree = one.after
        doubtful += one.doubtful
    return doubtful if Frontier.from_bytes(bytes.fromhex(tree)).root() == newest.root else None


def stretches_of(connection: Connection, size: int, marks: list[tuple[int, str]]) -> list[Stretch]:
    """Of a length that is a power of two. Raises LookupError when stored hashes are not there."""
    length = LONGEST
    while length > SHORTEST and size // length < EACH * _processes():
        length //= 2
    read = cache(subtree(connection))
    return [
        Stretch(start, min(start + length, size), frontier_of(start, read).to_bytes().hex(), marks)
        for start in range(0, size, length)
    ]


def _strays(connection: Connection, size: int) -> bool:
    """Whether an entry has an index that no checkpoint states."""
    outside = or_(col(LedgerLeaf.index) < 0, col(LedgerLeaf.index) >= size)
    return connection.scalar(select(col(LedgerLeaf.index)).where(outside).limit(1)) is not None


def where_is(url: URL) -> Where | None:
    """The database as its driver is told of it; None for one that only this process has."""
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and (not url.database or ":memory:" in url.database):
        return None
    arguments, options = url.get_dialect()().create_connect_args(url)
    return Where(sqlite, list(arguments), dict(options))


def _processes() -> int:
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(there, MOST_PROCESSES)


class _Crew:
    """Processes that take the stretches in turn, and a thread for each to listen to it.

    They begin when this is entered, and are gone when it is left.
    """

    def __init__(self, where: Where, size: int, progress: Progress) -> None:
        self._where = orjson.dumps(asdict(where))
        self._children: list[Child] = []
        self._stretches: Sequence[Stretch] = ()
        self._left: Iterator[int] = iter(())
        self._looked: list[Looked | None] = []
        self._turn = threading.Lock()
        self._done, self._size, self._progress = 0, size, progress
        self._wrong = False

    def __enter__(self) -> Self:
        for _ in range(_processes()):
            self._children.append(Child(MODULE, self._where))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for child in self._children:
            child.end(0 if self._wrong or kind else GRACE_S)

    def work(self, stretches: Sequence[Stretch], beside: Callable[[], object]) -> list[Looked | None]:
        """What came of each stretch; None where nobody came to it, because something was wrong before."""
        self._stretches, self._left = stretches, iter(range(len(stretches)))
        self._looked = [None] * len(stretches)
        with ThreadPoolExecutor(len(self._children), thread_name_prefix="stretch") as listeners:
            listening = [listeners.submit(self._listen, child) for child in self._children]
            try:
                beside()
            except BaseException:
                self._wrong = True
                raise
            for future in listening:
                future.result()
        return self._looked

    def _listen(self, child: Child) -> None:
        """Give it stretches while there are any; then it may go, whether or not the others are still at work."""
        lines = child.lines()
        while (number := self._next()) is not None:
            child.tell(self._stretches[number].written())
            self._looked[number] = looked = self._heard(lines)
            if looked is None or looked.after is None:
                self._wrong = True
        child.let_go()

    def _next(self) -> int | None:
        with self._turn:
            return None if self._wrong else next(self._left, None)

    def _heard(self, lines: Iterator[bytes]) -> Looked | None:
        """What comes of the stretch that was told last; None when the process failed or ended instead."""
        fault = None
        for line in lines:
            said = orjson.loads(line)
            if "looked" in said:
                return Looked(**said["looked"])
            if "failed" in said:
                fault = said["failed"]
                break
            with self._turn:
                self._done += said["count"]
                self._progress(self._done, self._size)
        log.warning("ledger.looked_in_order", fault=fault)
        return None
