"""The worker that brings the outbox's messages to Slack. Several, in several processes, share one outbox."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

import structlog
from slack_sdk import WebClient

from bot.clock import Clock
from bot.database import Database
from bot.delivery.attempt import Attempt, Later, Outcome, Overtaken, Parked, Posted, Updated
from bot.delivery.claims import Claim, Claims
from bot.delivery.faults import RETRY_AFTER_UNSAID_S, Meaning, concerns_all, may_concern_all
from bot.delivery.messages import Address, Compose
from bot.delivery.outages import Outages
from bot.delivery.pauses import Pauses
from bot.observability import tracing
from bot.schedule.backoff import Backoff, Chance

Observe = Callable[[str], object]
"""Hears what came of a try: posted, found, updated, put_off, failed, obsolete or overtaken."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tempo:
    """How the courier works.

    `lease` is how long a claim is good for; it must be longer than a post, with all that goes before it, can take.
    `lanes` recipients are served at once, each in order. `batch` deliveries are claimed at a time. Without a wake-up
    the outbox is looked at every `poll` seconds, and `after_fault` seconds after an error of the database's.
    """

    lease: timedelta = timedelta(seconds=60)
    lanes: int = 4
    batch: int = 20
    poll: float = 0.5
    after_fault: float = 2.0
    backoff: Backoff = field(default_factory=Backoff)


class Courier:
    """Sends what is due, and says in the outbox what came of it."""

    def __init__(
        self,
        database: Database,
        client: WebClient,
        compose: Compose,
        address: Address,
        clock: Clock,
        *,
        tempo: Tempo | None = None,
        chance: Chance = random.random,
        observe: Observe = lambda _: None,
    ) -> None:
        self._clock = clock
        self._observe = observe
        self._tempo = tempo or Tempo()
        self._chance = chance
        self._claims = Claims(database, clock, self._tempo.lease)
        self._attempt = Attempt(client, compose, address, self._claims)
        self._pauses = Pauses()
        self._outages = Outages(chance)
        self._woken = threading.Event()

    def wake(self) -> None:
        """There may be something to send: look now. To be called after a commit, from any thread."""
        self._woken.set()

    def work_once(self) -> int:
        """Handle all that is due now; returns how many deliveries were tried. Raises SQLAlchemyError."""
        return self._work(threading.Event())

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set (and then finish only what is being said to Slack). For a thread of its own."""
        while not stop.is_set():
            self._woken.clear()
            pause = self._tempo.poll
            try:
                self._work(stop)
            except Exception as error:
                log.error("delivery.halted", exc_info=error)
                pause = self._tempo.after_fault
            if not stop.is_set():
                self._woken.wait(pause)

    def _work(self, stop: threading.Event) -> int:
        tried = 0
        while not stop.is_set():
            self._claims.spread()
            claims = self._claimed()
            if not claims:
                break
            tried += self._handle(claims, stop)
        return tried

    def _claimed(self) -> Sequence[Claim]:
        """What is due; while an outage lasts one at a time, when it is time to try again."""
        now = self._clock()
        if self._outages.holds(now):
            return ()
        paused = self._pauses.at(now)
        if not self._outages.lasts:
            return self._claims.claim(self._tempo.batch, paused)
        return self._claims.claim(1, paused, self._outages.tried) or self._claims.claim(1, paused)

    def _handle(self, claims: Sequence[Claim], stop: threading.Event) -> int:
        """One lane a recipient, so that a channel's messages keep their order and a slow one delays no other."""
        by_recipient = sorted(claims, key=lambda claim: (claim.message.to, claim.id))
        lanes = [list(group) for _, group in groupby(by_recipient, key=lambda claim: claim.message.to)]
        if len(lanes) == 1:
            return self._serve(lanes[0], stop)
        said = copy_context()
        with ThreadPoolExecutor(min(len(lanes), self._tempo.lanes), thread_name_prefix="courier") as pool:
            return sum(pool.map(lambda lane: said.copy().run(self._serve, lane, stop), lanes))

    def _serve(self, lane: Sequence[Claim], stop: threading.Event) -> int:
        """Returns how many were tried; the rest is given back when told to stop, or when Slack asks for a pause."""
        tried = 0
        for claim in lane:
            if stop.is_set() or self._must_wait(claim):
                self._claims.release(claim)
                continue
            with tracing.span("delivery", kind=claim.message.kind) as span:
                outcome = self._attempt(claim)
                span.note(result=type(outcome).__name__.lower())
            self._settle(claim, outcome)
            tried += 1
        return tried

    def _must_wait(self, claim: Claim) -> bool:
        now = self._clock()
        return self._outages.holds(now) or self._pauses.at(now).covers(claim.work, claim.message.to)

    def _settle(self, claim: Claim, outcome: Outcome) -> None:
        if isinstance(outcome, Later) and outcome.by_slack and self._stands_in_line(claim, outcome):
            return
        if _was_answered(outcome) and self._outages.answered():
            log.warning("delivery.outage_over")
        match outcome:
            case Posted():
                self._posted(claim, outcome)
            case Updated():
                self._updated(claim, outcome)
            case Later():
                self._later(claim, outcome)
            case Parked():
                self._parked(claim, outcome)
            case Overtaken():
                self._observe("overtaken")
                log.warning("delivery.overtaken", **claim.named)

    def _posted(self, claim: Claim, outcome: Posted) -> None:
        first = self._claims.posted(claim, outcome.channel, outcome.ts, outcome.version)
        if first:
            how = "found" if outcome.found else "posted"
            self._observe(how)
            log.info("delivery.sent", **claim.named, outcome=how)
        else:
            log.warning("delivery.sent_after_lease", **claim.named)

    def _updated(self, claim: Claim, outcome: Updated) -> None:
        if outcome.fault:
            log.warning("delivery.message_gone", **claim.named, error_code=outcome.fault)
        self._observe("updated")
        if not self._claims.updated(claim, outcome.version, outcome.fault):
            log.warning("delivery.overtaken", **claim.named)

    def _stands_in_line(self, claim: Claim, outcome: Later) -> bool:
        """Whether it was Slack as a whole that failed: then this message keeps its place, and all wait."""
        begun = self._outages.failed(claim.id, outcome.fault, self._clock())
        if begun is None:
            return False
        self._claims.later(claim, None, outcome.fault.code, in_doubt=outcome.in_doubt, counted=False)
        self._claims.line_up(begun.wait)
        self._observe("put_off")
        if begun.begins:
            log.error("delivery.outage", error_code=outcome.fault.code)
        log.warning("delivery.put_off", **claim.named, error_code=outcome.fault.code, attempts=claim.attempts)
        return True

    def _later(self, claim: Claim, outcome: Later) -> None:
        fault, now = outcome.fault, self._clock()
        limited = fault.meaning is Meaning.LIMITED
        if limited:
            at = now + timedelta(seconds=RETRY_AFTER_UNSAID_S if fault.retry_after is None else fault.retry_after)
            self._pauses.add(claim.work, claim.message.to, at)
        else:
            at = now + self._tempo.backoff.after(claim.attempts + 1, self._chance())
        self._claims.later(claim, at, fault.code, in_doubt=outcome.in_doubt, counted=not limited)
        self._observe("put_off")
        attempts = claim.attempts + (not limited)
        log.warning("delivery.put_off", **claim.named, error_code=fault.code, attempts=attempts)

    def _parked(self, claim: Claim, outcome: Parked) -> None:
        self._claims.parked(claim, outcome.status, outcome.fault)
        self._observe(outcome.status)
        if outcome.status == "failed":
            log.error("delivery.failed", **claim.named, error_code=outcome.fault)
        else:
            log.info("delivery.obsolete", **claim.named)


def _was_answered(outcome: Outcome) -> bool:
    """Whether Slack was there and let the app in, whatever it said of the message."""
    match outcome:
        case Posted() | Updated():
            return True
        case Parked():
            return outcome.fault is not None
        case Later():
            return outcome.by_slack and not (concerns_all(outcome.fault) or may_concern_all(outcome.fault))
        case Overtaken():
            return False
