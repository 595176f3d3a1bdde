"""Due work as a process takes it: each step one short transaction, none open while the work is done."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import uuid_utils
from sqlalchemy import and_, select, update

from bot.clock import Clock
from bot.database import Database
from bot.leases import is_free
from models.schedule import DueWork
from models.tables import table_of

DUE_WORK = table_of(DueWork)
ROW = DUE_WORK.c


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of work that is this process's until its lease ends."""

    id: int
    token: str
    kind: str
    about: str
    at: datetime
    attempts: int


class Claims:
    """Taking, finishing and putting off due work, shared with other processes."""

    def __init__(
        self, database: Database, clock: Clock, lease: timedelta, new_token: Callable[[], object] = uuid_utils.uuid7
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._new_token = new_token

    def take(self, kinds: Collection[str], limit: int) -> list[Claim]:
        """Up to `limit` pieces of these kinds that are due, earliest first, on a lease."""
        now, token = self._clock(), str(self._new_token())
        due = select(ROW.id).where(
            ROW.next_at <= now, is_free(ROW.claimed_until, now, self._lease), ROW.kind.in_(sorted(kinds))
        )
        due = due.order_by(ROW.next_at, ROW.id).limit(limit).with_for_update(skip_locked=True)
        with self._database.transaction() as connection:
            ids = connection.execute(due).scalars().all()
            if not ids:
                return []
            taken = update(DUE_WORK).where(ROW.id.in_(ids))
            taken = taken.values(claimed_by=token, claimed_until=now + self._lease)
            rows = connection.execute(taken.returning(ROW.id, ROW.kind, ROW.about, ROW.at, ROW.attempts)).all()
        found = [Claim(row.id, token, row.kind, row.about, row.at, row.attempts) for row in rows]
        return sorted(found, key=lambda claim: (claim.at, claim.id))

    def renew(self, claim: Claim) -> bool:
        """Begin with it. False when the lease was lost and another process has it."""
        return self._write(claim, {"claimed_until": self._clock() + self._lease})

    def done(self, claim: Claim) -> bool:
        """It needs not be done again. False when the lease was lost: then it may be."""
        return self._write(claim, {**_FREE, "done_at": self._clock(), "next_at": None, "fault": None})

    def later(self, claim: Claim, at: datetime, fault: str) -> bool:
        """It failed; try again then."""
        return self._write(claim, {**_FREE, "next_at": at, "attempts": ROW.attempts + 1, "fault": fault})

    def release(self, claim: Claim) -> bool:
        """Give it back, not begun."""
        return self._write(claim, _FREE)

    def unknown_kinds(self, known: Collection[str]) -> list[str]:
        """Kinds of work that is due and that no one here knows how to do."""
        strange = select(ROW.kind).distinct().where(ROW.next_at <= self._clock(), ROW.kind.not_in(sorted(known)))
        with self._database.reading() as connection:
            return sorted(connection.execute(strange).scalars())

    def _write(self, claim: Claim, values: dict[str, Any]) -> bool:
        held = and_(ROW.id == claim.id, ROW.claimed_by == claim.token)
        with self._database.transaction() as connection:
            return connection.execute(update(DUE_WORK).where(held).values(**values)).rowcount > 0


_FREE: dict[str, Any] = {"claimed_by": None, "claimed_until": None}
