"""Tasks of customers' requests, and assembling the data for one: what people press in a message or in the request."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.audit.reports import html, pdf
from bot.privacy.customer_requests import documents
from bot.privacy.customer_requests.assemble import Assembled
from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.requests import TaskStatus, read_request
from bot.privacy.customer_requests.work import NotChanged
from bot.services import Services
from handlers.customer_requests.replies import after_form, after_press, why_not_changed
from handlers.patience import Patience
from handlers.payloads import Body, Caller, memo, pressed, typed
from handlers.replies import form_on_top
from handlers.slow_presses import answer_in_window
from handlers.uploads import upload
from handlers.views.blocks import Block
from handlers.views.customer_requests import forms
from handlers.views.customer_requests import request as views
from handlers.views.privacy.reports import without_letters


def register(app: App, services: Services, patience: Patience) -> None:
    """Buttons of tasks, their forms, and **Assemble**."""
    app.action(views.TASK_DONE)(partial(done_pressed, services))
    app.action(views.TASK_UNDO)(partial(undo_pressed, services))
    app.action(views.TASK_REFUSE)(partial(refuse_pressed, services))
    app.action(views.TASK_ASSIGN)(partial(assign_pressed, services))
    app.action(views.ADD_TASK)(add_pressed)
    app.action(views.ASSEMBLE)(partial(assemble_pressed, services, patience))
    app.view(forms.REFUSE_FORM)(partial(refused, services))
    app.view(forms.ASSIGN_FORM)(partial(assigned, services))
    app.view(forms.ADD_TASK_FORM)(partial(added, services))


def done_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Done**."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services, fresh=True)
    work = services.customer_requests.work
    result = work.settle(caller.origin(person), person, ids["customer_request"], ids["task"], TaskStatus.DONE)
    ack()
    after_press(services, result, person, body, client, respond, "Done. *Undo* takes it back.")


def undo_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Undo**: it was not done, or refused by mistake."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services, fresh=True)
    result = services.customer_requests.work.undo(caller.origin(person), person, ids["customer_request"], ids["task"])
    ack()
    after_press(services, result, person, body, client, respond, "Taken back. The task is open again.")


def refuse_pressed(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Refuse** asks why."""
    ids = pressed(action)
    title = _title(services, ids["customer_request"], ids["task"])
    channel = Caller.of_press(body).channel
    form_on_top(forms.refuse_form(ids["customer_request"], ids["task"], title, channel), body, client)
    ack()


def assign_pressed(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Give to somebody** asks to whom."""
    ids = pressed(action)
    title = _title(services, ids["customer_request"], ids["task"])
    channel = Caller.of_press(body).channel
    form_on_top(forms.assign_form(ids["customer_request"], ids["task"], title, channel), body, client)
    ack()


def refused(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The reason was given."""
    caller, ids, why = Caller.of_submission(body), memo(view), (typed(view).get("why") or "").strip()
    person = caller.person(services, fresh=True)
    work = services.customer_requests.work
    result = work.settle(caller.origin(person), person, ids["customer_request"], ids["task"], TaskStatus.REFUSED, why)
    after_form(services, result, person, view, client, ack, "why")


def assigned(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The person was chosen."""
    caller, ids = Caller.of_submission(body), memo(view)
    person = caller.person(services, fresh=True)
    to = services.directory.person(person.team, typed(view)["person"], fresh=True)
    work = services.customer_requests.work
    result = work.assign(caller.origin(person), person, ids["customer_request"], ids["task"], to)
    after_form(services, result, person, view, client, ack, "person")


def add_pressed(ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Add a task** asks what is to be done, and by whom."""
    form_on_top(forms.add_task_form(pressed(action)["customer_request"], Caller.of_press(body).channel), body, client)
    ack()


def added(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """It was said what, and perhaps who."""
    caller, ids, values = Caller.of_submission(body), memo(view), typed(view)
    person, chosen = caller.person(services, fresh=True), values.get("person")
    to = services.directory.person(person.team, chosen, fresh=True) if chosen else None
    what = values.get("what") or ""
    afterwards = services.customer_requests.afterwards
    result = afterwards.add_task(caller.origin(person), person, ids["customer_request"], what, to)
    about_person = isinstance(result, NotChanged) and result.reason is Why.NOBODY_TO_ASSIGN
    after_form(services, result, person, view, client, ack, "person" if about_person else "what")


def assemble_pressed(
    services: Services, patience: Patience, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Assemble**: what this person may see goes to their own direct message, when every entry is committed."""
    caller, number = Caller.of_press(body), pressed(action)["customer_request"]

    def made() -> Block:
        person = caller.person(services, fresh=True)
        conversation = caller.conversation(services)
        result = services.customer_requests.assemble(caller.origin(person), person, conversation, number)
        if isinstance(result, NotChanged):
            return views.said("Nothing was assembled", why_not_changed(services, result, person), back_to=number)
        return views.assembled(result, sent=_send(services, result, person.id, client))

    meanwhile = views.said("Assembling", f"Reading what you may see for C-{number}. What came of it follows here.")
    answer_in_window(patience, made, meanwhile, ack, body, client)


def _send(services: Services, made: Assembled, user: str, client: WebClient) -> bool:
    name = made.request.name
    files, lacking = _data(services, made) if made.data else [], ""
    if made.report is not None:
        title, paper = f"{name}: who looked", pdf.printed(made.report)
        lacking = without_letters(paper.unprinted)
        files.append({"filename": f"{name}-report.pdf", "content": paper.content, "title": f"{title} (PDF)"})
        files.append(
            {
                "filename": f"{name}-report.html",
                "content": html.render(made.report).encode(),
                "title": f"{title} (HTML)",
            }
        )
    what = f"What you may see for {name}." if made.data else f"Who looked, for {name}. The data is not here."
    whole = "Read it before you send it." if made.was_read else "It is not complete: assemble it again, and send that."
    first = "" if made.request.identity else f" {views.UNCHECKED}"
    return not files or upload(client, user, files, f"{what} {whole}{first}{lacking}")


def _data(services: Services, made: Assembled) -> list[dict[str, Any]]:
    name, company, now = made.request.name, services.company, services.clock()
    page = documents.as_page(made, company, now, services.customer_requests.settings.zone).encode()
    return [
        {"filename": f"{name}-data.html", "content": page, "title": f"{name}: data (to read)"},
        {"filename": f"{name}.json", "content": documents.as_json(made, company, now), "title": f"{name}: data (JSON)"},
    ]


def _title(services: Services, number: int, position: int) -> str:
    with services.database.reading() as connection:
        request = read_request(connection, number)
    task = request.task(position) if request else None
    return task.title if task else ""
