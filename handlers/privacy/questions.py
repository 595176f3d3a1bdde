"""Questions about the policy: the answer, the reply to copy, more of the text, and handing over to the officers."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.reasons import Reason
from bot.privacy.desk import NotDecided
from bot.privacy.questions import NoReply, Reply
from bot.services import Services
from handlers.command_text import unescape
from handlers.names import names_of
from handlers.payloads import Body, Caller, pressed
from handlers.replies import beside, open_modal, words_only
from handlers.views.blocks import Block
from handlers.views.privacy import answers as views
from handlers.views.privacy import desk as desk_views
from handlers.views.privacy import gaps as gap_views


def register(app: App, services: Services) -> None:
    """The shortcut, and what agents press."""
    app.message_shortcut(views.SHORTCUT)(partial(shortcut_used, services))
    app.action(views.COPY)(partial(copy_pressed, services))
    app.action(views.MORE)(partial(more_pressed, services))
    app.action(views.OFFICER)(partial(officer_pressed, services))
    app.action(desk_views.COPY_DECIDED)(partial(copy_decided_pressed, services))
    app.view(views.COPY_FORM)(copied)


def ask(services: Services, caller: Caller, question: str) -> Block:
    """`/privacy QUESTION`: the answer as an ephemeral reply."""
    result = _asked(services, caller, question)
    if isinstance(result, NoReply):
        return views.not_answered(result, services.company)
    return views.render(result, _author(services, result))


def _asked(services: Services, caller: Caller, question: str) -> Reply | NoReply:
    person, conversation = caller.person(services), caller.conversation(services)
    return services.questions.policy.ask(caller.origin(person), person, conversation, unescape(question))


def gaps(services: Services, caller: Caller) -> Block:
    """`/privacy gaps`: what the policy does not answer, for officers."""
    person = caller.person(services, fresh=True)
    result = services.questions.gaps.now(person, caller.conversation(services))
    if isinstance(result, Reason):
        return words_only(gap_views.refused(result, services.company))
    return gap_views.on_demand(result)


def shortcut_used(services: Services, ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
    """**Answer as privacy question** on a message: its text is the question, the modal is the agent's alone."""
    message: Body = body.get("message") or {}
    result = _asked(services, Caller.of_shortcut(body), str(message.get("text") or ""))
    if isinstance(result, NoReply):
        shown = views.not_answered_in_modal(result, services.company)
    else:
        shown = views.as_modal(result, _author(services, result))
    client.views_open(trigger_id=body["trigger_id"], view=shown)
    ack()


def copy_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Copy reply**: the customer's reply in a field."""
    result = _recalled(services, body, action)
    if isinstance(result, Reply):
        open_modal(views.copied(result, services.questions.terms), body, client)
    else:
        _why_not(services, result, body, client, respond)
    ack()


def more_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**More from the policy**: the sections around what was quoted."""
    result = _recalled(services, body, action)
    if isinstance(result, Reply):
        open_modal(views.more(result), body, client)
    else:
        _why_not(services, result, body, client, respond)
    ack()


def officer_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Ask the privacy officer**: the question goes to the desk, once."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.questions.desk.hand_over(
        caller.origin(person), person, caller.conversation(services), str(pressed(action)["asked"])
    )
    if isinstance(result, NotDecided):
        words = desk_views.not_decided(result, services.company, {}, services.clock(), person.id)
    else:
        words = desk_views.handed_over(result, services.company)
    ack()
    beside(words_only(words), body, client, respond, title="Privacy officer")


def copy_decided_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Copy reply** in the direct message that tells what was decided."""
    caller = Caller.of_press(body)
    person = caller.person(services)
    result = services.questions.reply_to_decided(person, int(pressed(action)["q"]))
    if isinstance(result, Reply):
        open_modal(views.copied(result, services.questions.terms), body, client)
    else:
        _why_not(services, result, body, client, respond)
    ack()


def copied(ack: Ack) -> None:
    """The form is closed; what was in the field is nobody's business."""
    ack()


def _recalled(services: Services, body: Body, action: dict[str, Any]) -> Reply | NoReply:
    caller = Caller.of_press(body)
    return services.questions.policy.recall(caller.person(services), str(pressed(action)["asked"]))


def _why_not(services: Services, result: NoReply, body: Body, client: WebClient, respond: Respond) -> None:
    words = views.why_not(result.reason, services.company)
    beside(words_only(words), body, client, respond, title="Privacy question")


def _author(services: Services, reply: Reply) -> str | None:
    ruling = reply.ruling
    return names_of(services, ruling.team, [ruling.author]).get(ruling.author) if ruling else None
