"""Reading the audit table: entries as they stand, filtered and paged by the last one seen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy
from sqlalchemy import Connection, Select, and_, func, or_, select
from sqlmodel import col

from bot.audit.query import Filter
from models.audit import AuditEntry, AuditOpen

SHORT_ID = 8
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Stored:
    """One row as it stands: the canonical text, its leaf hash, and what its salted hashes open to."""

    id: str
    at: datetime
    sealed: str
    leaf: bytes
    opened: Mapping[str, Mapping[str, str]]

    @property
    def entry(self) -> dict[str, Any]:
        """The entry's keys and values, personal text still as salted hashes."""
        value: dict[str, Any] = orjson.loads(self.sealed)
        return value

    @property
    def readable(self) -> dict[str, Any]:
        """The entry with its personal text opened, as far as it has not been erased."""
        return {**self.entry, **{name: pair["value"] for name, pair in self.opened.items()}}


def short_id(entry_id: str) -> str:
    """What people read and say: the last characters of the id, which are its random ones."""
    return entry_id[-SHORT_ID:]


def matching(wanted: Filter) -> Select[*tuple[Any, ...]]:
    """The rows that a filter asks for, with what they open to; no order."""
    conditions = [
        col(getattr(AuditEntry, name)) == value
        for name in ("account", "actor", "purpose", "outcome", "grant")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.since is not None:
        conditions.append(col(AuditEntry.at) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(AuditEntry.at) < wanted.until)
    columns = (AuditEntry.id, AuditEntry.at, AuditEntry.entry, AuditEntry.leaf, AuditOpen.opened)
    return (
        sqlalchemy.select(*(col(column) for column in columns))
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
        .where(*conditions)
    )


def newest(
    connection: Connection, wanted: Filter, limit: int, before: tuple[datetime, str] | None = None
) -> list[Stored]:
    """The newest entries that match, older than `before` (time and id of the last one seen)."""
    query = matching(wanted).order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(limit)
    if before is not None:
        at, last = before
        query = query.where(or_(col(AuditEntry.at) < at, and_(col(AuditEntry.at) == at, col(AuditEntry.id) < last)))
    return [_stored(row) for row in connection.execute(query)]


def in_order(connection: Connection, wanted: Filter) -> Iterator[Stored]:
    """All that match, oldest first, streamed."""
    query = matching(wanted).order_by(col(AuditEntry.at), col(AuditEntry.id))
    rows = connection.execution_options(yield_per=BATCH).execute(query)
    for row in rows:
        yield _stored(row)


def count(connection: Connection, wanted: Filter) -> int:
    """How many match."""
    subquery = matching(wanted).subquery()
    return int(connection.execute(select(func.count()).select_from(subquery)).scalar_one())


def _stored(row: Any) -> Stored:
    opened = orjson.loads(row.opened) if row.opened else {}
    return Stored(row.id, row.at, row.entry, bytes(row.leaf), opened)
