"""Values that are not of their column's type: SQLite lets any stand there, and PostgreSQL has days beyond Python's.

One such value would be a fault of the whole account. It is shown as it stands in the database.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Boolean, Dialect, Integer, String
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

SURE: Final = (String, Integer, NullType)
"""Types that SQLAlchemy reads without a look at the value."""
OF_JSON: Final = "LONGTEXT"
Reader = Callable[[Any], Any]


def as_stored(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """The type as which a column is read. MariaDB's type for JSON is a long text."""
    of_json = type(kind).__name__ == OF_JSON and getattr(dialect, "is_mariadb", False)
    unsure = dialect.name == "sqlite" and not isinstance(kind, SURE)
    return AsStored(kind) if of_json or unsure else kind


class AsStored(TypeDecorator[Any]):
    """A type, of which a value that is none of its own is left alone."""

    impl = String
    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: ARG002 - SQLAlchemy's
        """The column's own type."""
        return self.kind

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader | None:
        """The type's own, for values that it knows."""
        if type(self.kind).__name__ == OF_JSON:
            return _list_in_json
        own: Reader | None = super().result_processor(dialect, coltype)
        return own and _patient(own, only_bits=isinstance(self.kind, Boolean))


def _patient(own: Reader, *, only_bits: bool) -> Reader:
    def read(stored: Any) -> Any:
        if only_bits and stored not in (None, 0, 1):
            return stored  # a “no” in words would be true
        try:
            return own(stored)
        except (ValueError, TypeError, ArithmeticError):
            return stored

    return read


def _list_in_json(stored: Any) -> Any:
    if not (isinstance(stored, str) and stored.startswith("[")):
        return stored
    try:
        return json.loads(stored)
    except ValueError:
        return stored


def read_any_day(connection: Any) -> None:
    """Have a connection of psycopg's give “infinity” and the years after 9999 and before 1 as text."""
    from psycopg import DataError  # both are loaded where there is a connection
    from psycopg.types import datetime as usual

    for kind, loader in (
        ("date", usual.DateLoader),
        ("timestamp", usual.TimestampLoader),
        ("timestamptz", usual.TimestamptzLoader),
    ):
        connection.adapters.register_loader(kind, _any_day(loader, DataError))


def _any_day(usual: Any, usual_fault: type[Exception]) -> type[Any]:
    class AnyDay(usual):  # type: ignore[misc]  # one of three classes
        def load(self, data: Any) -> Any:
            try:
                return super().load(data)
            except usual_fault:
                return bytes(data).decode()

    return AnyDay
