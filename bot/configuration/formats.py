"""The small formats inside steward.toml: durations, times of day, time zones, cron, names of channels and groups."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError
from pytimeparse2 import parse

from bot.configuration.faults import nearest

_DURATION = re.compile(r"(?:\s*\d+\s*[wdhm])+\s*", re.IGNORECASE)
_KEY = re.compile(r"[a-z][a-z0-9_-]*")
_FIELD = re.compile(r"[^\W\d_]\w*")  # letters of any alphabet: people read them
_HANDLE = re.compile(r"[^\s@#,]+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_LONGEST = timedelta(days=3660)


def fault(what: str, mend: str) -> PydanticCustomError:
    """An error in the words of a Fault."""
    return PydanticCustomError("steward", "{what}", {"what": what, "mend": mend})


def _duration(value: object) -> timedelta:
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise fault(f"{value!r} is not a duration.", 'Write a number and a unit in quotes: "90m", "4h", "14d" or "2w".')
    seconds = parse(value.lower())
    if not seconds:
        raise fault(f"{value!r} is no time at all.", 'Write a duration longer than nothing, such as "4h".')
    if seconds > _LONGEST.total_seconds():
        raise fault(f"{value!r} is more than ten years.", 'Write a shorter duration, such as "14d".')
    return timedelta(seconds=int(seconds))


def _time_of_day(value: object) -> time:
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    try:
        return datetime.strptime(str(value), "%H:%M").replace(tzinfo=UTC).time()
    except ValueError:
        raise fault(f"{value!r} is not a time of day.", 'Write hours and minutes in quotes, such as "09:00".') from None


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = nearest(value, sorted(available_timezones()))
        mend = f'Did you mean "{near}"?' if near else 'Write a name such as "Europe/Riga" or "UTC".'
        raise fault(f"{value!r} is not a time zone.", mend) from None
    return value


def _cron(value: str) -> str:
    try:
        CronTrigger.from_crontab(value, timezone=UTC)
    except ValueError:
        raise fault(
            f"{value!r} is not a cron expression.",
            'Write minute, hour, day, month and weekday, such as "0 */6 * * *" for every six hours.',
        ) from None
    return value


def _matching(pattern: re.Pattern[str], what: str, mend: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise fault(f"{value!r} is not {what}.", mend)
        return value

    return check


def _words(value: str) -> str:
    if not value.strip():
        raise fault("This is empty.", "Write some words.")
    return value.strip()


def _unadorned(value: object) -> object:
    return value.strip().lstrip("@#") if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
TimeZone = Annotated[str, AfterValidator(_timezone)]
Cron = Annotated[str, AfterValidator(_cron)]
Words = Annotated[str, AfterValidator(_words)]
Key = Annotated[
    str,
    AfterValidator(_matching(_KEY, "a name that can be typed", "Use small letters, digits, _ and -, a letter first.")),
]
FieldName = Annotated[
    str, AfterValidator(_matching(_FIELD, "a field's name", "Use letters, digits and _, a letter first."))
]
Handle = Annotated[
    str,
    BeforeValidator(_unadorned),
    AfterValidator(_matching(_HANDLE, "one name", "Write a single name as Slack shows it, without spaces.")),
]
Email = Annotated[
    str, AfterValidator(_matching(_EMAIL, "an e-mail address", "Write addresses such as ana@company.example."))
]
