"""Asking before deciding: **Ask** of approvers and its form, **Answer** of whoever asked for access and its form."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.deciding.judge import NotDecided
from bot.audit.entry import Action
from bot.services import Services
from handlers import home
from handlers.payloads import Body, Caller, memo, pressed, typed
from handlers.replies import beside, open_modal, words_only
from handlers.views.access import questions as views
from handlers.views.access import requests
from handlers.views.blocks import modal, section

SHORTEST = 3


def register(app: App, services: Services) -> None:
    """The two buttons and the two forms."""
    app.action(views.ASK)(partial(ask, services))
    app.view(views.ASK_FORM)(partial(asked, services))
    app.action(views.ANSWER)(partial(answer, services))
    app.view(views.ANSWER_FORM)(partial(answered, services))


def ask(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Ask**: the form; whoever may not decide the request, or has asked already, is told so at once."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.judge.peek(caller.origin(person), person, pressed(action)["request"], Action.QUESTION)
    if isinstance(result, NotDecided):
        ack()
        beside(words_only(_why_not(services, result, person.id)), body, client, respond)
    else:
        form = views.ask_form(result, services.company, services.clock())
        open_modal(home.remembered(form, body), body, client)
        ack()


def asked(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The question was typed."""
    caller, text = Caller.of_submission(body), (typed(view).get("text") or "").strip()
    if len(text) < SHORTEST:
        ack(response_action="errors", errors={"text": "Ask in a few words. Whoever asked for access reads it."})
        return
    person = caller.person(services, fresh=True)
    result = services.judge.ask(caller.origin(person), person, memo(view)["request"], text)
    if isinstance(result, NotDecided):
        said = [section(_why_not(services, result, person.id))]
        ack(response_action="update", view=modal("Not asked", said, callback="access.not_asked"))
    else:
        ack(response_action="update", view=views.was_asked(result.request, services.clock()))
    home.again(services, client, body)


def answer(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Answer**: the form, for the one person who is asked."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services)
    result = services.life.answers.peek(caller.origin(person), person, ids["request"], ids["nth"])
    if isinstance(result, NotDecided):
        ack()
        beside(words_only(_why_not(services, result, person.id)), body, client, respond)
    else:
        form = views.answer_form(result.request, result.question, services.company, services.clock())
        open_modal(home.remembered(form, body), body, client)
        ack()


def answered(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The answer was typed."""
    caller, ids, text = Caller.of_submission(body), memo(view), (typed(view).get("text") or "").strip()
    if len(text) < SHORTEST:
        ack(response_action="errors", errors={"text": "Say it in a few words. The approvers read it."})
        return
    person = caller.person(services)
    result = services.life.answers(caller.origin(person), person, ids["request"], ids["nth"], text)
    if isinstance(result, NotDecided):
        said = [section(_why_not(services, result, person.id))]
        ack(response_action="update", view=modal("Not answered", said, callback="access.not_answered"))
    else:
        ack(response_action="update", view=views.was_answered(result.request, ids["nth"], services.clock()))
    home.again(services, client, body)


def _why_not(services: Services, result: NotDecided, presser: str) -> str:
    own = views.not_asked(result.reason, result.request)
    return own or requests.not_decided(result.reason, result.request, services.company, services.clock(), presser)
