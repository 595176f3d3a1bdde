"""The mapped columns as SQLAlchemy has them, with the types that the database says they have."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, String, TableClause, inspect, text
from sqlalchemy import column as a_column
from sqlalchemy import table as a_table
from sqlalchemy.exc import DBAPIError, NoSuchTableError
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.types import NullType, TypeEngine

from bot.accounts.source import SourceDown
from bot.accounts.sql.engine import code_of

Columns = Mapping[str, TypeEngine[Any]]


DENIED: Final = frozenset({1142, 1143})
"""MySQL's and MariaDB's codes of "no right to that": SQLAlchemy asks how a view was made, and to see that needs a right
of its own (SHOW VIEW), which a login that only reads has no need of."""
OF_CATALOGUE: Final = text(
    "SELECT column_name, data_type FROM information_schema.columns"
    " WHERE table_name = :name AND table_schema = coalesce(:place, database()) ORDER BY ordinal_position"
)
CHOICES: Final = frozenset({"enum", "set"})  # texts, of which the catalogue's short name does not say which


@dataclass(frozen=True, slots=True)
class Known:
    """A table or view with the columns that it has, by name."""

    clause: TableClause
    columns: Columns

    def column(self, name: str) -> "ColumnClause[Any]":
        """One of its columns. Raises SourceDown where there is none of this name."""
        if name not in self.columns:
            raise SourceDown
        found: ColumnClause[Any] = self.clause.c[name]
        return found


@dataclass(slots=True)
class Tables:
    """Tables and views by their mapped names. The database is asked for each once."""

    _known: dict[str, Known] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, connection: Connection, name: str) -> Known:
        """A table or view. Raises SourceDown where there is none."""
        known = self._known.get(name)
        if known is None:
            known = described(connection, name)
            with self._lock:
                self._known[name] = known
        return known


def split(name: str) -> tuple[str | None, str]:
    """A mapped name as schema, if it has one, and table."""
    schema, _, table = name.rpartition(".")
    return schema or None, table


def may_not_see(error: DBAPIError) -> bool:
    """Whether the login may read the view itself and just not how it was made."""
    return code_of(error) in DENIED


def columns_of(connection: Connection, table: str, schema: str | None) -> Columns:
    """The columns of a table or view with their types. Raises NoSuchTableError, DBAPIError."""
    try:
        return {one["name"]: one["type"] for one in inspect(connection).get_columns(table, schema)}
    except DBAPIError as error:
        if not may_not_see(error):
            raise
    found = connection.execute(OF_CATALOGUE, {"name": table, "place": schema}).all()
    if not found:
        raise NoSuchTableError(table)
    return {str(name): _type_of(connection, str(kind).lower()) for name, kind in found}


def _type_of(connection: Connection, kind: str) -> TypeEngine[Any]:
    """What SQLAlchemy makes of a type's name in the catalogue."""
    if kind in CHOICES:
        return String()
    known: Mapping[str, type[TypeEngine[Any]]] = getattr(connection.dialect, "ischema_names", {})
    return known[kind]() if kind in known else NullType()


def described(connection: Connection, name: str) -> Known:
    """What the database says of a table or view; no row of it is read. Raises SourceDown where there is none."""
    schema, table = split(name)
    try:
        columns = columns_of(connection, table, schema)
    except NoSuchTableError:
        raise SourceDown from None
    return Known(a_table(table, *(a_column(one, kind) for one, kind in columns.items()), schema=schema), columns)
