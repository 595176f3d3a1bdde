"""Connections to the company's database: read-only, few, patient for a limited time, and silent about values."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.accounts.company_source import SourceUnusable
from bot.accounts.source import SourceDown, SourceSlow
from bot.accounts.sql.as_stored import read_any_day
from bot.extras import EXTRAS

CONNECT_S: Final = 3
RECYCLE_S: Final = 1800
STEPS: Final = 10_000  # of SQLite's machine between two looks at the clock, well under a millisecond
TOO_LONG: Final = frozenset({"57014", "55P03", 1969, 3024, 1205})
"""Codes of "stopped, because it took too long": PostgreSQL's query_canceled and lock_not_available, MariaDB's
max_statement_time, MySQL's max_execution_time, and the wait for a lock of both."""
OF_TABLE: Final = frozenset({"3F000", 1044, 1049, 1054, 1142, 1143, 1146, 1356, 1370, 1449, 1932})
"""Codes of "there is no such column, table or schema, or you may not read it": of MySQL's and MariaDB's those of views
that work no more, too. PostgreSQL's are those of class 42, and this one."""
OF_STATEMENT: Final = "42"
SQLITE_OF_TABLE: Final = frozenset({"SQLITE_ERROR", "SQLITE_AUTH"})
OTHER_LETTERS: Final = frozenset({1267, 1270, 1271, 3988})
"""Codes of MySQL's and MariaDB's: a text was compared with a column whose character set lacks some of its letters."""
ANY_LETTERS: Final = "steward_any_letters"
"""The option of a connection on which columns are read in a character set that has all letters."""
LOST: Final = 2013  # MySQL's "lost connection during query"
DRIVERS: Final = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
IN_EXTRAS: Final = frozenset({"mysql", "mariadb"})

T = TypeVar("T")
log = structlog.get_logger(__name__)


def engine_of(url: URL, *, timeout_s: float, connections: int) -> Engine:
    """An engine that has not connected yet. Raises SourceUnusable when the driver is missing or the address is none."""
    url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
    backend = url.get_backend_name()
    options: dict[str, Any] = {"pool_size": connections, "max_overflow": 0, "pool_timeout": timeout_s}
    if backend == "sqlite":
        url = _read_only_file(url)
    try:
        engine = create_engine(
            url,
            pool_recycle=RECYCLE_S,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            connect_args=_patience(url, timeout_s),
            **options,
        )
    except ModuleNotFoundError as error:
        mend = EXTRAS if backend in IN_EXTRAS else f"In Steward's environment: pip install {error.name}"
        raise SourceUnusable(f"The driver for {backend} is not installed. {mend}.") from None
    except (NoSuchModuleError, ArgumentError):
        raise SourceUnusable("The address of the company's database is none that SQLAlchemy knows.") from None
    _configure(engine, timeout_s)
    return engine


def asked(engine: Engine, read: Callable[[Connection], T]) -> T:
    """What `read` gives. Raises SourceDown, SourceSlow, or SourceBroken where `read` does.

    There is a second try where a connection had been cut, and where a column can't be compared with what was typed,
    since its character set lacks some of the letters: it is read in one that has all of them.
    What the driver says goes nowhere: its text has parameters and rows in it. Its type and code are logged.
    """
    try:
        try:
            return _once(engine, read)
        except DBAPIError as error:
            letters = code_of(error) in OTHER_LETTERS
            if not letters and (not error.connection_invalidated or _interrupted(error)):
                raise
            return _once(engine, read, any_letters=letters)
    except NoConnectionFree:
        failed: type[SourceDown] = SourceSlow
    except SQLAlchemyError as error:
        code = code_of(error)
        log.warning("source.sql_failed", fault=type(getattr(error, "orig", None) or error).__name__, error_code=code)
        failed = SourceSlow if code in TOO_LONG or _interrupted(error) else SourceDown
    raise failed


def code_of(error: SQLAlchemyError) -> str | int | None:
    """The database's own code of an error: five characters of PostgreSQL's, a number of MySQL's."""
    original = getattr(error, "orig", None)
    number = next(iter(getattr(original, "args", ())), None)
    if isinstance(number, int):
        return number
    state = getattr(original, "sqlstate", None)
    return state if isinstance(state, str) else None


def is_of_table(error: SQLAlchemyError) -> bool:
    """Whether the database is well, and just the table or view that was asked is not as it was, or may not be read."""
    code = code_of(error)
    said = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return code in OF_TABLE or (isinstance(code, str) and code.startswith(OF_STATEMENT)) or said in SQLITE_OF_TABLE


def named(error: SQLAlchemyError) -> str:
    """An error by its type and code, neither of which quotes anything."""
    kind, code = type(getattr(error, "orig", None) or error).__name__, code_of(error)
    return f"{kind}, code {code}" if code else kind


def _once(engine: Engine, read: Callable[[Connection], T], *, any_letters: bool = False) -> T:
    with engine.connect() as connection:
        return read(connection.execution_options(**{ANY_LETTERS: any_letters}))


def _interrupted(error: SQLAlchemyError) -> bool:
    """Stopped by SQLite as it was told to, or given up by MySQL's driver, which says so in words alone."""
    original = getattr(error, "orig", None)
    said = [str(one) for one in getattr(original, "args", ())[1:]]
    given_up = code_of(error) == LOST and any("timed out" in one for one in said)
    return given_up or getattr(original, "sqlite_errorname", "") in ("SQLITE_INTERRUPT", "SQLITE_BUSY")


def _read_only_file(url: URL) -> URL:
    """SQLite makes a file that is not there; the company's is never made, nor written."""
    if url.database in (None, "", ":memory:"):
        raise SourceUnusable("The address of the company's database names no file.")
    return url.set(database=f"file:{url.database}").update_query_dict({"mode": "ro", "uri": "true"})


def _patience(url: URL, timeout_s: float) -> dict[str, Any]:
    """What each driver is told when it connects. An operator's own words in the address stay, beside what must hold."""
    backend, milliseconds = url.get_backend_name(), max(1, round(timeout_s * 1000))
    if backend == "postgresql":
        must_hold = f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}"
        options = " ".join((*url.normalized_query.get("options", ()), must_hold))  # the last of two settings counts
        return {"options": options, **_unsaid(url, {"connect_timeout": CONNECT_S, "client_encoding": "UTF8"})}
    if backend in ("mysql", "mariadb"):
        seconds = max(1, round(timeout_s + 0.5))
        ours = {"connect_timeout": CONNECT_S, "read_timeout": seconds, "write_timeout": seconds}
        return _unsaid(url, ours)
    return _unsaid(url, {"timeout": timeout_s}) if backend == "sqlite" else {}


def _unsaid(url: URL, ours: Mapping[str, Any]) -> dict[str, Any]:
    """What the address does not say itself: of both, SQLAlchemy would take ours."""
    return {name: value for name, value in ours.items() if name not in url.query}


def _configure(engine: Engine, timeout_s: float) -> None:
    """Settings that hold for every connection: it only reads, and a statement that takes too long is stopped."""
    backend = engine.url.get_backend_name()
    if backend == "postgresql":
        event.listen(engine, "connect", lambda connection, _: read_any_day(connection))
    if backend in ("mysql", "mariadb"):
        event.listen(engine, "connect", lambda connection, _: _configure_mysql(connection, timeout_s))
    if backend == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
        event.listen(engine, "before_cursor_execute", _stopping_after(timeout_s))


def _configure_mysql(connection: Any, timeout_s: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        if "MariaDB" in str(connection.server_version):
            cursor.execute("SET SESSION max_statement_time = %s", (timeout_s,))
        else:
            cursor.execute("SET SESSION max_execution_time = %s", (round(timeout_s * 1000),))


def _stopping_after(timeout_s: float) -> Callable[..., None]:
    def begun(connection: Connection, _cursor: Any, _statement: str, _parameters: Sequence[Any], *_: Any) -> None:
        until = time.monotonic() + timeout_s
        driver: Any = connection.connection.dbapi_connection
        driver.set_progress_handler(lambda: int(time.monotonic() > until), STEPS)

    return begun
