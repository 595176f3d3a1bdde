"""What an operator should know about the company's database as a source. Reads the catalogue, and no account.

Of accounts' rows only the words are read that tell people from businesses.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, Engine, Inspector, inspect, literal, select, text
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.accounts.company_source import Remark
from bot.accounts.keys import Nature, nature_of
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.source import SourceBroken
from bot.accounts.sql.engine import code_of, named
from bot.accounts.sql.identity import identity_remarks
from bot.accounts.sql.kinds import kind_remarks
from bot.accounts.sql.mapping import SqlMapping
from bot.accounts.sql.plans import reads_all
from bot.accounts.sql.rights import readable, writable
from bot.accounts.sql.tables import BrokenView, described, split

MOST_NAMED: Final = 60  # columns of a table
MYSQL: Final = ("mysql", "mariadb")  # whose text is compared without case, unless its collation says otherwise
TRIGRAM: Final = "gin_trgm_ops"


def remarks(engine: Engine, mapping: SqlMapping, layout: AccountLayout) -> Sequence[Remark]:
    """Everything that is right or wrong with the mapping, or that the database can't be reached, in its own code."""
    try:
        connected = engine.connect()
    except SQLAlchemyError as error:
        mend = "Is the address right, is it reachable from here, and may this login in?"
        return [Remark("fault", f"The company's database does not answer: {_words(error)}.", mend, "url")]
    try:
        with connected as connection:
            # One transaction, of which a step that is refused can be taken back: a source's connections have none.
            connection.execution_options(isolation_level=connection.default_isolation_level)
            return list(_looked_at(connection, mapping, layout))
    except SQLAlchemyError as error:
        mend = "Is it reachable from here, and may this login read its catalogue?"
        return [Remark("fault", f"The company's database can't be read ({named(error)}).", mend, "url")]


def _words(error: SQLAlchemyError) -> str:
    """The driver's own, first line. It names host, database and login: of accounts nothing was asked yet."""
    original = getattr(error, "orig", None)
    said = getattr(original, "args", ())[-1:] if isinstance(code_of(error), int) else (original or "",)  # MySQL's pair
    lines = "".join(map(str, said)).strip().splitlines()
    return lines[0].rstrip(".") if lines else named(error)


def _looked_at(connection: Connection, mapping: SqlMapping, layout: AccountLayout) -> Iterator[Remark]:
    version = ".".join(map(str, connection.dialect.server_version_info or ()))
    yield Remark("ok", f"{connection.dialect.name} {version}".strip() + " is reached.", key="url")
    wrong = [*_columns(connection, mapping, layout), *readable(connection, mapping)]
    yield from wrong
    if wrong:
        return
    what = f"{len(layout.fields) - 1} fields are mapped, and each column is there and can be read."
    yield Remark("ok", what, key="table")
    yield from writable(connection, mapping)
    yield from _indexes(connection, mapping, layout)
    yield from kind_remarks(connection, mapping, layout)
    yield from identity_remarks(connection, mapping, layout)


def _columns(connection: Connection, mapping: SqlMapping, layout: AccountLayout) -> Iterator[Remark]:
    there: dict[str, frozenset[str] | Remark] = {}
    told = set[str]()
    for table, column, name in dict.fromkeys(mapping.columns()):
        if table not in there:
            there[table] = _columns_of(connection, table)
            if isinstance(wrong := there[table], Remark):
                yield wrong
        columns = there[table]
        if not isinstance(columns, Remark) and column not in columns:
            its = "" if table in told else f"Its columns: {_listed(columns)}. "
            told.add(table)
            allow = ", or let this login read it" if connection.dialect.name in MYSQL else ""  # it hides what it closes
            mend = f"{its}Map the field, or give the view the column{allow}."
            what = "for the account's id" if name == ID else f"for the field “{name}”"
            yield Remark("fault", f"“{table}” has no column “{column}” {what}.", mend, "fields")
    if layout.kind_field and mapping.table_of(layout.kind_field) is not mapping.main:
        mend = "Add its column to the main table or view: it is read before anything is shown."
        yield Remark("fault", f"“{layout.kind_field}” tells who is an individual, and is in another table.", mend)


def _listed(columns: frozenset[str]) -> str:
    """As many of them as can be read at a glance."""
    some = sorted(columns)[:MOST_NAMED]
    return ", ".join(some) + (f" and {len(columns) - len(some)} more" if len(some) < len(columns) else "")


def _columns_of(connection: Connection, table: str) -> frozenset[str] | Remark:
    """Its columns, or why they can't be known."""
    try:
        return frozenset(described(connection, table).columns)
    except BrokenView:
        mend = "Was a column or a table below it renamed or removed, or did its owner lose a right? Make it anew."
        return Remark("fault", f"“{table}” is a view that works no more.", mend, "table")
    except SourceBroken:
        mend = "Write its name as the database has it, with its schema, and let the login read it."
        return Remark("fault", f"There is no table or view “{table}”.", mend, "table")


def _indexes(connection: Connection, mapping: SqlMapping, layout: AccountLayout) -> Iterator[Remark]:
    """Each column that rows are found by. A view's indexes are those of tables below it: its plans are asked."""
    inspector = inspect(connection)
    yield from _views(connection, mapping, layout)
    keys = [(one.table, one.key) for one in mapping.tables()] + [(one.table, one.key) for one in mapping.lists.values()]
    for table, column in dict.fromkeys(keys):
        if _is_table(inspector, table) and not _led_by(inspector, table, column):
            yield _slow(f"“{table}” has no index on “{column}”, by which every account's rows are found.")
    for name in layout.exact:
        one = mapping.table_of(name)
        if one and _is_table(inspector, one.table):
            column = one.columns[name]
            if not _led_by(inspector, one.table, column):
                yield _slow(f"“{one.table}” has no index on “{column}”, which is searched for “{name}”.")
            elif nature_of(name) is Nature.EMAIL and connection.dialect.name not in MYSQL:
                yield from _without_case(inspector, one.table, column, name)
    if connection.dialect.name == "postgresql":
        yield from _trigrams(connection, mapping, layout)


def _views(connection: Connection, mapping: SqlMapping, layout: AccountLayout) -> Iterator[Remark]:
    inspector = inspect(connection)
    keys = [(one.table, one.key, "by which every account's rows are found") for one in mapping.tables()]
    keys += [(one.table, one.key, "by which every account's rows are found") for one in mapping.lists.values()]
    searched = [
        (one.table, one.columns[name], f"which is searched for “{name}”")
        for name in layout.exact
        if (one := mapping.table_of(name))
    ]
    unknown: dict[str, list[str]] = {}
    for view, column, use in dict.fromkeys((*keys, *searched)):
        if not _is_table(inspector, view):
            known = described(connection, view)
            whole = reads_all(connection, known.clause, known.column(column))
            if whole is None:
                unknown.setdefault(view, []).append(column)
            elif whole:
                mend = "With many accounts, add an index to the table below the view, on what it shows there."
                yield Remark("warning", f"“{view}” reads a whole table to find “{column}”, {use}.", mend)
    yield from (_not_told(connection, view, columns) for view, columns in unknown.items())


def _not_told(connection: Connection, view: str, columns: Sequence[str]) -> Remark:
    """The login may not ask how the view is read, or the database does not say it of these columns' types."""
    named_so = ", ".join(f"“{one}”" for one in dict.fromkeys(columns))
    what = f"Whether “{view}” is searched with an index can't be known, for {named_so}."
    if connection.dialect.name in MYSQL:
        return Remark(
            "warning", what, "Give the login SHOW VIEW on it, and SELECT on the tables below, and check again."
        )
    return Remark("warning", what, "Ask its owner how “SELECT … WHERE” is planned.")


def _without_case(inspector: Inspector, table: str, column: str, name: str) -> Iterator[Remark]:
    wanted = f"lower({column})"
    expressions = " ".join(str(one) for each in _of_table(inspector, table) for one in each.get("expressions", ()))
    plain = expressions.lower().replace("::text", "").replace("(", "").replace(")", "").replace('"', "")
    if wanted.replace("(", "").replace(")", "").lower() not in plain:
        yield _slow(
            f"“{table}” has no index on {wanted}: an address of “{name}” typed in another case is slow to find."
        )


def _trigrams(connection: Connection, mapping: SqlMapping, layout: AccountLayout) -> Iterator[Remark]:
    """Parts of names and typing errors are answered by pg_trgm's indexes alone."""
    wanted = [(one.table, one.columns[name]) for name in layout.names if (one := mapping.table_of(name))]
    statement = (
        select(literal(1))
        .select_from(text("pg_indexes"))
        .where(text("tablename = :name AND indexdef LIKE :how AND position(:column IN indexdef) > 0"))
    )
    for table, column in wanted:
        asked = {"name": split(table)[1], "how": f"%{TRIGRAM}%", "column": column}
        try:
            with connection.begin_nested():
                there = connection.execute(statement.limit(1), asked).first()
        except DBAPIError:
            continue  # another database that speaks PostgreSQL's protocol, without this catalogue
        if there is None and _is_table(inspect(connection), table):
            quote = connection.dialect.identifier_preparer.quote
            where = ".".join(quote(part) for part in split(table) if part)
            mend = f"CREATE INDEX ON {where} USING gin ({quote(column)} {TRIGRAM}), with the extension pg_trgm."
            yield Remark("warning", f"“{table}” has no trigram index on “{column}”: parts of names are slow.", mend)


def _slow(what: str) -> Remark:
    return Remark("warning", what, "With many accounts, add one; without it each look-up reads the whole table.")


def _is_table(inspector: Inspector, name: str) -> bool:
    schema, table = split(name)
    return table in inspector.get_table_names(schema)


def _of_table(inspector: Inspector, name: str) -> list[ReflectedIndex]:
    schema, table = split(name)
    return inspector.get_indexes(table, schema)


def _led_by(inspector: Inspector, name: str, column: str) -> bool:
    """Whether an index, a key or a unique constraint begins with the column."""
    schema, table = split(name)
    leading: list[list[str | None]] = [[*inspector.get_pk_constraint(table, schema).get("constrained_columns", [])]]
    leading += [[*one.get("column_names", [])] for one in _of_table(inspector, name)]
    leading += [[*one["column_names"]] for one in inspector.get_unique_constraints(table, schema)]
    return any(columns[:1] == [column] for columns in leading)
