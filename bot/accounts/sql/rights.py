"""What the login may do in the company's database: read each mapped column, and write nowhere. No row is read."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, false, select, text
from sqlalchemy.exc import DBAPIError

from bot.accounts.company_source import Remark
from bot.accounts.source import SourceBroken
from bot.accounts.sql.engine import named
from bot.accounts.sql.mapping import SqlMapping
from bot.accounts.sql.tables import Known, described

MYSQL_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "ALL PRIVILEGES", "DROP", "ALTER", "SUPER")
MOST_NAMED: Final = 6
READS_ONLY: Final = "Use a login that may only SELECT from the mapped tables and views; docs/accounts.md shows how."
WRITABLE: Final = text(
    "SELECT CASE WHEN n.nspname = current_schema() THEN c.relname ELSE n.nspname || '.' || c.relname END"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'"
    " AND has_schema_privilege(n.oid, 'USAGE')"
    " AND (pg_has_role(c.relowner, 'USAGE') OR has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    " OR has_any_column_privilege(c.oid, 'INSERT, UPDATE'))"
)
"""PostgreSQL's tables and views that this login can write, whoever gave it the right; an owner is as good as it."""
_GRANT: Final = re.compile(r"GRANT (.+?) ON (?:TABLE )?(\S+) TO ")


def readable(connection: Connection, mapping: SqlMapping) -> Iterator[Remark]:
    """A fault for each table or view of which columns that are there can't be selected. A catalogue may name them."""
    wanted: dict[str, dict[str, None]] = {}
    for table, column, _ in mapping.columns():
        wanted.setdefault(table, {})[column] = None
    for table, each in wanted.items():
        try:
            known = described(connection, table)
        except SourceBroken:
            continue
        columns = [one for one in each if one in known.columns]
        if why := _refusal(connection, known, columns):
            closed = [one for one in columns if _refusal(connection, known, [one])] or columns
            mend = "Let this login SELECT them; docs/accounts.md shows how."
            yield Remark("fault", f"“{table}” can't be read by this login ({why}): {', '.join(closed)}.", mend, "table")


def writable(connection: Connection, mapping: SqlMapping) -> Iterator[Remark]:
    """Steward asks for read-only transactions; a login that can't write is sure of it."""
    look = _WRITABLE.get(connection.dialect.name)
    if look is None:
        return
    mapped = list(dict.fromkeys(table for table, _, _ in mapping.columns()))
    try:
        with connection.begin_nested():
            found = look(connection, mapped)
    except DBAPIError as error:
        yield Remark("warning", f"Whether this login can write can't be known ({named(error)}).", READS_ONLY, "url")
        return
    if found:
        yield Remark("warning", f"This login can write: {_listed(found)}.", READS_ONLY, "url")
    else:
        yield Remark("ok", "This login can't write to the mapped tables, nor to others of this database.", key="url")


def _refusal(connection: Connection, known: Known, columns: Sequence[str]) -> str | None:
    """Why these columns can't be selected; None: they can. Asks for no row."""
    asked = select(*(known.column(one) for one in columns)).where(false())
    try:
        with connection.begin_nested():
            connection.execute(asked)
    except DBAPIError as error:
        return named(error)
    return None


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _writable_postgresql(connection: Connection, mapped: Sequence[str]) -> list[str]:
    """The mapped ones first. One that is not mapped can be written all the same, as a view's table can."""
    place = {name: number for number, name in enumerate(mapped)}
    return sorted(connection.scalars(WRITABLE), key=lambda name: (place.get(name, len(place)), name))


def _writable_mysql(connection: Connection, _mapped: Sequence[str]) -> list[str]:
    """By its grants, which this login may always read; a right on anything counts. `*.*` is everything."""
    found = [_GRANT.match(str(one)) for one in connection.scalars(text("SHOW GRANTS"))]
    grants = [(one[1], one[2].replace("`", "")) for one in found if one]
    return list(dict.fromkeys(name for rights, name in grants if any(right in rights for right in MYSQL_WRITES)))


def _writable_sqlite(_connection: Connection, _mapped: Sequence[str]) -> list[str]:
    """The file is opened read-only, whatever its rights."""
    return []


_WRITABLE: Final[dict[str, Callable[[Connection, Sequence[str]], list[str]]]] = {
    "postgresql": _writable_postgresql,
    "mysql": _writable_mysql,
    "mariadb": _writable_mysql,
    "sqlite": _writable_sqlite,
}
