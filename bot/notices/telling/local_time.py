"""Times of day by people's clocks, as moments in UTC. Pure.

Where clocks are put forward, a time of day that does not exist is the first moment after the gap; where they are put
back, a time of day that comes twice is the first of the two. Whether somebody may be disturbed is read from their
clock as it then stands.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.notices.telling.settings import Hours

_SECOND = timedelta(seconds=1)
_LONGEST_SEARCH_DAYS = 400
_KEPT = 2048  # a few moments are asked for again and again, once for each person of a zone


@lru_cache(maxsize=_KEPT)
def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment when clocks in a zone show this time on this day, in UTC."""
    wall = datetime.combine(day, at)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clock shows more than a time that it leaves out."""
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while late - early > _SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            late = middle
        else:
            early = middle
    return late


def may_disturb(moment: datetime, zone: ZoneInfo, hours: Hours) -> bool:
    """Whether this moment lies in working hours by the clock there."""
    local = moment.astimezone(zone)
    return hours.start <= local.time() < hours.end and hours.works_on(local.date())


@lru_cache(maxsize=_KEPT)
def next_working_moment(moment: datetime, zone: ZoneInfo, hours: Hours) -> datetime:
    """This moment if somebody there may be disturbed at it, else the next one. Raises ValueError if there is none."""
    if may_disturb(moment, zone, hours):
        return moment
    day = moment.astimezone(zone).date()
    for ahead in range(_LONGEST_SEARCH_DAYS):
        for opening in _openings(day + timedelta(days=ahead), zone, hours):
            if opening >= moment and may_disturb(opening, zone, hours):
                return opening
    raise ValueError("there is no working day within a year")


def _openings(day: date, zone: ZoneInfo, hours: Hours) -> tuple[datetime, ...]:
    """When working hours begin there on this day: twice where the clock shows that time twice."""
    again = datetime.combine(day, hours.start).replace(tzinfo=zone, fold=1).astimezone(UTC)
    return tuple(sorted({local_moment(day, hours.start, zone), again}))
