"""Which processes are at work on one database, and in what they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.leases import ASTRAY
from models.running import RunningProcess

SAID_EVERY: Final = timedelta(seconds=30)
SILENT_AFTER: Final = timedelta(minutes=2)
"""Who has not said for so long that it works has died, or can't reach the database and does nothing there."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a process works by: its release, and the hashes of its configuration and of the policy's files."""

    release: str
    configuration: str
    policy_files: str


@dataclass(frozen=True, slots=True)
class Replica:
    """A process at work. `host` and `pid` are its machine's words for it."""

    host: str
    pid: int
    since: datetime
    terms: Terms

    @property
    def name(self) -> str:
        """What an operator finds it by."""
        return f"{self.host} (process {self.pid}, since {self.since:%Y-%m-%d %H:%M} UTC)"


def at_work(connection: Connection, now: datetime) -> tuple[Replica, ...]:
    """All that have said so lately, those that have worked longest first."""
    seen = col(RunningProcess.seen_at)
    lately = select(
        col(RunningProcess.host),
        col(RunningProcess.pid),
        col(RunningProcess.started_at),
        col(RunningProcess.release),
        col(RunningProcess.configuration),
        col(RunningProcess.policy_files),
    ).where(seen > now - SILENT_AFTER, seen < now + ASTRAY)
    rows = connection.execute(lately.order_by(col(RunningProcess.started_at), col(RunningProcess.id))).all()
    return tuple(Replica(host, pid, since, Terms(*terms)) for host, pid, since, *terms in rows)


def configurations(replicas: Sequence[Replica]) -> int:
    """How many different configurations they work by, the policy's files included. One is as it should be."""
    return len({(one.terms.configuration, one.terms.policy_files) for one in replicas})
