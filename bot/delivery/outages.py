"""Slack as a whole does not take what this process sends: everything waits in line, and one message at a time tries.

Without this each message would wait for itself, longer and longer: Slack would be asked for each of them over and over,
and afterwards they would arrive in any order.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.delivery.faults import Fault, concerns_all, may_concern_all
from bot.schedule.backoff import Backoff, Chance

MANY: Final = 2
"""So many different messages in a row that Slack does not answer are an outage; one may have itself to blame."""
MOST_TRIED: Final = 100
PACE: Final = Backoff(first=timedelta(seconds=2), longest=timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class Begun:
    """What a fault makes of an outage: whether it `begins` one; those that `wait` in line again, this one included."""

    begins: bool
    wait: frozenset[int]


@dataclass(slots=True)
class Outages:
    """What this process has heard of Slack lately. Several threads tell it.

    Another message is tried each time. Those that failed while an outage lasted and fail again after it, when Slack has
    taken another one, have themselves to blame: they wait alone, and hold up nobody.
    """

    chance: Chance
    pace: Backoff = PACE
    _until: datetime | None = None
    _tries: int = 0
    _suspects: set[int] = field(default_factory=set)
    _tried: set[int] = field(default_factory=set)
    _blamed: frozenset[int] = frozenset()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def lasts(self) -> bool:
        """Whether one message alone is to be tried next."""
        return self._until is not None

    @property
    def tried(self) -> frozenset[int]:
        """Those that were tried since it began: another one is to be tried next, if there is one."""
        with self._lock:
            return frozenset(self._tried)

    def holds(self, now: datetime) -> bool:
        """Whether nothing is to be tried at this moment."""
        until = self._until
        return until is not None and now < until <= now + self.pace.longest

    def answered(self) -> bool:
        """Slack has taken, refused or put off a message: whether an outage is over by that."""
        with self._lock:
            over = self._until is not None
            if over:
                self._blamed = frozenset(self._tried)
                self._tried.clear()
            self._until, self._tries = None, 0
            self._suspects.clear()
            return over

    def failed(self, delivery: int, fault: Fault, now: datetime) -> Begun | None:
        """Slack did not take this message: None where that says nothing of others."""
        with self._lock:
            if not concerns_all(fault) and not self._is_suspicious(delivery, fault):
                return None
            begins = self._until is None
            self._tried |= {delivery, *self._suspects}
            if len(self._tried) > MOST_TRIED:
                self._tried = {delivery}
            if self._until is None or now >= self._until:
                self._tries += 1
                self._until = now + self.pace.after(self._tries, self.chance())
            wait = frozenset({delivery, *self._suspects})
            self._suspects.clear()
            return Begun(begins, wait)

    def _is_suspicious(self, delivery: int, fault: Fault) -> bool:
        """Whether an outage lasts, or is noticed by this message."""
        if not may_concern_all(fault):
            return False
        if self._until is None and delivery not in self._blamed:
            self._suspects.add(delivery)
        return self._until is not None or len(self._suspects) >= MANY
