"""Whether who asked for an erasure, who confirmed it and when it was are what the ledger's entries say of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.reasons import Reason
from bot.audit.entry import Action, Opened, Outcome
from bot.audit.erasures.records import ERASURES, NEEDED, Status, erasure_name
from bot.audit.faults import Code, Fault
from bot.audit.listed_acts import LONGEST_ACT
from bot.audit.states import state_of
from bot.audit.told import is_about
from models.audit import AuditEntry, AuditOpen
from models.erasure import AuditErased, ErasureConfirmation
from models.tables import table_of

_CONFIRMED: Final = table_of(ErasureConfirmation)
_ENTRY: Final = (col(AuditEntry.id), col(AuditEntry.at), col(AuditEntry.entry), col(AuditOpen.opened))


def recorded_fault(connection: Connection) -> Fault | None:
    """The first erasure that was carried out and of which the tables say something else than the ledger."""
    done = select(ERASURES).where(ERASURES.c.status == Status.DONE.value).order_by(ERASURES.c.number)
    return next(filter(None, (_fault(connection, row) for row in connection.execute(done).all())), None)


def _fault(connection: Connection, row: Any) -> Fault | None:
    name, said = erasure_name(row.number), None
    if not _is_asked(connection, row):
        said = "who asked for it"
    elif len(_confirmed(connection, row.number)) < NEEDED:
        said = "who confirmed it"
    elif not _is_dated(connection, row):
        said = "when it was carried out"
    if said is None:
        return None
    what = f"What is recorded of erasure {name}, {said}, is not what the entries of the ledger say."
    what = f"{what} A record of it was changed, added or removed."
    officers = connection.execute(select(_CONFIRMED).where(col(ErasureConfirmation.erasure) == row.number))
    state = state_of([str(value) for value in row], [[str(value) for value in one] for one in officers])
    return Fault(Code.NOT_ERASED_RIGHTLY, what, None, row.asked_in, None, state)


def _is_asked(connection: Connection, row: Any) -> bool:
    asked = _entries(connection, col(AuditEntry.id) == row.asked_in)
    return any(
        _says(said, erasure_name(row.number), Reason.ASKED)
        and said["actor"] == row.asked_by
        and is_about(at, row.asked_at)
        for at, said in asked
    )


def _confirmed(connection: Connection, number: int) -> frozenset[str]:
    """The officers whose confirmation has its entry; nobody when one has none."""
    person, at = col(ErasureConfirmation.person), col(ErasureConfirmation.at)
    officers = connection.execute(select(person, at).where(col(ErasureConfirmation.erasure) == number)).all()
    for officer, when in officers:
        then = col(AuditEntry.at).between(when - LONGEST_ACT, when + LONGEST_ACT)
        theirs = (col(AuditEntry.actor) == officer, then, col(AuditEntry.action) == Action.ERASE.value)
        found = _entries(connection, *theirs)
        if not any(_says(said, erasure_name(number), Reason.CONFIRMED) for _, said in found):
            return frozenset()
    return frozenset(officer for officer, _ in officers)


def _is_dated(connection: Connection, row: Any) -> bool:
    """Each text is said to be erased at the moment of its erasure, and its entry was written in the same act."""
    moments = select(col(AuditErased.at)).where(col(AuditErased.erasure) == row.number).distinct()
    entry = connection.scalar(select(col(AuditEntry.at)).where(col(AuditEntry.id) == row.carried_out_in))
    said = set(connection.scalars(moments)) | {row.settled_at}
    return said == {row.settled_at} and is_about(entry, row.settled_at)


def _entries(connection: Connection, *which: Any) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Entries with their times; their query is the text that was typed."""
    query = select(*_ENTRY).outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id)).where(*which)
    for _, at, sealed, stored in connection.execute(query):
        opened: Opened = orjson.loads(stored or "{}")
        yield at, {**orjson.loads(sealed), "query": opened.get("query", {}).get("value", "")}


def _says(said: dict[str, Any], name: str, reason: Reason) -> bool:
    what = (said["action"], said["outcome"], said["reason"], said["query"].partition(" ")[0])
    return what == (Action.ERASE, Outcome.DONE, reason, name)
