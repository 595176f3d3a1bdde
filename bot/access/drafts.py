"""What a person filled in to ask for access, and what is wrong with it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.access.purposes import Purpose

SHORTEST_WHY = 15
LONGEST_WHY = 2000
LONGEST_TICKET = 100

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


class Fault(StrEnum):
    """What is wrong with a field; the views have the words."""

    MISSING = "missing"
    NO_MATCH = "no_match"
    TOO_SHORT = "too_short"
    SEVERAL_MATCHES = "several_matches"
    NOT_YOURS = "not_yours"
    CLAUSE_GONE = "clause_gone"
    NO_APPROVER = "no_approver"
    NOT_IN_PURPOSE = "not_in_purpose"
    TOO_LONG = "too_long"
    ALL_THE_SAME = "all_the_same"
    ALREADY_ASKED = "already_asked"


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before it is one. `account` is as typed; `purpose` and `data_classes` are keys."""

    account: str
    purpose: str | None
    data_classes: tuple[str, ...]
    why: str
    duration: timedelta | None
    ticket: str | None = None


def durations_up_to(longest: timedelta) -> tuple[timedelta, ...]:
    """What to offer: the usual lengths below the purpose's cap, and the cap itself."""
    return (*(length for length in DURATIONS if length < longest), longest)


def check(draft: Draft, purpose: Purpose) -> Mapping[Part, Fault]:
    """All that is wrong without looking anything up, at once."""
    found = {
        Part.ACCOUNT: None if draft.account.strip() else Fault.MISSING,
        Part.DATA_CLASSES: _classes(draft.data_classes, purpose.data_classes),
        Part.WHY: _why(draft.why),
        Part.DURATION: _duration(draft.duration, purpose.max_duration),
        Part.TICKET: Fault.TOO_LONG if len(draft.ticket or "") > LONGEST_TICKET else None,
    }
    return {part: fault for part, fault in found.items() if fault is not None}


def _classes(asked: tuple[str, ...], permitted: Collection[str]) -> Fault | None:
    if not asked:
        return Fault.MISSING
    return None if set(asked) <= set(permitted) else Fault.NOT_IN_PURPOSE


def _why(why: str) -> Fault | None:
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
