"""Whether a person has to read a change before the next look-up.

A look-up pays for it only where something is to be read. What is known of the plan is kept for a few seconds in each
process, which is exact all the same: a change stops nobody before `block_after` has passed since they were told, and
that is a minute at least, longer than anything is kept. Before anybody is stopped the database is asked, so that what
was read or withdrawn elsewhere counts at once. That somebody has read a version is never untrue again.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from bot.access.people import Person
from bot.notices.announcing import Change, Status, change_of
from bot.notices.telling import plans
from bot.notices.telling.on_record import has_read
from models.policy_change import PolicyChange
from models.tables import table_of

KEPT_FOR: Final = timedelta(seconds=15)
MOST_PEOPLE: Final = 20_000
_TABLE = table_of(PolicyChange)
_ROW: Any = _TABLE.c


@dataclass(frozen=True, slots=True)
class _Known:
    """The latest material change that is announced, read at a time; None: there is none."""

    change: Change | None
    read_at: datetime


class Unread:
    """Says which change a person has to read now. Safe among threads; one for each process."""

    def __init__(self, block_after: timedelta | None) -> None:
        self._block_after = block_after
        self._known: _Known | None = None
        self._may_until: dict[tuple[str, str, str], datetime] = {}
        self._lock = threading.Lock()

    def __call__(self, connection: Connection, person: Person, now: datetime) -> int | None:
        """The number of the change to be read first; None: the look-up may go on."""
        if self._block_after is None:
            return None
        change = self._latest(connection, now)
        if change is None or change.decided_at is None or change.decided_at + self._block_after > now:
            return None
        key = (change.after, person.team, person.id)
        if (until := self._may_until.get(key)) is not None and now < until:
            return None
        return self._ask(connection, person, now, key)

    def _latest(self, connection: Connection, now: datetime, *, fresh: bool = False) -> Change | None:
        known = self._known
        if fresh or known is None or not known.read_at <= now < known.read_at + KEPT_FOR:
            known = self._known = _Known(_latest_material(connection), now)
        return known.change

    def _ask(self, connection: Connection, person: Person, now: datetime, key: tuple[str, str, str]) -> int | None:
        change = self._latest(connection, now, fresh=True)
        if change is None or change.after != key[0] or self._block_after is None:
            return None
        if has_read(connection, change.after, person.team, person.id):
            self._keep(key, datetime.max.replace(tzinfo=now.tzinfo))
            return None
        told = plans.told_to(connection, change.number, f"person:{person.id}")
        since = min((one.told_at for one in told), default=None)
        if since is None or since + self._block_after > now:
            self._keep(key, now + KEPT_FOR if since is None else min(now + KEPT_FOR, since + self._block_after))
            return None
        return change.number

    def _keep(self, key: tuple[str, str, str], until: datetime) -> None:
        with self._lock:
            if len(self._may_until) >= MOST_PEOPLE:
                self._may_until.clear()
            self._may_until[key] = until


def _latest_material(connection: Connection) -> Change | None:
    query = (
        select(_TABLE)
        .where(_ROW.status == Status.ANNOUNCED.value, _ROW.material.is_(True))
        .order_by(_ROW.decided_at.desc(), _ROW.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return change_of(row) if row else None
