"""Terms of recertification: when a list of who may look up is drawn up again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EVERY_QUARTER = (1, 4, 7, 10)
BEGINS_AT = time(9)


@dataclass(frozen=True, slots=True)
class RecertificationSettings:
    """`months`: on the first day of which (at 9:00 in `zone`) lists are drawn up. `owners`: role to e-mail address.

    `due`: how long an owner has until the privacy office is told.
    """

    zone: tzinfo = UTC
    months: tuple[int, ...] = EVERY_QUARTER
    owners: Mapping[str, str] = field(default_factory=dict, repr=False)
    due: timedelta = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Term:
    """One time that lists are drawn up. They speak of what was done from `since` until `begins`."""

    since: datetime
    begins: datetime

    @property
    def name(self) -> str:
        """2026-10: the year and the month in which it begins."""
        return f"{self.begins:%Y-%m}"


def term_of(name: str, settings: RecertificationSettings) -> Term:
    """The term of that name. Raises ValueError."""
    year, month = (int(part) for part in name.split("-"))
    earlier = [one for one in settings.months if one < month]
    since = (year, earlier[-1]) if earlier else (year - 1, settings.months[-1])
    return Term(_first(*since, settings.zone), _first(year, month, settings.zone))


def next_term(now: datetime, settings: RecertificationSettings) -> Term:
    """The first term that begins after `now`."""
    here = now.astimezone(settings.zone)
    for year in (here.year, here.year + 1):
        for month in settings.months:
            if _first(year, month, settings.zone) > now:
                return term_of(f"{year}-{month:02}", settings)
    raise RuntimeError("no term follows")


def _first(year: int, month: int, zone: tzinfo) -> datetime:
    return datetime.combine(date(year, month, 1), BEGINS_AT, zone)
