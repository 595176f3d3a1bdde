"""The mapped columns as SQLAlchemy has them, with the types that the database says they have."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, Connection, String, TableClause, func, inspect, literal_column, text
from sqlalchemy import column as a_column
from sqlalchemy import table as a_table
from sqlalchemy.exc import DBAPIError, NoSuchTableError, UnreflectableTableError
from sqlalchemy.types import NullType, TypeEngine

from bot.accounts.source import SourceBroken
from bot.accounts.sql.as_stored import as_stored
from bot.accounts.sql.engine import ANY_LETTERS, code_of, is_of_table
from bot.accounts.sql.values import is_text

Columns = Mapping[str, TypeEngine[Any]]


DENIED: Final = frozenset({1142, 1143})
"""MySQL's and MariaDB's codes of "no right to that": SQLAlchemy asks how a view was made, and to see that needs a right
of its own (SHOW VIEW), which a login that only reads has no need of."""
OF_CATALOGUE: Final = text(
    "SELECT column_name, data_type, column_type FROM information_schema.columns"
    " WHERE table_name = :name AND table_schema = coalesce(:place, database()) ORDER BY ordinal_position"
)
CHOICES: Final = frozenset({"enum", "set"})  # texts, of which the catalogue's short name does not say which


log = structlog.get_logger(__name__)


class NoSuchColumn(SourceBroken):
    """A table or view has no column of a mapped name, which is no data."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column


class BrokenView(SourceBroken):
    """A view whose tables or columns are gone, as MySQL, MariaDB and SQLite keep it."""


class TableBroken(SourceBroken):
    """A table or view can't be read as it is mapped. It was logged; others of the database can be read."""


@dataclass(frozen=True, slots=True)
class Known:
    """A table or view with the columns that it has, by name. `any_letters`: see engine.asked."""

    clause: TableClause
    columns: Columns
    any_letters: bool = False

    def column(self, name: str) -> ColumnElement[Any]:
        """One of its columns. Raises NoSuchColumn where there is none of this name."""
        if name not in self.columns:
            raise NoSuchColumn(name)
        found: ColumnElement[Any] = self.clause.c[name]
        return _in_all_letters(found) if self.any_letters and is_text(found.type) else found


@dataclass(slots=True)
class Tables:
    """Tables and views by their mapped names. The database is asked for each once, and again after a fault."""

    _known: dict[str, Known] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, connection: Connection, name: str) -> Known:
        """A table or view. Raises SourceBroken where there is none."""
        known = self._known.get(name)
        if known is None:
            known = described(connection, name)
            with self._lock:
                self._known[name] = known
        return replace(known, any_letters=True) if connection.get_execution_options().get(ANY_LETTERS) else known

    @contextmanager
    def apart(self, name: str) -> Iterator[None]:
        """What is asked of one table or view. Raises TableBroken for a fault of its own, as it was found by then."""
        fault, more = "", dict[str, str | int | None]()
        try:
            yield
        except TableBroken:
            raise
        except SourceBroken as broken:
            fault, more = type(broken).__name__, {"column": broken.column} if isinstance(broken, NoSuchColumn) else {}
        except DBAPIError as error:
            self._forget(name)
            if not is_of_table(error):
                raise
            fault, more = type(error.orig).__name__, {"error_code": code_of(error)}
        if fault:
            self._forget(name)
            log.warning("source.table_broken", table=name, fault=fault, **more)
            raise TableBroken

    def _forget(self, name: str) -> None:
        with self._lock:
            self._known.pop(name, None)


def split(name: str) -> tuple[str | None, str]:
    """A mapped name as schema, if it has one, and table."""
    schema, _, table = name.rpartition(".")
    return schema or None, table


def may_not_see(error: DBAPIError) -> bool:
    """Whether the login may read the view itself and just not how it was made."""
    return code_of(error) in DENIED


def columns_of(connection: Connection, table: str, schema: str | None) -> Columns:
    """The columns of a table or view with their types. Raises NoSuchTableError, BrokenView, DBAPIError."""
    try:
        return {one["name"]: one["type"] for one in inspect(connection).get_columns(table, schema)}
    except UnreflectableTableError:
        raise BrokenView from None
    except DBAPIError as error:
        if connection.dialect.name == "sqlite" and is_of_table(error):  # not that it is locked
            raise BrokenView from None
        if not may_not_see(error):
            raise
    found = connection.execute(OF_CATALOGUE, {"name": table, "place": schema}).all()
    if not found:
        raise NoSuchTableError(table)
    return {str(name): _type_of(connection, str(kind).lower(), str(whole).lower()) for name, kind, whole in found}


def _type_of(connection: Connection, kind: str, whole: str) -> TypeEngine[Any]:
    """What SQLAlchemy makes of a type's name in the catalogue: "bigint", as a whole "bigint(20) unsigned"."""
    if kind in CHOICES:
        return String()
    known: Mapping[str, Any] = getattr(connection.dialect, "ischema_names", {})
    if kind not in known:
        return NullType()
    found: TypeEngine[Any] = known[kind](unsigned=True) if "unsigned" in whole.split() else known[kind]()
    return found


def _in_all_letters(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text of MySQL's in the characters that every other text can be written in too. No index helps then."""
    return func.convert(column.op("USING")(literal_column("utf8mb4")), type_=column.type)


def described(connection: Connection, name: str) -> Known:
    """What the database says of a table or view; no row of it is read. Raises SourceBroken where there is none."""
    schema, table = split(name)
    try:
        columns = columns_of(connection, table, schema)
    except NoSuchTableError:
        raise SourceBroken from None
    read = (a_column(one, as_stored(kind, connection.dialect)) for one, kind in columns.items())
    return Known(a_table(table, *read, schema=schema), columns)
