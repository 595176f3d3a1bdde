"""What a person reads who has reached a limit."""

from datetime import datetime, timedelta

from bot.access.decide import Reached
from bot.access.reasons import Reason
from bot.clock import zone_named
from handlers.views.times import length, moment_of
from handlers.views.words import counted

_REACHED = {
    Reason.TOO_MANY_REQUESTS: (
        "{requests} may wait for a decision at once, and so many do. There is room {when} at the latest, or as soon as "
        "one is decided or cancelled: /access mine."
    ),
    Reason.TOO_MANY_GRANTS: (
        "{grants} may be open at once, requests that wait included, and so many are. There is room {when} at the "
        "latest, or as soon as one ends: /access mine."
    ),
    Reason.TOO_MANY_LOOK_UPS: "You have looked up {looks} within an hour, which is the most. You can go on {when}.",
}


def limit_words(reached: Reached, now: datetime, timezone: str | None = None) -> str:
    """Which limit, and when there is room again; in the reader's zone where Slack makes no times of its own."""
    at = moment_of(reached.frees_at, now)
    if timezone is not None:
        local = reached.frees_at.astimezone(zone_named(timezone))
        at = f"{local:%H:%M}" if reached.frees_at - now < timedelta(hours=12) else f"{local:%H:%M on %-d %b}"
    return _REACHED[reached.reason].format(
        requests=counted(reached.most, "request"),
        grants=counted(reached.most, "grant"),
        looks=counted(reached.most, "time"),
        when=f"at {at} (in {length(reached.frees_at - now)})",
    )
