"""Whether a person has to read a change before the next look-up.

A look-up pays for it only where something is to be read. What is known of the plan is kept for a few seconds in each
process, which is exact all the same: a change stops nobody before `block_after` has passed since they were told, and
that is a minute at least, longer than anything is kept. Before anybody is stopped the database is asked, so that what
was read or withdrawn elsewhere counts at once. That somebody has read a version is never untrue again.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.access.people import Person
from bot.notices.telling import plans
from bot.notices.telling.on_record import has_read, told_as_stated
from bot.notices.telling.rounds import concerns
from bot.privacy.stated import ToRead, last_stated, latest_to_read

KEPT_FOR: Final = timedelta(seconds=15)
MOST_PEOPLE: Final = 20_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """The latest material change that is announced, read at a time; None: there is none."""

    change: ToRead | None
    read_at: datetime


class Unread:
    """Says which change a person has to read now. Safe among threads; one for each process."""

    def __init__(self, block_after: timedelta | None) -> None:
        self._block_after = block_after
        self._known: _Known | None = None
        self._may_until: dict[tuple[str, str, str], datetime] = {}
        self._told_until: dict[int, datetime] = {}
        self._lock = threading.Lock()

    def __call__(self, connection: Connection, person: Person, now: datetime) -> int | None:
        """The number of the change to be read first; None: the look-up may go on."""
        if self._block_after is None:
            return None
        change = self._latest(connection, now)
        if change is None or change.since + self._block_after > now:
            return None
        key = (change.version, person.team, person.id)
        if (until := self._may_until.get(key)) is not None and now < until:
            return None
        return self._ask(connection, person, now, key)

    def _latest(self, connection: Connection, now: datetime, *, fresh: bool = False) -> ToRead | None:
        known = self._known
        if fresh or known is None or not known.read_at <= now < known.read_at + KEPT_FOR:
            known = self._known = _Known(to_be_read(connection), now)
        return known.change

    def _ask(self, connection: Connection, person: Person, now: datetime, key: tuple[str, str, str]) -> int | None:
        change = self._latest(connection, now, fresh=True)
        if change is None or change.version != key[0] or self._block_after is None:
            return None
        if has_read(connection, change.version, person.team, person.id):
            self._keep(key, datetime.max.replace(tzinfo=now.tzinfo))
            return None
        told = plans.told_to(connection, change.change, f"person:{person.id}")
        since = min((one.told_at for one in told), default=None)
        if (since is None or since + self._block_after > now) and self._is_told(connection, person, change, now):
            self._keep(key, now + KEPT_FOR if since is None else min(now + KEPT_FOR, since + self._block_after))
            return None
        return change.change

    def _is_told(self, connection: Connection, person: Person, change: ToRead, now: datetime) -> bool:
        """Whether what is kept of who was told is what entries say; of whom it does not concern nothing is asked."""
        if not concerns(person, change.audience) or now < self._told_until.get(change.change, now):
            return True
        as_stated = told_as_stated(connection, change.change, change.since)
        if as_stated:
            self._told_until = {change.change: now + KEPT_FOR}
        return as_stated

    def _keep(self, key: tuple[str, str, str], until: datetime) -> None:
        with self._lock:
            if len(self._may_until) >= MOST_PEOPLE:
                self._may_until.clear()
            self._may_until[key] = until


def to_be_read(connection: Connection) -> ToRead | None:
    """The last material change that is announced: by the last entry about the policy, or where it says nothing by the
    table.
    """
    kept, said = latest_to_read(connection), last_stated(connection)
    if said is None or not said.begins or said.to_read == kept:
        return kept
    log.error("access.not_on_record", about="policy_changes")
    return said.to_read
