"""The tick: work that has come due is claimed from the database and done, by whichever process comes first."""

import random
import threading
from collections.abc import Callable, Mapping
from contextvars import copy_context
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import Clock
from bot.database import Database
from bot.observability import tracing
from bot.schedule.backoff import Backoff, Chance
from bot.schedule.claims import Claim, Claims
from bot.schedule.faults import fault_name

log = structlog.get_logger(__name__)

AT_ONCE = 20
LEASE = timedelta(minutes=2)

Observe = Callable[[str], object]
"""Hears what came of a piece of due work: done, put_off or overtaken."""


class Clockwork:
    """Does due work by its kind, and other functions at intervals.

    `work` maps a kind to a use case that takes what the work is about, opens its own transaction and is idempotent: it
    is called again when it raised, when the process died before it was marked done, or when it took longer than the
    lease. Time is the database rows' and the clock's; APScheduler only ticks, and keeps nothing.
    """

    def __init__(
        self,
        database: Database,
        work: Mapping[str, Callable[[str], None]],
        clock: Clock,
        *,
        lease: timedelta = LEASE,
        backoff: Backoff | None = None,
        chance: Chance = random.random,
        seconds: float = 1.0,
        observe: Observe = lambda _: None,
    ) -> None:
        self._observe = observe
        self._work = dict(work)
        self._clock = clock
        self._claims = Claims(database, clock, lease)
        self._backoff = backoff or Backoff()
        self._chance = chance
        self._unknown: set[str] = set()
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self.every(seconds, "tick", self.tick)

    def tick(self) -> int:
        """Do what is due now; returns how many pieces were tried. Raises SQLAlchemyError."""
        self._name_unknown()
        tried = 0
        while not self._stopping.is_set() and (claims := self._claims.take(self._work, AT_ONCE)):
            for claim in claims:
                if self._stopping.is_set():
                    self._claims.release(claim)
                else:
                    tried += self._do(claim)
        return tried

    def every(self, seconds: float, name: str, function: Callable[[], object]) -> None:
        """Call a function at intervals, never twice at once; what it raises is logged, and it is called again."""

        said = copy_context()  # what logs say besides

        def guarded() -> None:
            try:
                function()
            except Exception as error:
                log.error("schedule.failed", job=name, exc_info=error)

        self._scheduler.add_job(
            lambda: said.copy().run(guarded),
            "interval",
            seconds=seconds,
            id=name,
            name=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Tick in the background."""
        self._stopping.clear()
        self._scheduler.start()

    def stop(self) -> None:
        """Finish what is being done, give the rest back, and tick no more."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _do(self, claim: Claim) -> int:
        if not self._claims.renew(claim):
            return 0
        try:
            with tracing.span("work", kind=claim.kind):
                self._work[claim.kind](claim.about)
        except Exception as error:
            at = self._clock() + self._backoff.after(claim.attempts + 1, self._chance())
            self._claims.later(claim, at, fault_name(error))
            attempts = claim.attempts + 1
            self._observe("put_off")
            log.error("schedule.put_off", kind=claim.kind, about=claim.about, attempts=attempts, exc_info=error)
            return 1
        done = self._claims.done(claim)
        self._observe("done" if done else "overtaken")
        if not done:
            log.warning("schedule.overtaken", kind=claim.kind, about=claim.about)
        return 1

    def _name_unknown(self) -> None:
        """Work of a kind that nobody knows is left for a release that does, and said once."""
        for kind in self._claims.unknown_kinds(self._work):
            if kind not in self._unknown:
                self._unknown.add(kind)
                log.error("schedule.unknown_kind", kind=kind)
