"""The messages that speak of a request: their kinds and names, so that they follow what becomes of it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.effects import Message
from bot.privacy.customer_requests.reminders import reminder_name
from bot.privacy.customer_requests.requests import Cause, CustomerRequest, TaskStatus, task_name
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.customer_requests.terms import due_day, end_of

OWNER: Final = "customer_request.owner"
TASK: Final = "customer_request.task"
ADDED: Final = "customer_request.added"
CLOSED: Final = "customer_request.closed"
MISTAKEN: Final = "customer_request.mistaken"
BACK: Final = "customer_request.back"
MISTAKES: Final = {cause: f"mistake_{cause}" for cause in Cause}
"""The reason codes of entries that end a request as registered by mistake."""
_ENDS: Final = frozenset({"closed", "reopened", *MISTAKES.values()})
EXTENSION_UNDONE: Final = "extension_undone"
RECEIVED_EARLIER: Final = "received_earlier"
"""What was added to a request had been received before it."""
_TERM_OR_END: Final = _ENDS | {"extended", EXTENSION_UNDONE, RECEIVED_EARLIER}
_CONCERNS_ALL: Final = _TERM_OR_END | {"handed_over"}


def step_name(request: CustomerRequest, version: int) -> str:
    """C-77/5: the fifth change of C-77."""
    return f"{request.name}/{version}"


def on_closing(request: CustomerRequest, person: str) -> tuple[Message, ...]:
    """To whoever registered it, whom the customer may ask, and to its owner; not to `person`, who closes it now."""
    about = step_name(request, request.version + 1)
    told = {request.recorded_by, request.owner} - {person, None}
    return tuple(Message(CLOSED, about, f"person:{one}") for one in sorted(map(str, told)))


def on_mistake(request: CustomerRequest, person: str, others: Iterable[str]) -> tuple[Message, ...]:
    """To everybody who had something to do with it, once each; `others` are those who did something beside it."""
    return _to_all(MISTAKEN, request, {*_concerned(request), *others}, person)


def on_return(request: CustomerRequest, person: str) -> tuple[Message, ...]:
    """To the same when it was no mistake after all: what was taken back is theirs to do again."""
    return _to_all(BACK, request, _concerned(request), person)


def _concerned(request: CustomerRequest) -> set[str]:
    had = {one.assignee for one in request.tasks if one.status is not TaskStatus.DONE}
    return {one for one in (request.recorded_by, request.owner, *had) if one is not None}


def _to_all(kind: str, request: CustomerRequest, people: set[str], presser: str) -> tuple[Message, ...]:
    about = step_name(request, request.version + 1)
    return tuple(Message(kind, about, f"person:{one}") for one in sorted(people - {presser}))


def to_follow(request: CustomerRequest, settings: RequestSettings, now: datetime, code: str) -> tuple[str, ...]:
    """What the messages speak of that show something else after the change `code`, of which `request` came."""
    found = [request.name, *_reminders(request, settings, now)]
    if code in _CONCERNS_ALL:
        found += [step_name(request, version) for version in range(1, request.version + 1)]
    if code in _TERM_OR_END:
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
