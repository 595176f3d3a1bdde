"""A process says in the database that it is at work and what it works by, and looks whether the others agree."""

import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

import structlog
from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from bot.clock import Clock
from bot.configuration.fingerprint import policy_fingerprint
from bot.configuration.values import Configuration
from bot.database import Database
from bot.replicas.at_work import Replica, Terms, at_work
from models.running import RunningProcess

FORGOTTEN_AFTER: Final = timedelta(days=1)

log = structlog.get_logger(__name__)


def terms_of(configuration: Configuration) -> Terms:
    """What a process with this configuration works by now. The policy's files are read anew."""
    files = policy_fingerprint(configuration.policy.watch.sources, configuration.folder)
    return Terms(version("steward"), configuration.fingerprint, files)


class Presence:
    """This process among those that are at work on the same database."""

    def __init__(
        self,
        database: Database,
        configuration: Configuration,
        clock: Clock,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self._database = database
        self._configuration = configuration
        self._clock = clock
        self._id = new_id().hex
        self._started = clock()
        self._terms = terms_of(configuration)
        self._differed = 0

    @property
    def terms(self) -> Terms:
        """What it works by, as it last said."""
        return self._terms

    @contextmanager
    def said(self) -> Iterator[None]:
        """At work from here on until the end of this context. Raises SQLAlchemyError at its beginning."""
        self.again()
        try:
            yield
        finally:
            self._take_back()

    def again(self) -> None:
        """Say that it is still at work. Raises SQLAlchemyError."""
        now, self._terms = self._clock(), terms_of(self._configuration)
        with self._database.transaction() as connection:
            if not self._renewed(connection, now):
                connection.execute(insert(RunningProcess).values(self._row(now)))
            connection.execute(delete(RunningProcess).where(col(RunningProcess.seen_at) < now - FORGOTTEN_AFTER))
        self._tell(len(self.others_that_differ()))

    def alike(self) -> bool:
        """Whether all others that are at work have this one's configuration and policy. Raises SQLAlchemyError."""
        return not self.others_that_differ()

    def others_that_differ(self) -> tuple[Replica, ...]:
        """Those with another configuration or policy; the release may be another while one is rolled out."""
        with self._database.reading() as connection:
            there = at_work(connection, self._clock())
        mine = (self._terms.configuration, self._terms.policy_files)
        return tuple(one for one in there if (one.terms.configuration, one.terms.policy_files) != mine)

    def _renewed(self, connection: Connection, now: datetime) -> bool:
        mine = update(RunningProcess).where(col(RunningProcess.id) == self._id)
        return bool(connection.execute(mine.values(seen_at=now, policy_files=self._terms.policy_files)).rowcount)

    def _row(self, now: datetime) -> dict[str, object]:
        return {
            "id": self._id,
            "host": socket.gethostname()[:255],
            "pid": os.getpid(),
            "release": self._terms.release[:64],
            "configuration": self._terms.configuration,
            "policy_files": self._terms.policy_files,
            "started_at": self._started,
            "seen_at": now,
        }

    def _tell(self, differ: int) -> None:
        """Once for as long as it lasts."""
        if differ and not self._differed:
            log.warning("configuration.differs", count=differ)
        if self._differed and not differ:
            log.info("configuration.alike")
        self._differed = differ

    def _take_back(self) -> None:
        """A database that is away keeps nobody from ending: what is not said again counts no more two minutes later."""
        try:
            with self._database.transaction() as connection:
                connection.execute(delete(RunningProcess).where(col(RunningProcess.id) == self._id))
        except SQLAlchemyError as error:
            log.warning("presence.not_taken_back", exc_info=error)
