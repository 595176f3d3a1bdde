"""Words about customers' requests that several screens share."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.access.rules.media import medium_label
from bot.company import Company, listed
from bot.privacy.customer_requests.decide import Flaw, Obstacle, Part, Why
from bot.privacy.customer_requests.requests import (
    Cause,
    Channel,
    CustomerRequest,
    Kind,
    Mistake,
    Status,
    Task,
    TaskStatus,
    request_name,
)
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.objections.choices import Objected
from handlers.views.blocks import code, cut, escape, literal
from handlers.views.times import length, moment_of
from handlers.views.words import SHARED_ID, SOURCE_DOWN, TOO_MANY_LOOK_UPS, counted, refusal

KINDS = {
    Kind.ACCESS: "Access",
    Kind.ERASURE: "Erasure",
    Kind.RECTIFICATION: "Rectification",
    Kind.OBJECTION: "Objection to marketing",
    Kind.RESTRICTION: "Restriction",
    Kind.PORTABILITY: "Portability",
    Kind.COMPLAINT: "Complaint",
}
CHANNELS = {
    Channel.EMAIL: "E-mail",
    Channel.TELEPHONE: "Telephone",
    Channel.LETTER: "Letter",
    Channel.FORM: "Form on the website",
    Channel.CHAT: "Chat",
    Channel.IN_PERSON: "In person",
}
CAME_BY = {
    Channel.EMAIL: "by e-mail",
    Channel.TELEPHONE: "by telephone",
    Channel.LETTER: "by letter",
    Channel.FORM: "by the form on the website",
    Channel.CHAT: "by chat",
    Channel.IN_PERSON: "in person",
}

CAUSES = {
    Cause.WRONG_ACCOUNT: "the wrong account",
    Cause.NO_REQUEST: "no request at all",
    Cause.DUPLICATE: "a duplicate",
    Cause.OTHER: "something else",
}


def day(when: date) -> str:
    """ "2 March 2026"."""
    return f"{when:%-d %B %Y}"


def headline(request: CustomerRequest) -> str:
    """ "*Erasure* of `pw-00412` · C-77"."""
    return f"*{KINDS[request.kind]}* · {code(request.account)} · {request.name}"


def number_of(requests: int) -> str:
    """ "1 customer's request", "10 customers' requests"."""
    return counted(requests, "customer's request", "customers' requests")


def plain_headline(request: CustomerRequest) -> str:
    """The same for a notification."""
    return f"{request.name}: {KINDS[request.kind].lower()}, {escape(request.account)}"


def due(request: CustomerRequest, now: datetime, *, counts: bool = True) -> str:
    """ "Due on 30 March 2026 (12 days left)", "*Overdue*: was due on 30 March 2026 (2 days ago)".

    `counts`: with the days, which a message that stays for weeks would have wrong from the next day on.
    """
    if request.mistake is not None:
        by = f"<@{request.mistake.by}>, {_moment(request.mistake.at, now)}"
        return f":leftwards_arrow_with_hook: *Registered by mistake*: {cause(request.mistake)}, ended by {by}"
    if request.status is Status.CLOSED:
        return f":white_check_mark: Closed by <@{request.closed_by}>, {_moment(request.closed_at, now)}"
    extended = ", extended" if request.extended_at else ""
    if request.is_overdue(now):
        since = f" ({counted((now - request.due_at).days + 1, 'day')} ago)" if counts else ""
        return f":warning: *Overdue*: was due on {day(request.due_on)}{extended}{since}"
    left = f" ({_days(request.due_at, now)} left)" if counts else ""
    return f":hourglass: Due on *{day(request.due_on)}*{extended}{left}"


def cause(mistake: Mistake) -> str:
    """ "a duplicate of C-76"."""
    return CAUSES[mistake.cause] + (f" of {request_name(mistake.same_as)}" if mistake.same_as else "")


def ended(request: CustomerRequest) -> str:
    """How a request ended, for a notification."""
    return f"{request.name} {'was registered by mistake' if request.mistake else 'is closed'}"


def _days(later: datetime, earlier: datetime) -> str:
    """Whole days where there are several, else hours."""
    span = abs(later - earlier)
    return f"{span.days} days" if span.days > 1 else length(span)


def _moment(when: datetime | None, now: datetime) -> str:
    return moment_of(when, now) if when else ""


def task_state(task: Task, now: datetime, request: CustomerRequest) -> str:
    """What became of a task, or who has it."""
    if task.status is TaskStatus.OPEN and request.mistake is not None:
        return ":leftwards_arrow_with_hook: taken back" + (f" from <@{task.assignee}>" if task.assignee else "")
    if task.status is TaskStatus.OPEN:
        return f":hourglass: with <@{task.assignee}>" if task.assignee else ":hourglass: nobody has it yet"
    did = ":white_check_mark: done" if task.status is TaskStatus.DONE else ":no_entry_sign: refused"
    return f"{did} by <@{task.settled_by}>, {_moment(task.settled_at, now)}"


def media(objected: Sequence[str]) -> str:
    """The media that an objection is about."""
    return escape(listed([medium_label(one) for one in objected]))


def objections(objected: Sequence[Objected], now: datetime) -> list[str]:
    """What became of the objections in a request, a sentence each; those that are in force together."""
    barred = [one.choice.medium for one in objected if one.in_force]
    lines = [f"Objects to marketing by *{media(barred)}*: in force since it was recorded"] if barred else []
    return lines + [_lifted(one, now) for one in objected if not one.in_force]


def _lifted(one: Objected, now: datetime) -> str:
    objected = f"Objected to marketing by {media([one.choice.medium])}"
    if not one.choice.counts:
        return f"{objected}: *not in force*, undone by <@{one.choice.undone_by}>, {_moment(one.choice.undone_at, now)}"
    agreed = f", said on {day(one.standing.choice.said_on)} ({one.standing.choice.name})" if one.standing.choice else ""
    return f"{objected}: *not in force*, the account agreed again{agreed}"


def law(request: CustomerRequest, settings: RequestSettings) -> str:
    """The law's name, also if it is configured no longer."""
    return settings.laws[request.law].label if request.law in settings.laws else request.law


def flaw_words(part: Part, flaw: Flaw, candidates: tuple[str, ...]) -> str:
    """Under a field of the form."""
    if flaw is Flaw.SEVERAL_MATCHES:
        return cut(f"Several accounts match. Type the id: {listed(candidates, 'or')}.", 500)
    return _PART_WORDS.get((part, flaw)) or _FLAW_WORDS[flaw]


_PART_WORDS = {
    (Part.ACCOUNT, Flaw.MISSING): "Which account? Type its id, e-mail, domain or name.",
    (Part.ACCOUNT, Flaw.NO_MATCH): "No account matches. Type the whole id; of an account that is gone, the one it had. "
    "Who never had one: tell the privacy office.",
    (Part.ACCOUNT, Flaw.TOO_SHORT): "Type at least three letters, or the whole id.",
    (Part.MEDIA, Flaw.MISSING): "To what do they object? Tick at least one.",
    (Part.RECEIVED, Flaw.MISSING): "When did it come?",
}
_FLAW_WORDS = {
    Flaw.MISSING: "This is needed.",
    Flaw.NO_MATCH: "Nothing matches.",
    Flaw.TOO_SHORT: "That is too short.",
    Flaw.SOURCE_DOWN: SOURCE_DOWN,
    Flaw.SHARED_ID: SHARED_ID,
    Flaw.TOO_MANY: TOO_MANY_LOOK_UPS,
    Flaw.NOT_A_DATE: "Write the day as year-month-day, such as 2026-03-02.",
    Flaw.IN_THE_FUTURE: "That day is still to come. When was it received?",
    Flaw.LONG_AGO: "That is more than ten years ago.",
    Flaw.TOO_LONG: "At most 3,000 characters: keep what matters and leave the papers where they are.",
    Flaw.UNKNOWN: "That is not possible here any more. Open the form again.",
}


def why_not(
    reason: Reason | Why | Obstacle, request: CustomerRequest | None, company: Company, now: datetime, presser: str
) -> str:
    """Why a press changed nothing, and what to do now."""
    if reason is Why.OWNED_ALREADY and request is not None and request.owner is not None:
        return _owned(request, presser)
    if reason in (Obstacle.IDENTITY, Obstacle.TASK) and request is not None:
        return _not_yet(request)
    if reason is Why.FOLLOWED and request is not None:
        return _followed(request, company, now)
    if reason is Why.CLOSED_ALREADY and request is not None:
        who = "You" if request.closed_by == presser else f"<@{request.closed_by}>"
        return f"{who} closed {request.name} {_moment(request.closed_at, now)}. Nothing was changed."
    if reason is Why.MISTAKE_ALREADY and request is not None and request.mistake is not None:
        who = "You" if request.mistake.by == presser else f"<@{request.mistake.by}>"
        when = _moment(request.mistake.at, now)
        return f"{who} ended {request.name} as registered by mistake, {when}. *Reopen* takes that back."
    if reason is Why.TASK_DONE and request is not None:
        return _done_already(request)
    if reason is Reason.NOT_A_PRIVACY_OFFICER:
        group = code(company.handle(PRIVACY))
        return f"Only privacy officers ({group}) decide about customers' requests. That you tried is recorded."
    return _WHY_NOT[reason] if reason in _WHY_NOT else refusal(Reason(reason), company)


def stands_for(request: CustomerRequest, duplicates: Sequence[CustomerRequest]) -> str:
    """Why a request that others are duplicates of can't be taken back."""
    names = listed(one.name for one in duplicates) or "Another one"
    ended_as = f"{names} ended as {'duplicates' if len(duplicates) > 1 else 'a duplicate'} of {request.name}"
    return f"{request.name} can't be taken back: {ended_as}, and it stands for them. *Reopen* {names} first."


def _done_already(request: CustomerRequest) -> str:
    done = [task.title for task in request.tasks if task.status is TaskStatus.DONE]
    named = "; ".join(literal(cut(one, 120)) for one in done[:5])
    return (
        f"{request.name} can't be taken back: something of it is done already: {named}. If it was not, press *Undo* "
        "beside it first. If it was, refuse what is left with a reason and close the request."
    )


def _not_yet(request: CustomerRequest) -> str:
    """All that stands in the way of closing it, at once."""
    missing = [] if request.identity else ["how the customer's identity was checked: *Identity checked*"]
    still = [task.title for task in request.tasks if task.status is TaskStatus.OPEN]
    lines = [f"{request.name} can't be closed yet."]
    lines += [f"• Say first {one}." for one in missing]
    if still:
        named = "; ".join(literal(cut(one, 120)) for one in still[:5])
        more = f"; and {len(still) - 5} more" if len(still) > 5 else ""
        lines.append(f"• Still open: {named}{more}. Each is done, or refused with a reason.")
    return "\n".join(lines)


def _followed(request: CustomerRequest, company: Company, now: datetime) -> str:
    """What whoever registered it may tell the customer."""
    group = code(company.handle(PRIVACY))
    who = f"<@{request.owner}> has it" if request.owner else "nobody of the privacy office has it yet"
    has = f" · {who}" if request.is_open else ""
    hear = ", and hear when it is closed" if request.is_open else ""
    ask = f"You registered it{hear}. What else is in it only privacy officers ({group}) read, and who has a task of it."
    return f"{headline(request)}\n{due(request, now)}{has}\n{ask}"


def _owned(request: CustomerRequest, presser: str) -> str:
    if request.owner == presser:
        return f"{request.name} is yours already."
    return f"<@{request.owner}> took {request.name} before you. Nothing else to do; *Hand over* gives it to somebody."


_WHY_NOT: dict[str, str] = {
    Why.NOT_AN_EMPLOYEE: "Only employees register and answer customers' requests.",
    Why.NO_SUCH_CUSTOMER_REQUEST: "There is no such request. `/privacy requests` lists those that are open.",
    Why.NOT_CONCERNED: "Only privacy officers read this, and those who have a task of it. Whoever registered it hears "
    "how it ends. That you tried is recorded.",
    Why.STILL_OPEN: "It is open already.",
    Why.CHANGED_MEANWHILE: "Somebody changed it at the same moment. Open it again and see how it stands.",
    Why.NEW_OWNER_NO_OFFICER: "Only a privacy officer can own a request. Give that person a task instead.",
    Why.OWNED_ALREADY: "Somebody owned it at that moment. Open it again and see how it stands.",
    Why.NO_SUCH_WAY: "That way of checking is not in the list any more. Open the form again.",
    Why.NO_EXTENSION: "This law knows no extension.",
    Why.EXTENDED_ALREADY: "Its term was extended already, and that is possible once.",
    Why.TERM_OVER: "Its term is over, and it could be extended only before. Answer the customer now.",
    Why.CUSTOMER_NOT_TOLD: "The customer must be told first, with the reason: only then may the term be extended.",
    Why.NO_REASON: "Say why in a few words.",
    Why.NO_SUCH_TASK: "There is no such task.",
    Why.NOT_YOUR_TASK: "This task is somebody else's. That you tried is recorded.",
    Why.SETTLED_ALREADY: "This task is done or refused already.",
    Why.NOT_SETTLED: "This task is open already.",
    Why.NOBODY_TO_ASSIGN: "A task can be given to employees only: no guests, apps or people who left.",
    Why.NO_TASK_NAMED: "What is to be done? A few words.",
    Why.TOO_MANY_TASKS: "It has as many tasks as it can have. Put this to one that is there.",
    Why.NOT_EXTENDED: "Its term is not extended.",
    Why.NOT_ACCESS: "Data is assembled for requests for access and portability.",
    Why.MISTAKE_ALREADY: "It was registered by mistake, and has ended. Nothing was changed.",
    Why.TASK_DONE: "Something of it is done already, so it can't be taken back.",
    Why.CUSTOMER_TOLD: "It can't be taken back: its term was extended, and the customer was told so. Refuse what is "
    "left with a reason, and close it when the customer has been answered.",
    Why.ANSWERED: "It can't be taken back: it was closed once, as the customer had been answered. Refuse what is left "
    "with a reason, and close it again.",
    Why.STANDS_FOR_ANOTHER: "It can't be taken back: another one ended as a duplicate of it.",
}
