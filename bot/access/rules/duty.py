"""Who is on duty: a group of Slack's, hours of the week, or both. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.audit.reviews.unusual import WorkingHours


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of the week in a time zone."""

    hours: WorkingHours
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Whoever is in `group` (a role of [groups]; None: anybody), in one of the `shifts` (none: at any time)."""

    group: str | None = None
    shifts: tuple[Shift, ...] = ()

    def holds(self, roles: Collection[str], now: datetime) -> bool:
        """Whether somebody with these roles is on duty now. Without group and shifts nobody ever is."""
        if self.group is None and not self.shifts:
            return False
        there = self.group is None or self.group in roles
        return there and (not self.shifts or any(one.hours.hold(now, one.zone) for one in self.shifts))
