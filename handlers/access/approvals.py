"""Deciding requests: **Approve**, **Deny** and its form. Rights are checked at the press."""

from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.deciding.judge import Less, NotDecided
from bot.access.grants import Request
from bot.access.reasons import Reason
from bot.access.requests.drafts import LONGEST_WHY, SHORTEST_REASON
from bot.audit.entry import Action
from bot.services import Services
from handlers import home
from handlers.deliveries.approvers import quote_of
from handlers.payloads import Body, Caller, memo, pressed, seconds, typed
from handlers.replies import beside, form_in_place, open_modal, words_only
from handlers.views.access import form as access_form
from handlers.views.access import less_form, more_needed, requests
from handlers.views.access.asking import DETAILS
from handlers.views.blocks import Block, ephemeral, modal, section


def register(app: App, services: Services) -> None:
    """What approvers press."""
    app.action(requests.APPROVE)(partial(approve, services))
    app.action(requests.APPROVE_LESS)(partial(approve_less, services))
    app.view(less_form.FORM)(partial(approved_less, services))
    app.action(DETAILS)(partial(details, services))
    app.action(requests.DENY)(partial(deny, services))
    app.view(access_form.DENY_FORM)(partial(denied, services))


def approve(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Approve**: every copy of the request says so afterwards; whoever was second is told who was first."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.judge.approve(caller.origin(person), person, pressed(action)["request"])
    ack()
    if isinstance(result, NotDecided):
        beside(_not_decided(services, result, person.id), body, client, respond)
    elif result.more_needed or result.lapsed:
        words = more_needed.to_approver(result, services.company, services.clock())
        beside(words_only(words), body, client, respond)
    elif (body.get("view") or {}).get("callback_id") == DETAILS:
        form_in_place(home.remembered(_details(services, result.request), body), body, client)
    elif body.get("view") or (body.get("container") or {}).get("is_ephemeral"):
        line = requests.outcome(result.request, services.company, services.clock())
        beside(words_only(f"{result.request.name}: {line}"), body, client, respond)
    home.again(services, client, body)


def details(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Details**: the request as the approvers' channel has it, for the person who pressed alone."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.judge.look(caller.origin(person), person, pressed(action)["request"])
    ack()
    if isinstance(result, NotDecided):
        beside(_not_decided(services, result, person.id), body, client, respond)
        return
    if body.get("view"):
        open_modal(home.remembered(_details(services, result), body), body, client)
    else:
        shown = _in_full(services, result)
        beside(ephemeral(shown["text"], shown["blocks"]), body, client, respond)


def _in_full(services: Services, request: Request) -> Block:
    with services.database.reading() as connection:
        quote = quote_of(services, connection, request)
    return requests.to_approvers(request, services.company, quote, services.clock(), most=LONGEST_WHY)


def _details(services: Services, request: Request) -> Block:
    return modal(request.name, _in_full(services, request)["blocks"], callback=DETAILS)


def approve_less(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Approve less** asks what to give and why; whoever may not approve is told so at once."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.judge.peek(caller.origin(person), person, pressed(action)["request"], Action.APPROVE)
    if isinstance(result, NotDecided):
        ack()
        beside(_not_decided(services, result, person.id), body, client, respond)
    else:
        open_modal(home.remembered(less_form.form(result, services.company), body), body, client)
        ack()


def approved_less(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """What is given instead was filled in."""
    caller, values = Caller.of_submission(body), typed(view)
    chosen = values["data_classes"] or () if "data_classes" in values else memo(view)["data_classes"].split(",")
    less = Less(
        tuple(chosen),
        seconds(values, "duration") or timedelta(0),
        (values.get("why") or "").strip(),
        tuple(values["accounts"] or ()) if "accounts" in values else None,
    )
    if len(less.note) < SHORTEST_REASON:
        ack(response_action="errors", errors={"why": "Say why in a few words. The person who asked reads it."})
        return
    person = caller.person(services, fresh=True)
    result = services.judge.approve(caller.origin(person), person, memo(view)["request"], less)
    if isinstance(result, NotDecided) and result.reason is Reason.NOT_LESS:
        words = "That is all of it. Take something away here, or press Approve instead."
        ack(response_action="errors", errors={"data_classes": words})
        return
    if isinstance(result, NotDecided):
        blocks = _not_decided(services, result, person.id)["blocks"]
        ack(response_action="update", view=modal("Not approved", blocks, callback="access.not_approved"))
    else:
        line = f"{result.request.name}: {requests.outcome(result.request, services.company, services.clock())}"
        if result.lapsed:
            line = more_needed.to_approver(result, services.company, services.clock())
        ack(response_action="update", view=modal("Approved", [section(line)], callback="access.approved"))
    home.again(services, client, body)


def deny(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Deny** asks for a reason first; whoever may not deny is told so at once."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.judge.peek(caller.origin(person), person, pressed(action)["request"])
    if isinstance(result, NotDecided):
        ack()
        beside(_not_decided(services, result, person.id), body, client, respond)
    else:
        open_modal(home.remembered(access_form.deny_form(result, services.company), body), body, client)
        ack()


def denied(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The reason was given."""
    caller, note = Caller.of_submission(body), (typed(view).get("why") or "").strip()
    if len(note) < SHORTEST_REASON:
        ack(response_action="errors", errors={"why": "Say why in a few words. The person who asked reads it."})
        return
    person = caller.person(services, fresh=True)
    result = services.judge.deny(caller.origin(person), person, memo(view)["request"], note)
    if isinstance(result, NotDecided):
        blocks = _not_decided(services, result, person.id)["blocks"]
        ack(response_action="update", view=modal("Not denied", blocks, callback="access.not_denied"))
    else:
        said = [section(f"{result.request.name} is denied. <@{result.request.person}> reads your reason.")]
        ack(response_action="update", view=modal("Denied", said, callback="access.denied"))
    home.again(services, client, body)


def _not_decided(services: Services, result: NotDecided, presser: str) -> Block:
    now = services.clock()
    return words_only(requests.not_decided(result.reason, result.request, services.company, now, presser))
