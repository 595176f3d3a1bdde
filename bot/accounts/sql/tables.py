"""The mapped columns as SQLAlchemy has them, with the types that the database says they have."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, TableClause, inspect
from sqlalchemy import column as a_column
from sqlalchemy import table as a_table
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.types import TypeEngine

from bot.accounts.source import SourceDown

Columns = Mapping[str, TypeEngine[Any]]


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


def described(connection: Connection, name: str) -> Known:
    """What the database says of a table or view; no row of it is read. Raises SourceDown where there is none."""
    schema, table = split(name)
    try:
        columns: Columns = {one["name"]: one["type"] for one in inspect(connection).get_columns(table, schema)}
    except NoSuchTableError:
        raise SourceDown from None
    return Known(a_table(table, *(a_column(one, kind) for one, kind in columns.items()), schema=schema), columns)
