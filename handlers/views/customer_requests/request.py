"""A customer's request on the screen: the request itself, the list, and what came of registering one."""

from datetime import datetime

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.company import Company, field_name, listed
from bot.privacy.customer_requests.assemble import Assembled
from bot.privacy.customer_requests.decide import FOR, MOST_TASKS
from bot.privacy.customer_requests.register import Registered
from bot.privacy.customer_requests.requests import Added, CustomerRequest, Status, Task, TaskStatus, request_name
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.customer_requests.work import Changed, Opened, Words
from handlers.views.accounts.account import CUSTOMER_REQUEST
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    code,
    confirmation,
    context,
    cut,
    cut_marked,
    divider,
    escape,
    header,
    literal,
    modal,
    section,
    verbatim,
)
from handlers.views.customer_requests.words import (
    CAME_BY,
    KINDS,
    day,
    due,
    headline,
    law,
    media,
    objections,
    task_state,
)
from handlers.views.times import moment_of
from handlers.views.words import counted, recorded, value_of

OPEN = "customer_request.open"
NEW = CUSTOMER_REQUEST
TAKE = "customer_request.take"
HAND_OVER = "customer_request.hand_over"
IDENTITY = "customer_request.identity"
EXTEND = "customer_request.extend"
UNDO_EXTENSION = "customer_request.undo_extension"
ADD_TASK = "customer_request.add_task"
CLOSE = "customer_request.close"
REOPEN = "customer_request.reopen"
MISTAKE = "customer_request.mistake"
ASSEMBLE = "customer_request.assemble"
TASK_DONE = "customer_request.task_done"
TASK_REFUSE = "customer_request.task_refuse"
TASK_UNDO = "customer_request.task_undo"
TASK_ASSIGN = "customer_request.task_assign"
SHOWN = "customer_request.shown"
ERASED = "(erased)"
NOT_TYPED = "(nothing was typed)"
ADDED_AT_ONCE = 5
UNCHECKED = "Nobody has checked yet that it is the customer who asks. Send nothing before that."
"""Of what was assembled for a request whose identity is not checked."""


def request_modal(
    found: Opened | Changed, settings: RequestSettings, now: datetime, presser: str, *, officer: bool
) -> Block:
    """The request with everything that this person can do about it."""
    request = found.request
    blocks = [section(f"{headline(request)}\n{due(request, now)}"), context(_origin(request, settings))]
    blocks += [section(line) for line in objections(found.objected, now)]
    blocks += [context(_duplicate(one)) for one in found.duplicates[:ADDED_AT_ONCE]]
    blocks.append(section(_state(request)))
    blocks += _said("The customer wrote", found.words.customer)
    blocks += _added(found.words.added, now)
    if request.extended_at is not None:
        blocks += _said("Extended, because", found.words.extension or ERASED)
    if request.mistake is not None:
        blocks += _said("Registered by mistake, because", found.words.mistake or ERASED)
    if buttons := _buttons(request, settings, now) if officer else _buttons_of_others(request, presser):
        blocks.append(actions(*buttons))
    blocks += [divider(), header("Tasks")]
    for task in request.tasks:
        blocks += _task(request, task, found.words, now, presser, officer=officer)
    if officer and request.is_open and len(request.tasks) < MOST_TASKS:
        blocks.append(actions(button("Add a task", ADD_TASK, value_of(customer_request=request.number))))
    blocks.append(context(recorded(found.entry)))
    return modal(request.name, blocks, callback=SHOWN, memo=value_of(customer_request=request.number))


def _origin(request: CustomerRequest, settings: RequestSettings) -> str:
    came = f"Came {CAME_BY[request.channel]} on {day(request.received_on)}"
    return f"{came} · registered by <@{request.recorded_by}> · {escape(law(request, settings))}"


def _duplicate(one: CustomerRequest) -> str:
    return f"{one.name} ended as a duplicate of this one. {code(f'/privacy {one.name}')} shows what was written there."


def _state(request: CustomerRequest) -> str:
    yet = " yet" if request.is_open else ""
    owner = f"<@{request.owner}>" if request.owner else f"nobody{yet}"
    ways = "; ".join(map(escape, request.identity))
    identity = f"{ways} (<@{request.identity_by}>)" if ways else f"not checked{yet}"
    return f"*Owner* {owner}\n*Identity* {identity}"


def _said(label: str, words: str | None) -> list[Block]:
    return [context(label), verbatim(cut(words, 2900))] if words else []


def _added(added: tuple[Added, ...], now: datetime) -> list[Block]:
    """What was written again, the newest last."""
    shown = added[-ADDED_AT_ONCE:]
    left = len(added) - len(shown)
    blocks = [context(f"{counted(left, 'addition')} before these: auditors find them by the number.")] if left else []
    for one in shown:
        said = f"Written again, registered by <@{one.by}>, {moment_of(one.at, now)}"
        blocks += _said(said, ERASED if one.words is None else one.words or NOT_TYPED)
    return blocks


def _buttons(request: CustomerRequest, settings: RequestSettings, now: datetime) -> list[Element]:
    value = value_of(customer_request=request.number)
    if not request.is_open:
        return [_reopen(request)]
    done = all(task.status is not TaskStatus.OPEN for task in request.tasks)
    buttons = [] if request.owner else [button("Take it", TAKE, value, style="primary")]
    buttons.append(button("Hand over", HAND_OVER, value))
    buttons.append(button("Correct the identity" if request.identity else "Identity checked", IDENTITY, value))
    term = settings.laws.get(request.law)
    if request.extended_at is None and term is not None and term.extendable and not request.is_overdue(now):
        buttons.append(button("Extend the term", EXTEND, value))
    elif request.extended_at is not None and term is not None:
        buttons.append(button("Undo the extension", UNDO_EXTENSION, value))
    if request.kind in FOR:
        buttons.append(_assemble(request))
    buttons.append(mistake_button(request))
    ready = done and request.identity is not None and request.owner is not None
    return [*buttons, button("Close the request", CLOSE, value, style="primary" if ready else None, sure=_sure())]


def _buttons_of_others(request: CustomerRequest, presser: str) -> list[Element]:
    """Who has a task of it assembles what they may see; who owns it, an officer no more, takes it back."""
    buttons = [_assemble(request)] if request.is_open and request.kind in FOR else []
    if presser == request.owner and request.status is not Status.CLOSED:
        buttons.append(mistake_button(request) if request.is_open else _reopen(request))
    return buttons


def _assemble(request: CustomerRequest) -> Element:
    return button("Assemble", ASSEMBLE, value_of(customer_request=request.number))


def mistake_button(request: CustomerRequest) -> Element:
    """**Registered by mistake**, whose form says what will happen."""
    return button("Registered by mistake", MISTAKE, value_of(customer_request=request.number))


def _reopen(request: CustomerRequest) -> Element:
    """Opening one again that was called a mistake sets off again what that took back, so it asks first."""
    sure = None
    if request.mistake is not None:
        words = "Its tasks are there again for those who had them, who are told, and so is an objection that it held."
        sure = confirmation(f"Was {request.name} no mistake?", f"{words} Its term stays.", "Reopen", "Leave it")
    return button("Reopen", REOPEN, value_of(customer_request=request.number), sure=sure)


def _task(
    request: CustomerRequest, task: Task, words: Words, now: datetime, presser: str, *, officer: bool
) -> list[Block]:
    text = f"*{task.position}. {literal(cut(task.title, 300))}*\n{task_state(task, now, request)}"
    if task.status is TaskStatus.REFUSED:
        text += f"\n“{literal(cut(words.refusals.get(task.position) or ERASED, 600))}”"
    if not request.is_open or not (officer or presser in (task.assignee, task.settled_by)):
        return [section(text)]
    return [section(text), actions(*task_buttons(request, task, officer=officer))]


def task_buttons(request: CustomerRequest, task: Task, *, officer: bool) -> list[Element]:
    """What can be done about a task; *Done* is the main thing only for the one who has it."""
    value = value_of(customer_request=request.number, task=task.position)
    if task.status is not TaskStatus.OPEN:
        return [button("Undo", TASK_UNDO, value)]
    buttons = [button("Done", TASK_DONE, value), button("Refuse", TASK_REFUSE, value)]
    return [*buttons, button("Give to somebody", TASK_ASSIGN, value)] if officer else buttons


def registered(result: Registered, company: Company, settings: RequestSettings, now: datetime) -> Block:
    """After the form: the number to tell the customer, and until when."""
    request = result.request
    if result.linked:
        said = f":white_check_mark: *Added to {request.name}.* The privacy office is told, and reads what was written."
    else:
        said = (
            f":white_check_mark: *{request.name} is registered*: {KINDS[request.kind].lower()}, {code(request.account)}"
        )
    blocks = [section(f"{said}\n{due(request, now)}")]
    if result.media:
        blocks.append(section(f"From now on marketing may not use *{media(result.media)}* for this account."))
    has = f"The privacy office ({code(company.handle(PRIVACY))}) has it. The law: {escape(law(request, settings))}."
    follow = f"{code(f'/privacy {request.name}')} says how it stands, and you hear when it is closed."
    mistake = "A mistake? Tell them: they can take it back."
    blocks.append(context(has if result.linked else f"{has} {follow} {mistake}"))
    blocks.append(context(recorded(result.entry)))
    return modal("Customer's request", blocks, callback="customer_request.registered")


def assembled(result: Assembled, *, sent: bool) -> Block:
    """What went into the file, and what did not."""
    request = result.request
    blocks = [section(f"*Assembled for {request.name}* · {code(request.account)}")]
    if not result.was_read:
        blocks.append(section(_not_read(result)))
    if result.data:
        classes = "\n".join(f"• {escape(name)}: {_names(data)}" for name, data in result.data.items())
        blocks.append(section(cut_marked(f"In the file:\n{classes}", 2900)))
    elif result.was_read:
        blocks.append(section(_nothing_to_see(result)))
    if result.left_out and result.data:
        names = ", ".join(escape(one) for one in result.left_out)
        what = "Ask for access and assemble again, or let somebody assemble it too who sees it: the customer gets both."
        blocks.append(section(f"Not in it, or only in part: *{names}*. {what}"))
    if result.held and result.data:
        blocks.append(context(f"{escape(listed(result.held))}: the customer's own, and in no file."))
    if result.cut:
        blocks.append(context(f"Only the first part of {', '.join(map(escape, result.cut))} fits."))
    blocks.append(section(_files(result, sent=sent)))
    if not request.identity:
        blocks.append(section(f":warning: {UNCHECKED}"))
    blocks.append(actions(back_button(request.number)))
    blocks.append(context(f"{counted(len(result.entries), 'entry', 'entries')} recorded. Only you can see this."))
    return modal("Assembled", blocks, callback="customer_request.assembled")


def back_button(number: int) -> Element:
    """From what a press came to back to the request, in the same window."""
    return button(f"Back to {request_name(number)}", OPEN, value_of(customer_request=number, back=1))


def _nothing_to_see(result: Assembled) -> str:
    """Who sees nothing themselves, an officer mostly, needs somebody who does."""
    name = result.request.name
    return (
        f"You may see nothing of this account yourself, so there is no file of data. Give the task to somebody who "
        f"looks customers up: they open {name} and press *Assemble*. For what is masked they ask for access first, "
        f"with {name} as the ticket."
    )


def _files(result: Assembled, *, sent: bool) -> str:
    """What is where now."""
    if not result.data and not result.report:
        return "Nothing was sent to you."
    if not sent:
        return "Slack did not take the files. Press *Assemble* again."
    if not result.data:
        return "The report of who looked is in your direct message with me."
    where = "The data is in your direct message with me: a page to read, and the same as JSON for programs."
    return f"{where} {'The report of who looked is there too.' if result.report else _NO_REPORT}"


_NO_REPORT = "The report of who looked is not: privacy officers get it with `/privacy report`."


def _not_read(result: Assembled) -> str:
    """Why the file is not to be sent as it is, and what to do first."""
    classes = f" Missing: {', '.join(escape(one) for one in result.unread)}." if result.unread else ""
    why = " ".join(_NOT_READ.get(reason, "A look-up was refused.") for reason in result.why)
    words = f":warning: *This is not everything that you may see.*{classes} {why} Then press *Assemble* again."
    return cut(words, 2900)


_NOT_READ = {
    Reason.SOURCE_DOWN: "A system that has this data can't be reached now: wait a minute.",
    Reason.SOURCE_SLOW: "A system that has this data did not answer in time: wait a minute.",
    Reason.SOURCE_BROKEN: "A system that has this data was changed or closed to Steward: tell the operator.",
    Reason.SHARED_ID: "Several accounts share an id in the system that has this data: tell the operator.",
    Reason.TOO_MANY_LOOK_UPS: "You have looked up as much as is possible within an hour: wait, or give the task away.",
    Reason.POLICY_UNREAD: "You have a change of the policy to read first: App Home shows it.",
    Reason.NO_MATCH: "The account was not found where its data is: see whether it was erased already.",
}


def _names(data: dict[str, str | list[str]]) -> str:
    return ", ".join(
        f"{field_name(name)} ({len(value)})" if isinstance(value, list) else field_name(name)
        for name, value in data.items()
    )


def _sure() -> Element:
    """Closing asks once more: the customer must have been answered."""
    words = "Close it only then. Whoever registered it is told that it is closed. Reopen takes it back."
    return confirmation("Has the customer been answered?", words, "Close it", "Not yet")


def said(title: str, text: str, *, back_to: int | None = None) -> Block:
    """A modal of one paragraph; `back_to`: a request that one can go back to from it."""
    back = [actions(back_button(back_to))] if back_to is not None else []
    return modal(title, [section(cut_marked(text, 2900)), *back], callback="customer_request.said")
