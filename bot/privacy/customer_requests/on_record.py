"""Whether customers' requests are kept as the ledger's entries have them: a term that is hidden is one that is missed.

The tables are in no tree: whoever writes to the database could close a request that nobody answered. So the entry of
each step says among its fields how the request is kept then, by a digest of all of it: `C-77 v5 open due 2026-04-01 …`.
Entries of before say nothing of that, and of a request of which they tell last the tables count.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
import structlog
from sqlalchemy import Connection, RowMapping, select
from sqlmodel import col

from bot.audit.entry import Outcome
from bot.privacy.customer_requests.requests import request_name, request_number
from bot.privacy.objections.reading import OF_CUSTOMERS
from models.audit import AuditEntry
from models.customer_request import CustomerRequest, CustomerRequestMistake, CustomerRequestTask
from models.tables import table_of

REQUESTS: Final = table_of(CustomerRequest)
TASKS: Final = table_of(CustomerRequestTask)
MISTAKES: Final = table_of(CustomerRequestMistake)

STEPS: Final = (Outcome.DONE.value, Outcome.REQUESTED.value, Outcome.ENDED.value)

OF_REQUEST: Final = (
    *("number", "team", "kind", "account", "law", "channel", "received_on", "recorded_at", "recorded_by", "entry"),
    *("due_on", "due_at", "status", "version", "media", "owner", "identity", "identity_by", "extended_at"),
    *("extended_in", "closed_at", "closed_by"),
)
OF_TASK: Final = (
    *("position", "title", "status", "assignee", "round", "settled_by", "settled_at", "entry", "added_in"),
)
OF_MISTAKE: Final = ("entry", "at", "by", "cause", "same_as")
"""The columns that a digest is over: another, of a release to come, is none of them."""

log = structlog.get_logger(__name__)


class Stated(NamedTuple):
    """What the last entry of a request's steps says of it."""

    version: int
    at: datetime
    written: str
    entry: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A request that is kept otherwise than entries have it; `entry` is the one that says of it, if one does."""

    number: int
    what: str
    entry: str | None
    kept: str | None


@dataclass(slots=True)
class _Said:
    """By number: what entries state, and when one of before last told of it."""

    stated: dict[int, Stated] = field(default_factory=dict)
    silent: dict[int, datetime] = field(default_factory=dict)


def written(connection: Connection, number: int) -> str:
    """How a request is kept now, as a field of its step's entry."""
    return _written(connection, [number])[number]


def differences(connection: Connection) -> Iterator[Difference]:
    """The requests that are kept otherwise than entries have them, in order."""
    said = _said(connection)
    numbers = connection.scalars(select(REQUESTS.c.number)).all()
    kept = _written(connection, numbers)
    first = min(said.stated, default=None)
    for number in sorted({*kept, *said.stated}):
        stated, row = said.stated.get(number), kept.get(number)
        if (
            why := _unlike(row, stated, said.silent.get(number), late=first is not None and first < number)
        ) is not None:
            yield Difference(number, why, stated.entry if stated else None, row)


def otherwise(connection: Connection) -> tuple[int, ...]:
    """The numbers of the requests that are kept otherwise, for whoever is to look after them."""
    found = tuple(one.number for one in differences(connection))
    for number in found:
        log.error("access.not_on_record", about=request_name(number))
    return found


def _unlike(row: str | None, stated: Stated | None, silent: datetime | None, *, late: bool) -> str | None:
    """In which way a row is not what entries say. `late`: it is younger than the first of which they say all. Pure."""
    if stated is None:
        return "no entry says that it was registered" if late and silent is None else None
    if row is None:
        return "it is gone"
    if row == stated.written or (silent is not None and silent > stated.at):
        return None
    return "its last entry has it otherwise"


def _said(connection: Connection) -> _Said:
    query = select(col(AuditEntry.id), col(AuditEntry.at), col(AuditEntry.entry))
    found = _Said()
    for entry_id, at, entry in connection.execute(query.where(OF_CUSTOMERS, col(AuditEntry.outcome).in_(STEPS))):
        told = orjson.loads(entry)
        stated = [(one, _head(one)) for one in told["fields"]]
        for text, head in stated:
            if head is not None and (head[0] not in found.stated or found.stated[head[0]].version < head[1]):
                found.stated[head[0]] = Stated(head[1], at, text, entry_id)
        number = request_number(told["ticket"] or "")
        if number is not None and not any(head for _, head in stated):
            found.silent[number] = max(at, found.silent.get(number, at))
    return found


def _head(text: str) -> tuple[int, int] | None:
    """The number and the version in what `written` made; None for other fields."""
    name, _, rest = text.partition(" v")
    version = rest.partition(" ")[0]
    number = request_number(name) if name.startswith("C-") else None
    return (number, int(version)) if number is not None and version.isdecimal() else None


def _written(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    some = REQUESTS.c.number.in_(numbers) if len(numbers) == 1 else REQUESTS.c.number.is_not(None)
    tasks = _grouped(connection, TASKS, numbers, TASKS.c.position, OF_TASK)
    mistakes = _grouped(connection, MISTAKES, numbers, MISTAKES.c.entry, OF_MISTAKE)
    found = {}
    for row in connection.execute(select(REQUESTS).where(some)).mappings():
        number = row["number"]
        whole = [_values(row, OF_REQUEST), tasks.get(number, []), mistakes.get(number, [])]
        digest = hashlib.sha256(orjson.dumps(whole)).hexdigest()
        name = request_name(number)
        found[number] = f"{name} v{row['version']} {row['status']} due {row['due_on'].isoformat()} {digest}"
    return found


def _grouped(connection: Connection, table: Any, numbers: Sequence[int], order: Any, names: Sequence[str]) -> Any:
    some = table.c.request.in_(numbers) if len(numbers) == 1 else table.c.request.is_not(None)
    found: dict[int, list[list[str | None]]] = {}
    for row in connection.execute(select(table).where(some).order_by(order)).mappings():
        found.setdefault(row["request"], []).append(_values(row, names))
    return found


def _values(row: RowMapping, names: Sequence[str]) -> list[str | None]:
    return [None if row[name] is None else str(row[name]) for name in names]
