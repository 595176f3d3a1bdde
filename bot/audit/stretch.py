"""A stretch of the ledger, looked at by a process of its own, with the database's driver and little else.

It says that all is right, or which entries want a closer look, or that something is wrong. It names nothing: that is
for bot.audit.verify, which then looks at everything in order. So this may be quick, and must never say yes too easily.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any, Final, Protocol, Self

import orjson

from bot.audit.agreement import disagreeing, stamp
from bot.audit.merkle.tree import Frontier

SQLITE_PAGE: Final = 32  # rows fetched at once: few enough to stay in the processor's cache until they are compared
POSTGRESQL_PAGE: Final = 2048  # each is a round trip
PATIENCE_S: Final = 5.0  # for a lock, where the database's URL says nothing: as long as Python's own driver
HASHED_AT_ONCE: Final = 2048
STORED_EVERY: Final = 8
INDEX, LEAF = 10, 11

ROWS: Final = (
    'SELECT e.id, e.at, e.entry, e.actor, e.action, e.outcome, e.account, e.purpose, e."grant", o.opened, '
    'l."index", l.leaf FROM ledger_leaves l LEFT JOIN audit_entries e ON e.id = l.entry_id AND e.leaf = l.leaf '
    'LEFT JOIN audit_open o ON o.entry_id = l.entry_id WHERE l."index" >= {0} AND l."index" < {0} ORDER BY l."index"'
)
"""An entry whose own hash is not the one in the tree is found as little as one that is gone."""

CHECKPOINTS: Final = (
    "SELECT size, previous, root FROM ledger_checkpoints WHERE size <= {0} AND size >= "
    "(SELECT coalesce(max(size), 0) FROM ledger_checkpoints WHERE size <= {0}) ORDER BY size"
)
NODES: Final = 'SELECT level, "index", hash FROM ledger_nodes WHERE level = {0} AND "index" >= {0} AND "index" < {0}'

ASKED_AS_WRITTEN: Final = ("SET enable_hashjoin = off", "SET enable_mergejoin = off", "SET jit = off")
"""Of few entries among many the join is by index; a guess that goes wrong would read whole tables for each stretch."""

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Where:
    """A database as its driver is told of it: it may hold a password."""

    sqlite: bool
    arguments: list[Any]
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries from `start` up to `stop`, the latter excluded.

    `before` is the tree of those before, in hex as Frontier writes it. `marks` are sizes and roots (hex) to compare
    with besides the checkpoints that are kept.
    """

    start: int
    stop: int
    before: str
    marks: list[tuple[int, str]]

    def written(self) -> bytes:
        """One line of JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def read(cls, written: bytes) -> Self:
        """What `written` wrote."""
        return cls(**orjson.loads(written))


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of it: the tree with the stretch, in hex, or None when something is wrong.

    `doubtful` are the indices of entries that do not agree at first sight; their text may have been erased rightly.
    """

    after: str | None
    doubtful: list[int]


class Source(Protocol):
    """The rows of one database, as its driver gives them."""

    def stamp(self, at: Any) -> str:
        """A time as an entry writes it, but for the Z at its end."""

    def pages(self, query: str, values: Sequence[int]) -> Iterator[Sequence[Row]]:
        """All rows of a query with `{0}` for each value, some at a time."""


class Wrong(Exception):
    """Something is not as it was signed."""


NOT_AS_SIGNED: Final = (Wrong, TypeError, ValueError)
"""What comes besides of a hash that is no bytes or of another length, and of text that is no UTF-8."""


def look(source: Source, stretch: Stretch, tell: Callable[[int], None] = lambda _: None) -> Looked:
    """Look at every entry, the tree's stored hashes, and every checkpoint that ends in the stretch."""
    doubtful, position = list[int](), stretch.start
    own_stamp, leaves = source.stamp, list[bytes]()
    try:
        tree = _Tree(source, stretch)
        for page in source.pages(ROWS, (stretch.start, stretch.stop)):
            _require(list(map(itemgetter(INDEX), page)) == list(range(position, position + len(page))))
            doubtful += disagreeing(page, own_stamp)
            leaves += map(itemgetter(LEAF), page)
            position += len(page)
            if len(leaves) >= HASHED_AT_ONCE:
                tree.take(leaves)
                tell(len(leaves))
                leaves = []
        tree.take(leaves)
        tell(len(leaves))
        return Looked(tree.ended(stretch.stop), doubtful)
    except NOT_AS_SIGNED:
        return Looked(None, [])


class _Tree:
    """The tree so far, compared with the stored hashes and with every root that was signed."""

    def __init__(self, source: Source, stretch: Stretch) -> None:
        self._frontier = Frontier.from_bytes(bytes.fromhex(stretch.before))
        self._signed = self._signed_in(source, stretch)
        self._sizes = sorted(self._signed, reverse=True)
        self._nodes = dict(_nodes(source, stretch))

    def take(self, leaves: Sequence[bytes]) -> None:
        """The next ones. Raises Wrong."""
        begun, done = self._frontier.size, 0
        while self._sizes and self._sizes[-1] <= begun + len(leaves):
            size = self._sizes.pop()
            self._grow(leaves[done : size - begun])
            done = size - begun
            _require({self._frontier.root()} == self._signed[size])
        self._grow(leaves[done:])

    def ended(self, stop: int) -> str:
        """The tree in hex. Raises Wrong when it ends too early, or hashes are stored that are none of it."""
        _require(self._frontier.size == stop and not self._nodes and not self._sizes)
        return self._frontier.to_bytes().hex()

    def _grow(self, leaves: Sequence[bytes]) -> None:
        size = self._frontier.size
        self._frontier, made = self._frontier.grow(leaves)
        for level in range(STORED_EVERY, len(made), STORED_EVERY):
            for index, value in enumerate(made[level], start=size >> level):
                _require(self._nodes.pop((level, index), None) == value)

    def _signed_in(self, source: Source, stretch: Stretch) -> dict[int, set[bytes]]:
        """The roots that were signed at each size; the first checkpoint only tells where the next one grew from."""
        signed: dict[int, set[bytes]] = {}
        grown_from: int | None = None
        for page in source.pages(CHECKPOINTS, (stretch.stop, stretch.start)):
            for size, previous, root in page:
                if size > stretch.start:
                    _require(previous == (grown_from or 0))
                    signed[size] = {bytes(root)}
                grown_from = size
        for size, root_hex in stretch.marks:
            if stretch.start < size <= stretch.stop:
                signed.setdefault(size, set()).add(bytes.fromhex(root_hex))
        return signed


def _require(holds: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise Wrong


def _nodes(source: Source, stretch: Stretch) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The stored hashes that the stretch completes."""
    for level in range(STORED_EVERY, stretch.stop.bit_length(), STORED_EVERY):
        for page in source.pages(NODES, (level, stretch.start >> level, stretch.stop >> level)):
            yield from (((row[0], row[1]), bytes(row[2])) for row in page)


def stamped(at: str) -> str:
    """As an entry writes it. Raises ValueError for another spelling, which compares otherwise with a search's times."""
    if at[10] != " ":
        raise ValueError
    return at.replace(" ", "T")


class Sqlite:
    """A SQLite database, in one transaction that only reads.

    SQLAlchemy keeps times there as 2026-03-02 09:00:00.000000. The driver is APSW, to which a row costs less than two
    thirds of what it costs Python's own. It brings a SQLite of its own, and where two of them have one file open in one
    process, either takes the other's locks away when it closes it (https://www.sqlite.org/howtocorrupt.html, section
    2.2.1): so it is had only where Python's own is not. Raises RuntimeError elsewhere, and the driver's errors.
    """

    stamp = staticmethod(stamped)

    def __init__(self, where: Where) -> None:
        if "_sqlite3" in sys.modules:
            raise RuntimeError("this process has another SQLite, whose locks would be lost")
        import apsw  # not for PostgreSQL, nor for the process that begins this one

        (named,), flags = where.arguments, apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX  # there is one thread
        if where.options.get("uri"):
            named, flags = reading_uri(named), flags | apsw.SQLITE_OPEN_URI
        self._connection = apsw.Connection(named, flags=flags)
        self._connection.set_busy_timeout(int(where.options.get("timeout", PATIENCE_S) * 1000))
        self._connection.execute("BEGIN")

    def pages(self, query: str, values: Sequence[int]) -> Iterator[Sequence[Row]]:
        """See Source."""
        rows = self._connection.execute(query.replace("{0}", "?"), values)
        while page := list(islice(rows, SQLITE_PAGE)):
            yield page

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def reading_uri(uri: str) -> str:
    """A SQLite URI without a mode that writes: SQLite refuses one for a database that is opened to be read."""
    path, mark, query = uri.partition("?")
    return path + mark + "&".join(one for one in query.split("&") if one not in {"mode=rw", "mode=rwc"})


class Postgresql:
    """A PostgreSQL database, in one transaction that only reads."""

    def __init__(self, where: Where) -> None:
        import psycopg  # not for SQLite, where nothing of it is needed

        self._connection: psycopg.Connection = psycopg.connect(*where.arguments, **where.options)
        self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for setting in ("SET TIME ZONE 'UTC'", *ASKED_AS_WRITTEN):
            self._connection.execute(setting.encode())

    @staticmethod
    def stamp(at: datetime) -> str:
        """In UTC already, as the session is set."""
        return stamp(at)

    def pages(self, query: str, values: Sequence[int]) -> Iterator[Sequence[Row]]:
        """See Source."""
        with self._connection.cursor("stretch", binary=True) as cursor:
            cursor.execute(query.replace("{0}", "%s").encode(), values)
            while page := cursor.fetchmany(POSTGRESQL_PAGE):
                yield page

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def opened(where: Where) -> "Sqlite | Postgresql":
    """A source of its own. Raises the driver's errors."""
    return Sqlite(where) if where.sqlite else Postgresql(where)


def main() -> None:
    """Look at each stretch that the parent names, one a line, until it names none any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to answer
    if not (told := sys.stdin.buffer.readline()):
        return
    with suppress(BrokenPipeError):
        try:
            with closing(opened(Where(**orjson.loads(told)))) as source:
                for line in sys.stdin.buffer:
                    looked = look(source, Stretch.read(line), lambda count: _say({"count": count}))
                    _say({"looked": asdict(looked)})
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - the parent is told of any; a driver's words may quote what is stored
            _say({"failed": type(error).__name__})


def _say(value: Mapping[str, object]) -> None:
    os.write(sys.stdout.fileno(), orjson.dumps(value) + b"\n")


if __name__ == "__main__":
    main()
