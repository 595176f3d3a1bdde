"""A large ledger, made as the integrator would have left it, without taking as long: rows in bulk, by the driver."""

import pickle
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import orjson
import psycopg

from bench.company import account_id, ledger_keys
from bot.audit.checkpoints import Checkpoint
from bot.audit.entry import Action, Entry, Outcome, Surface, leaf_hash, seal
from bot.audit.tree import Frontier
from bot.database import Database
from migrations.schema import upgrade

PEOPLE: Final = 200
STEP: Final = 1000  # entries to a checkpoint
CHUNK: Final = 10_000
SHELVED: Final = 1_000_000  # entries that are kept for the next book: some 1.5 GB
STORED_EVERY: Final = 8
BEGAN: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)
APART: Final = timedelta(milliseconds=2500)
SEED: Final = 20260302
FIELDS: Final = ("id", "name", "domain", "plan", "status", "created_at", "contact_name", "email")
PURPOSES: Final = ("technical_support", "customer_service", "billing", "marketing")
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


@dataclass(slots=True)
class Chapter:
    """The rows of some entries that follow one another, and the tree that they end in."""

    rows: Rows
    frontier: Frontier


@dataclass(slots=True)
class Book:
    """A database at this release's schema whose ledger grows on demand; `frontier` is its tree so far.

    To make an entry takes much longer than to write it, and it is always the same: `shelf` is a folder where the
    first entries are kept, for the next book of the run to be filled from.
    """

    database: Database
    frontier: Frontier
    shelf: Path

    def grow(self, size: int) -> None:
        """Make it so many entries long."""
        while self.frontier.size < size:
            chapter = self._chapter(min(size, (self.frontier.size // CHUNK + 1) * CHUNK))
            if self.database.is_sqlite:
                _fill_sqlite(str(self.database.url.database), chapter.rows)
            else:
                _fill_postgresql(self.database, chapter.rows)
            self.frontier = chapter.frontier
        with self.database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()

    def _chapter(self, until: int) -> Chapter:
        kept = self.shelf / f"{self.frontier.size}-{until}.pickle"
        if kept.exists():
            return cast("Chapter", pickle.loads(kept.read_bytes()))  # noqa: S301 - written by this run
        made = written(self.frontier, until)
        if until <= SHELVED:
            kept.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        return made


def written(frontier: Frontier, until: int) -> Chapter:
    """The entries from where a tree ends to `until`, with a checkpoint every so often."""
    rows: Rows = {table: [] for table in TABLES}
    while frontier.size < until:
        first, stop = frontier.size, min(frontier.size + STEP, until)
        leaves = [_write_entry(rows, position) for position in range(first, stop)]
        frontier, made = frontier.grow(leaves)
        for level in range(STORED_EVERY, len(made), STORED_EVERY):
            rows["ledger_nodes"] += [(level, (first >> level) + n, one) for n, one in enumerate(made[level])]
        root, signer = frontier.root(), ledger_keys().signer
        note = Checkpoint(signer.key.name, stop, root).sign(signer)
        rows["ledger_checkpoints"].append((stop, first, root, frontier.to_bytes(), note, BEGAN + APART * stop))
    return Chapter(rows, frontier)


def _write_entry(rows: Rows, position: int) -> bytes:
    entry, salts = made_up(position)
    sealed, opened = seal(entry, salts)
    leaf = leaf_hash(sealed)
    keys = (entry.actor, entry.action.value, entry.outcome.value, entry.account, entry.purpose, entry.grant)
    rows["audit_entries"].append((entry.id, entry.at, *keys, sealed, leaf, entry.request))
    rows["audit_open"].append((entry.id, orjson.dumps(opened).decode()))
    rows["ledger_leaves"].append((position, entry.id, leaf))
    return leaf


def book(url: str, shelf: Path) -> Book:
    """An empty one."""
    database = Database(url)
    with database.transaction() as connection:
        upgrade(connection)
    return Book(database, Frontier(), shelf)


def made_up(position: int) -> tuple[Entry, Any]:
    """Entry number `position`, always the same, and its salts."""
    dice = random.Random(SEED + position)  # noqa: S311 - the same ledger each time
    at = BEGAN + APART * position + timedelta(microseconds=dice.randrange(2_000_000))
    return _entry(position, at, dice), dice.randbytes


def _entry(position: int, at: datetime, dice: random.Random) -> Entry:
    person = int(dice.paretovariate(1.2)) % PEOPLE
    stamp = int((BEGAN + APART * position).timestamp() * 1000)
    return Entry(
        id=f"{stamp >> 16:08x}-{stamp & 0xFFFF:04x}-7000-8000-{dice.getrandbits(48):012x}",
        at=at,
        actor=f"U{person:08}",
        team="T0BENCH",
        actor_email=f"person{person}@postwing.example",
        action=Action.LOOK_UP if position % 5 else Action.REVEAL,
        outcome=Outcome.MASKED if position % 7 else Outcome.DISCLOSED,
        reason=None,
        account=account_id(dice.randrange(100_000)),
        query=account_id(position),
        purpose=PURPOSES[position % len(PURPOSES)],
        fields=FIELDS[: 4 + position % 5],
        grant=f"R-{1000 + position // 50}" if position % 5 == 0 else None,
        ticket=f"HD-{position % 90_000}" if position % 3 == 0 else None,
        justification="The customer asked why a campaign was not delivered." if position % 5 == 0 else None,
        policy_version="5f" * 32,
        request=f"bench.{position}",
        surface=Surface.COMMAND,
    )


def _fill_sqlite(path: str, rows: Rows) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN IMMEDIATE")
        for table, columns in TABLES.items():
            marks = ", ".join("?" * len(columns))
            taken = (tuple(map(_for_sqlite, row)) for row in rows[table])
            connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", taken)
        connection.execute("COMMIT")


def _for_sqlite(value: object) -> object:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _fill_postgresql(database: Database, rows: Rows) -> None:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, columns in TABLES.items():
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
                for row in rows[table]:
                    copy.write_row(row)
