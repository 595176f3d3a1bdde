"""What waits for the officers: that it is still what was asked for, and that nobody is asked twice about a subject."""

from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection, select, text
from sqlmodel import col

from bot.audit.entry import commit_to
from bot.audit.erasures.records import ERASURES, Erasure, Status, read_erasure, words_of_act
from bot.audit.erasures.scope import Subject, Value
from models.audit import AuditEntry, AuditOpen
from models.erasure import ErasurePlan

TURN: Final = text("LOCK TABLE erasures IN SHARE ROW EXCLUSIVE MODE")


def take_turn(connection: Connection) -> None:
    """One asks at a time, so that two cannot ask for the same at once. SQLite's writers take turns already."""
    if connection.dialect.name == "postgresql":
        connection.execute(TURN)


def waiting_of(connection: Connection, subject: Subject, now: datetime) -> Erasure | None:
    """The erasure for this subject that waits for the officers, if one does."""
    pending = select(ERASURES.c.number).where(
        ERASURES.c.status == Status.PENDING.value, ERASURES.c.kind == subject.kind.value, ERASURES.c.expires_at > now
    )
    for number in connection.scalars(pending.order_by(ERASURES.c.number)).all():
        erasure = read_erasure(connection, number)
        if erasure is not None and erasure.subject == _as_kept(subject, erasure.salt):
            return erasure
    return None


def is_as_asked(connection: Connection, erasure: Erasure) -> bool:
    """Whether the list of what it takes has the digest that the entry holds with which it was asked for.

    An erasure that was asked for by a Steward of before has its name there alone.
    """
    query = (
        select(col(AuditEntry.entry), col(AuditOpen.opened))
        .join(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
        .where(col(AuditEntry.id) == erasure.asked_in)
    )
    row = connection.execute(query).one_or_none()
    said = {} if row is None else orjson.loads(row.opened).get("query", {})
    if row is None or not said or commit_to(said["value"], bytes.fromhex(said["salt"])) not in row.entry:
        return False
    plan = select(col(ErasurePlan.entry_id), col(ErasurePlan.field)).where(col(ErasurePlan.erasure) == erasure.number)
    values = [Value(entry_id, field) for entry_id, field in connection.execute(plan)]
    return bool(said["value"] in (erasure.name, words_of_act(erasure.number, values)))


def _as_kept(subject: Subject, salt: bytes | None) -> str:
    return commit_to(subject.key, salt) if salt else subject.key
