"""The alarm for entries that wait too long for their index: then nobody integrates, or nobody can."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.audit.integration.integrated import oldest_pending
from bot.audit.tamper import LedgerStanding, Tell
from bot.clock import Clock
from bot.database import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Overdue:
    """Entries older than `after` without an index; those that were set aside do not count.

    `since`: when this process began. What came in while none ran is not told of before the integrator had its time.
    """

    database: Database
    clock: Clock
    after: timedelta
    standing: LedgerStanding
    tell: Tell
    since: datetime

    def oldest(self) -> tuple[str, datetime] | None:
        """The id and time of the oldest, if it is overdue. Raises SQLAlchemyError."""
        with self.database.reading() as connection:
            oldest = oldest_pending(connection, self.standing.set_aside)
        return oldest if oldest and self.clock() - oldest[1] > self.after else None

    def __call__(self) -> None:
        """Tell the audit channel, once for each entry that is the oldest; not when a fault explains it."""
        if self.clock() - self.since <= self.after:
            return
        oldest = self.oldest()
        if oldest is None or self.standing.open:
            return
        log.error("ledger.overdue", entry=oldest[0])
        with self.database.transaction() as connection:
            self.tell(connection, "ledger.pending", oldest[0])
