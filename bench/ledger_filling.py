"""Writing the rows of a large ledger by the driver, its indexes made when all of them are there."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any, Final

import psycopg

from bot.database import Database

TABLES: Final = {
    "audit_entries": (
        *("id", "at", "actor", "action", "outcome", "account", "purpose", '"grant"', "entry", "leaf", "once"),
    ),
    "audit_open": ("entry_id", "opened"),
    "ledger_leaves": ('"index"', "entry_id", "leaf"),
    "ledger_nodes": ("level", '"index"', "hash"),
    "ledger_checkpoints": ("size", "previous", "root", "frontier", "note", "at"),
}

Rows = dict[str, list[tuple[Any, ...]]]
Write = Callable[[Rows], None]

SQLITE_FAST: Final = ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -262144", "PRAGMA threads = 2")
POSTGRESQL_FAST: Final = (
    "SET synchronous_commit = off",
    "SET TIME ZONE 'UTC'",
    "SET maintenance_work_mem = '256MB'",
    "SET session_replication_role = replica",  # foreign keys hold by how the rows were made
)
SQLITE_INDEXES: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
POSTGRESQL_INDEXES: Final = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s "
    "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
)


def moment(at: datetime) -> str:
    """A time in UTC as both databases take it."""
    return at.isoformat(" ", "microseconds").removesuffix("+00:00")


@contextmanager
def filling(database: Database) -> Iterator[Write]:
    """What writes rows in bulk. Indexes that no constraint needs are away meanwhile, and made again on leaving."""
    if database.is_sqlite:
        with _filling_sqlite(str(database.url.database)) as write:
            yield write
    else:
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with _filling_postgresql(url) as write:
            yield write


@contextmanager
def _filling_sqlite(path: str) -> Iterator[Write]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:

        def write(rows: Rows) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for table, columns in TABLES.items():
                marks = ", ".join("?" * len(columns))
                connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows[table])
            connection.execute("COMMIT")

        for setting in SQLITE_FAST:
            connection.execute(setting)
        away = [row for table in TABLES for row in connection.execute(SQLITE_INDEXES, (table,))]
        for name, _ in away:
            connection.execute(f"DROP INDEX {name}")
        yield write
        for _, definition in away:
            connection.execute(definition)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _filling_postgresql(url: str) -> Iterator[Write]:
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:

        def write(rows: Rows) -> None:
            with connection.transaction():
                for table, columns in TABLES.items():
                    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
                        for row in rows[table]:
                            copy.write_row(row)

        for setting in POSTGRESQL_FAST:
            cursor.execute(setting.encode())
        away = [row for table in TABLES for row in cursor.execute(POSTGRESQL_INDEXES, (table,)).fetchall()]
        for name, _ in away:
            cursor.execute(f'DROP INDEX "{name}"'.encode())
        yield write
        for _, definition in away:
            cursor.execute(definition.encode())
