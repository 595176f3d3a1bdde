"""Times as people write them: "monday", "7 days ago", "last week", "2026-03-01 14:00". Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

UNITS = ("minute", "hour", "day", "week", "month", "year")
LAST = re.compile(rf"(?:last|past) (?:(\d{{1,4}}) )?({'|'.join(UNITS)})s?")
THIS = re.compile(r"this (week|month|year)")
DAYS_AGO = {"today": 0, "yesterday": 1}

Period = tuple[datetime, datetime | None]
"""From and to, both included, UTC; None: until now."""


def read_time(phrase: str, now: datetime, zone: tzinfo, *, end_of_day: bool = False) -> datetime | None:
    """A moment as people write it, in UTC; a bare day means its beginning, or its end for `until`."""
    import dateparser  # takes a third of a second to load, and only auditors need it

    local = now.astimezone(zone)
    settings = {"PREFER_DATES_FROM": "past", "RELATIVE_BASE": local.replace(tzinfo=None)}
    try:
        read = dateparser.parse(phrase.removeprefix("last "), languages=["en"], settings=settings)
        if read is None:
            return None
        moment = read if read.tzinfo else read.replace(tzinfo=zone)
        if _names_a_day(phrase):
            moment = datetime.combine(moment.date(), time.max if end_of_day else time.min, tzinfo=moment.tzinfo)
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):  # a year that no calendar has
        return None


def read_period(phrase: str, now: datetime, zone: tzinfo) -> Period | None:
    """ "last 7 days", "last week", "this month", "today", "yesterday", "monday"; None where it is none of these.

    "last 7 days" begins with the day 7 days ago, "last 2 hours" to the minute; "last week" and "last month" are the
    calendar's, the week from Monday.
    """
    words = " ".join(phrase.lower().split())
    if counted := LAST.fullmatch(words):
        return _last(counted[1], counted[2], now, zone)
    today = now.astimezone(zone).date()
    if named := THIS.fullmatch(words):
        return _begins(today, named[1], zone), None
    day = _day(words, now, zone)
    return (_midnight(day, zone), _end(day, zone)) if day else None


def _last(number: str | None, unit: str, now: datetime, zone: tzinfo) -> Period | None:
    if unit in ("minute", "hour"):
        return now.astimezone(UTC) - int(number or 1) * timedelta(**{f"{unit}s": 1}), None
    if number is not None:
        since = read_time(f"{number} {unit}s ago", now, zone)
        return (since, None) if since else None
    today = now.astimezone(zone).date()
    if unit == "day":
        return _midnight(today - timedelta(days=1), zone), _end(today - timedelta(days=1), zone)
    this = _begins(today, unit, zone).astimezone(zone).date()
    before = this - timedelta(days=1)
    return _begins(before, unit, zone), _end(before, zone)


def _begins(day: date, unit: str, zone: tzinfo) -> datetime:
    """The beginning of the week, month or year that a day is in."""
    if unit == "week":
        return _midnight(day - timedelta(days=day.weekday()), zone)
    return _midnight(day.replace(day=1, month=1 if unit == "year" else day.month), zone)


def _day(words: str, now: datetime, zone: tzinfo) -> date | None:
    if words in DAYS_AGO:
        return now.astimezone(zone).date() - timedelta(days=DAYS_AGO[words])
    moment = read_time(words, now, zone) if words and _names_a_day(words) else None
    return moment.astimezone(zone).date() if moment else None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _end(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.max, tzinfo=zone).astimezone(UTC)


def _names_a_day(phrase: str) -> bool:
    """Whether no time of day is in the phrase."""
    return not re.search(r"\d:\d|\b(hour|minute|second|now|noon|am|pm)", phrase.lower())
