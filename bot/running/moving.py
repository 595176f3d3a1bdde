"""Bringing all that a SQLite file holds into an empty PostgreSQL database: each row as it is, or none.

The rows of the audit table and of the ledger are the very ones, so that every checkpoint that was given away holds on.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import (
    JSON,
    URL,
    Column,
    Connection,
    Integer,
    Result,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    inspect,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, Origin
from bot.clock import Clock
from bot.database import Database, normalised_url
from bot.running.refusals import CannotStart
from bot.running.schema import upgrade_database, usable_database
from bot.running.single import held_alone
from migrations.schema import revisions

MOVED: Final = "database_moved"
BATCH: Final = 1000
OF_THE_SCHEMA: Final = frozenset({"alembic_version", "schema_serves"})
"""Written by migrations, for the database that they are in."""
SEEDED: Final = frozenset({"ledger_lease", "policy_watch", "review_cursor"})
"""Tables of one row, which migrations put there."""

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows came over, of how many tables, and what the file is called now."""

    rows: int
    tables: int
    file: Path


def move(source: Path, url: str, origin: Origin, clock: Clock, progress: Progress) -> Moved:
    """Copy the SQLite file into the database that `url` names, compare each row, and set the file aside.

    Raises CannotStart; then nothing of it is in the database, and the file is where it was.
    """
    target_url = normalised_url(url)
    if target_url.get_backend_name() != "postgresql":
        what = "DATABASE_URL does not name a PostgreSQL database."
        raise CannotStart(what, "Set it to the empty one that Steward shall use from now on; name the file here.")
    if not source.is_file():
        raise CannotStart(f"There is no file {source}.", "Name the SQLite database that Steward has used until now.")
    with held_alone(URL.create("sqlite", database=str(source))):
        with closing(_of_this_release(source)) as old:
            upgrade_database(url)
            with closing(Database(url)) as new:
                rows, tables = _copy(old, new, origin, clock, progress)
        return Moved(rows, tables, _set_aside(source, clock()))


def _of_this_release(source: Path) -> Database:
    """The file, at the very schema that the new database gets. Raises CannotStart."""
    address = URL.create("sqlite", database=str(source.absolute())).render_as_string()
    mend = f"First bring it to this release: DATABASE_URL={address} steward db upgrade"
    try:
        database = usable_database(address)
    except CannotStart as error:
        raise CannotStart(f"{source} can't be moved. {error.what}", mend) from error
    with database.reading() as connection:
        there, ours = revisions(connection)
    if there != ours:
        database.close()
        raise CannotStart(f"The schema of {source} is {there}, and this release's is {ours}.", mend)
    return database


def _copy(old: Database, new: Database, origin: Origin, clock: Clock, progress: Progress) -> tuple[int, int]:
    """In one transaction, to which the entry of the move belongs. Returns how many rows and tables came over."""
    tables = _tables()
    ledger = Ledger(new, clock)
    try:
        with old.reading() as have, new.transaction() as want:
            want.execute(text("LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE"))
            _require_empty(want, tables)
            with _references_looked_at_last(want):
                rows = _copy_rows(have, want, tables, progress)
            _go_on_counting(have, want, tables)
            entry = ledger.opened(want, origin, Action.CONFIG_CHANGE)
            entry.close(Outcome.DONE, MOVED)
            ledger.write(entry)
    except SQLAlchemyError as error:
        what = f"The database could not be copied ({type(getattr(error, 'orig', None) or error).__name__})."
        mend = "Nothing of it is in the new one. Look at the server's log, its room, and the login's rights."
        raise CannotStart(what, mend) from error
    return rows, len(tables)


def _tables() -> Sequence[Table]:
    from migrations.tables import metadata  # every model there is: only who moves needs them all

    return [table for name, table in sorted(metadata.tables.items()) if name not in OF_THE_SCHEMA]


@contextmanager
def _references_looked_at_last(want: Connection) -> Iterator[None]:
    """Rows may come in any order: requests speak of grants, and grants of requests. All is as before afterwards."""
    names = _foreign_keys(want)
    for table, name in names:
        want.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED"))
    yield
    want.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, name in names:
        want.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE"))


def _foreign_keys(want: Connection) -> list[tuple[str, str]]:
    """Each with its table, both quoted."""
    quote = want.dialect.identifier_preparer.quote
    found = text(
        "SELECT r.relname, c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid "
        "WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY 1, 2"
    )
    return [(quote(table), quote(name)) for table, name in want.execute(found)]


def _require_empty(want: Connection, tables: Sequence[Table]) -> None:
    """Raises CannotStart when somebody works with the database already."""
    for table in tables:
        if table.name not in SEEDED and want.execute(select(1).select_from(table).limit(1)).first():
            what = f"The new database is not empty: {table.name} has rows."
            raise CannotStart(what, "Make an empty one (createdb), and name it in DATABASE_URL.")


def _copy_rows(have: Connection, want: Connection, tables: Sequence[Table], progress: Progress) -> int:
    """Raises CannotStart when what came over is not what was there."""
    total = sum(have.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    done = 0
    for table in tables:
        if table.name in SEEDED:
            want.execute(delete(table))
        insert = _insert(table, want)
        names = [column.key for column in table.columns]
        for some in _rows(have, table).partitions(BATCH):
            want.execute(insert, [dict(zip(names, row, strict=True)) for row in some])
            done += len(some)
            progress(done, total)
        if _digest(_rows(have, table), table) != _digest(_rows(want, table), table):
            what = f"What came over of {table.name} is not what was there."
            raise CannotStart(what, "Nothing was changed. Report it.")
    return done


def _rows(connection: Connection, table: Table) -> Result[Any]:
    """All rows, in the order of their keys, JSON as its text: a null in it is another thing than nothing at all."""
    columns = [_as_text(column, connection) if isinstance(column.type, JSON) else column for column in table.columns]
    query = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    return connection.execute(query)


def _as_text(column: Column[Any], connection: Connection) -> Any:
    return type_coerce(column, Text) if connection.dialect.name == "sqlite" else cast(column, Text)


def _insert(table: Table, want: Connection) -> Any:
    """An INSERT that takes JSON as its text."""
    quote = want.dialect.identifier_preparer.quote
    places, binds = [], []
    for column in table.columns:
        is_json = isinstance(column.type, JSON)
        kind = column.type.dialect_impl(want.dialect).compile(want.dialect)
        places.append(f"CAST(:{column.key} AS {kind})" if is_json else f":{column.key}")
        binds.append(bindparam(column.key, type_=Text() if is_json else column.type))
    names = ", ".join(quote(column.name) for column in table.columns)
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({', '.join(places)})"  # noqa: S608 - our models'
    return text(statement).bindparams(*binds)


def _digest(rows: Iterable[Sequence[Any]], table: Table) -> int:
    """The same for the same rows in whatever order: databases sort text differently."""
    are_json = [isinstance(column.type, JSON) for column in table.columns]
    return sum(_of_row(row, are_json) for row in rows) % (1 << 256)


def _of_row(row: Sequence[Any], are_json: Sequence[bool]) -> int:
    values = [_plain(value, is_json=is_json) for value, is_json in zip(row, are_json, strict=True)]
    return int.from_bytes(hashlib.sha256(repr(values).encode()).digest())


def _plain(value: Any, *, is_json: bool) -> Any:
    """As both databases give it: times in one zone, JSON with one order of names and one way to space them."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if is_json and value is not None:
        return orjson.dumps(orjson.loads(value), option=orjson.OPT_SORT_KEYS)
    return value


def _go_on_counting(have: Connection, want: Connection, tables: Sequence[Table]) -> None:
    """Numbers that were given out once are not given out again, also where their rows are gone."""
    given: dict[str, int] = {}
    if inspect(have).has_table("sqlite_sequence"):
        given = {str(name): int(last) for name, last in have.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    for table in tables:
        key, *others = table.primary_key.columns
        if others or not isinstance(key.type, Integer):
            continue
        sequence = want.scalar(select(func.pg_get_serial_sequence(table.name, key.name)))
        last = max(given.get(table.name, 0), have.scalar(select(func.max(key))) or 0)
        if sequence and last:
            want.execute(select(func.setval(sequence, last)))


def _set_aside(source: Path, now: datetime) -> Path:
    """So that no Steward goes on with it. With its log, in which the latest writes may still stand."""
    aside = source.with_name(f"{source.name}.moved-{now:%Y%m%dT%H%M%SZ}")
    for ending in ("", "-wal", "-shm"):
        beside = source.with_name(source.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    return aside
