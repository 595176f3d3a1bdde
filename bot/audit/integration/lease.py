"""Whose turn it is: a lease on a row, taken and kept in statements of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
import uuid_utils
from sqlalchemy import or_, update
from sqlmodel import col

from bot.clock import Clock
from bot.database import Database
from bot.leases import is_free
from models.ledger import LedgerLease

LENGTH: Final = timedelta(seconds=3)
KEPT_EVERY: Final = timedelta(seconds=1)

log = structlog.get_logger(__name__)


class Lease:
    """One holder among all processes of a database, as long as their clocks are near one another.

    It spares work and decides nothing: what is done under it must be harmless when somebody else has it by then.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        length: timedelta = LENGTH,
        new_holder: Callable[[], object] = uuid_utils.uuid7,
    ) -> None:
        self._database = database
        self._clock = clock
        self._length = length
        self._holder = str(new_holder())
        self._until: datetime | None = None
        self._asked: datetime | None = None

    @property
    def mine(self) -> bool:
        """Whether this process holds it, as far as it knows."""
        return self._until is not None and self._clock() < self._until

    def take(self) -> bool:
        """Whether this process has it now; asks the database about once a second. Raises SQLAlchemyError."""
        now = self._clock()
        if self._asked is not None and timedelta() <= now - self._asked < KEPT_EVERY:
            return self.mine
        return self.ask()

    def ask(self) -> bool:
        """Whether this process has it now, by the database. Raises SQLAlchemyError."""
        now, held = self._clock(), self.mine
        self._until = now + self._length if self._write(now) else None
        self._asked = now
        if held != self.mine:
            log.info("ledger.lease_taken" if self.mine else "ledger.lease_lost")
        return self.mine

    def give_back(self) -> None:
        """Let the next one begin at once. Raises SQLAlchemyError."""
        self._until = self._asked = None
        own = update(LedgerLease).where(col(LedgerLease.holder) == self._holder)
        with self._database.transaction() as connection:
            connection.execute(own.values(holder=None, until=None))

    def _write(self, now: datetime) -> bool:
        holder, until = col(LedgerLease.holder), col(LedgerLease.until)
        free = update(LedgerLease).where(or_(holder == self._holder, is_free(until, now, self._length)))
        with self._database.transaction() as connection:
            return connection.execute(free.values(holder=self._holder, until=now + self._length)).rowcount == 1
