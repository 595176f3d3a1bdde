"""Whether rows of a view can be found with an index. A view has none, and no catalogue says which tables' it may use.

So the database is asked how it would look: https://www.postgresql.org/docs/current/sql-explain.html,
https://mariadb.com/kb/en/explain/, https://www.sqlite.org/eqp.html. Nothing is read meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, TableClause, literal, literal_column, select
from sqlalchemy.exc import DBAPIError

from bot.accounts.sql.values import as_declared

INDEX_SCANS: Final = ("Index Scan", "Index Only Scan")
MYSQL_WHOLE: Final = frozenset({"ALL", "index"})


def reads_all(connection: Connection, table: TableClause, column: ColumnElement[Any]) -> bool | None:
    """Whether a whole table is read to find the rows in which the column has one value.

    None where the database doesn't say: its dialect or the column's type is not known here, or the login may not ask.
    """
    asked, value = _PLANS.get(connection.dialect.name), _any_value(column)
    if asked is None or value is None:
        return None
    query = select(literal(1)).select_from(table).where(column == value)
    statement = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    try:
        with connection.begin_nested() as step:
            found = asked(connection, statement)
            step.rollback()  # what was set for the plan alone
    except DBAPIError:
        return None
    return found


def _any_value(column: ColumnElement[Any]) -> ColumnElement[Any] | None:
    """One that the column may have; None where its type is known and not among those of ids and searched fields.

    A type of the company's own, or an extension's, may take any text.
    """
    kind = as_declared(column.type).python_type
    if kind is object:
        return literal_column("'0'")
    value = _VALUES.get(kind)
    return None if value is None else literal(value, column.type)


def _postgresql(connection: Connection, query: str) -> bool:
    """Small tables are read and put together whole whatever indexes they have, unless that is said to be dear."""
    for dear in ("seqscan", "mergejoin", "hashjoin"):
        connection.exec_driver_sql(f"SET LOCAL enable_{dear} = off")
    (row,) = _plan(connection, f"EXPLAIN (FORMAT JSON) {query}")
    return any(_is_whole(node) for node in _nodes(row["QUERY PLAN"][0]["Plan"]))


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _is_whole(node: Mapping[str, Any]) -> bool:
    """An index that is read from its beginning to its end is read for its order."""
    kind = node["Node Type"]
    return bool(kind == "Seq Scan" or (kind.endswith(INDEX_SCANS) and "Index Cond" not in node))


def _mysql(connection: Connection, query: str) -> bool:
    return any(row["type"] in MYSQL_WHOLE for row in _plan(connection, f"EXPLAIN {query}"))


def _sqlite(connection: Connection, query: str) -> bool:
    """An automatic index is made for one query, of the whole table."""
    said = [str(row["detail"]) for row in _plan(connection, f"EXPLAIN QUERY PLAN {query}")]
    return any(one.startswith("SCAN ") or "AUTOMATIC" in one for one in said)


def _plan(connection: Connection, statement: str) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.exec_driver_sql(statement).mappings()]


_VALUES: Final[Mapping[type, object]] = {str: "0", int: 0, Decimal: Decimal(0), UUID: UUID(int=0)}
_PLANS: Final[dict[str, Callable[[Connection, str], bool]]] = {
    "postgresql": _postgresql,
    "mysql": _mysql,
    "mariadb": _mysql,
    "sqlite": _sqlite,
}
