"""What steward.toml may say of emergencies, duty, tickets, reasons and limits: its shape and the values made of it."""

from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator

from bot.access.rules.duty import OnDuty, Shift
from bot.access.rules.purposes import Limits
from bot.access.rules.tickets import TicketRule, pattern_fault
from bot.audit.reviews.unusual import WorkingHours
from bot.configuration.formats import Key, TimeOfDay, TimeZone, Words, fault

LONGEST_REASON = 70  # characters: Slack shows 75 of a choice
MOST_ACCOUNTS = 10  # what Slack shows to tick
DayName = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
EVERY_DAY: tuple[DayName, ...] = get_args(DayName)


def _limit(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        mend = "Write a whole number from 1 on, without quotes, or leave the limit out."
        raise fault(f"{value!r} is no limit: with less than 1 nobody could do anything.", mend)
    return value


def _accounts(value: object) -> int:
    if _limit(value) > MOST_ACCOUNTS:
        what = f"{value} accounts in one request are more than an approver can read and tick."
        raise fault(what, f"Write a number from 1 to {MOST_ACCOUNTS}.")
    return _limit(value)


def _reason(value: str) -> str:
    if len(value) > LONGEST_REASON:
        raise fault(f"This reason has {len(value)} characters.", f"Write at most {LONGEST_REASON}.")
    return value


def _pattern(value: str) -> str:
    if wrong := pattern_fault(value):
        raise fault(
            f"This ticket pattern can't be used. {wrong}", 'Write one such as "^[A-Z]+-\\\\d+$" or "^HD-[0-9]{1,8}$".'
        )
    return value


Limit = Annotated[int, PlainValidator(_limit)]
AccountsInAGrant = Annotated[int, PlainValidator(_accounts)]
ReasonWords = Annotated[Words, AfterValidator(_reason)]
TicketPattern = Annotated[Words, AfterValidator(_pattern)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Hours(_Table):
    days: list[DayName] = list(EVERY_DAY)
    start: TimeOfDay
    end: TimeOfDay
    timezone: TimeZone | None = None


class Duty(_Table):
    group: Key | None = None
    hours: list[Hours] = []


def on_duty(table: Duty | None, timezone: str) -> OnDuty | None:
    """Who is on duty; hours without a time zone of their own are in the company's."""
    if table is None:
        return None
    shifts = tuple(
        Shift(
            WorkingHours(frozenset(map(EVERY_DAY.index, one.days)), one.start, one.end),
            ZoneInfo(one.timezone or timezone),
        )
        for one in table.hours
    )
    return OnDuty(table.group, shifts)


def ticket_rule(pattern: str | None, example: str | None, *, required: bool) -> TicketRule:
    """What a purpose says of tickets."""
    return TicketRule(pattern, required, example)


def limits(
    open_requests: int | None, open_grants: int | None, look_ups_per_hour: int | None, accounts_in_a_grant: int
) -> Limits:
    """What one person may have and do."""
    return Limits(open_requests, open_grants, look_ups_per_hour, accounts_in_a_grant)
