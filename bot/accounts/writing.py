"""Writing accounts and the columns that a search reads into the embedded table, in a transaction of the caller's."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection

from bot.accounts.checking import Account, Values
from bot.accounts.folding import search_text, short_parts, sort_name, trigrams
from bot.accounts.keys import PART, Nature, account_keys, nature_of
from bot.accounts.layout import AccountLayout
from bot.accounts.statements import for_driver, on_sqlite
from bot.database import Database

BATCH = 1000

# Each with the columns it takes from rows. Drivers do many rows best in different ways: sqlite3 by executemany,
# psycopg as one array a column.
INSERT_SQLITE = {
    "accounts": "INSERT INTO accounts (seq, id, kind, name, title, search) "
    "VALUES (:seq, :id, :kind, :name, :title, :search)",
    "details": "INSERT INTO account_details (account, data) VALUES (:seq, :data)",
    "keys": "INSERT INTO account_keys (key, account) VALUES (:key, :seq)",
}
INSERT_POSTGRESQL = {
    "accounts": "INSERT INTO accounts (seq, id, kind, name, title, search) SELECT * FROM unnest("
    ":seq::bigint[], :id::text[], :kind::text[], :name::text[], :title::text[], :search::text[])",
    "details": "INSERT INTO account_details (account, data) SELECT made.seq, made.data::jsonb "
    "FROM unnest(:seq::bigint[], :data::text[]) AS made (seq, data)",
    "keys": "INSERT INTO account_keys (key, account) SELECT * FROM unnest(:key::text[], :seq::bigint[])",
}
COLUMNS = {
    "accounts": ("seq", "id", "kind", "name", "title", "search"),
    "details": ("seq", "data"),
    "keys": ("key", "seq"),
}
UPDATE_SEARCH = (
    "UPDATE accounts SET kind = :kind, name = :name, title = :title, search = :search WHERE seq = :seq",
    "DELETE FROM account_keys WHERE account = :seq",
)
UPDATE_DATA = "UPDATE account_details SET data = :data WHERE account = :seq"
COUNT_TRIGRAM = (
    "INSERT INTO account_trigrams (trigram, accounts) VALUES (:trigram, :more) "
    "ON CONFLICT (trigram) DO UPDATE SET accounts = account_trigrams.accounts + :more"
)
NOTE_LAYOUT = (
    "INSERT INTO account_layout_used (one, layout) VALUES (1, :layout) "
    "ON CONFLICT (one) DO UPDATE SET layout = excluded.layout"
)
EXISTING_SQLITE = (
    "SELECT a.id, a.seq, d.data FROM accounts a JOIN account_details d ON d.account = a.seq "
    "WHERE a.id IN (SELECT value FROM json_each(:ids))"
)
EXISTING_POSTGRESQL = (
    "SELECT a.id, a.seq, d.data::text FROM accounts a JOIN account_details d ON d.account = a.seq "
    "WHERE a.id = ANY(:ids)"
)
FROM_SEQ = (
    "SELECT a.id, a.seq, CAST(d.data AS TEXT) FROM accounts a JOIN account_details d ON d.account = a.seq "
    "WHERE a.seq > :after ORDER BY a.seq LIMIT :most"
)


@dataclass(slots=True)
class Written:
    """How many accounts were new, changed or as they had been."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class Writer:
    """Writes batches of accounts. Alone: `prepare` keeps other imports out until the transaction ends.

    Of an existing account the fields in `columns` are replaced (a row that lacks one empties it); others are kept.
    """

    connection: Connection
    layout: AccountLayout
    columns: frozenset[str]
    written: Written = field(default_factory=Written)
    _last: int = 0
    _counted: Counter[str] = field(default_factory=Counter)

    def prepare(self) -> None:
        """Take the lock, and make search columns anew if the layout is not the one they were made with."""
        if not on_sqlite(self.connection):
            self._run("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE")
        self._last = self._run("SELECT coalesce(max(seq), 0) FROM accounts").scalar_one()
        if self._last and not searchable(self.connection, self.layout):
            self._reindex()

    def write(self, accounts: Sequence[Account]) -> None:
        """Insert or update one batch of accounts with different ids."""
        existing = self._existing([one.id for one in accounts]) if self._last else {}
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for account in accounts:
            seq, before = existing.get(account.id, (0, {}))
            after = self._merged(before, account)
            if not seq:
                self._last += 1
                new.append(self._row(self._last, account.id, after))
            elif after != before:
                changed.append(self._row(seq, account.id, after))
        self._insert(new)
        self._update(changed)
        self.written.new += len(new)
        self.written.changed += len(changed)
        self.written.unchanged += len(accounts) - len(new) - len(changed)

    def finish(self) -> None:
        """Write what was counted on the way, and let the database take its own statistics."""
        counts = [{"trigram": one, "more": more} for one, more in sorted(self._counted.items())]
        self._run_many(COUNT_TRIGRAM, counts)
        self._counted.clear()
        self._run(NOTE_LAYOUT, {"layout": self.layout.fingerprint})
        if not on_sqlite(self.connection):
            self._run("ANALYZE accounts, account_details, account_keys, account_trigrams")

    def _merged(self, before: Values, account: Account) -> Values:
        kept = {name: value for name, value in before.items() if name not in self.columns}
        filled = {name: value for name, value in account.values.items() if value is not None}
        return {**kept, **filled}

    def _row(self, seq: int, account_id: str, values: Values) -> dict[str, Any]:
        names = [one for name in self.layout.names for one in _texts(name, values)]
        search = search_text(names)
        self._counted.update(trigrams(search))
        return {
            "seq": seq,
            "id": account_id,
            "kind": values.get(self.layout.kind_field) if self.layout.kind_field else None,
            "name": sort_name(names),
            "title": orjson.dumps({name: values[name] for name in self.layout.title if name in values}).decode(),
            "search": search,
            "data": orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode(),
            "keys": (*account_keys(account_id, values, self.layout), *(PART + one for one in short_parts(search))),
        }

    def _existing(self, ids: list[str]) -> dict[str, tuple[int, Values]]:
        if on_sqlite(self.connection):
            rows = self._run(EXISTING_SQLITE, {"ids": orjson.dumps(ids).decode()})
        else:
            rows = self._run(EXISTING_POSTGRESQL, {"ids": ids})
        return {row[0]: (row[1], orjson.loads(row[2])) for row in rows}

    def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        self._insert_into("accounts", rows)
        self._insert_into("details", rows)
        self._insert_keys(rows)

    def _update(self, rows: Sequence[dict[str, Any]]) -> None:
        for statement in (*UPDATE_SEARCH, UPDATE_DATA):
            self._run_many(statement, rows)
        self._insert_keys(rows)

    def _insert_keys(self, rows: Sequence[dict[str, Any]]) -> None:
        self._insert_into("keys", [{"key": key, "seq": row["seq"]} for row in rows for key in row["keys"]])

    def _insert_into(self, what: str, rows: Sequence[dict[str, Any]]) -> None:
        if on_sqlite(self.connection):
            self._run_many(INSERT_SQLITE[what], rows)
        elif rows:
            self._run(INSERT_POSTGRESQL[what], {name: [row[name] for row in rows] for name in COLUMNS[what]})

    def _reindex(self) -> None:
        self._run("DELETE FROM account_trigrams")
        after = 0
        while rows := self._run(FROM_SEQ, {"after": after, "most": BATCH}).fetchall():
            made = [self._row(seq, account_id, orjson.loads(data)) for account_id, seq, data in rows]
            for statement in UPDATE_SEARCH:
                self._run_many(statement, made)
            self._insert_keys(made)
            after = rows[-1][1]

    def _run(self, statement: str, parameters: Mapping[str, object] | None = None) -> Any:
        return self.connection.exec_driver_sql(self._for_driver(statement), dict(parameters or {}))

    def _run_many(self, statement: str, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self.connection.exec_driver_sql(self._for_driver(statement), list(rows))

    def _for_driver(self, statement: str) -> str:
        return for_driver(statement, sqlite=on_sqlite(self.connection))


def searchable(connection: Connection, layout: AccountLayout) -> bool:
    """Whether accounts are searched as the layout says. If not, the next import makes that so."""
    used = connection.exec_driver_sql("SELECT layout FROM account_layout_used").scalar_one_or_none()
    return used is None or used == layout.fingerprint


def settle(database: Database) -> None:
    """After a large import: fold SQLite's log back into its file, so that searches need not look into both."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def batches(accounts: Iterator[Account]) -> Iterator[list[Account]]:
    """The accounts in order, some at a time."""
    return iter(lambda: list(islice(accounts, BATCH)), [])


def _texts(name: str, values: Values) -> Sequence[str]:
    """A field's texts as names; of a domain all but its last part, which says nothing."""
    value = values.get(name, [])
    texts = [value] if isinstance(value, str) else value
    return [one.rpartition(".")[0] or one for one in texts] if nature_of(name) is Nature.DOMAIN else texts
