"""SQL run by the driver alone, within SQLAlchemy's connections, transactions and errors.

For the few statements of every look-up: what SQLAlchemy does around a statement takes longer than the statement does.
Where somebody listens to SQLAlchemy's statements (a tracer, a test), they go SQLAlchemy's way and are heard.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Insert, LargeBinary, Select
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

IDLE: Final = 0  # libpq's PQTRANS_IDLE: no transaction was begun

Processor = Callable[[Any], Any]
Statement = Select[*tuple[Any, ...]] | Insert
Parameters = Mapping[str, Any] | tuple[Any, ...]


def rows(connection: Connection, statement: str, parameters: Parameters, *, alone: bool = False) -> list[Any]:
    """All rows of a statement in the connection's transaction, as tuples.

    Parameters are written in the driver's own way: `:name` for sqlite3 and `%(name)s` for psycopg, or in order as `?`
    and `%s`. Raises DBAPIError and its kinds as SQLAlchemy does, and InvalidRequestError where there is no transaction
    or it is over.

    `alone`: it does as well without a transaction around it, as it locks nothing and is not to be undone with others.
    While PostgreSQL has none on this connection it is not made to begin one, which saves the way there and back. A
    read sees what was committed when it began, as within a transaction (READ COMMITTED).
    """
    if not connection.in_transaction() or connection.engine.dispatch.before_cursor_execute:
        return _rows_as_heard(connection, statement, parameters)
    try:
        driver: Any = connection.connection.dbapi_connection
        ran = _alone(connection, driver, statement, parameters) if alone else driver.execute(statement, parameters)
        found: list[Any] = ran.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(connection, error) from error
    return found


def write(connection: Connection, statement: str, parameters: Parameters, *, alone: bool = False) -> int:
    """Run a statement that writes; returns how many rows the database says it has written. Otherwise as `rows`.

    Alone, it is committed when this returns, unless a transaction was begun before.
    """
    if not connection.in_transaction() or connection.engine.dispatch.before_cursor_execute:
        _demand_transaction(connection)
        options = {"preserve_rowcount": True}
        return connection.exec_driver_sql(statement, _as_taken(parameters), execution_options=options).rowcount
    try:
        driver: Any = connection.connection.dbapi_connection
        ran = _alone(connection, driver, statement, parameters) if alone else driver.execute(statement, parameters)
        return int(ran.rowcount)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(connection, error) from error


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement's text in one driver's way, the values that stand in it, and what turns values into the driver's."""

    text: str
    given: Mapping[str, Any]
    into: Mapping[str, Processor]
    names: Sequence[str]
    out: Sequence[tuple[int, Processor]]

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as the driver takes them."""
        whole = {**self.given, **values}
        for name, process in self.into.items():
            whole[name] = process(whole[name])
        return whole

    def values(self, stored: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """The values of each row, as Python has them."""
        values = list(map(list, stored))
        for place, process in self.out:
            for row in values:
                row[place] = process(row[place])
        return values


class Prepared:
    """A select, or an insert of one row, that is compiled once for each database and then run by the driver alone."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """All rows, by column. Raises as `rows` does."""
        names = self._for(connection).names
        return [dict(zip(names, row, strict=True)) for row in self.lists(connection, values)]

    def lists(self, connection: Connection, values: Mapping[str, Any], *, alone: bool = False) -> list[list[Any]]:
        """All rows, each with its values in the order of the columns. As `rows` does."""
        compiled = self._for(connection)
        return compiled.values(rows(connection, compiled.text, compiled.parameters(values), alone=alone))

    def write(self, connection: Connection, values: Mapping[str, Any], *, alone: bool = False) -> int:
        """Insert the row; returns how many rows the database says it has kept. As `write` does."""
        compiled = self._for(connection)
        return write(connection, compiled.text, compiled.parameters(values), alone=alone)

    def _for(self, connection: Connection) -> Compiled:
        name = connection.dialect.name
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = _compiled(self._statement, _dialect(name))
        return compiled


def _compiled(statement: Statement, dialect: Dialect) -> Compiled:
    compiled = statement.compile(dialect=dialect)
    into = {name: _bind(compiled.binds[name].type, dialect) for name in compiled.params}
    columns = tuple(statement.selected_columns) if isinstance(statement, Select) else ()
    out = [(place, _result(column.type, dialect)) for place, column in enumerate(columns)]
    return Compiled(
        str(compiled),
        dict(compiled.params),
        {name: process for name, process in into.items() if process},
        tuple(column.name for column in columns),
        [(place, process) for place, process in out if process],
    )


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _result(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    if dialect.name == "sqlite" and isinstance(kind, UTCDateTime):
        return _utc
    if dialect.name == "sqlite" and isinstance(kind, LargeBinary):
        return None  # sqlite3 gives bytes already
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _utc(stored: str | None) -> datetime | None:
    """A time as SQLAlchemy keeps it in SQLite, in UTC without saying so; quicker than by its own two processors."""
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


@cache
def _dialect(name: str) -> Dialect:
    """As the connection's, but with parameters by name in both drivers' ways. Only the one that is used is loaded."""
    if name == "sqlite":
        from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

        return SQLiteDialect_pysqlite(paramstyle="named")
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    return PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]  # SQLAlchemy left its types out


def _rows_as_heard(connection: Connection, statement: str, parameters: Parameters) -> list[Any]:
    _demand_transaction(connection)
    return list(connection.exec_driver_sql(statement, _as_taken(parameters)))


def _demand_transaction(connection: Connection) -> None:
    """Raises InvalidRequestError outside of a transaction."""
    if not connection.in_transaction():
        raise InvalidRequestError("there is no transaction on this connection, or it is over")


def _as_taken(parameters: Parameters) -> dict[str, Any] | tuple[Any, ...]:
    """As SQLAlchemy takes them."""
    return parameters if isinstance(parameters, tuple) else dict(parameters)


def _alone(connection: Connection, driver: Any, statement: str, parameters: Parameters) -> Any:
    """Without beginning a transaction on PostgreSQL where there is none."""
    if connection.dialect.name != "postgresql" or driver.pgconn.transaction_status != IDLE:
        return driver.execute(statement, parameters)
    driver.autocommit = True
    try:
        return driver.execute(statement, parameters)
    finally:
        _as_before(connection, driver)


def _as_before(connection: Connection, driver: Any) -> None:
    """A connection that would not hold transactions together goes back to nobody."""
    if driver.closed:
        return
    try:
        driver.autocommit = False
    except BaseException:
        connection.invalidate()
        raise


def _as_sqlalchemy(connection: Connection, error: Exception) -> Exception:
    """The driver's error as one of SQLAlchemy's, without the parameters.

    A lost connection leaves the pool, and so do its neighbours, which are likely to be lost too.
    """
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]  # as SQLAlchemy does
    if lost:
        connection.invalidate(error)
        connection.engine.dispose()
    return DBAPIError.instance(
        None,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
