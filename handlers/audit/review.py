"""Reviewing in Slack: what waits, the three verdicts with their form, and the answer of whoever is asked."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.audit.reviews.items import Item, Verdict
from bot.audit.reviews.review import Judged, NotJudged, Waiting
from bot.services import Services
from handlers import home
from handlers.payloads import Body, Caller, memo, one_of, pressed, typed
from handlers.replies import beside, form_in_place, form_on_top, open_modal, show, show_under, words_only
from handlers.views.audit import review as views
from handlers.views.blocks import Block, modal, section


def register(app: App, services: Services) -> None:
    """What reviewers press, and those whom they ask."""
    for verdict, action in views.PRESSED.items():
        app.action(action)(partial(verdict_pressed, services, verdict))
    app.action(views.NEXT)(partial(next_pressed, services))
    app.action(views.OPEN)(partial(open_pressed, services))
    app.action(views.ANSWER)(partial(answer_pressed, services))
    app.view(views.VERDICT_FORM)(partial(judged, services))
    app.view(views.ANSWER_FORM)(partial(answered, services))


def queue(services: Services, caller: Caller) -> Block:
    """`/audit review`: what waits for this reviewer."""
    person = caller.person(services, fresh=True)
    result = services.review.waiting(caller.origin(person), person, caller.conversation(services))
    return _render(services, result, person.id)


def one(services: Services, caller: Caller, number: int) -> Block:
    """`/audit V-12`: that item, for whoever may judge it; for the others why they don't see it."""
    person = caller.person(services, fresh=True)
    result = services.review.show(caller.origin(person), person, caller.conversation(services), number)
    if isinstance(result, NotJudged):
        return words_only(_why_not(services, result, person.id))
    return views.one(result, services.company, services.clock())


def next_pressed(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body) -> None:
    """**What waits next** in the modal of a verdict, and **Review** in App Home."""
    shown = queue(services, Caller.of_press(body))
    ack()
    view = home.remembered(modal("Reviews", shown["blocks"], callback="review.queue"), body)
    _in_place(view, shown, body, client, respond)


def open_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Review** in a message: the one item that it speaks of, for the person who pressed alone."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.review.show(caller.origin(person), person, caller.conversation(services), pressed(action)["item"])
    ack()
    if isinstance(result, NotJudged):
        beside(words_only(_why_not(services, result, person.id)), body, client, respond)
    else:
        beside(views.one(result, services.company, services.clock()), body, client, respond, title="Review")


def verdict_pressed(
    services: Services,
    verdict: Verdict,
    ack: Ack,
    respond: Respond,
    client: WebClient,
    body: Body,
    action: dict[str, Any],
) -> None:
    """**In order**, **Needs explanation**, **Violation**: each asks for its comment first."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services, fresh=True)
    result = services.review.peek(
        caller.origin(person), person, caller.conversation(services), ids["item"], ids["version"]
    )
    if isinstance(result, Item):
        form = views.verdict_form(result, verdict, services.company, services.clock(), caller.channel)
        form_on_top(home.remembered(form, body), body, client)
        ack()
    else:
        ack()
        beside(words_only(_why_not(services, result, person.id)), body, client, respond)


def judged(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The comment was given: the verdict stands, or the reviewer reads who was first, where the item was pressed."""
    caller, ids, comment = Caller.of_submission(body), memo(view), (typed(view).get("comment") or "").strip()
    verdict = one_of(Verdict, "verdict", ids["verdict"])
    if verdict is not Verdict.IN_ORDER and len(comment) < views.SHORTEST:
        ack(response_action="errors", errors={"comment": "Say it in a few words. It is recorded with your verdict."})
        return
    person = caller.person(services, fresh=True)
    result = services.review.judge(
        caller.origin(person),
        person,
        caller.conversation(services),
        ids["item"],
        ids["version"],
        verdict,
        comment,
    )
    if isinstance(result, NotJudged):
        shown = _over(services, result, person.id)
    else:
        shown = views.judged(result, verdict, services.review.number_waiting(person))
    show_under(home.remembered(shown, body), view, client, ack)
    home.again(services, client, body)


def answer_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Answer** in the direct message that asks."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services, fresh=True)
    result = services.review.asked(caller.origin(person), person, ids["item"], ids["version"])
    if isinstance(result, Item):
        open_modal(home.remembered(views.answer_form(result, services.company), body), body, client)
        ack()
    else:
        ack()
        beside(words_only(_why_not(services, result, person.id)), body, client, respond)


def answered(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The answer goes back into the queue."""
    caller, ids, text = Caller.of_submission(body), memo(view), (typed(view).get("comment") or "").strip()
    if len(text) < views.SHORTEST:
        ack(response_action="errors", errors={"comment": "Say it in a few words. The auditors read it."})
        return
    person = caller.person(services, fresh=True)
    result = services.review.answer(caller.origin(person), person, ids["item"], ids["version"], text)
    shown = views.answered(result) if isinstance(result, Judged) else _over(services, result, person.id)
    ack(response_action="update", view=shown)
    home.again(services, client, body)


def _render(services: Services, result: Waiting | NotJudged, presser: str) -> Block:
    if isinstance(result, NotJudged):
        return words_only(_why_not(services, result, presser))
    return views.waiting(result, services.company, services.clock())


def _why_not(services: Services, result: NotJudged, presser: str) -> str:
    return views.not_judged(result, services.company, services.clock(), presser)


def _over(services: Services, result: NotJudged, presser: str) -> Block:
    return modal("Not recorded again", [section(_why_not(services, result, presser))], callback="review.not_judged")


def _in_place(view: Block, reply: Block, body: Body, client: WebClient, respond: Respond) -> None:
    if body.get("view"):
        form_in_place(view, body, client)
    else:
        show(reply, body, client, respond)
