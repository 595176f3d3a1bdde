"""When the people who may decide are reminded, and when the next group is told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_REMINDERS = 6
LONGEST_GAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reminding:
    """`after`: a request waits so long until one person is reminded, twice as long until another is, and so on.

    `escalate_after`: it waits so long until the group of the role `escalate_to` is told; its members may decide then
    if `decides`. None: that is not done.
    """

    after: timedelta | None = None
    escalate_after: timedelta | None = None
    escalate_to: str | None = None
    decides: bool = False


def reminder_at(asked_at: datetime, after: timedelta, nth: int) -> datetime:
    """When the nth reminder (from 1) of a request is due: gaps double, and none is longer than a day."""
    gaps = (min(after * int(2**count), max(after, LONGEST_GAP)) for count in range(nth))
    return asked_at + sum(gaps, timedelta())


def next_to_remind(able: Sequence[str], reminded: Sequence[str], number: int) -> str | None:
    """Whose turn it is: of those who may decide, whoever was reminded of this request least often.

    Who comes first differs from request to request, so that it is not always the same person.
    """
    people = sorted(set(able))
    if not people:
        return None
    start = number % len(people)
    turned = people[start:] + people[:start]
    return min(turned, key=reminded.count)
