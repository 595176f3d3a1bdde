"""What use cases tell the outbox, in their own transaction, and what operators ask it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import uuid_utils
from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select, text, update
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.clock import Clock
from bot.effects import Message
from models.delivery import Delivery
from models.tables import table_of

ENQUEUE = text(
    "INSERT INTO deliveries"
    ' (key, kind, about, "to", status, queued_at, due_at, waiting_since, attempts, wanted, shown)'
    " VALUES (:key, :kind, :about, :to, 'queued', :now, :now, :now, 0, 0, 0)"
    ' ON CONFLICT (kind, about, "to") DO NOTHING'
).bindparams(bindparam("now", type_=UTCDateTime()))

BUMP = text(
    "INSERT INTO delivery_subjects (about, version, spread) VALUES (:about, 1, 0)"
    " ON CONFLICT (about) DO UPDATE SET version = delivery_subjects.version + 1"
)


STUCK_AFTER = timedelta(minutes=10)
"""How long something waits until /readyz and `steward check` speak of it."""
DELIVERIES = table_of(Delivery)
ROW = DELIVERIES.c


@dataclass(frozen=True, slots=True)
class Health:
    """How the outbox stands: what Slack refused for good, what (updates too) is still to go, and the oldest's age."""

    failed: int
    waiting: int
    oldest_waiting: timedelta | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that Slack refused for good with `fault`, or of which it refused an update. Never its words."""

    kind: str
    about: str
    to: str
    fault: str
    queued_at: datetime


class Outbox:
    """The `send` and `refresh` of bot.effects.Effects."""

    def __init__(self, clock: Clock, new_key: Callable[[], object] = uuid_utils.uuid7) -> None:
        self._clock = clock
        self._new_key = new_key

    def send(self, connection: Connection, *messages: Message) -> None:
        """Queue messages in this transaction. The same message (all three parts) is sent once, ever."""
        now = self._clock()
        rows = [
            {"key": str(self._new_key()), "kind": one.kind, "about": one.about, "to": one.to, "now": now}
            for one in messages
        ]
        if rows:
            connection.execute(ENQUEUE, rows)

    def refresh(self, connection: Connection, *abouts: str) -> None:
        """Queue that every copy sent about these, or just being sent, is made to show the present state.

        Only the subject's version is raised here. The courier spreads it once it is committed, so that a copy which
        another transaction queued meanwhile is not missed, and a message composed at that version needs no update.
        """
        if abouts:
            connection.execute(BUMP, [{"about": about} for about in sorted(set(abouts))])

    def health(self, connection: Connection) -> Health:
        """How the outbox stands, for `steward check` and /readyz."""
        failed = select(func.count()).where(ROW.status == "failed").scalar_subquery()
        due = select(failed, func.count(), func.min(ROW.waiting_since)).where(ROW.due_at.is_not(None))
        refused, waiting, oldest = connection.execute(due).one()
        return Health(refused, waiting, self._clock() - oldest if oldest else None)

    def faults(self, connection: Connection) -> dict[str, int]:
        """How many messages failed for good, by Slack's error code."""
        counted = select(ROW.fault, func.count()).where(ROW.status == "failed").group_by(ROW.fault)
        return {code or "unknown": count for code, count in connection.execute(counted)}

    def refused(self, connection: Connection, about: str | None = None) -> list[Refused]:
        """What failed for good, oldest first (only what speaks of `about`, if given)."""
        chosen = select(ROW.kind, ROW.about, ROW.to, ROW.fault, ROW.queued_at).where(_failed(about)).order_by(ROW.id)
        return [
            Refused(kind, subject, to, code or "unknown", at)
            for kind, subject, to, code, at in connection.execute(chosen)
        ]

    def retry_failed(self, connection: Connection, about: str | None = None) -> int:
        """Try what failed for good once more (only what speaks of `about`, if given). Returns how many."""
        now = self._clock()
        again = update(DELIVERIES).where(_failed(about))
        status = case((ROW.ts.is_(None), "queued"), else_="sent")
        return connection.execute(again.values(status=status, due_at=now, waiting_since=now, attempts=0)).rowcount

    def give_up(self, connection: Connection, about: str | None = None) -> int:
        """Count what failed for good as settled (only what speaks of `about`, if given). Returns how many."""
        settled = case((ROW.ts.is_(None), "obsolete"), else_="sent")
        return connection.execute(update(DELIVERIES).where(_failed(about)).values(status=settled)).rowcount


def _failed(about: str | None) -> ColumnElement[bool]:
    failed = ROW.status == "failed"
    return failed if about is None else failed & (ROW.about == about)
