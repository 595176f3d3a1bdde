"""Time, passed in everywhere so that tests can set it."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def zone_named(name: str, otherwise: ZoneInfo | None = None) -> ZoneInfo:
    """The time zone of this name, as Slack says people's (IANA); where this machine knows none of that name, another.

    `otherwise` None: UTC.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones has a name too
        return otherwise or ZoneInfo("UTC")
