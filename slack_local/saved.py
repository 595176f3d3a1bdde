"""What outlives a restart: documents by kind and key, in memory or in one SQLite file."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from slack_local.json_types import Json


class Saved(Protocol):
    def put(self, kind: str, key: str, document: Json) -> None: ...

    def drop(self, kind: str, key: str) -> None: ...

    def all(self, kind: str) -> Iterator[tuple[str, Json]]:
        """Key and document of each, in the order in which they were first put."""

    def close(self) -> None: ...


class Forgotten:
    """Nothing outlives anything."""

    def put(self, kind: str, key: str, document: Json) -> None:
        """Forgets the document."""

    def drop(self, kind: str, key: str) -> None:
        """There is nothing to drop."""

    def all(self, kind: str) -> Iterator[tuple[str, Json]]:
        del kind
        return iter(())

    def close(self) -> None:
        """There is nothing to close."""


_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, key)
)
"""
_PUT = (
    "INSERT INTO document (kind, key, body) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body"
)


class StateFile:
    """One SQLite file. Every put is committed before the call that caused it is answered."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(_SCHEMA)

    def put(self, kind: str, key: str, document: Json) -> None:
        self._connection.execute(_PUT, (kind, key, json.dumps(document, ensure_ascii=False)))

    def drop(self, kind: str, key: str) -> None:
        self._connection.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind, key))

    def all(self, kind: str) -> Iterator[tuple[str, Json]]:
        rows = self._connection.execute("SELECT key, body FROM document WHERE kind = ? ORDER BY id", (kind,))
        for key, body in rows.fetchall():
            yield key, json.loads(body)

    def close(self) -> None:
        self._connection.close()
