"""Until when a customer's request is to be answered. Pure.

Days, months and their last day are counted as Regulation (EEC, Euratom) 1182/71 says for terms of European law:
the day of receipt does not count (art. 3(1)); a term in months ends with the day of the same number in its last month,
or with that month's last day where there is none (art. 3(2)(c)); a term that would end on a Saturday, a Sunday or a
public holiday ends with the next working day (art. 3(4)). The month itself, and the two more: GDPR art. 12(3).
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from bot.public_holidays import public_holidays

SATURDAY: Final = 5

DayOff = Callable[[date], bool]
"""Whether nobody need work on a day: a Saturday, a Sunday or a public holiday."""


@dataclass(frozen=True, slots=True)
class Term:
    """How long a law gives: calendar months or days from receipt, and the one extension.

    `key` is its name in steward.toml. An extension of nothing means that the law knows none. `next_working_day`:
    whether a term that ends on a day off ends with the next working day; without it on that day itself.
    """

    key: str
    label: str
    months: int = 0
    days: int = 0
    extension_months: int = 0
    extension_days: int = 0
    next_working_day: bool = False

    @property
    def extendable(self) -> bool:
        """Whether the law knows an extension."""
        return self.extension_months + self.extension_days > 0


GDPR: Final = Term("gdpr", "GDPR", months=1, extension_months=2, next_working_day=True)


def months_after(day: date, months: int) -> date:
    """The same day of the month, so many calendar months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_day(received: date, term: Term, day_off: DayOff, *, extended: bool = False) -> date:
    """The last day of the term. An extension counts from the same day: one month and two more are three months."""
    months = term.months + (term.extension_months if extended else 0)
    days = term.days + (term.extension_days if extended else 0)
    last = months_after(received, months) + timedelta(days=days)
    while term.next_working_day and day_off(last):
        last += timedelta(days=1)
    return last


def end_of(day: date, zone: tzinfo) -> datetime:
    """The end of the day's last hour in the company's time zone, as a moment in UTC. It belongs to the day after."""
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def days_off(country: str | None, subdivision: str | None = None) -> DayOff:
    """Weekends, and the public holidays of a country (ISO 3166-1 alpha-2) and a part of it, if one is named."""

    def is_off(day: date) -> bool:
        if day.weekday() >= SATURDAY:
            return True
        return country is not None and day in public_holidays(country, subdivision, day.year)

    return is_off
