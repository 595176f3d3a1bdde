"""Times in the reader's zone, and how long is left."""

from datetime import UTC, datetime, timedelta


def clock_time(moment: datetime) -> str:
    """`{time}` for the reader, as Slack's date token: "14:48"."""
    return f"<!date^{_seconds(moment)}^{{time}}|{moment.astimezone(UTC):%H:%M} UTC>"


def day_and_time(moment: datetime) -> str:
    """Day and time for the reader: "today at 14:48"."""
    return f"<!date^{_seconds(moment)}^{{date_short_pretty}} at {{time}}|{moment.astimezone(UTC):%-d %b %Y %H:%M} UTC>"


def moment_of(moment: datetime, now: datetime) -> str:
    """The time alone when it is near, with the day when it is not."""
    near = timedelta(hours=-12) < moment - now < timedelta(hours=12)
    return clock_time(moment) if near else day_and_time(moment)


def until(moment: datetime, now: datetime) -> str:
    """ "until 14:48 (in 2 h)"."""
    return f"until {moment_of(moment, now)} (in {length(moment - now)})"


def length(span: timedelta) -> str:
    """ "3 h 52 min", "2 days", "less than a minute"; minutes are rounded up, so that 2 h stays 2 h."""
    minutes = max(0, -(-int(span.total_seconds()) // 60))
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    named = ((days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min"))
    return " ".join([f"{number} {unit}" for number, unit in named if number][:2]) or "less than a minute"


def ago_of(seconds: float) -> str:
    """How long ago, to the second below a minute: "3 seconds", "12 min"."""
    if seconds >= 60:
        return length(timedelta(seconds=seconds))
    whole = max(1, round(seconds))
    return f"{whole} second" if whole == 1 else f"{whole} seconds"


def date(moment: datetime) -> str:
    """ "24 Sep 2010"."""
    return f"{moment:%-d %b %Y}"


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
