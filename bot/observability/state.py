"""What waits in the database, as numbers that are read when they are asked for. Each replica says the same of it."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TakesTooLong
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from bot.audit.integration.integrated import latest_checkpoint, oldest_pending, pending_count
from bot.audit.tamper import LedgerStanding
from bot.clock import Clock
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.replicas.at_work import at_work, configurations
from models.access import AccessGrant, AccessRequest
from models.schedule import DueWork

REMEMBERED: Final = timedelta(seconds=2)  # anyone may ask, so asking often must cost nothing
PATIENCE_S: Final = 3.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """Counts, and ages in seconds; an age is 0 where nothing waits."""

    outbox_depth: int
    outbox_age_seconds: float
    outbox_failed: int
    integrator_pending: int
    integrator_lag_seconds: float
    schedule_due: int
    schedule_lag_seconds: float
    access_requests_pending: int
    access_grants_live: int
    ledger_entries: int
    ledger_faults_open: int
    configurations: int


SAYS: Final = {
    "outbox_depth": "Messages and updates that are still to reach Slack.",
    "outbox_age_seconds": "How long the oldest of them has waited.",
    "outbox_failed": "Messages that Slack refused for good.",
    "integrator_pending": "Audit entries that have no place in the ledger yet.",
    "integrator_lag_seconds": "How long the oldest of them has waited.",
    "schedule_due": "Pieces of work that have come due and are not done.",
    "schedule_lag_seconds": "How long ago the earliest of them came due.",
    "access_requests_pending": "Requests for access that nobody has decided.",
    "access_grants_live": "Grants in force.",
    "ledger_entries": "Entries that the newest checkpoint signs.",
    "ledger_faults_open": "Faults of the ledger that nobody has acknowledged.",
    "configurations": "Different configurations, or files of the policy, among the processes at work.",
}


def read_state(connection: Connection, outbox: Outbox, standing: LedgerStanding, now: datetime) -> State:
    """Everything at one moment."""
    health = outbox.health(connection)
    oldest = oldest_pending(connection, standing.set_aside)
    signed = latest_checkpoint(connection)
    due = select(func.count(), func.min(col(DueWork.next_at))).where(col(DueWork.next_at) <= now)
    count, earliest = connection.execute(due).one()
    pending = select(func.count()).select_from(AccessRequest)
    pending = pending.where(col(AccessRequest.status) == "pending", col(AccessRequest.expires_at) > now)
    live = select(func.count()).select_from(AccessGrant)
    live = live.where(
        col(AccessGrant.ended_at).is_(None), col(AccessGrant.starts_at) <= now, col(AccessGrant.ends_at) > now
    )
    return State(
        outbox_depth=health.waiting,
        outbox_age_seconds=_seconds(health.oldest_waiting),
        outbox_failed=health.failed,
        integrator_pending=pending_count(connection),
        integrator_lag_seconds=_seconds(now - oldest[1] if oldest else None),
        schedule_due=count,
        schedule_lag_seconds=_seconds(now - earliest if earliest else None),
        access_requests_pending=connection.scalar(pending) or 0,
        access_grants_live=connection.scalar(live) or 0,
        ledger_entries=signed.size if signed else 0,
        ledger_faults_open=len(standing.open),
        configurations=configurations(at_work(connection, now)),
    )


def _seconds(age: timedelta | None) -> float:
    return max(age.total_seconds(), 0.0) if age else 0.0


class StateCollector(Collector):
    """Reads the state at most every two seconds and for three seconds at most; then `steward_database_up` is 0."""

    def __init__(self, database: Database, outbox: Outbox, standing: LedgerStanding, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._standing = standing
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="metrics")
        self._turn = threading.Lock()
        self._reading: Future[State] | None = None
        self._last: tuple[datetime, State] | None = None

    def collect(self) -> Iterator[Metric]:
        """Every number that can be read now."""
        state = self._recent()
        up = GaugeMetricFamily("steward_database_up", "Whether the database said what waits in it.")
        up.add_metric((), float(state is not None))
        yield up
        if state is not None:
            for one in fields(state):
                family = GaugeMetricFamily(f"steward_{one.name}", SAYS[one.name])
                family.add_metric((), float(getattr(state, one.name)))
                yield family

    def close(self) -> None:
        """Read no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _recent(self) -> State | None:
        with self._turn:
            now = self._clock()
            if self._last is not None and timedelta() <= now - self._last[0] < REMEMBERED:
                return self._last[1]
            state = self._fresh(now)
            self._last = (now, state) if state is not None else None
            return state

    def _fresh(self, now: datetime) -> State | None:
        """One reading at a time: what takes too long is waited for again, and not begun anew."""
        if self._reading is None:
            self._reading = self._thread.submit(self._read, now)
        try:
            state = self._reading.result(PATIENCE_S)
        except TakesTooLong:
            log.warning("metrics.slow")
            return None
        except SQLAlchemyError as error:
            log.warning("metrics.unreadable", exc_info=error)
            state = None
        self._reading = None
        return state

    def _read(self, now: datetime) -> State:
        with self._database.reading() as connection:
            return read_state(connection, self._outbox, self._standing, now)
