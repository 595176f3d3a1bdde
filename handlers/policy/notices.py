"""What people press in a notice: **I have read this**, **What changed?**, **Ask the privacy officer**."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.audit.ledger import Origin
from bot.notices.announcing import Change, Status, read_change
from bot.notices.telling.acknowledging import HasRead
from bot.privacy.desk import NotDecided
from bot.privacy.questions import NoReply
from bot.services import Services
from handlers import home
from handlers.accounts import account
from handlers.payloads import Body, Caller, memo, pressed, typed
from handlers.replies import beside, open_modal, words_only
from handlers.views.blocks import Block, modal, section
from handlers.views.policy import difference
from handlers.views.policy import notices as views
from handlers.views.privacy import answers
from handlers.views.privacy import desk as desk_views
from handlers.views.words import value_of


def register(app: App, services: Services) -> None:
    """The buttons of notices, and of a look-up that waits for one to be read."""
    app.action(views.READ)(partial(read_pressed, services))
    app.action(views.READ_AND_GO_ON)(partial(read_and_go_on, services))
    app.action(views.CHANGED)(partial(changed_pressed, services))
    app.action(views.ASK)(partial(ask_pressed, services))
    app.view(views.ASK_FORM)(partial(asked, services))
    for action in difference.TURN:
        app.action(action)(partial(changed_pressed, services))


def read_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**I have read this**."""
    caller = Caller.of_press(body)
    person = caller.person(services)
    result = services.telling.acknowledge(caller.origin(person), person, int(pressed(action)["c"]))
    ack()
    if caller.surface == "home":
        home.again(services, client, body)
    elif not (isinstance(result, HasRead) and _is_own_message(body)):
        beside(words_only(views.acknowledged(result, services.company)), body, client, respond, title="Privacy policy")


def _is_own_message(body: Body) -> bool:
    """In a direct message the notice itself says so a moment later."""
    return str((body.get("channel") or {}).get("id") or "").startswith("D") and not body.get("view")


def read_and_go_on(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**I have read this** in a look-up that waited for it: noted, and the look-up goes on with what was typed."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services)
    result = services.telling.acknowledge(caller.origin(person), person, int(ids["c"]))
    if isinstance(result, HasRead):
        account.go_on(services, ack, respond, client, body, ids)
        return
    ack()
    beside(words_only(views.acknowledged(result, services.company)), body, client, respond, title="Privacy policy")


def changed_pressed(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**What changed?**, **Back** and **Next**."""
    ids = pressed(action)
    change = _announced(services, int(ids["c"]))
    if change is None:
        view = modal("What changed", [section("This change was withdrawn.")], callback=difference.CALLBACK)
    else:
        facts = services.telling.facts
        found = facts.changed(change)
        lines = facts.lines(change)
        view = difference.difference(change, found.difference if found else None, int(ids.get("p", 0)), lines)
    shown = body.get("view") or {}
    if shown.get("callback_id") == difference.CALLBACK:
        client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
    else:
        open_modal(view, body, client)
    ack()


def ask_pressed(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Ask the privacy officer** asks for the question first."""
    change = _announced(services, int(pressed(action)["c"]))
    if change is None:
        view = modal("Ask the officer", [section("This change was withdrawn.")], callback=difference.CALLBACK)
    else:
        view = views.ask_form(change, value_of(c=change.number))
    open_modal(view, body, client)
    ack()


def asked(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The question goes to the desk with the change's number; what the policy says to it is said at once."""
    caller, number = Caller.of_submission(body), int(memo(view)["c"])
    question = str(typed(view).get("question") or "").strip()
    if not question:
        ack(response_action="errors", errors={"question": "What would you like to know? Write a sentence."})
        return
    shown = _put(services, caller, f"{question} (N-{number})")
    ack(response_action="update", view=modal("Ask the officer", shown, callback=answers.SHOWN))


def _put(services: Services, caller: Caller, question: str) -> list[Block]:
    person = caller.person(services, fresh=True)
    origin, where = caller.origin(person), caller.conversation(services)
    reply = services.questions.policy.ask(origin, person, where, question)
    if isinstance(reply, NoReply):
        return [section(answers.why_not(reply.reason, services.company))]
    result = services.questions.desk.hand_over(_next(origin), person, where, reply.entry)
    if isinstance(result, NotDecided):
        return [section(desk_views.not_decided(result, services.company, {}, services.clock(), person.id))]
    return [section(desk_views.handed_over(result, services.company))]


def _next(origin: Origin) -> Origin:
    """A second entry of the same press has a delivery id of its own."""
    return replace(origin, request=f"{origin.request}/desk" if origin.request else None)


def _announced(services: Services, number: int) -> Change | None:
    with services.database.reading() as connection:
        change = read_change(connection, number)
    return change if change and change.status is Status.ANNOUNCED else None
