"""Messages about customers' requests that must arrive. They name accounts by id, and hold nothing that was written."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from bot.access.people import Person, Standing
from bot.company import listed
from bot.privacy.customer_requests.left import can_see_to
from bot.privacy.customer_requests.requests import CustomerRequest, Status, Task, TaskStatus, request_name
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.objections.choices import Objected
from handlers.views.accounts.objections import undo_buttons
from handlers.views.blocks import (
    Block,
    actions,
    button,
    code,
    context,
    cut,
    cut_marked,
    escape,
    literal,
    message,
    section,
)
from handlers.views.customer_requests.request import OPEN, TAKE, TASK_DONE, TASK_REFUSE, TASK_UNDO, mistake_button
from handlers.views.customer_requests.words import (
    CAME_BY,
    KINDS,
    day,
    due,
    ended,
    headline,
    law,
    number_of,
    objections,
    plain_headline,
    task_state,
)
from handlers.views.words import counted, value_of

MOST = 12
MOST_LEFT = 5


def new(request: CustomerRequest, settings: RequestSettings, now: datetime, objected: Sequence[Objected] = ()) -> Block:
    """To the privacy channel; afterwards it says who has it and what became of it."""
    came = f"Came {CAME_BY[request.channel]} on {day(request.received_on)}, registered by <@{request.recorded_by}>"
    text = f"*A customer's request:* {headline(request)}\n{due(request, now, counts=False)}"
    text += "".join(f"\n{line}" for line in objections(objected, now))
    blocks = [section(text)]
    if undo := undo_buttons([one.choice for one in objected], "Undo the objection"):
        blocks.append(actions(*undo))
    blocks.append(context(f"{came} · {escape(law(request, settings))}"))
    if request.is_open:
        value = value_of(customer_request=request.number)
        take = [] if request.owner else [button("Take it", TAKE, value, style="primary")]
        blocks.append(section(_progress(request)))
        blocks.append(actions(*take, button("Open", OPEN, value), mistake_button(request)))
    return message(f"A customer's request: {plain_headline(request)}", blocks)


def _progress(request: CustomerRequest) -> str:
    owner = f"<@{request.owner}> has it" if request.owner else "Nobody has it yet"
    settled = sum(task.status is not TaskStatus.OPEN for task in request.tasks)
    return f"{owner} · {settled} of {counted(len(request.tasks), 'task')} settled"


def task(request: CustomerRequest, one: Task, given: int, person: str, now: datetime) -> Block:
    """To whoever was given a task; afterwards it says what became of it."""
    head = f"*Your task for {request.name}*: {literal(cut(one.title, 300))}"
    about = f"{KINDS[request.kind]} · {code(request.account)}"
    if one.round != given or one.assignee != person:
        text = f"{head}\n:leftwards_arrow_with_hook: Somebody else has it now. Nothing to do."
        return message(f"{request.name}: a task that is not yours any more", [section(text)])
    if not request.is_open:
        state = f"{task_state(one, now, request)}\n" if one.status is not TaskStatus.OPEN else ""
        text = f"{head}\n{state}{due(request, now)}"
        return message(ended(request), [section(text)])
    if one.status is not TaskStatus.OPEN:
        value = value_of(customer_request=request.number, task=one.position)
        blocks = [section(f"{head}\n{task_state(one, now, request)}"), actions(button("Undo", TASK_UNDO, value))]
        return message(f"{request.name}: your task is {one.status.value}", blocks)
    return message(
        f"A task for you: {plain_headline(request)}",
        [section(f"{head}\n{about}\n{due(request, now, counts=False)}"), _task_buttons(request, one)],
    )


def _task_buttons(request: CustomerRequest, one: Task) -> Block:
    value = value_of(customer_request=request.number, task=one.position)
    return actions(
        button("Done", TASK_DONE, value, style="primary"),
        button("Refuse", TASK_REFUSE, value),
        button("Open", OPEN, value_of(customer_request=request.number)),
    )


def owner(request: CustomerRequest, person: str, now: datetime) -> Block:
    """To whom a request was handed over."""
    if request.owner != person:
        text = f"{request.name} was handed over to you. It is not yours any more."
        return message(text, [section(text)])
    if not request.is_open:
        text = f"{request.name} was handed over to you.\n{headline(request)}\n{due(request, now)}"
        return message(ended(request), [section(text)])
    about = f"{KINDS[request.kind]} · {code(request.account)}"
    text = f"*{request.name} is yours now* · {about}\n{due(request, now, counts=False)}"
    return message(f"{plain_headline(request)} is yours now", [section(text), _open(request)])


def reminder(
    request: CustomerRequest, now: datetime, person: str | None = None, gone: Collection[str] = frozenset()
) -> Block:
    """To the owner and to people with tasks, or to the privacy channel (no `person`) where nobody owns it, or where
    some who have something to do for it are `gone`.
    """
    if not request.is_open:
        text = f"{headline(request)}\n{due(request, now)}"
        return message(ended(request), [section(text)])
    still = [one for one in request.tasks if one.status is TaskStatus.OPEN]
    own = [one for one in still if person is not None and one.assignee == person]
    if person is not None and person != request.owner and not own:
        text = f"{request.name} comes due, and nothing of it is left to do for you."
        return message(text, [section(text)])
    what = "is overdue" if request.is_overdue(now) else "comes due"
    text = f"*A request {what}:* {headline(request)}\n{due(request, now)} · {counted(len(still), 'task')} open"
    if request.owner is None:
        text += " · nobody has it"
    elif request.owner in gone:
        text += f" · <@{request.owner}> has it, and is no privacy officer any more: *Hand over* in it gives it to one"
    text += "".join(f"\n• Your task: {literal(cut(one.title, 150))}" for one in own)
    lost = [one for one in still if one.assignee in gone]
    text += "".join(f"\n• With <@{one.assignee}>, who left: {literal(cut(one.title, 150))}" for one in lost)
    title = f"{'Was due' if request.is_overdue(now) else 'Due'} on {day(request.due_on)}"
    return message(f"{title}: {plain_headline(request)}", [section(text), _open(request)])


def added(request: CustomerRequest, now: datetime, objected: Sequence[Objected] = ()) -> Block:
    """To the owner, or to the privacy channel: something was added to a request that is open."""
    text = f"*The customer wrote again:* {headline(request)}\n{due(request, now, counts=False)}"
    text += "".join(f"\n{line}" for line in objections(objected, now))
    blocks = [section(text), *([_open(request)] if request.is_open else [])]
    return message(f"The customer wrote again about {plain_headline(request)}", blocks)


def closed(request: CustomerRequest, person: str, now: datetime) -> Block:
    """To whoever registered it, so that they can tell the customer, and to its owner where somebody else closed it; it
    follows when the request is opened again.
    """
    state = "is open again" if request.is_open else "was registered by mistake" if request.mistake else "is closed"
    title = f"{request.name}, which {'you registered' if person == request.recorded_by else 'was yours'}, {state}"
    text = f"*{title}*\n{headline(request)}\n{due(request, now)}"
    refused = sum(task.status is TaskStatus.REFUSED for task in request.tasks)
    if refused and request.status is Status.CLOSED and person == request.recorded_by:
        were = f"{counted(refused, 'task')} of {len(request.tasks)} {'was' if refused == 1 else 'were'} refused"
        text += f"\n{were}: ask <@{request.closed_by}> before you tell the customer that it is done."
    return message(title, [section(text)])


def overdue(requests: tuple[CustomerRequest, ...], when: date, doubtful: Sequence[int] = ()) -> Block:
    """Each morning, to the privacy channel: what is overdue, and whose term may be hidden (`doubtful`, by number)."""
    if doubtful:
        return _doubtful(doubtful, overdue(requests, when) if requests else None)
    if not requests:
        text = f"Nothing of {day(when)} is overdue any more."
        return message(text, [section(text)])
    number = len(requests)
    title = f"{number_of(number)} {'is' if number == 1 else 'are'} overdue, {day(when)}"
    lines = [
        f"• {headline(one)} · was due {day(one.due_on)}{_since(one.due_on, when)} · "
        f"{f'<@{one.owner}>' if one.owner else 'nobody has it'}"
        for one in requests[:MOST]
    ]
    more = [f"And {number - MOST} more: `/privacy requests`"] if number > MOST else []
    blocks = [section(f":warning: *{title}*"), section(cut_marked("\n".join([*lines, *more]), 2900))]
    blocks.append(context("`/privacy requests` lists them, with what is left to do for each."))
    return message(title, blocks)


def _since(due_on: date, when: date) -> str:
    """How long that is ago in the list of a morning."""
    days = (when - due_on).days
    return f" ({counted(days, 'day')} ago)" if days > 0 else ""


def left(person: Person, requests: Sequence[CustomerRequest], number: int, now: datetime) -> Block:
    """To the privacy channel, about somebody who can't see to what they have: `requests` are the first of `number`."""
    title = f"<@{person.id}> {_where(person, owns=any(one.owner == person.id for one in requests))}"
    if not requests:
        text = f"Nothing of customers' requests is left with <@{person.id}>: somebody else has it, or it is settled."
        return message(text, [section(text)])
    title += f", and has something to do for {number_of(number)}"
    blocks = [section(f"*{title}*")]
    for one in requests:
        text = cut_marked(f"{headline(one)}\n{due(one, now, counts=False)}{_theirs(one, person.id)}", 2900)
        value = value_of(customer_request=one.number)
        blocks.append(section(text, button("Open", f"{OPEN}.{one.number}", value)))
    more = f" And {number - len(requests)} more: `/privacy requests`." if number > len(requests) else ""
    blocks.append(context(f"*Hand over* gives a request to another officer, *Give to somebody* a task.{more}"))
    return message(title, blocks)


def _where(person: Person, *, owns: bool) -> str:
    if can_see_to(person, owns=owns):
        return "is here again"
    if person.standing is Standing.GUEST:
        return "is a guest now"
    return "is no privacy officer any more" if person.standing is Standing.MEMBER else "left"


def _theirs(request: CustomerRequest, person: str) -> str:
    """What of it somebody has."""
    own = [one for one in request.tasks if one.status is TaskStatus.OPEN and one.assignee == person]
    lines = ["The whole request", *(f"Task: {literal(cut(one.title, 150))}" for one in own)]
    return "".join(f"\n• {line}" for line in lines[0 if request.owner == person else 1 :])


def _doubtful(numbers: Sequence[int], overdue: Block | None) -> Block:
    """Requests that are kept otherwise than the audit entries have them, before what is overdue."""
    names = listed([request_name(one) for one in numbers[:MOST]])
    more = f" and {len(numbers) - MOST} more" if len(numbers) > MOST else ""
    title = f"{number_of(len(numbers))} may have been changed in the database: {names}{more}"
    what = (
        "What is kept of them is not what the audit entries say, so a term may be hidden. Open each with `/privacy "
        f"{request_name(numbers[0])}`, compare it with `/audit {request_name(numbers[0])}`, and ask an auditor for "
        "`/audit verify`."
    )
    blocks = [section(f":warning: *{title}*\n{what}")]
    return message(title, [*blocks, *(overdue["blocks"] if overdue else [])])


def _open(request: CustomerRequest) -> Block:
    return actions(button("Open", OPEN, value_of(customer_request=request.number), style="primary"))
