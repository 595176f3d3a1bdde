"""Slack's rate limits as this process has heard of them."""

import threading
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Work(StrEnum):
    """What is to be done for a message: two methods of Slack's, each with limits of its own."""

    POST = "post"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Paused:
    """What may not be done now: `all` of a kind of work, or that for some recipients only."""

    all: frozenset[Work] = frozenset()
    to: frozenset[tuple[Work, str]] = frozenset()

    def covers(self, work: Work, to: str) -> bool:
        """Whether this must wait."""
        return work in self.all or (work, to) in self.to


class Pauses:
    """Until when Slack asked to be left alone.

    A limit may be a channel's or the whole method's, and Slack does not say which: it is taken for the channel's, until
    a second channel is refused while the first still is.
    """

    def __init__(self) -> None:
        self._until: dict[tuple[Work, str], datetime] = {}
        self._lock = threading.Lock()

    def add(self, work: Work, to: str, until: datetime) -> None:
        """Slack refused this work for this recipient until then."""
        with self._lock:
            self._until[work, to] = max(until, self._until.get((work, to), until))

    def at(self, now: datetime) -> Paused:
        """What must wait at this moment."""
        with self._lock:
            self._until = {what: until for what, until in self._until.items() if until > now}
            refused = frozenset(self._until)
        whole = frozenset(work for work in Work if sum(1 for refused_work, _ in refused if refused_work is work) > 1)
        return Paused(whole, refused)
