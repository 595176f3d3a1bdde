"""Values as people write them, from the form in which systems store them. Pure."""

import re
from datetime import date, datetime, tzinfo
from typing import Final

STORED_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")


def written_day(value: str) -> str:
    """A date that is stored as 2024-05-03, with a time or without, as "3 May 2024"; all else as it is."""
    if not STORED_DATE.fullmatch(value):
        return value
    try:
        return f"{date.fromisoformat(value[:10]):%-d %b %Y}"
    except ValueError:  # no day of the calendar
        return value


def written_moment(value: str, zone: tzinfo) -> str:
    """The same with its time, if it has one: "3 May 2024, 13:05 EEST", in `zone` where it says from which it counts."""
    if not STORED_DATE.fullmatch(value) or len(value) == len("2024-05-03"):
        return written_day(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:  # a time in a form of the company's own
        return value
    if moment.tzinfo is None:
        return f"{moment:%-d %b %Y}, {_clock(moment)}"
    there = moment.astimezone(zone)
    return f"{there:%-d %b %Y}, {_clock(there)} {there.tzname()}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
