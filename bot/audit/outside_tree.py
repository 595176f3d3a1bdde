"""What the tree does not commit to, checked in the live database: entries that wait, strangers, and erased text."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

import orjson
from sqlalchemy import Connection, func, select, text
from sqlmodel import col

from bot.audit.entry import PERSONAL, SYSTEM, Action, Opened
from bot.audit.erasures.records import ERASURES, Status, erasure_name, words_of_act
from bot.audit.erasures.scope import Value
from bot.audit.faults import Code, Fault, entry_fault, shown_id
from bot.audit.recorded_acts import Acts
from bot.audit.recorded_erasures import recorded_fault
from bot.audit.rows import ENTRY_COLUMNS, EntryRow, entry_row, row_fault, row_state
from bot.audit.states import state_of
from models.audit import AuditEntry, AuditOpen
from models.erasure import AuditErased
from models.ledger import AuditPending, LedgerLeaf

STREAMED: Final = 2000
ASKED_AT_ONCE: Final = 500

_SAID: Final[tuple[Any, ...]] = (
    ERASURES.c.number,
    ERASURES.c.status,
    col(AuditEntry.action),
    col(AuditEntry.actor),
    col(AuditOpen.opened),
)

MISSPELLED: Final = (
    "SELECT id, at FROM audit_entries WHERE (typeof(at) <> 'text' OR length(at) <> 26 OR substr(at, 11, 1) <> ' ')"
)
OF_WAITING: Final = " AND id IN (SELECT entry_id FROM audit_pending)"
OF_PLACED: Final = (
    ' AND id IN (SELECT entry_id FROM ledger_leaves WHERE "index" IN (SELECT value FROM json_each(:some)))'
)

Filtered = Callable[[Fault], Fault | None]
"""A fault, unless it is known already."""


class MissingText:
    """Gathers entries that commit to text which is not there, and asks whether a recorded erasure took it.

    `recorded` counts the entries whose text was erased rightly.
    """

    def __init__(self, connection: Connection, filtered: Filtered) -> None:
        self.recorded = 0
        self._connection = connection
        self._filtered = filtered
        self._waiting: list[tuple[int, EntryRow, bytes | None, frozenset[str]]] = []

    def note(self, row: EntryRow, place: int, in_tree: bytes | None = None) -> Fault | None:
        """Remember what this entry lacks, if anything; the first fault among those that were remembered before."""
        if missing := _missing(row):
            self._waiting.append((place, row, in_tree, missing))
        return self.fault() if len(self._waiting) == ASKED_AT_ONCE else None

    def fault(self) -> Fault | None:
        """The first entry that lacks text which no erasure took."""
        waiting, self._waiting = self._waiting, []
        taken = _taken(self._connection, [row.id for _, row, _, _ in waiting])
        for place, row, in_tree, fields in waiting:
            if lost := fields - taken.get(row.id, set()):
                what = f"was changed: its {min(lost)} is gone, and no recorded erasure took it."
                fault = entry_fault(Code.NOT_ERASED_RIGHTLY, what, place, row.id)
                if found := self._filtered(replace(fault, state=row_state(row, in_tree))):
                    return found
                continue
            self.recorded += 1
        return None


def waiting_fault(connection: Connection, size: int, filtered: Filtered, acts: Acts) -> Fault | None:
    """The first entry without an index that is not as it was written. `size` have one; places go on from there.

    `acts` is told of all that are.
    """
    query = (
        select(*ENTRY_COLUMNS, col(AuditPending.entry_id).label("marked"))
        .select_from(AuditPending)
        .outerjoin(AuditEntry, col(AuditEntry.id) == col(AuditPending.entry_id))
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditPending.entry_id))
        .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditPending.entry_id))
        .where(col(LedgerLeaf.index).is_(None))
        .order_by(col(AuditPending.entry_id))
    )
    missing = MissingText(connection, filtered)
    for place, row in enumerate(_streamed(connection, query), start=size):
        entry = entry_row(row)
        if entry is None:
            fault: Fault | None = entry_fault(Code.MISSING, "waited for its index, and is gone.", place, row.marked)
        else:
            fault = row_fault(entry, place)
        if fault and (fault := filtered(replace(fault, id=shown_id(row.marked), state=row_state(entry)))):
            return fault
        if entry and not fault:
            acts.note(entry)
            if fault := missing.note(entry, place):
                return fault
    return missing.fault()


def unplaced_fault(connection: Connection, placed: int | None = None) -> Fault | None:
    """An entry of the table that is neither in the ledger nor waiting to be.

    `placed`: so many have an index and are there, each once, and so is every one that waits. Then the table has others
    only if it has more, and need not be gone through.
    """
    if placed is not None and _entries(connection) == placed + _unplaced_yet(connection):
        return None
    query = (
        select(col(AuditEntry.id))
        .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditEntry.id))
        .outerjoin(AuditPending, col(AuditPending.entry_id) == col(AuditEntry.id))
        .where(col(LedgerLeaf.index).is_(None), col(AuditPending.entry_id).is_(None))
        .limit(1)
    )
    found = connection.scalar(query)
    if found is None:
        return None
    what = f"An entry ({found}) stands in the audit table, and is neither in the ledger nor waiting to be."
    what = f"{what} It was added behind the ledger's back, or its mark was removed."
    return Fault(Code.UNPLACED, what, None, found, None, _state_of(connection, found))


def spelled_fault(connection: Connection, some: Sequence[int] | None = None, *, waiting: bool = False) -> Fault | None:
    """A time that says what the entry says in another spelling: it reads the same, and a search passes over it.

    SQLite keeps times as text and compares them so; "2026-03-02T09:00" comes after all of "2026-03-02 ". Of `some`
    indices only, or of what is `waiting`; else of all.
    """
    if connection.dialect.name != "sqlite":
        return None
    which = OF_WAITING if waiting else "" if some is None else OF_PLACED
    values = {} if some is None else {"some": orjson.dumps(list(some)).decode()}
    found = connection.execute(text(f"{MISSPELLED}{which} LIMIT 1"), values).first()
    if found is None:
        return None
    what = f"An entry ({found.id}) was changed: its column at is not spelled as times are, so searches pass over it."
    return Fault(Code.CHANGED, what, None, found.id, None, state_of(found.at))


def _state_of(connection: Connection, entry_id: str) -> str:
    rows = select(*ENTRY_COLUMNS).outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
    return row_state(entry_row(connection.execute(rows.where(col(AuditEntry.id) == entry_id)).one()))


def _entries(connection: Connection) -> int:
    return int(connection.scalar(select(func.count()).select_from(AuditEntry)) or 0)


def _unplaced_yet(connection: Connection) -> int:
    """How many wait for their index."""
    waiting = (
        select(func.count())
        .select_from(AuditPending)
        .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditPending.entry_id))
        .where(col(LedgerLeaf.index).is_(None))
    )
    return int(connection.scalar(waiting) or 0)


def erasures_fault(connection: Connection) -> Fault | None:
    """Whether what is recorded as erased is gone, and is what the entry of each erasure says that it took."""
    acts = next(filter(None, map(_act_fault, _acts(connection))), None)
    return _still_there(connection) or acts or recorded_fault(connection)


def _still_there(connection: Connection) -> Fault | None:
    query = (
        select(col(AuditErased.entry_id), col(AuditErased.field), col(AuditOpen.opened), col(LedgerLeaf.index))
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditErased.entry_id))
        .outerjoin(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditErased.entry_id))
    )
    for entry_id, field, opened, index in _streamed(connection, query):
        if field in orjson.loads(opened or "{}"):
            what = f"is recorded as erased, and its {field} is still there."
            return entry_fault(Code.NOT_ERASED_RIGHTLY, what, index or 0, entry_id)
    return None


def _acts(connection: Connection) -> Iterator[tuple[int, Any, list[Value]]]:
    """Each erasure's number, its row with its entry, and the values that are recorded as taken by it."""
    query = select(col(AuditErased.erasure), col(AuditErased.entry_id), col(AuditErased.field)).order_by(
        col(AuditErased.erasure)
    )
    taken = {
        number: [Value(entry_id, field) for _, entry_id, field in rows]
        for number, rows in groupby(_streamed(connection, query), key=lambda row: row[0])
    }
    done = (
        select(*_SAID)
        .select_from(ERASURES)
        .outerjoin(AuditEntry, col(AuditEntry.id) == ERASURES.c.carried_out_in)
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == ERASURES.c.carried_out_in)
        .order_by(ERASURES.c.number)
    )
    known = {row.number: row for row in connection.execute(done)}
    for number in sorted({*taken, *(number for number, row in known.items() if row.status == Status.DONE)}):
        yield number, known.get(number), taken.get(number, [])


def _act_fault(erasure: tuple[int, Any, Sequence[Value]]) -> Fault | None:
    number, row, values = erasure
    opened: Opened = orjson.loads(row.opened or "{}") if row is not None else {}
    said = opened.get("query", {}).get("value")
    act = (Status.DONE.value, Action.ERASE.value, SYSTEM)
    by_steward = row is not None and (row.status, row.action, row.actor) == act
    if by_steward and said == words_of_act(number, values):
        return None
    what = f"What is recorded as erased by {erasure_name(number)} is not what the entry of that erasure says."
    first = min(values, default=None)
    why = "A record of it was changed, added or removed."
    state = state_of(number, said, *(row[1:] if row is not None else ()), *map(tuple, values))
    return Fault(Code.NOT_ERASED_RIGHTLY, f"{what} {why}", None, first.entry_id if first else None, None, state)


def _missing(row: EntryRow) -> frozenset[str]:
    """The personal fields that the entry has and that nothing opens. Its text has been checked to be canonical."""
    entry, opened = orjson.loads(row.sealed), orjson.loads(row.opened or "{}")
    return frozenset(name for name in PERSONAL if entry[name] is not None and name not in opened)


def _taken(connection: Connection, entries: Sequence[str]) -> dict[str, set[str]]:
    query = select(col(AuditErased.entry_id), col(AuditErased.field)).where(col(AuditErased.entry_id).in_(entries))
    taken: dict[str, set[str]] = {}
    for entry_id, field in connection.execute(query) if entries else ():
        taken.setdefault(entry_id, set()).add(field)
    return taken


def _streamed(connection: Connection, query: Any) -> Iterator[Any]:
    with closing(connection.execute(query.execution_options(yield_per=STREAMED))) as rows:
        yield from rows
