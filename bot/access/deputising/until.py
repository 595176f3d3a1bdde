"""Until when somebody is away, read from what they typed, in their own time zone. Pure."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

LONGEST = 60  # characters


def read_until(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment that "friday", "2 January 14:00" or "tomorrow noon" means; None when it can't be read.

    A day without a time is meant whole: until it is over.
    """
    from dateparser.date import DateDataParser  # takes half a second to load, and few people are away

    phrase = text.strip().removeprefix("until ").strip()
    if not 2 <= len(phrase) <= LONGEST:  # a letter is no date
        return None
    here = now.astimezone(zone).replace(tzinfo=None)
    settings: Any = {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": here,
        "RETURN_TIME_AS_PERIOD": True,
        "DATE_ORDER": "DMY",
    }
    try:
        found = DateDataParser(languages=["en"], settings=settings).get_date_data(phrase)
    except (OverflowError, ValueError):  # a year that no calendar has
        return None
    if found.date_obj is None:
        return None
    moment = found.date_obj.replace(tzinfo=None)
    if found.period != "time":
        moment = datetime.combine(moment.date() + timedelta(days=1), time())
    return moment.replace(tzinfo=zone).astimezone(UTC)


def warm() -> None:
    """Load what reads dates, so that the first person who is away need not wait for it."""
    read_until("friday", datetime.now(UTC), UTC)
