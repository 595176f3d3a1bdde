"""Changes of the policy at the privacy desk: look at one, decide, dismiss, withdraw; `/policy changes`."""

import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from sqlalchemy import Connection

from bot.notices.announcement import Announcement, can_wait
from bot.notices.announcing import EVERYONE, Status
from bot.notices.changing import open_changes, texts_of
from bot.notices.deciding import SHORTEST_WHY, Decided, NotDecided
from bot.privacy.desk_items import may_rule
from bot.services import Services
from handlers.payloads import Body, Caller, day, memo, number, pressed, typed
from handlers.replies import beside, open_modal, words_only
from handlers.views.blocks import Block, modal, section
from handlers.views.policy import changes as views

TITLE = "Privacy desk"


def register(app: App, services: Services) -> None:
    """What officers press, and what everyone may look at."""
    for action in (views.WHAT, views.OPEN, views.BACK, views.NEXT):
        app.action(_numbered(action))(partial(change_pressed, services))
    app.action(_numbered(views.DECIDE))(partial(decide_pressed, services))
    app.action(_numbered(views.DISMISS))(partial(why_pressed, services, Status.FOUND, views.DISMISS_FORM))
    app.action(_numbered(views.WITHDRAW))(partial(why_pressed, services, Status.ANNOUNCED, views.WITHDRAW_FORM))
    app.action(views.WAITING)(partial(waiting_pressed, services))
    app.view(views.DECIDE_FORM)(partial(decided, services))
    app.view(views.DISMISS_FORM)(partial(why_given, services))
    app.view(views.WITHDRAW_FORM)(partial(why_given, services))


def _numbered(action: str) -> re.Pattern[str]:
    """The action, also with the change's number behind it: ids of actions are unique within a view."""
    return re.compile(rf"{re.escape(action)}(?:\.\d+)?")


def listing(services: Services, connection: Connection, command: Body) -> Block:
    """`/policy changes`."""
    caller = Caller.of_command(command)
    person, where = caller.person(services), caller.conversation(services)
    changes = services.changes.listed(connection, person, where)
    officer = may_rule(person, where) is None
    return views.listing(changes, services.company, services.changes.zone, officer=officer)


def change_pressed(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**What changed?**, **Open**, **Back** and **Next**."""
    caller, ids = Caller.of_press(body), pressed(action)
    person, where = caller.person(services), caller.conversation(services)
    with services.database.reading() as connection:
        seen = services.changes.listed(connection, person, where)
        change = next((one for one in seen if one.number == number(ids, "n")), None)
        texts = texts_of(connection, change) if change else None
    difference = texts.difference() if texts else None
    zone = services.changes.zone
    view = views.opened(change, difference, int(ids.get("p", 0)), services.company, zone) if change else views.gone()
    shown = body.get("view") or {}
    if shown.get("callback_id") == views.SHOWN and action["action_id"] in (views.BACK, views.NEXT):
        client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
    else:
        open_modal(view, body, client)
    ack()


def decide_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Decide** asks for the decision first."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    deciding = services.changes.deciding
    result = deciding.peek(caller.origin(person), person, caller.conversation(services), number(pressed(action), "n"))
    if isinstance(result, NotDecided):
        beside(words_only(_words(services, result, person.id)), body, client, respond, title=TITLE)
    else:
        with services.database.reading() as connection:
            waits = can_wait(connection, result.change, services.clock())
        open_modal(views.decide_form(result, services.company, caller.channel, can_wait=waits), body, client)
    ack()


def why_pressed(
    services: Services,
    status: Status,
    form: str,
    ack: Ack,
    respond: Respond,
    client: WebClient,
    body: Body,
    action: dict[str, Any],
) -> None:
    """**Not worth announcing** and **Withdraw** ask why first."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    deciding = services.changes.deciding
    result = deciding.peek(
        caller.origin(person), person, caller.conversation(services), number(pressed(action), "n"), status
    )
    if isinstance(result, NotDecided):
        beside(words_only(_words(services, result, person.id)), body, client, respond, title=TITLE)
    else:
        open_modal(views.why_form(result.change, form, caller.channel, services.clock()), body, client)
    ack()


def decided(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The decision was made: it is announced, or the officer reads who was first, or what to mend."""
    caller, ids, values = Caller.of_submission(body), memo(view), typed(view)
    summary = str(values.get(views.SUMMARY) or "").strip()
    if len(summary) < SHORTEST_WHY:
        ack(response_action="errors", errors={views.SUMMARY: "Say it in a sentence."})
        return
    chosen = tuple(values.get(views.AUDIENCE) or ())
    decision = Announcement(
        material=values.get(views.MATERIAL) == "yes",
        effective_on=day(values, views.EFFECTIVE),
        audience=(EVERYONE,) if EVERYONE in chosen else chosen,
        summary=summary,
    )
    person = caller.person(services, fresh=True)
    origin, where = caller.origin(person), caller.conversation(services)
    result = services.changes.deciding.announce(origin, person, where, number(ids, "n"), ids["s"], decision)
    if isinstance(result, NotDecided) and (errors := views.field_error(result)):
        ack(response_action="errors", errors=errors)
        return
    ack(response_action="update", view=_said(services, result, person.id))


def why_given(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The reason was given: dismissed, or withdrawn."""
    caller, ids = Caller.of_submission(body), memo(view)
    why = str(typed(view).get(views.WHY) or "").strip()
    if len(why) < SHORTEST_WHY:
        ack(response_action="errors", errors={views.WHY: "Say it in a few words."})
        return
    person = caller.person(services, fresh=True)
    deciding = services.changes.deciding
    step = deciding.dismiss if view["callback_id"] == views.DISMISS_FORM else deciding.withdraw
    result = step(caller.origin(person), person, caller.conversation(services), number(ids, "n"), ids["s"], why)
    ack(response_action="update", view=_said(services, result, person.id))


def waiting_pressed(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body) -> None:
    """**Look at them** in App Home: what waits, for officers."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    if reason := may_rule(person, caller.conversation(services)):
        beside(words_only(_words(services, NotDecided(reason), person.id)), body, client, respond, title=TITLE)
    else:
        with services.database.reading() as connection:
            changes = open_changes(connection)
        open_modal(views.waiting_list(changes, services.changes.zone), body, client)
    ack()


def _said(services: Services, result: Decided | NotDecided, presser: str) -> Block:
    if isinstance(result, Decided):
        return views.done(result.change, services.company, services.changes.zone)
    return modal(TITLE, [section(_words(services, result, presser))], callback=views.DONE)


def _words(services: Services, result: NotDecided, presser: str) -> str:
    return views.not_decided(result, services.company, services.changes.zone, services.clock(), presser)
