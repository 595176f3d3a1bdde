"""Taking values and their salts out of the database, in the transaction of whoever confirmed last."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, text, update
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.access.grants import request_number
from bot.audit.entry import Action
from bot.audit.erasures.disclosures import ERASED_TEXT, take_out
from bot.audit.erasures.scope import Value
from bot.database import Database
from models.access import AccessApproval, AccessGrant, AccessRequest
from models.audit import AuditEntry, AuditOpen
from models.erasure import AuditErased, ErasurePlan
from models.questions import DeskQuestion, Ruling

AT_ONCE: Final = 500

RECORD: Final = text(
    "INSERT INTO audit_erased (entry_id, field, erasure, at) "
    "SELECT p.entry_id, p.field, p.erasure, :at FROM erasure_plan p WHERE p.erasure = :number "
    "AND p.entry_id IN (SELECT id FROM audit_entries) AND NOT EXISTS "
    "(SELECT 1 FROM audit_erased e WHERE e.entry_id = p.entry_id AND e.field = p.field)"
).bindparams(bindparam("at", type_=UTCDateTime()))

CHANGE: Final = text("UPDATE audit_open SET opened = :opened WHERE entry_id = :entry_id")
REMOVE: Final = text("DELETE FROM audit_open WHERE entry_id = :entry_id")

About = Callable[[Sequence[int]], ColumnElement[bool]]
"""The condition on rows that belong to grants, by the grants' numbers."""


def _asked(numbers: Sequence[int]) -> ColumnElement[bool]:
    return col(AccessRequest.number).in_(numbers)


def _extended(numbers: Sequence[int]) -> ColumnElement[bool]:
    return col(AccessRequest.extends).in_(numbers)


def _agreed(numbers: Sequence[int]) -> ColumnElement[bool]:
    extensions = select(col(AccessRequest.number)).where(_extended(numbers))
    return col(AccessApproval.request).in_(numbers) | col(AccessApproval.request).in_(extensions)


def _given(numbers: Sequence[int]) -> ColumnElement[bool]:
    return col(AccessGrant.number).in_(numbers)


_WHY, _NOTE = col(AccessRequest.justification), col(AccessRequest.decision_note)
_DECIDED: Final = ((_NOTE, _asked), (_NOTE, _extended), (col(AccessApproval.note), _agreed))
TEXT_OF_REQUESTS: Final = {
    Action.REQUEST.value: ((_WHY, _asked),),
    Action.EMERGENCY.value: ((_WHY, _asked),),
    Action.EXTEND.value: ((_WHY, _extended),),
    Action.APPROVE.value: _DECIDED,
    Action.DENY.value: _DECIDED,
    Action.QUESTION.value: (),
    Action.ANSWER.value: (),
    Action.END.value: ((_NOTE, _asked), (_NOTE, _extended), (col(AccessGrant.end_note), _given)),
}
"""Where the text of an action stands beside the ledger, if it does; messages about the request show it too."""


def erase(connection: Connection, number: int, now: datetime) -> tuple[list[Value], list[str]]:
    """Carry out what is planned: record each value as erased, take it and its salt out, and forget the plan.

    Also taken out is the same text where requests keep it, and what is planned of disclosures. Returns what was taken
    out of entries (what another erasure took before is not among it), and what messages spoke of with it: requests,
    questions about the policy, rulings, disclosures.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")  # zeroes what is taken out, in the file too
    connection.execute(RECORD, {"number": number, "at": now})
    taken = _taken(connection, number)
    _take_out(connection, taken)
    spoken_of = [*_erase_requests(connection, number), *_questions(connection, number)]
    spoken_of += take_out(connection, number, now)
    forget_plan(connection, number)
    return taken, spoken_of


def forget_plan(connection: Connection, number: int) -> None:
    """Remove what a settled erasure no longer needs."""
    connection.execute(delete(ErasurePlan).where(col(ErasurePlan.erasure) == number))


def sweep(database: Database) -> None:
    """After the commit: on SQLite old pages stand in the write-ahead log until it is emptied.

    That waits for nobody: if somebody reads, the log is emptied later by itself.
    """
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _taken(connection: Connection, number: int) -> list[Value]:
    query = select(col(AuditErased.entry_id), col(AuditErased.field)).where(col(AuditErased.erasure) == number)
    return [Value(entry_id, field) for entry_id, field in connection.execute(query)]


def _take_out(connection: Connection, values: Sequence[Value]) -> None:
    fields: dict[str, set[str]] = {}
    for value in values:
        fields.setdefault(value.entry_id, set()).add(value.field)
    entries = list(fields)
    for start in range(0, len(entries), AT_ONCE):
        stored = select(col(AuditOpen.entry_id), col(AuditOpen.opened)).where(
            col(AuditOpen.entry_id).in_(entries[start : start + AT_ONCE])
        )
        changed, emptied = [], []
        for entry_id, opened in connection.execute(stored).all():
            left = {name: pair for name, pair in orjson.loads(opened).items() if name not in fields[entry_id]}
            if left:
                changed.append({"entry_id": entry_id, "opened": orjson.dumps(left).decode()})
            else:
                emptied.append({"entry_id": entry_id})
        for statement, rows in ((CHANGE, changed), (REMOVE, emptied)):
            if rows:
                connection.execute(statement, rows)


def _erase_requests(connection: Connection, number: int) -> list[str]:
    """Justifications and notes of requests stand in their own table too."""
    query = (
        select(col(AuditEntry.action), col(AuditEntry.grant))
        .join(AuditErased, col(AuditErased.entry_id) == col(AuditEntry.id))
        .where(
            col(AuditErased.erasure) == number,
            col(AuditErased.field) == "justification",
            col(AuditEntry.action).in_(TEXT_OF_REQUESTS),
            col(AuditEntry.grant).is_not(None),
        )
        .distinct()
    )
    found = {(action, grant) for action, grant in connection.execute(query) if grant}
    for action, texts in TEXT_OF_REQUESTS.items():
        numbers = [request_number(grant) for one, grant in found if one == action]
        for column, about in texts:
            _blank(connection, column, about, [one for one in numbers if one is not None])
    return sorted({grant for _, grant in found})


def _questions(connection: Connection, number: int) -> list[str]:
    """Questions at the privacy officers' desk and rulings whose words stood in erased entries."""
    erased = select(col(AuditErased.entry_id)).where(col(AuditErased.erasure) == number)
    asked = select(col(DeskQuestion.number)).where(col(DeskQuestion.entry_id).in_(erased))
    ruled = select(col(Ruling.number), col(Ruling.question), col(Ruling.step)).where(col(Ruling.entry_id).in_(erased))
    names = {f"Q-{row.number}" for row in connection.execute(asked)}
    for row in connection.execute(ruled):
        names |= {f"Q-{row.question}", *(f"L-{row.number}/{step}" for step in range(row.step + 1))}
    return sorted(names)


def _blank(connection: Connection, column: Any, about: About, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), AT_ONCE):
        where = about(numbers[start : start + AT_ONCE]) & column.is_not(None)
        connection.execute(update(column.class_).where(where).values({column.key: ERASED_TEXT}))
