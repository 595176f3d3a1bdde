"""Until when somebody is away, read from what they typed, in their own time zone. Pure."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any


def read_until(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment that "friday", "2 January 14:00" or "tomorrow noon" means; None when it can't be read.

    A day without a time is meant whole: until it is over.
    """
    from dateparser.date import DateDataParser  # takes half a second to load, and few people are away

    phrase = text.strip().removeprefix("until ").strip()
    if len(phrase) < 2:  # a letter is no date
        return None
    here = now.astimezone(zone).replace(tzinfo=None)
    settings: Any = {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": here,
        "RETURN_TIME_AS_PERIOD": True,
        "DATE_ORDER": "DMY",
    }
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(phrase)
    if found.date_obj is None:
        return None
    moment = found.date_obj.replace(tzinfo=None)
    if found.period != "time":
        moment = datetime.combine(moment.date() + timedelta(days=1), time())
    return moment.replace(tzinfo=zone).astimezone(UTC)
