"""Checking that each row of the audit table is what it was when it was written.

What this finds: an entry whose text, hash, search columns or opened values were changed. What it cannot find by
itself: an entry that was removed or added with a matching hash; for that compare `count` and `digest` with those of
an earlier check of the same period. Order, tree and signatures come with the ledger.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.entry import KEYS, commit_to, leaf_hash, timestamp
from models.audit import AuditEntry, AuditOpen

COLUMNS = ("id", "actor", "action", "outcome", "account", "purpose", "grant")


@dataclass(frozen=True, slots=True)
class Verification:
    """How many entries were checked, one hash over all of them in order, and the first that is wrong."""

    count: int
    digest: str
    bad_entry: str | None = None
    fault: str | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return self.fault is None


Row = dict[str, Any]


def verify(rows: Iterable[Row], progress: Callable[[int], None] = lambda _: None) -> Verification:
    """Check rows in order, stopping at the first bad one. A row: id, sealed, leaf, opened, and its search columns."""
    digest = hashlib.sha256()
    checked = 0
    for row in rows:
        if fault := fault_of(row):
            return Verification(checked, digest.hexdigest(), str(row.get("id")), fault)
        digest.update(row["leaf"])
        checked += 1
        progress(checked)
    return Verification(checked, digest.hexdigest())


def fault_of(row: Row) -> str | None:
    """What is wrong with one row, in words, or None."""
    if leaf_hash(row["sealed"]) != row["leaf"]:
        return "its text does not match its hash: one of them was changed"
    entry = orjson.loads(row["sealed"])
    if sorted(entry) != sorted(KEYS):
        return "it has not the keys of an audit entry"
    for name in COLUMNS:
        if name in row and row[name] != entry[name]:
            return f"its column {name} differs from its text"
    if "at" in row and timestamp(row["at"]) != entry["at"]:
        return "its column at differs from its text"
    return next((fault for fault in _opened_faults(entry, row["opened"])), None)


def _opened_faults(entry: Row, opened: Row) -> Iterator[str]:
    for name, pair in opened.items():
        if commit_to(pair["value"], bytes.fromhex(pair["salt"])) != entry.get(name):
            yield f"its {name} was changed: it does not match its salted hash"


def stored_rows(connection: Connection) -> Iterator[Row]:
    """The live table, oldest first."""
    query = (
        select(AuditEntry.__table__, col(AuditOpen.opened))  # type: ignore[attr-defined]
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
        .order_by(col(AuditEntry.at), col(AuditEntry.id))
    )
    for row in connection.execution_options(yield_per=1000).execute(query).mappings():
        opened = orjson.loads(row["opened"]) if row["opened"] else {}
        columns = {name: row[name] for name in (*COLUMNS, "at")}
        yield {**columns, "sealed": row["entry"], "leaf": bytes(row["leaf"]), "opened": opened}


def exported_rows(lines: Iterable[str]) -> Iterator[Row]:
    """An export as JSON lines. Raises ValueError naming the line that is no line of an export."""
    for number, line in enumerate(lines, 1):
        try:
            value = orjson.loads(line)
            sealed = orjson.dumps(value["entry"], option=orjson.OPT_SORT_KEYS).decode()
            leaf, opened = bytes.fromhex(value["leaf"]), dict(value["open"])
            row = {"id": value["entry"]["id"], "sealed": sealed, "leaf": leaf, "opened": opened}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} is no line of an audit export ({type(error).__name__})") from None
        yield row
