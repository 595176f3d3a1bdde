"""Times as people write them: "monday", "7 days ago", "last week", "2026-03-01 14:00". Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

UNITS = ("minute", "hour", "day", "week", "month", "quarter", "year")
LAST = re.compile(rf"(?:last|past) (?:(\d{{1,4}}) )?({'|'.join(UNITS)})s?")
THIS = re.compile(r"this (week|month|quarter|year)")
NAMED = re.compile(r"(?:last|past|this) (?:week|month|quarter|year)")
WEEK = re.compile(r"(?:week|wk|w) ?(\d{1,2})(?:,? (?:of )?(\d{4}))?")
QUARTER = re.compile(r"(?:quarter |q)([1-4])(?:,? (?:of )?(\d{4}))?")
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY = "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
ON_A_CALENDAR = re.compile(
    rf"(?:{_MONTH}|{_WEEKDAY}|quarter|q[1-4]|week|wk|w\d{{1,2}}),?|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH}),?"
)
"""What a time may begin with that is said without "in" or "on", one word or two: "march", "1 march", "week"."""
_DAY = r"\d{1,3}(?:st|nd|rd|th)?"
NO_DAY = re.compile(rf"(?:3[2-9]|[4-9]\d) (?:{_MONTH})\b|\b(?:{_MONTH}|{_WEEKDAY}),? (?:3[2-9]|[4-9]\d)(?!\d|[:.]\d)")
"""What no month has as a day, like 32 march; a year of two digits is none."""
_WEEK_NUMBERED, _QUARTER_NUMBERED = re.compile(r"(?:week|wk) \d{1,4}"), re.compile(r"quarter \d{1,4}")
_DAY_OF_MONTH = re.compile(rf"{_DAY} (?:{_MONTH}),?|(?:{_MONTH}) {_DAY},?")
ON_NO_CALENDAR = {
    _WEEK_NUMBERED: "a week that the year has: 1 to 52, in some years 53",
    _QUARTER_NUMBERED: "a quarter from 1 to 4",
    _DAY_OF_MONTH: "a day that the month has",
}
"""Two words that were meant for a time, and what is expected where no calendar has it: "week 99", "31 february"."""
NUMBER = re.compile(r"\d{1,3}(?:st|nd|rd|th)?|\d{5,}")
"""No date: 9 may be an hour, a day or a month."""
DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(0?[1-9]|1[0-2])(?:\.(\d{4})?)?(?![\d.])")
"""3.4.2026, as it is written where days come before months; without a year it may end with a dot."""
AMBIGUOUS = re.compile(
    r"(?<![\d/-])(?:(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|1[0-2])(?:[/-]\d{4})?|\d{1,2}([./-])\d{1,2}\1\d{2})(?![\d/-])"
)
"""Day and month in an order that nobody can know, like 3/4/2026, or a year of two digits."""
HOUR = re.compile(r"\d:\d|\d ?[ap]m\b|\bnoon\b|\bmidnight\b")
ELAPSED = re.compile(r"\b\d*\s?(?:h|m|s|hours?|hrs?|minutes?|mins?|seconds?|secs?) ago\b")
DAYS_AGO = {"today": 0, "yesterday": 1}

Period = tuple[datetime, datetime | None]
"""From and to, both included, UTC; None: until now."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a phrase means: a moment with its zone, and how much of the calendar it names: time, day, month or year."""

    moment: datetime
    span: str


def read_time(phrase: str, now: datetime, zone: tzinfo, *, end_of_day: bool = False) -> datetime | None:
    """A moment as people write it, in UTC; None where it can't be read, or could be read in two ways.

    A bare day, month or year means its beginning, or its end for `until`; so do "last week" and "this month". Of an
    hour that the clock shows twice the first is meant, or the second for `until`.
    """
    words = " ".join(phrase.lower().split())
    if numbered := _numbered(words, now, zone):
        return _end(numbered[1], zone) if end_of_day else _midnight(numbered[0], zone)
    if NAMED.fullmatch(words) and (named := read_period(words, now, zone)):
        return (named[1] or now.astimezone(UTC)) if end_of_day else named[0]
    read = _read(words.removeprefix("last "), now, zone)
    if read is None:
        return None
    if read.span == "time":
        return read.moment.replace(fold=int(end_of_day)).astimezone(UTC)
    first, last = _days(read)
    return _end(last, zone) if end_of_day else _midnight(first, zone)


def _read(words: str, now: datetime, zone: tzinfo) -> _Read | None:
    from dateparser.date import DateDataParser  # takes a third of a second to load, and only auditors need it

    if NUMBER.fullmatch(words) or AMBIGUOUS.search(words) or NO_DAY.search(words):
        return None
    elapsed = bool(ELAPSED.search(words))  # counted in hours that went by, not in what the clock showed
    base = now.astimezone(UTC if elapsed else zone).replace(tzinfo=None)
    settings: Any = {
        "PREFER_DATES_FROM": "past",
        "RELATIVE_BASE": base,
        "RETURN_TIME_AS_PERIOD": True,
        "DATE_ORDER": "DMY",
    }
    try:
        found = DateDataParser(languages=["en"], settings=settings).get_date_data(DOTTED.sub(_slashed, words))
        if found.date_obj is None:
            return None
        whose = found.date_obj.tzinfo or (UTC if elapsed else zone)
        moment = found.date_obj.replace(tzinfo=whose)
        moment.astimezone(UTC)
    except (OverflowError, ValueError):  # a year that no calendar has
        return None
    return _Read(moment, _span(found.period, words))


def _numbered(words: str, now: datetime, zone: tzinfo) -> tuple[date, date] | None:
    """The first and the last day of "week 12", "week 12 of 2025", "q1"; without a year the newest that has begun.

    Weeks are ISO 8601's: the first is the one with the year's first Thursday in it.
    """
    found, days = WEEK.fullmatch(words), _week
    if found is None:
        found, days = QUARTER.fullmatch(words), _quarter
    if found is None:
        return None
    today = now.astimezone(zone).date()
    years = [int(found[2])] if found[2] else [today.isocalendar().year, today.year, today.year - 1]
    told = (days(year, int(found[1])) for year in years)
    return next((one for one in told if one and (found[2] or one[0] <= today)), None)


def _week(year: int, number: int) -> tuple[date, date] | None:
    try:
        monday = date.fromisocalendar(year, number, 1)
    except ValueError:  # not every year has a week 53
        return None
    return monday, monday + timedelta(days=6)


def _quarter(year: int, number: int) -> tuple[date, date] | None:
    if not date.min.year <= year <= date.max.year:
        return None
    last = 3 * number
    return date(year, last - 2, 1), date(year, last, monthrange(year, last)[1])


def _slashed(date: re.Match[str]) -> str:
    return "/".join(part for part in date.groups() if part)


def _span(period: str | None, words: str) -> str:
    """ "a month ago" is a day; "march" is a month."""
    return period if period in ("time", "month", "year") and (period == "time" or " ago" not in words) else "day"


def _days(read: _Read) -> tuple[date, date]:
    """The first and the last day that are named."""
    day = read.moment.date()
    if read.span == "year":
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    if read.span == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return day, day


def read_period(phrase: str, now: datetime, zone: tzinfo) -> Period | None:
    """ "last 7 days", "last week", "this month", "today", "monday", "week 12", "q1"; None where it is none of these.

    "last 7 days" begins with the day 7 days ago, "last 2 hours" to the minute; "last week", "last month" and "march"
    are the calendar's, the week from Monday.
    """
    words = " ".join(phrase.lower().split())
    if counted := LAST.fullmatch(words):
        return _last(counted[1], counted[2], now, zone)
    today = now.astimezone(zone).date()
    if named := THIS.fullmatch(words):
        return _begins(today, named[1], zone), None
    if numbered := _numbered(words, now, zone):
        return _midnight(numbered[0], zone), _end(numbered[1], zone)
    if words in DAYS_AGO:
        day = today - timedelta(days=DAYS_AGO[words])
        return _midnight(day, zone), _end(day, zone)
    read = _read(words.removeprefix("last "), now, zone) if words else None
    if read is None or read.span == "time":
        return None
    first, last = _days(read)
    return _midnight(first, zone), _end(last, zone)


def _last(number: str | None, unit: str, now: datetime, zone: tzinfo) -> Period | None:
    if unit in ("minute", "hour"):
        return now.astimezone(UTC) - int(number or 1) * timedelta(**{f"{unit}s": 1}), None
    if number is not None:
        count, unit = (3 * int(number), "month") if unit == "quarter" else (int(number), unit)
        since = read_time(f"{count} {unit}s ago", now, zone)
        return (since, None) if since else None
    today = now.astimezone(zone).date()
    if unit == "day":
        return _midnight(today - timedelta(days=1), zone), _end(today - timedelta(days=1), zone)
    this = _begins(today, unit, zone).astimezone(zone).date()
    before = this - timedelta(days=1)
    return _begins(before, unit, zone), _end(before, zone)


def _begins(day: date, unit: str, zone: tzinfo) -> datetime:
    """The beginning of the week, month, quarter or year that a day is in."""
    if unit == "week":
        return _midnight(day - timedelta(days=day.weekday()), zone)
    if unit == "quarter":
        return _midnight(day.replace(day=1, month=day.month - (day.month - 1) % 3), zone)
    return _midnight(day.replace(day=1, month=1 if unit == "year" else day.month), zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _end(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.max, tzinfo=zone).astimezone(UTC)


def missing_from_calendar(phrase: str) -> str | None:
    """What is expected instead of a week, a quarter or a day that can't be read as one; None for other phrases."""
    first_two = " ".join(phrase.lower().split()[:2])
    return next((expected for shape, expected in ON_NO_CALENDAR.items() if shape.fullmatch(first_two)), None)


def names_an_hour(phrase: str) -> bool:
    """Whether a time of day is in the phrase, so that the day may follow."""
    return bool(HOUR.search(phrase.lower()))
