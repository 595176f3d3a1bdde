"""The messages that speak of a request: their kinds and names, so that they follow what becomes of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.effects import Message
from bot.privacy.customer_requests.reminders import reminder_name
from bot.privacy.customer_requests.requests import CustomerRequest, task_name
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.customer_requests.terms import due_day, end_of

OWNER: Final = "customer_request.owner"
TASK: Final = "customer_request.task"
ADDED: Final = "customer_request.added"
CLOSED: Final = "customer_request.closed"
_ENDS: Final = frozenset({"closed", "reopened"})
_CONCERNS_ALL: Final = _ENDS | {"handed_over", "extended"}


def step_name(request: CustomerRequest, version: int) -> str:
    """C-77/5: the fifth change of C-77."""
    return f"{request.name}/{version}"


def on_closing(request: CustomerRequest, person: str) -> tuple[Message, ...]:
    """To whoever registered it, whom the customer may ask, and to its owner; not to `person`, who closes it now."""
    about = step_name(request, request.version + 1)
    told = {request.recorded_by, request.owner} - {person, None}
    return tuple(Message(CLOSED, about, f"person:{one}") for one in sorted(map(str, told)))


def to_follow(request: CustomerRequest, settings: RequestSettings, now: datetime, code: str) -> tuple[str, ...]:
    """What the messages speak of that show something else after the change `code`, of which `request` came."""
    found = [request.name, *_reminders(request, settings, now)]
    if code in _CONCERNS_ALL:
        found += [step_name(request, version) for version in range(1, request.version + 1)]
    if code in _ENDS:
        found += [task_name(request.number, task) for task in request.tasks if task.assignee is not None]
    return tuple(found)


def _reminders(request: CustomerRequest, settings: RequestSettings, now: datetime) -> Iterator[str]:
    """Reminders whose time has come, those of the term before it was extended too."""
    for one in (request, *_before_extension(request, settings)):
        yield from (reminder_name(one, span) for span in settings.remind_before if one.due_at - span <= now)


def _before_extension(request: CustomerRequest, settings: RequestSettings) -> Iterator[CustomerRequest]:
    term = settings.laws.get(request.law)
    if request.extended_at is not None and term is not None:
        first = due_day(request.received_on, term, settings.day_off)
        yield replace(request, due_on=first, due_at=end_of(first, settings.zone))
