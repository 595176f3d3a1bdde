"""Who may do what about a customer's request, and when one may be closed. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.access.decide import admit
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.days import read_day
from bot.privacy.customer_requests.requests import Channel, CustomerRequest, Kind, Status, Task, TaskStatus
from bot.privacy.customer_requests.terms import Term

LONGEST_TEXT = 3000
SHORTEST_REASON = 5
LONGEST_REASON = 2000
LONGEST_AGO = timedelta(days=3653)  # ten years
ANOTHER = 0  # chosen where the same is open already: it is another one
LONGEST_TASK = 200
MOST_TASKS = 20  # of one request, so that it fits a window
FOR: Final = frozenset({Kind.ACCESS, Kind.PORTABILITY})
"""The kinds for which data is assembled."""


class Why(StrEnum):
    """Why a press changed nothing; the audit entry stores it."""

    NOT_AN_EMPLOYEE = "not_an_employee"
    NO_SUCH_CUSTOMER_REQUEST = "no_such_customer_request"
    NOT_CONCERNED = "not_concerned"  # neither an officer nor the owner nor somebody with a task
    FOLLOWED = "followed"  # registered by this person, who is told how it stands and reads nothing else
    CLOSED_ALREADY = "closed_already"
    MISTAKE_ALREADY = "mistake_already"
    STILL_OPEN = "still_open"
    CHANGED_MEANWHILE = "changed_meanwhile"
    OWNED_ALREADY = "owned_already"
    NEW_OWNER_NO_OFFICER = "new_owner_no_officer"
    NO_SUCH_WAY = "no_such_way"
    NO_EXTENSION = "no_extension"
    EXTENDED_ALREADY = "extended_already"
    TERM_OVER = "term_over"
    CUSTOMER_NOT_TOLD = "customer_not_told"
    NO_REASON = "no_reason"
    NO_SUCH_TASK = "no_such_task"
    NOT_YOUR_TASK = "not_your_task"
    SETTLED_ALREADY = "settled_already"
    NOT_SETTLED = "not_settled"
    NOBODY_TO_ASSIGN = "nobody_to_assign"
    NO_TASK_NAMED = "no_task_named"
    TOO_MANY_TASKS = "too_many_tasks"
    NOT_EXTENDED = "not_extended"
    NOT_ACCESS = "not_access"
    TASK_DONE = "task_done"
    CUSTOMER_TOLD = "customer_told"
    ANSWERED = "answered"
    STANDS_FOR_ANOTHER = "stands_for_another"


class Obstacle(StrEnum):
    """What stands in the way of closing a request."""

    IDENTITY = "identity"
    TASK = "task"


class Part(StrEnum):
    """A field of the form that registers a request."""

    KIND = "kind"
    ACCOUNT = "account"
    CHANNEL = "channel"
    RECEIVED = "received"
    LAW = "law"
    TEXT = "text"
    IDENTITY = "identity"
    MEDIA = "media"


class Flaw(StrEnum):
    """What is wrong with a field; the views have the words."""

    MISSING = "missing"
    NO_MATCH = "no_match"
    TOO_SHORT = "too_short"
    SOURCE_DOWN = "source_down"
    SHARED_ID = "shared_id"
    SEVERAL_MATCHES = "several_matches"
    TOO_MANY = "too_many_look_ups"
    NOT_A_DATE = "not_a_date"
    IN_THE_FUTURE = "in_the_future"
    LONG_AGO = "long_ago"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before it is one, as somebody filled it in. `received` is the day as typed: 2026-03-02.

    `same_as`: a request for the same account and of the same kind to which this belongs; ANOTHER: it was shown and this
    is another one; None: nobody was asked yet. `identity`: the ways of the checklist that were ticked.
    """

    account: str
    kind: str | None
    channel: str | None
    received: str | None
    law: str | None = None
    text: str = ""
    identity: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    same_as: int | None = None


def flaws(
    draft: Draft, today: date, laws: Mapping[str, Term], ways: Collection[str], media: Collection[str]
) -> dict[Part, Flaw]:
    """All that is wrong with a draft, before any account is looked for. `today` in the company's time zone."""
    found: dict[Part, Flaw] = {}
    for part, given, known in (
        (Part.KIND, draft.kind, set(Kind)),
        (Part.CHANNEL, draft.channel, set(Channel)),
        (Part.LAW, draft.law, set(laws)),
    ):
        if not given:
            found[part] = Flaw.MISSING
        elif given not in known:
            found[part] = Flaw.UNKNOWN
    if not draft.account.strip():
        found[Part.ACCOUNT] = Flaw.MISSING
    if flaw := _day_flaw(draft.received, today):
        found[Part.RECEIVED] = flaw
    if len(draft.text) > LONGEST_TEXT:
        found[Part.TEXT] = Flaw.TOO_LONG
    if set(draft.identity) - set(ways):
        found[Part.IDENTITY] = Flaw.UNKNOWN
    return found | _media_flaw(draft, media)


def _day_flaw(typed: str | None, today: date) -> Flaw | None:
    if not typed:
        return Flaw.MISSING
    day = read_day(typed)
    if day is None:
        return Flaw.NOT_A_DATE
    if day > today:
        return Flaw.IN_THE_FUTURE
    return Flaw.LONG_AGO if today - day > LONGEST_AGO else None


def _media_flaw(draft: Draft, media: Collection[str]) -> dict[Part, Flaw]:
    """An objection says to what; with anything else a customer may object as well."""
    if set(draft.media) - set(media):
        return {Part.MEDIA: Flaw.UNKNOWN}
    missing = draft.kind == Kind.OBJECTION and media and not draft.media
    return {Part.MEDIA: Flaw.MISSING} if missing else {}


def may_register(person: Person, conversation: Conversation) -> Reason | Why | None:
    """Why this person may not register a request here, or None: any employee may."""
    if barred := admit(person, conversation):
        return barred
    return None if person.standing is Standing.MEMBER else Why.NOT_AN_EMPLOYEE


def may_see(person: Person, conversation: Conversation, request: CustomerRequest | None) -> Reason | Why | None:
    """Why this person may not read this request here, or None: officers, its owner, and whoever has a task of it.

    FOLLOWED: it is theirs to know how it stands, because the customer asks whoever took the request.
    """
    if barred := may_register(person, conversation):
        return barred
    if request is None or request.team != person.team:
        return Why.NO_SUCH_CUSTOMER_REQUEST
    concerned = {request.owner, *(task.assignee for task in request.tasks)}
    if is_officer(person) or person.id in concerned:
        return None
    return Why.FOLLOWED if person.id == request.recorded_by else Why.NOT_CONCERNED


def may_change(person: Person, request: CustomerRequest | None, *, is_open: bool = True) -> Reason | Why | None:
    """Why this person may not change this request, or None. `is_open`: what it must be for this change."""
    if not is_officer(person):
        return Reason.NOT_A_PRIVACY_OFFICER
    if request is None or request.team != person.team:
        return Why.NO_SUCH_CUSTOMER_REQUEST
    if request.is_open is not is_open:
        return _ended(request) if is_open else Why.STILL_OPEN
    return None


def _ended(request: CustomerRequest) -> Why | None:
    """How a request ended; None while it is open."""
    if request.is_open:
        return None
    return Why.MISTAKE_ALREADY if request.status is Status.MISTAKE else Why.CLOSED_ALREADY


def may_assemble(person: Person, conversation: Conversation, request: CustomerRequest | None) -> Reason | Why | None:
    """Why this person may not assemble the data for this request here, or None."""
    if (reason := may_see(person, conversation, request)) or request is None:
        return Why.NOT_CONCERNED if reason is Why.FOLLOWED else reason or Why.NO_SUCH_CUSTOMER_REQUEST
    return _ended(request) or (None if request.kind in FOR else Why.NOT_ACCESS)


def may_take(person: Person, request: CustomerRequest | None) -> Reason | Why | None:
    """Why this person may not make it theirs, or None: nobody's is for any officer to take."""
    if reason := may_change(person, request):
        return reason
    return Why.OWNED_ALREADY if request is not None and request.owner is not None else None


def may_hand_over(person: Person, request: CustomerRequest | None, to: Person) -> Reason | Why | None:
    """Why it may not be handed over to that person, or None: only an officer owns one."""
    if reason := may_change(person, request):
        return reason
    if not is_officer(to):
        return Why.NEW_OWNER_NO_OFFICER
    return Why.OWNED_ALREADY if request is not None and request.owner == to.id else None


def may_extend(
    person: Person, request: CustomerRequest | None, term: Term | None, reason: str, now: datetime, *, told: bool
) -> Reason | Why | None:
    """Why its term may not be extended, or None.

    Once, before the first term is over, with a reason, and only if the customer was told. Source: GDPR art. 12(3),
    "inform the data subject of any such extension within one month of receipt of the request, together with the
    reasons for the delay".
    """
    if barred := may_change(person, request):
        return barred
    if request is None or term is None or not term.extendable:
        return Why.NO_EXTENSION
    if request.extended_at is not None:
        return Why.EXTENDED_ALREADY
    if now >= request.due_at:
        return Why.TERM_OVER
    if not told:
        return Why.CUSTOMER_NOT_TOLD
    return None if len(reason.strip()) >= SHORTEST_REASON else Why.NO_REASON


def may_undo_extension(
    person: Person, request: CustomerRequest | None, term: Term | None, reason: str
) -> Reason | Why | None:
    """Why its term may not be made the first one again, or None: any officer may, and says why.

    The customer loses nothing: an earlier day is never to their harm.
    """
    if barred := may_change(person, request):
        return barred
    if request is None or request.extended_at is None or term is None:
        return Why.NOT_EXTENDED
    return None if len(reason.strip()) >= SHORTEST_REASON else Why.NO_REASON


def may_add_task(person: Person, request: CustomerRequest | None, title: str, to: Person | None) -> Reason | Why | None:
    """Why this person may not add this task, or None: officers, as long as the request is open."""
    if barred := may_change(person, request):
        return barred
    if not SHORTEST_REASON <= len(title.strip()) <= LONGEST_TASK:
        return Why.NO_TASK_NAMED
    if request is not None and len(request.tasks) >= MOST_TASKS:
        return Why.TOO_MANY_TASKS
    return None if to is None or to.standing is Standing.MEMBER else Why.NOBODY_TO_ASSIGN


def obstacles(request: CustomerRequest) -> tuple[Obstacle | Task, ...]:
    """All that stands in the way of closing it: the identity that nobody checked, and each task that is open."""
    unchecked = () if request.identity else (Obstacle.IDENTITY,)
    return (*unchecked, *(task for task in request.tasks if task.status is TaskStatus.OPEN))


def may_close(person: Person, request: CustomerRequest | None) -> Reason | Why | Obstacle | None:
    """Why it may not be closed by this person, or None: identity checked, every task done or refused with a reason."""
    if reason := may_change(person, request):
        return reason
    if request is None:
        return Why.NO_SUCH_CUSTOMER_REQUEST
    first = next(iter(obstacles(request)), None)
    return Obstacle.TASK if isinstance(first, Task) else first


def may_settle(person: Person, request: CustomerRequest | None, position: int) -> Reason | Why | None:
    """Why this person may not finish or refuse this task, or None: the one who has it, and officers."""
    if reason := _about_task(person, request, position):
        return reason
    task = request.task(position) if request else None
    return Why.SETTLED_ALREADY if task is None or task.status is not TaskStatus.OPEN else None


def may_undo(person: Person, request: CustomerRequest | None, position: int) -> Reason | Why | None:
    """Why this person may not take back that a task was settled, or None."""
    if reason := _about_task(person, request, position):
        return reason
    task = request.task(position) if request else None
    return Why.NOT_SETTLED if task is None or task.status is TaskStatus.OPEN else None


def _about_task(person: Person, request: CustomerRequest | None, position: int) -> Reason | Why | None:
    if person.standing is not Standing.MEMBER:
        return Why.NOT_AN_EMPLOYEE
    if request is None or request.team != person.team:
        return Why.NO_SUCH_CUSTOMER_REQUEST
    task = request.task(position)
    if task is None:
        return Why.NO_SUCH_TASK
    if not is_officer(person) and person.id not in (task.assignee, task.settled_by):
        return Why.NOT_YOUR_TASK
    return _ended(request)
