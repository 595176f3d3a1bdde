"""The database: one engine, short transactions. SQLite and PostgreSQL alike."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from bot import driver

T = TypeVar("T")

_ASIDE: Final = "aside"
_FULL: Final = re.compile(r"too many (clients|connections)|remaining connection slots")
PATIENCE_S = 2  # Slack waits 3 s for an answer; a person who waits for a lock must be told before

KEPT_ALIVE: Final = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3}
"""For connections that seldom are used: what stands between would forget them, and nobody would be told (seconds)."""


def normalised_url(url: str) -> URL:
    """DATABASE_URL with the driver that Steward uses: psycopg 3 for PostgreSQL."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed


def is_full(error: SQLAlchemyError) -> bool:
    """Whether PostgreSQL turned a connection away since it has as many as it takes. It says so in words alone."""
    return _FULL.search(str(getattr(error, "orig", None))) is not None


def aside(connection: Connection) -> AbstractContextManager[None]:
    """While something else is waited for, lets others write, where a transaction that wrote nothing keeps them out.

    On SQLite the transaction is begun anew afterwards, so that what was read before may have changed, as it may in any
    transaction on PostgreSQL. Raises SQLAlchemy's TimeoutError when it then is not this one's turn for too long.
    """
    steps: Callable[[], AbstractContextManager[None]] = connection.info.get(_ASIDE, nullcontext)
    return steps()


def still_there(row: T | None, what: str) -> T:
    """A row that this transaction has just written or holds. Raises RuntimeError, naming `what`, where it is gone."""
    if row is None:
        raise RuntimeError(f"{what} that was there in this transaction is gone")
    return row


@dataclass(slots=True)
class _Turn:
    """Whose turn it is to write, on SQLite."""

    lock: threading.Lock
    held: bool = False

    def __enter__(self) -> Self:
        """Raises SQLAlchemy's TimeoutError after as long a wait as a person can be asked for."""
        if not self.lock.acquire(timeout=PATIENCE_S):
            raise WaitedTooLong("other writers of this process took too long")
        self.held = True
        return self

    def __exit__(self, *_: object) -> None:
        if self.held:
            self.held = False
            self.lock.release()

    @contextmanager
    def aside(self, connection: Connection, begun: int) -> Iterator[None]:
        """Step aside, unless the transaction has written since it had made `begun` changes: that must not be lost."""
        if _changes(connection) != begun:
            yield
            return
        driver.write(connection, "ROLLBACK", {})
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()
            driver.write(connection, "BEGIN IMMEDIATE", {})


def _changes(connection: Connection) -> int:
    """How many rows this connection to a SQLite database has ever written."""
    sqlite: Any = connection.connection.dbapi_connection
    return int(sqlite.total_changes)


class Database:
    """Transactions over one engine.

    Of its connections the one that was used last is used next: what it has read is still in its memory, and its
    statements are planned. On SQLite writers of this process take turns at a lock of ours (fair and quick) instead of
    SQLite's busy wait.
    """

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.url = normalised_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _server_engine(self.url, pool_size)
        self._turn = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A read-write transaction: committed on leaving, rolled back on an exception."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with _Turn(self._turn) as turn, _Trusted(self), self.engine.connect() as connection:
            connection.begin()
            driver.write(connection, "BEGIN IMMEDIATE", {})
            info = connection.info  # the one of a connection that was closed can't be asked for
            info[_ASIDE] = partial(turn.aside, connection, _changes(connection))
            try:
                yield connection
            finally:
                info.pop(_ASIDE, None)
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with _Trusted(self), self.engine.connect() as connection:
            connection.begin()
            if self.is_sqlite:
                driver.write(connection, "BEGIN", {})
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class _Trusted:
    """Keeps no connection of a SQLite database that has failed.

    When the file system refuses to give a lock back, SQLite holds it until the process has closed the file, and every
    later transaction waits for it in vain.
    """

    database: Database

    def __enter__(self) -> None:
        """Nothing has failed yet."""

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if self.database.is_sqlite and isinstance(error, OperationalError):
            self.database.close()


def _server_engine(url: URL, pool_size: int) -> Engine:
    """What an operator wrote into the URL counts; ours is the patience where nothing is said."""
    ours = {"connect_timeout": PATIENCE_S, **KEPT_ALIVE}
    unsaid = {name: value for name, value in ours.items() if name not in url.query}
    options = f"-c client_encoding=UTF8 -c lock_timeout={PATIENCE_S * 1000} {url.query.get('options') or ''}".strip()
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=PATIENCE_S,
        pool_recycle=1800,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"options": options, **unsaid},
    )


def _sqlite_engine(url: URL) -> Engine:
    of_a_file = {"pool_use_lifo": True} if url.database not in (None, "", ":memory:") else {}
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": PATIENCE_S}, **of_a_file)

    @event.listens_for(engine, "connect")
    def configure(connection, _record):  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # transactions are begun by us, immediate where they write
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    return engine
