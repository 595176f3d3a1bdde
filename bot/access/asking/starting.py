"""When access is to begin, as people type it: "14:00", "tomorrow 9:00", "monday 8am"."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import zone_named

LONGEST = 60  # characters
HOUR_ALONE = re.compile(r"(?:\bat|\b[a-z]+day|\btomorrow|^)\s*(\d{1,2})$", re.IGNORECASE)
SAYS_WHEN = re.compile(r"\d|\bnoon\b|\bmidnight\b", re.IGNORECASE)


def read_start(typed: str, now: datetime, timezone: str) -> datetime | None:
    """The moment that is meant in the person's time zone (an IANA name), in UTC; None when it can't be read.

    A time of day alone is the next one; a day without a time is not enough.
    """
    import dateparser  # takes a third of a second to load, and few requests begin later

    zone, text = zone_named(timezone), " ".join(typed.split())
    local = now.astimezone(zone).replace(tzinfo=None)
    settings: Any = {
        "RELATIVE_BASE": local,
        "PREFER_DATES_FROM": "future",
        "RETURN_AS_TIMEZONE_AWARE": False,
        "DATE_ORDER": "DMY",
    }
    if len(text) > LONGEST or not SAYS_WHEN.search(text):
        return None
    text = f"{text}:00" if HOUR_ALONE.search(text) else text
    try:
        found = dateparser.parse(text.replace(" at ", " "), languages=["en"], settings=settings)
    except (OverflowError, ValueError):  # a year that no calendar has
        return None
    if found is None or found.tzinfo is not None:
        return None
    if found <= local and found.date() == local.date() and _is_time_alone(text):
        found += timedelta(days=1)
    return _moment(found, zone, now)


def _moment(wall: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """When the clock there shows this, in UTC; where it does so twice, the first time that is still to come."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if first < now < second else first


def _is_time_alone(text: str) -> bool:
    return not any(word.isalpha() and word.lower() not in ("am", "pm", "at", "noon") for word in text.split())
