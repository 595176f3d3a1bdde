"""What had to be told to whom and when, worked out in another way: by looking at the clock on the wall every minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tests.year.company import HOLIDAYS, REMINDERS, Planned

MINUTE = timedelta(minutes=1)
NINE = time(9)


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that had to be told."""

    stage: str
    at: datetime


@lru_cache(maxsize=100_000)
def on_the_wall(earliest: datetime, zone: str, day: date | None, at: time | None) -> datetime:
    """The first minute from `earliest` on, on or after a day and a time of it, at which somebody there is at work."""
    tz, moment = ZoneInfo(zone), earliest
    if day is not None:
        moment = max(moment, datetime.combine(day, time.min, earliest.tzinfo) - timedelta(hours=15))
    if moment.second or moment.microsecond:
        if _at_work(moment.astimezone(tz)) and _late_enough(moment.astimezone(tz), day, at):
            return moment
        moment = moment.replace(second=0, microsecond=0) + MINUTE
    while True:
        local = moment.astimezone(tz)
        if _late_enough(local, day, at) and _at_work(local):
            return moment
        moment += MINUTE


def _late_enough(local: datetime, day: date | None, at: time | None) -> bool:
    if day is None or at is None:
        return True
    return (local.date(), local.time()) >= (day, at)


def _at_work(local: datetime) -> bool:
    return local.weekday() < 5 and 8 <= local.hour < 18 and local.date() not in HOLIDAYS


def midnight_in_riga(day: date) -> datetime:
    """The moment from which a change holds, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo("Europe/Riga")).astimezone(ZoneInfo("UTC"))


def next_due(
    planned: Planned, zone: str, had: Sequence[tuple[str, datetime]], read: datetime | None, person: bool
) -> list[Due]:
    """What had to come next for somebody who had these, in any order of time: notices first, then the reminder."""
    names = [stage for stage, _ in had]
    if "withdrawn" in names:
        return []
    if planned.withdrawn and names and had[-1][1] >= planned.withdrawn:
        return [Due("withdrawn", on_the_wall(planned.withdrawn, zone, None, None))]
    coming = _planned(planned, zone, names, had[0][1] if had else None)
    sent = sum(name.startswith("reminder") for name in names)
    if person and had and sent < REMINDERS:
        last = had[-1][1] + timedelta(days=3) * 2**sent
        at = on_the_wall(had[-1][1], zone, last.astimezone(ZoneInfo(zone)).date(), NINE)
        if read is None or read > at:
            coming.append(Due(f"reminder-{sent + 1}", at))
    if planned.withdrawn and names:
        coming = [one for one in coming if one.at < planned.withdrawn]
        coming.append(Due("withdrawn", on_the_wall(planned.withdrawn, zone, None, None)))
    return sorted(coming, key=lambda one: one.at)


def _planned(planned: Planned, zone: str, names: Sequence[str], first: datetime | None) -> list[Due]:
    day, decided = planned.day, planned.decided
    coming = []
    if not names and midnight_in_riga(day) > decided:
        coming.append(Due("ahead", on_the_wall(decided, zone, day - timedelta(days=14), NINE)))
    knew = planned.moved is not None and first is not None and first <= planned.moved[0]
    if planned.moved and knew and "moved-1" not in names and "day" not in names:
        coming.append(Due("moved-1", on_the_wall(planned.moved[0], zone, None, None)))
    if "day" not in names:
        day = planned.moved[1] if planned.moved else day
        since = max(midnight_in_riga(day), decided)
        coming.append(Due("day", on_the_wall(since, zone, day, NINE)))
    return coming
