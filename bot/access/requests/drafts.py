"""What a person filled in to ask for access, and what is wrong with it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.access.rules.purposes import Purpose
from bot.access.rules.tickets import TicketRule

SHORTEST_WHY = 15
SHORTEST_REASON = 3  # of whoever takes something away: the person who had it reads it
LONGEST_WHY = 2000
LONGEST_TICKET = 100
MOST_AHEAD = timedelta(days=30)
JUST_NOW = timedelta(minutes=5)  # how old a chosen time may be and still mean "at once"

DURATIONS = tuple(
    timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 480, 1440, 4320, 10080, 20160, 43200)
)


class Part(StrEnum):
    """A field of the request."""

    ACCOUNT = "account"
    PURPOSE = "purpose"
    DATA_CLASSES = "data_classes"
    WHY = "why"
    DURATION = "duration"
    TICKET = "ticket"
    START = "start"
    PERSON = "person"


class Fault(StrEnum):
    """What is wrong with a field; the views have the words."""

    MISSING = "missing"
    NO_MATCH = "no_match"
    TOO_SHORT = "too_short"
    SEVERAL_MATCHES = "several_matches"
    SOURCE_DOWN = "source_down"
    SHARED_ID = "shared_id"
    NOT_YOURS = "not_yours"
    CLAUSE_GONE = "clause_gone"
    NO_APPROVER = "no_approver"
    NOT_IN_PURPOSE = "not_in_purpose"
    TOO_LONG = "too_long"
    ALL_THE_SAME = "all_the_same"
    ALREADY_ASKED = "already_asked"
    WRONG_FORM = "wrong_form"
    PAST = "past"
    TOO_FAR = "too_far"
    TOO_MANY = "too_many"
    POLICY_UNREAD = "policy_unread"
    TOO_MANY_LOOK_UPS = "too_many_look_ups"
    OBJECTED = "objected"  # the account objected to what this would be used for


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before it is one. `account` is as typed, and may name several; `purpose` and `data_classes` are keys.

    `starts_at` is when it is to begin (None: at approval), `person` the user id of who is to have it (None: the asker).
    """

    account: str
    purpose: str | None
    data_classes: tuple[str, ...]
    why: str
    duration: timedelta | None
    ticket: str | None = None
    starts_at: datetime | None = None
    person: str | None = None


def durations_up_to(longest: timedelta) -> tuple[timedelta, ...]:
    """What to offer: the usual lengths below the purpose's cap, and the cap itself."""
    return (*(length for length in DURATIONS if length < longest), longest)


def check(draft: Draft, purpose: Purpose, now: datetime) -> Mapping[Part, Fault]:
    """All that is wrong without looking anything up, at once."""
    found = {
        Part.ACCOUNT: None if draft.account.strip() else Fault.MISSING,
        Part.DATA_CLASSES: _classes(draft.data_classes, purpose.data_classes),
        Part.WHY: fault_of_why(draft.why),
        Part.DURATION: _duration(draft.duration, purpose.max_duration),
        Part.TICKET: _ticket(draft.ticket, purpose.ticket),
        Part.START: _start(draft.starts_at, now),
    }
    return {part: fault for part, fault in found.items() if fault is not None}


def _classes(asked: tuple[str, ...], permitted: Collection[str]) -> Fault | None:
    if not asked:
        return Fault.MISSING
    return None if set(asked) <= set(permitted) else Fault.NOT_IN_PURPOSE


def fault_of_why(why: str) -> Fault | None:
    """What is wrong with a reason, or None."""
    letters = "".join(why.split())
    if not letters:
        return Fault.MISSING
    if len(set(letters.casefold())) == 1:
        return Fault.ALL_THE_SAME
    if len(why.strip()) < SHORTEST_WHY:
        return Fault.TOO_SHORT
    return Fault.TOO_LONG if len(why) > LONGEST_WHY else None


def _duration(asked: timedelta | None, longest: timedelta) -> Fault | None:
    if asked is None or asked <= timedelta(0):
        return Fault.MISSING
    return Fault.TOO_LONG if asked > longest else None


def _ticket(ticket: str | None, rule: TicketRule) -> Fault | None:
    if not ticket:
        return Fault.MISSING if rule.required else None
    if len(ticket) > LONGEST_TICKET:
        return Fault.TOO_LONG
    return None if rule.fits(ticket) else Fault.WRONG_FORM


def _start(starts_at: datetime | None, now: datetime) -> Fault | None:
    if starts_at is None or now - JUST_NOW <= starts_at <= now + MOST_AHEAD:
        return None
    return Fault.PAST if starts_at < now else Fault.TOO_FAR
