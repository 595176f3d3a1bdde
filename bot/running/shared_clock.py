"""One time for all replicas of a Steward: their database's."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.clock import Clock, system_clock
from bot.database import Database


class SharedClock:
    """The database's time, carried on by this machine's count of seconds, which nobody sets.

    Machines' clocks may be minutes apart, or be set back. By this one a message or a piece of work that one replica
    took is taken for all others, and access ends everywhere at the same moment.
    """

    def __init__(self, database: Database, seconds: Callable[[], float] = time.monotonic) -> None:
        """Of PostgreSQL. Raises SQLAlchemyError."""
        self._database = database
        self._seconds = seconds
        self._known = self._asked()

    def __call__(self) -> datetime:
        """The present moment, aware, in UTC."""
        at, seconds = self._known
        return at + timedelta(seconds=self._seconds() - seconds)

    def again(self) -> None:
        """Ask the database once more: its clock may have been set, too. Raises SQLAlchemyError."""
        self._known = self._asked()

    def _asked(self) -> tuple[datetime, float]:
        """What it says, and when it said so: half of the way there and back."""
        with self._database.reading() as connection:
            before = self._seconds()
            at: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return at.astimezone(UTC), (before + self._seconds()) / 2


def shared(database: Database, clock: Clock) -> Clock:
    """The machine's clock, corrected where other machines share the database. Raises SQLAlchemyError.

    A SQLite database is one machine's. A clock that somebody made is as they want it.
    """
    return clock if database.is_sqlite or clock is not system_clock else SharedClock(database)
