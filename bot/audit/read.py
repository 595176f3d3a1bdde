"""Reading the audit table: entries as they stand, filtered and paged by the last one seen.

A page looks through a bounded number of rows. What an index finds is found at once; for the rest (an outcome, a field,
words of a reason) the rows are read from the newest back, and a page that ends before it is full says how far it got.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple, cast

import orjson
import sqlalchemy
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlmodel import col

from bot.audit.entry import PERSONAL, SYSTEM
from bot.audit.query import Filter
from bot.driver import Prepared
from models.audit import AuditEntry, AuditOpen

SHORT_ID: Final = 8
FULL_ID: Final = 36
ERASED_TEXT: Final = "(erased)"
BATCH: Final = 1000
MOST_COUNTED: Final = 1000
COMPARED: Final = ("account", "actor", "purpose", "outcome", "grant")
BY_COLUMN: Final = (*COMPARED, "since", "until")
LEADING: Final = ("grant", "account", "actor")  # an index begins with each of these, and goes on with the time

Cursor = tuple[datetime, str]
"""An entry's time and id: where a page ends and the next one begins."""


class Stored(NamedTuple):
    """One row as it stands: the canonical text, its leaf hash, and what its salted hashes open to, as JSON or None."""

    id: str
    at: datetime
    sealed: str
    leaf: bytes
    written: str | None

    @property
    def opened(self) -> Mapping[str, Mapping[str, str]]:
        """Salt and value by field, of those that were not erased."""
        return cast("Mapping[str, Mapping[str, str]]", orjson.loads(self.written or "{}"))

    @property
    def entry(self) -> dict[str, Any]:
        """The entry's keys and values, personal text still as salted hashes."""
        value: dict[str, Any] = orjson.loads(self.sealed)
        return value

    @property
    def erased(self) -> tuple[str, ...]:
        """The fields whose text was taken out: nothing opens their salted hashes."""
        entry, opened = self.entry, self.opened
        return tuple(name for name in PERSONAL if entry[name] is not None and name not in opened)

    @property
    def told(self) -> dict[str, Any]:
        """As `readable`, for people: in the place of erased text it says that it was."""
        entry, opened = self.entry, self.opened
        for name in PERSONAL:
            if entry[name] is not None:
                entry[name] = opened[name]["value"] if name in opened else ERASED_TEXT
        return entry

    @property
    def readable(self) -> dict[str, Any]:
        """The entry with its personal text opened, as far as it has not been erased."""
        return {**self.entry, **{name: pair["value"] for name, pair in self.opened.items()}}


@dataclass(frozen=True, slots=True)
class Reach:
    """How many rows one page looks through. `ids` where the index alone answers, `reasons` where texts are opened."""

    rows: int = 200_000
    ids: int = 1_000_000
    reasons: int = 50_000


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first. `older`: where to go on, if there may be more; `back_to`: the page is not full because
    no more rows were looked through than to this time.
    """

    entries: tuple[Stored, ...]
    older: Cursor | None
    back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many match, at most MOST_COUNTED counted; `more`: there are more than these, or there may be.

    What Steward did by itself is nobody's, so it is among the entries and not among the people.
    """

    entries: int
    people: int
    purposes: int
    more: bool


def short_id(entry_id: str) -> str:
    """What people read and say: the last characters of the id, which are its random ones."""
    return entry_id[-SHORT_ID:]


def matching(wanted: Filter) -> Select[*tuple[Any, ...]]:
    """The rows that a filter asks for, with what they open to; no order. For words of a reason see `accepts`."""
    columns = (AuditEntry.id, AuditEntry.at, AuditEntry.entry, AuditEntry.leaf, AuditOpen.opened)
    return (
        sqlalchemy.select(*(col(column) for column in columns))
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
        .where(*_conditions(wanted))
    )


def accepts(wanted: Filter, stored: Stored) -> bool:
    """Whether all words that were asked for stand in the entry's reason or ticket, capitals or not."""
    if not wanted.words:
        return True
    entry = stored.entry
    reason = stored.opened.get("justification", {}).get("value", "")
    said = " ".join(f"{reason} {entry['ticket'] or ''}".casefold().split())
    return all(word.casefold() in said for word in wanted.words)


def newest(connection: Connection, wanted: Filter, limit: int, before: Cursor | None = None) -> list[Stored]:
    """The newest entries that match, older than `before` (time and id of the last one seen)."""
    return list(_backwards(connection, wanted, limit, before))


def page(
    connection: Connection, wanted: Filter, limit: int, before: Cursor | None = None, reach: Reach | None = None
) -> Page:
    """One page, looking through no more rows than `reach` says."""
    names = _columns(wanted)
    if names is not None and _by_one_index(names):
        floor, found = None, _quickly(connection, wanted, names, limit + 1, before)
    else:
        floor = _floor(connection, wanted, before, reach or Reach())
        found = list(_backwards(connection, wanted, limit + 1, before, floor))
    if len(found) > limit:
        return Page(tuple(found[:limit]), _cursor(found[limit - 1]))
    return Page(tuple(found), floor, floor[0] if floor else None)


def tally(connection: Connection, wanted: Filter, reach: Reach | None = None) -> Tally:
    """How many match, without counting or looking further than a page may."""
    floor = _floor(connection, wanted, None, reach or Reach())
    if wanted.words:
        readable = [one.entry for one in _backwards(connection, wanted, MOST_COUNTED + 1, floor=floor)]
        rows: Iterable[tuple[str, str | None]] = [(one["actor"], one["purpose"]) for one in readable]
    else:
        query = select(col(AuditEntry.actor), col(AuditEntry.purpose)).where(*_conditions(wanted), *_above(floor))
        rows = [(row[0], row[1]) for row in connection.execute(query.limit(MOST_COUNTED + 1))]
    counted = list(rows)
    purposes = {purpose for _, purpose in counted if purpose}
    more = len(counted) > MOST_COUNTED or floor is not None
    people = count_people(actor for actor, _ in counted)
    return Tally(min(len(counted), MOST_COUNTED), people, len(purposes), more)


def count_people(actors: Iterable[str]) -> int:
    """How many different people acted."""
    return len({*actors} - {SYSTEM})


def one_entry(connection: Connection, entry_id: str) -> Stored | None:
    """The entry with exactly this id."""
    row = connection.execute(matching(Filter()).where(col(AuditEntry.id) == entry_id)).one_or_none()
    return _stored(row) if row else None


def in_order(connection: Connection, wanted: Filter) -> Iterator[Stored]:
    """All that match, oldest first, streamed."""
    query = matching(wanted).order_by(col(AuditEntry.at), col(AuditEntry.id))
    rows = connection.execution_options(yield_per=BATCH).execute(query)
    for row in rows:
        if accepts(wanted, stored := _stored(row)):
            yield stored


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        col(getattr(AuditEntry, name)) == value for name in COMPARED if (value := getattr(wanted, name)) is not None
    ]
    if wanted.since is not None:
        conditions.append(col(AuditEntry.at) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(AuditEntry.at) <= wanted.until)
    if wanted.actions:
        conditions.append(col(AuditEntry.action).in_(wanted.actions))
    if wanted.fields:
        conditions.append(or_(*(_names(field) for field in wanted.fields)))
    if wanted.entry is not None:
        whole = len(wanted.entry) == FULL_ID
        conditions.append(col(AuditEntry.id) == wanted.entry if whole else col(AuditEntry.id).endswith(wanted.entry))
    if wanted.ticket is not None:  # as with the names of fields, no typed text holds this: its quotes are escaped
        conditions.append(col(AuditEntry.entry).contains(f'"ticket":"{wanted.ticket.upper()}"', autoescape=True))
    return conditions


def _names(field: str) -> ColumnElement[bool]:
    """Whether a field's name stands in the entry's list of fields.

    In canonical text the list stands between `"fields":[` and `],"grant":`, which no typed text can contain, because
    the quotes in it are escaped.
    """
    name = orjson.dumps(field).decode().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return col(AuditEntry.entry).like(f'%"fields":[%{name}%],"grant":%', escape="\\")


def _floor(connection: Connection, wanted: Filter, before: Cursor | None, reach: Reach) -> Cursor | None:
    """The row at which a page stops looking; None: all that are left are few enough, or an index finds them."""
    names = _columns(replace(wanted, entry=None))
    by_index = names is not None and _by_one_index(names)
    if len(wanted.entry or "") == FULL_ID or (by_index and wanted.entry is None):
        return None
    led = next((name for name in LEADING if getattr(wanted, name) is not None), None)
    rows = reach.reasons if wanted.words else reach.ids if by_index else reach.rows
    along = Filter(since=wanted.since, until=wanted.until)
    if led is not None:
        along = replace(along, **{led: getattr(wanted, led)})
    query = select(col(AuditEntry.at), col(AuditEntry.id)).where(*_conditions(along), *_below(before))
    query = query.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    row = connection.execute(query.offset(rows - 1).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def _backwards(
    connection: Connection, wanted: Filter, limit: int, before: Cursor | None = None, floor: Cursor | None = None
) -> Iterator[Stored]:
    """At most `limit` of what matches between two rows, newest first."""
    if (names := _columns(wanted)) is not None:
        yield from _quickly(connection, wanted, names, limit, before, floor)
        return
    query = matching(wanted).where(*_below(before), *_above(floor))
    if wanted.entry and not wanted.words:
        # Found in the index alone first: the end of an id is compared with many, and their rows need not be read.
        found = select(col(AuditEntry.id)).where(*_conditions(wanted), *_below(before), *_above(floor))
        found = found.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(limit)
        query = matching(Filter()).where(col(AuditEntry.id).in_(connection.scalars(found).all()))
    query = query.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    if not wanted.words:
        yield from map(_stored, connection.execute(query.limit(limit)))
        return
    has_words = or_(_holds("justification"), col(AuditEntry.entry).like('%"ticket":"%'))
    with closing(connection.execute(query.where(has_words).execution_options(yield_per=BATCH))) as rows:
        yield from islice((stored for stored in map(_stored, rows) if accepts(wanted, stored)), limit)


def _columns(wanted: Filter) -> tuple[str, ...] | None:
    """The names under which something is asked for, where columns are compared and nothing else."""
    if wanted.words or wanted.actions or wanted.fields or wanted.entry or wanted.ticket:
        return None
    return tuple([name for name in BY_COLUMN if getattr(wanted, name) is not None])


@lru_cache(maxsize=256)
def _by_one_index(names: tuple[str, ...]) -> bool:
    """Whether what these names ask for stands together in one index, so that no row is looked at in vain."""
    led = next((name for name in LEADING if name in names), None)
    return all(name in (led, "since", "until") for name in names)


def _quickly(
    connection: Connection,
    wanted: Filter,
    names: tuple[str, ...],
    limit: int,
    before: Cursor | None,
    floor: Cursor | None = None,
) -> list[Stored]:
    """What people search for most, by the driver: around a statement that an index answers all else is too slow."""
    values: dict[str, object] = {name: getattr(wanted, name) for name in names}
    for name, cursor in (("before", before), ("floor", floor)):
        if cursor is not None:
            values[f"{name}_at"], values[f"{name}_id"] = cursor
    statement = _by_index(names, limit, before is not None, floor is not None)
    return list(map(Stored._make, statement.lists(connection, values)))


@lru_cache(maxsize=256)
def _by_index(names: tuple[str, ...], limit: int, before: bool, floor: bool) -> Prepared:  # noqa: FBT001 - a cache's key
    """The newest that match, with a value to be given for each name.

    The limit stands in the text: of one that is given as a value PostgreSQL does not know how little it asks for when
    it plans for any value, and so plans anew each time, which takes as long as the query.
    """
    at: Any = col(AuditEntry.at)
    query = matching(Filter())
    for name in names:
        if name == "since":
            query = query.where(at >= bindparam("since", type_=at.type))
        elif name == "until":
            query = query.where(at <= bindparam("until", type_=at.type))
        else:
            query = query.where(col(getattr(AuditEntry, name)) == bindparam(name))
    if before:
        query = query.where(_place() < tuple_(bindparam("before_at", type_=at.type), bindparam("before_id")))
    if floor:
        query = query.where(_place() >= tuple_(bindparam("floor_at", type_=at.type), bindparam("floor_id")))
    return Prepared(query.order_by(at.desc(), col(AuditEntry.id).desc()).limit(literal_column(str(limit), Integer)))


def _holds(name: str) -> ColumnElement[bool]:
    return col(AuditOpen.opened).like(f'%"{name}":%')


def _below(cursor: Cursor | None) -> list[ColumnElement[bool]]:
    return [] if cursor is None else [_place() < _at(cursor)]


def _above(cursor: Cursor | None) -> list[ColumnElement[bool]]:
    return [] if cursor is None else [_place() >= _at(cursor)]


def _place() -> Any:
    """Compared as a row, so that the index is entered at the cursor."""
    return tuple_(col(AuditEntry.at), col(AuditEntry.id))


def _at(cursor: Cursor) -> Any:
    at: Any = col(AuditEntry.at)
    return tuple_(literal(cursor[0], at.type), literal(cursor[1]))


def _cursor(stored: Stored) -> Cursor:
    return stored.at, stored.id


def _stored(row: Any) -> Stored:
    return Stored(row.id, row.at, row.entry, row.leaf, row.opened)
