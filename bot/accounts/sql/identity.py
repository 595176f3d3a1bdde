"""Whose row it is: rows without an id that can be typed are nobody's, and rows that share one have to be one account's.

A look-up that showed one of two customers who share an id would show the other to whoever asked for the first.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, Connection, Inspector, func, inspect, literal, or_, select
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError

from bot.accounts.company_source import Account, Remark
from bot.accounts.layout import AccountLayout
from bot.accounts.source import SeveralOfOneId
from bot.accounts.sql.mapping import SqlMapping, TableMap
from bot.accounts.sql.tables import described, may_not_see, split
from bot.accounts.sql.values import is_text, text_of

MEND_IDS: Final = "Give Steward a view with one row for every account, whose id is that account's alone."
MEND_BLANKS: Final = "Mend the ids, or give Steward a view in which they are whole; until then nobody finds these rows."

log = structlog.get_logger(__name__)


def can_be_asked_for(key: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows that have an id, with no spaces around it: those are not in what people type, nor in what is shown."""
    there = key.is_not(None)
    return there & (func.trim(key) == key) if is_text(key.type) else there


def is_whole(stored: object) -> bool:
    """The same of a value, and that it is not empty: databases differ in what they take for white space."""
    return bool(text_of(stored)) and (not isinstance(stored, str) or stored.rstrip(" ") == text_of(stored))


def is_alone(connection: Connection, one: TableMap) -> bool:
    """Whether the database itself sees to it that no two rows have the same id. Of a view it can say nothing."""
    schema, table = split(one.table)
    inspector = inspect(connection)
    try:
        keys = [[*inspector.get_pk_constraint(table, schema).get("constrained_columns", ())]]
        keys += [[*each["column_names"]] for each in inspector.get_unique_constraints(table, schema)]
        keys += [[str(name) for name in each["column_names"]] for each in _whole_indexes(inspector, table, schema)]
    except (NoSuchTableError, NotImplementedError):
        return False
    except DBAPIError as error:
        if not may_not_see(error):
            raise
        return False
    return [one.key] in keys


def _whole_indexes(inspector: Inspector, table: str, schema: str | None) -> Iterator[ReflectedIndex]:
    """Unique ones of all rows: PostgreSQL's and SQLite's may be of some only."""
    for each in inspector.get_indexes(table, schema):
        options = each.get("dialect_options", {})
        if each.get("unique") and not any(name.endswith("_where") for name in options):
            yield each


def is_one(rows: Sequence[Account]) -> bool:
    """Whether rows of one id are of one account: of the same kind, and with the same names."""
    return all(one == rows[0] for one in rows)


def demand_one(rows: Sequence[Account]) -> None:
    """Raises SeveralOfOneId where nobody knows whose each row of an id is."""
    if not is_one(rows):
        log.warning("source.ids_not_unique")
        raise SeveralOfOneId(rows[0].id)


def identity_remarks(connection: Connection, mapping: SqlMapping, layout: AccountLayout) -> Iterator[Remark]:
    """Of rows that share an id, and of those that have none. No id is shown, and none is taken from the database.

    Rows can differ in whose they are only where names or the kind stand: not in a source of other classes alone.
    """
    apart = {name for name in (layout.kind_field, *layout.title) if name in mapping.main.columns}
    for one in mapping.tables():
        if not is_alone(connection, one):
            yield from _shared(connection, one, is_main=one is mapping.main and bool(apart))
    key = described(connection, mapping.main.table).column(mapping.main.key)
    if _any(connection, select(literal(1)).where(_unusable(key))):
        what = f"“{mapping.main.table}” has rows whose “{mapping.main.key}” is empty or has spaces around it."
        yield Remark("warning", what, MEND_BLANKS, "key")


def _unusable(key: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(key.is_(None), func.trim(key) != key, key == "") if is_text(key.type) else key.is_(None)


def _shared(connection: Connection, one: TableMap, *, is_main: bool) -> Iterator[Remark]:
    key = described(connection, one.table).column(one.key)
    several = select(literal(1)).where(key.is_not(None)).group_by(key).having(func.count() > 1)
    found = _any(connection, several)
    if found is None:
        mend = "The login may not read it, or it takes longer than timeout_s: look yourself, with GROUP BY and HAVING."
        yield Remark("warning", f"Whether rows of “{one.table}” share a “{one.key}” can't be known.", mend, "key")
    elif found and is_main:
        what = f"Rows of “{one.table}” share a “{one.key}”: of accounts that differ, nothing is shown."
        yield Remark("fault", what, MEND_IDS, "key")
    elif found:
        what = f"“{one.table}” has several rows for an account: each field shows the values of all of them."
        yield Remark("warning", what, "If one of them counts, give Steward a view that has only that one.", "classes")


def _any(connection: Connection, statement: Any) -> bool | None:
    """Whether a statement has a row; None where the database does not say."""
    try:
        with connection.begin_nested():
            return connection.execute(statement.limit(1)).first() is not None
    except SQLAlchemyError:
        return None
