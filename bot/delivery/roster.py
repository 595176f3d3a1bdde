"""Everyone of the workspace, read page by page, and kept while it is good.

Slack answers some twenty pages a minute, to all processes of an app together, and says "too many" in the middle of a
large workspace. What was read until then is kept, and the reading goes on there once Slack's pause is over.
https://docs.slack.dev/reference/methods/users.list, https://docs.slack.dev/apis/web-api/rate-limits (Tier 2)
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from bot.access.people import DirectoryUnavailable, StillReading
from bot.clock import Clock
from bot.delivery.slack_people import kept_of

LARGE_PAGE: Final = 1000  # people, the most that Slack gives
SMALL_PAGE: Final = 200  # what Slack recommends; where a large page could not be had
GOOD_FOR: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(hours=1)
QUICK: Final = timedelta(seconds=10)
PATIENCE: Final = timedelta(seconds=1)  # of somebody who waits: Slack gives three, and a page may take two
IN_THE_BACKGROUND: Final = timedelta(seconds=10)

User = Mapping[str, Any]

log = structlog.get_logger(__name__)


class Unanswered(DirectoryUnavailable):
    """Slack did not answer a question: its error's code, and after how many seconds it will, where it says so."""

    def __init__(self, method: str, code: str, retry_after: float | None = None) -> None:
        super().__init__(method)
        self.code = code
        self.retry_after = retry_after


ReadPage = Callable[[str, int], tuple[Sequence[User], str]]
"""A page from a cursor on ("": the first), of at most so many people, and the next one's cursor. Raises Unanswered."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Everybody, as Slack had them between two moments."""

    users: Sequence[User]
    begun: datetime
    done: datetime

    @property
    def took(self) -> timedelta:
        """How long Slack needed to tell."""
        return self.done - self.begun

    @property
    def good_until(self) -> datetime:
        """Ten minutes, and where it takes long as much longer as two readings do: the next one is then there."""
        return self.begun + GOOD_FOR + min(2 * self.took, LONGEST)

    def is_ageing(self, now: datetime) -> bool:
        """Whether it is time to read again, so that nobody has to wait for it."""
        return now >= self.begun + (self.good_until - self.begun) / 2


@dataclass(slots=True)
class _Reading:
    """How far a reading has come."""

    begun: datetime
    users: list[User] = field(default_factory=list)
    cursor: str = ""
    passed: set[str] = field(default_factory=set)
    size: int = LARGE_PAGE

    def add(self, page: Sequence[User], cursor: str) -> bool:
        """Whether that was the last page. Raises Unanswered when the pages go round in a circle."""
        if cursor in self.passed:
            raise Unanswered("users.list", "unreadable_answer")
        self.passed.add(cursor)
        self.users += map(kept_of, page)
        self.cursor = cursor
        return not cursor


class Roster:
    """Reads everybody, for several threads: each page is read once, by whoever comes first.

    `learn` is told of each page as it comes.
    """

    def __init__(self, read_page: ReadPage, learn: Callable[[Sequence[User]], None], clock: Clock) -> None:
        self._read_page = read_page
        self._learn = learn
        self._clock = clock
        self._turn = threading.Lock()
        self._listing: Listing | None = None
        self._reading: _Reading | None = None
        self._rests_until = datetime.min.replace(tzinfo=UTC)

    def everybody(self, within: timedelta | None = None) -> Listing:
        """Everybody, while that is good; else they are read, for as long as somebody can be made to wait.

        `within`: no older than this, unless it takes long to read them. Raises StillReading when there are too many to
        be read in that time, Unanswered when Slack does not answer. What was read counts for the next one who asks.
        """
        found, now = self._listing, self._clock()
        is_new = found is not None and (within is None or found.took > QUICK or now - found.begun < within)
        if found is not None and is_new and now < found.good_until:
            return found
        return self._read(PATIENCE)

    def keep_good(self) -> None:
        """In the background, every few seconds: read on, or again before it is no longer good. Raises Unanswered."""
        known = self._listing
        if known is not None and self._reading is None and not known.is_ageing(self._clock()):
            return
        try:
            read = self._read(IN_THE_BACKGROUND)
        except StillReading as reading:
            log.info("directory.still_reading", count=reading.so_far)
        else:
            if read.took > QUICK:
                log.info("directory.everybody_read", count=len(read.users), duration_ms=round(read.took / _MS))

    def _read(self, patience: timedelta) -> Listing:
        until, before = self._clock() + patience, self._listing
        while (found := self._listing) is before or found is None:
            if self._clock() > until:
                raise StillReading(self._so_far())
            with self._turn:
                if self._listing is before:
                    self._one_page()
        return found

    def _one_page(self) -> None:
        now = self._clock()
        if now < self._rests_until:
            raise StillReading(self._so_far())
        reading = self._reading
        if reading is None or now - reading.begun > LONGEST:
            reading = self._reading = _Reading(now)
        try:
            page, cursor = self._read_page(reading.cursor, reading.size)
            self._learn(page)
            is_last = reading.add(page, cursor)
        except Unanswered as fault:
            self._after(reading, fault, now)
            raise
        if is_last:
            self._listing, self._reading = Listing(reading.users, reading.begun, self._clock()), None

    def _after(self, reading: _Reading, fault: Unanswered, now: datetime) -> None:
        """How to go on: later where Slack wants a pause, with smaller pages where theirs may be the reason.

        Raises StillReading where it is but a pause.
        """
        if fault.retry_after is not None:
            self._rests_until = now + timedelta(seconds=fault.retry_after)
            raise StillReading(self._so_far()) from None
        if reading.size > SMALL_PAGE:
            reading.size = SMALL_PAGE
        elif fault.code in _FROM_THE_START:
            self._reading = None

    def _so_far(self) -> int:
        return len(self._reading.users) if self._reading else 0


_MS: Final = timedelta(milliseconds=1)
_FROM_THE_START: Final = frozenset({"invalid_cursor", "unreadable_answer"})
