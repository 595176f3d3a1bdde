"""[policy] notice: how people hear of a change of the policy."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, model_validator

from bot.configuration.formats import Duration, Handle, TimeOfDay, fault
from bot.notices.telling.settings import Hours, NoticeSettings

LONGEST_AHEAD = timedelta(days=120)
MOST_REMINDERS = 10

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DAYS: tuple[str, ...] = get_args(Weekday)


def _ahead(value: timedelta) -> timedelta:
    if value % timedelta(days=1) or value > LONGEST_AHEAD:
        raise fault("Notices go out whole days ahead, 120 at most.", 'Write days or weeks: "14d" or "2w".')
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_REMINDERS:
        raise fault(f"{value!r} is no number of reminders.", f"Write a whole number from 0 to {MOST_REMINDERS}.")
    return value


def _day(value: object) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise fault(f"{value!r} is no date.", 'Write year, month and day: "2026-12-24".') from None


Ahead = Annotated[Duration, AfterValidator(_ahead)]
Number = Annotated[int, PlainValidator(_number)]
Day = Annotated[date, PlainValidator(_day)]


class NoticeHours(BaseModel):
    """When people may be disturbed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    days: list[Weekday] = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    start: TimeOfDay = time(8)
    end: TimeOfDay = time(18)
    holidays: list[Day] = []

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not self.days:
            raise fault("Nobody could ever be told.", 'Name at least one day: days = ["monday"].')
        if self.start >= self.end:
            raise fault("The hours end before they begin.", 'Write start = "08:00" and a later end = "18:00".')
        return self


class Notice(BaseModel):
    """The table [policy] notice."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    at: TimeOfDay = time(9)
    ahead: Ahead = timedelta(days=14)
    channels: list[Handle] = []
    remind_after: Duration | None = None
    reminders: Number = 3
    acknowledge: bool = False
    block_after: Duration | None = None
    hours: NoticeHours = NoticeHours()


def notice_settings(
    notice: Notice, timezone: str, url: str | None, country: str | None, subdivision: str | None
) -> NoticeSettings:
    """The values; the public holidays are those of the country that [requests] names."""
    hours = notice.hours
    return NoticeSettings(
        zone=ZoneInfo(timezone),
        at=notice.at,
        ahead=notice.ahead.days,
        channels=tuple(dict.fromkeys(notice.channels)),
        remind_after=notice.remind_after,
        reminders=notice.reminders,
        acknowledge=notice.acknowledge,
        block_after=notice.block_after if notice.acknowledge else None,
        hours=Hours(
            frozenset(map(_DAYS.index, hours.days)),
            hours.start,
            hours.end,
            frozenset(hours.holidays),
            country,
            subdivision,
        ),
        url=url,
    )


def channel_addresses(channels: Mapping[str, str], notice: NoticeSettings) -> Mapping[str, str]:
    """Where messages can go: the roles of [channels], and the channels that hear of changes, as "#name"."""
    return {**channels, **{f"#{name}": name for name in notice.channels}}
