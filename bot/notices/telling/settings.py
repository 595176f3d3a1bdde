"""What a company configures about notices. Values only."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.public_holidays import public_holidays

USUAL_AT: Final = time(9)
USUAL_AHEAD_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Hours:
    """When people may be disturbed, by their own clocks: `days` are weekdays from Monday, 0, `start` up to `end`.

    Nobody is on `off`, nor on the public holidays of the company's `country` (ISO 3166-1 alpha-2) and its part.
    """

    days: frozenset[int] = frozenset(range(5))
    start: time = time(8)
    end: time = time(18)
    off: frozenset[date] = frozenset()
    country: str | None = None
    subdivision: str | None = None

    def works_on(self, day: date) -> bool:
        """Whether it is a working day."""
        if day.weekday() not in self.days or day in self.off:
            return False
        return self.country is None or day not in public_holidays(self.country, self.subdivision, day.year)


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """How people hear of a change.

    `at` is a time of day by each person's clock, `ahead` so many days before the effective date, which is a date in
    the company's `zone`. `channels` are names. Whoever has not read it is reminded after `remind_after`, then after
    twice as long, and so on, `reminders` times at most; None: never. `block_after`: so long after they were told of a
    material change, people have to read it before the next look-up; None: they need not. `acknowledge`: whether
    people are asked to say that they have read it; nobody is reminded or stopped where they are not.
    """

    zone: ZoneInfo
    at: time = USUAL_AT
    ahead: int = USUAL_AHEAD_DAYS
    channels: tuple[str, ...] = ()
    remind_after: timedelta | None = None
    reminders: int = 3
    acknowledge: bool = False
    block_after: timedelta | None = None
    hours: Hours = field(default_factory=Hours)
    url: str | None = None
