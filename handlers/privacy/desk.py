"""The privacy officers' desk: pick a sentence, write a ruling, turn a question away, confirm a ruling, withdraw it."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.privacy.desk import Decided, NotDecided, Part, Verdict
from bot.privacy.desk_items import Item, may_rule, open_items, open_number
from bot.privacy.rereading import Step, Unsettled
from bot.privacy.rulings import Kind
from bot.privacy.versions import policy_in_force
from bot.services import Services
from handlers.names import names_in, names_of
from handlers.payloads import Body, Caller, memo, places, pressed, typed
from handlers.replies import beside, open_modal, words_only
from handlers.views.blocks import modal, section
from handlers.views.privacy import desk as views
from handlers.views.privacy import gaps as gap_views
from handlers.views.privacy import rereading

AT_ONCE = 5


def register(app: App, services: Services) -> None:
    """What officers press."""
    app.action(views.PICK_ANY)(partial(pick_pressed, services))
    app.action(views.RULE)(partial(rule_pressed, services))
    app.action(views.NOT_OURS)(partial(not_ours_pressed, services))
    app.action(views.CONFIRM)(partial(ruling_pressed, services, Step.CONFIRM))
    app.action(views.WITHDRAW)(partial(ruling_pressed, services, Step.WITHDRAW))
    app.action(views.WAITING)(partial(waiting_pressed, services))
    app.view(views.RULE_FORM)(partial(ruled, services))
    app.view(views.PICK_FORM)(partial(picked, services))


def pick_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Use sentence 1** shows it whole and asks once more: it answers every such question from then on."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services, fresh=True)
    found = services.questions.desk.peek(
        caller.origin(person), person, caller.conversation(services), int(ids["q"]), int(ids["s"])
    )
    words = None if isinstance(found, Item) else _not_decided(services, found, person.id)
    if isinstance(found, Item):
        clause = next((one for one in found.candidates if one.start == int(ids["at"])), None)
        if clause is not None:
            open_modal(views.pick_form(found, clause, names_in(services, found), caller.channel), body, client)
        else:
            words = _decide(services, caller, ids, Kind.QUOTED)  # which is refused and recorded: it stands no more
    if words is not None:
        beside(words_only(words), body, client, respond, title="Privacy desk")
    ack()


def picked(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """**Use it**: the sentence answers the question, or the officer reads who was first."""
    words = _decide(services, Caller.of_submission(body), memo(view), Kind.QUOTED)
    ack(response_action="update", view=modal("Privacy desk", [section(words)], callback=views.DONE))


def not_ours_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Not our policy**, confirmed."""
    words = _decide(services, Caller.of_press(body), pressed(action), Kind.NOT_OURS)
    ack()
    beside(words_only(words), body, client, respond, title="Privacy desk")


def rule_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Write a ruling** asks for its words first."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services, fresh=True)
    result = services.questions.desk.peek(
        caller.origin(person), person, caller.conversation(services), int(ids["q"]), int(ids["s"])
    )
    if isinstance(result, Item):
        open_modal(views.rule_form(result, caller.channel), body, client)
    else:
        beside(words_only(_not_decided(services, result, person.id)), body, client, respond, title="Privacy desk")
    ack()


def ruled(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The ruling was written: it stands, or the officer reads who was first."""
    caller, ids, values = Caller.of_submission(body), memo(view), typed(view)
    asked, text = (str(values.get(part) or "").strip() for part in (Part.ASKED, Part.TEXT))
    person = caller.person(services, fresh=True)
    starts = places(values, "rests_on")
    result = services.questions.desk.decide(
        caller.origin(person),
        person,
        caller.conversation(services),
        int(ids["q"]),
        int(ids["s"]),
        Verdict(Kind.WRITTEN, asked, starts, text),
    )
    if isinstance(result, NotDecided) and result.flaws:
        ack(response_action="errors", errors=views.flaws(result))
        return
    words = _said(services, result, person.id)
    ack(response_action="update", view=modal("Privacy desk", [section(words)], callback=views.DONE))


def ruling_pressed(
    services: Services, step: Step, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Still right**, **Withdraw the ruling**."""
    words = settle(services, Caller.of_press(body), pressed(action), step)
    ack()
    beside(words_only(words), body, client, respond, title="Privacy desk")


def settle(services: Services, caller: Caller, ids: dict[str, Any], step: Step) -> str:
    """Confirm or withdraw the ruling that a button names, and what came of it in words."""
    person = caller.person(services, fresh=True)
    result = services.questions.rereading.settle(
        caller.origin(person), person, caller.conversation(services), int(ids["r"]), int(ids["s"]), step
    )
    if not isinstance(result, Unsettled):
        return rereading.settled(result)
    settled_by = result.ruling.settled_by if result.ruling else None
    names = names_of(services, person.team, [settled_by] if settled_by else [])
    return rereading.not_settled(result, services.company, names, person.id)


def waiting_pressed(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body) -> None:
    """**Answer** in App Home and in a reminder: what waits at the desk, for officers."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    if reason := may_rule(person, caller.conversation(services)):
        beside(words_only(gap_views.refused(reason, services.company)), body, client, respond)
    else:
        with services.database.reading() as connection:
            policy = policy_in_force(connection, services.clock())
            items = open_items(connection, person.team, policy.reading if policy else None, AT_ONCE)
            total = open_number(connection, person.team)
        open_modal(views.waiting(items, total, names_in(services, *items)), body, client)
    ack()


def _decide(services: Services, caller: Caller, ids: dict[str, Any], kind: Kind) -> str:
    person = caller.person(services, fresh=True)
    starts = (int(ids["at"]),) if kind is Kind.QUOTED else ()
    result = services.questions.desk.decide(
        caller.origin(person),
        person,
        caller.conversation(services),
        int(ids["q"]),
        int(ids["s"]),
        Verdict(kind, None, starts),
    )
    return _said(services, result, person.id)


def _said(services: Services, result: Decided | NotDecided, presser: str) -> str:
    if isinstance(result, NotDecided):
        return _not_decided(services, result, presser)
    return views.done(result.item, names_in(services, result.item))


def _not_decided(services: Services, result: NotDecided, presser: str) -> str:
    names = names_in(services, result.item) if result.item else {}
    return views.not_decided(result, services.company, names, services.clock(), presser)
