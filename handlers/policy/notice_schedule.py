"""`/policy readers` and `/policy schedule`: who has read a change, and the officers' hand on what is to be told."""

import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.notices.announcing import Change, change_number, read_change
from bot.notices.telling.email import Sender, as_text, customer_email
from bot.notices.telling.schedule import Done, NotChanged, NotDone, Upcoming
from bot.services import Services
from handlers import home
from handlers.payloads import Body, Caller, chosen, clock_time, day, memo, pressed, typed
from handlers.replies import beside, open_modal, show, words_only
from handlers.views.blocks import Block, modal, section
from handlers.views.policy import notice_schedule as views
from handlers.views.policy import notices as notice_views
from handlers.views.policy import readers as reader_views
from handlers.views.words import value_of

SUBCOMMANDS = ("readers", "schedule")


def register(app: App, services: Services) -> None:
    """What officers press, and **I have read this** in lists."""
    app.action(_of(views.MOVE))(partial(move_pressed, services))
    app.action(_of(views.STOP))(partial(stop_pressed, services))
    app.action(_of(views.SEND))(partial(send_pressed, services))
    app.action(views.DATE)(partial(date_pressed, services))
    app.view(views.EMAIL_SHOWN)(email_copied)
    app.action(views.EMAIL)(partial(email_pressed, services))
    app.action(reader_views.OF_CHANGE)(partial(readers_chosen, services))
    app.action(_of(notice_views.READ))(partial(listed_read_pressed, services))
    app.view(views.MOVE_FORM)(partial(moved, services))
    app.view(views.DATE_FORM)(partial(dated, services))


def _of(action: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(action)}\.[a-z0-9-]+")


def command(services: Services, caller: Caller, word: str, rest: str) -> Block:
    """`/policy readers [N-12]`, `/policy schedule`."""
    person = caller.person(services, fresh=True)
    if word == "schedule":
        return _schedule(services) if is_officer(person) else words_only(views.officers_only(services.company))
    return (
        _readers(services, rest.strip())
        if is_officer(person)
        else reader_views.own(services.telling.reading.own(person))
    )


def _readers(services: Services, asked: str) -> Block:
    """Of the change that was asked for, or of the last that was announced."""
    number = change_number(asked) if asked else None
    found = services.telling.reading.readers(number) if number is not None or not asked else None
    return (
        words_only(reader_views.none_such(asked))
        if found is None
        else reader_views.readers(found, services.telling.settings.zone)
    )


def readers_chosen(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """Another change in the menu under who has read one: it takes that one's place."""
    if is_officer(Caller.of_press(body).person(services, fresh=True)):
        shown = _readers(services, chosen(action))
    else:
        shown = words_only(views.officers_only(services.company))
    ack()
    show(shown, body, client, respond, title="Privacy policy")


def _schedule(services: Services) -> Block:
    return views.schedule(services.telling.schedule.overview(), services.telling.settings.zone)


def listed_read_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**I have read this** in `/policy readers` and in App Home: the list without it takes its place."""
    caller = Caller.of_press(body)
    person = caller.person(services)
    result = services.telling.acknowledge(caller.origin(person), person, int(pressed(action)["c"]))
    ack()
    if (body.get("view") or {}).get("type") == "home":
        home.again(services, client, body)
    else:
        words = notice_views.acknowledged(result, services.company)
        show(words_only(words), body, client, respond, title="Privacy policy")


def move_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Move** asks for the day and the time."""
    _, ids, person = _pressed(services, body, action)
    change, stage = _change(services, person, ids), _upcoming(services, ids)
    if isinstance(change, NotDone):
        _tell(services, change, body, client, respond)
    elif stage is None or stage.stage.day is None:
        _tell(services, NotDone("", NotChanged.NO_SUCH_NOTICE), body, client, respond)
    else:
        open_modal(views.move_form(change, stage, value_of(c=ids["c"], n=ids["n"], s=ids["s"])), body, client)
    ack()


def _change(services: Services, person: Person, ids: dict[str, Any]) -> Change | NotDone:
    """The change that a button names, for privacy officers."""
    if not is_officer(person):
        return NotDone("", Reason.NOT_A_PRIVACY_OFFICER)
    with services.database.reading() as connection:
        return read_change(connection, int(ids["c"])) or NotDone("", NotChanged.NO_SUCH_NOTICE)


def _upcoming(services: Services, ids: dict[str, Any]) -> Upcoming | None:
    for planned in services.telling.schedule.overview():
        if planned.change.number == int(ids["c"]):
            return next((one for one in planned.upcoming if one.stage.name == ids["n"]), None)
    return None


def moved(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was filled in."""
    caller, ids, values = Caller.of_submission(body), memo(view), typed(view)
    if not values.get("day") or not values.get("at"):
        ack(response_action="errors", errors={"day": "Choose a day and a time."})
        return
    to = day(values, "day"), clock_time(values, "at")
    person = caller.person(services, fresh=True)
    schedule = services.telling.schedule
    result = schedule.move(caller.origin(person), person, int(ids["c"]), str(ids["n"]), int(ids["s"]), to)
    _close(services, ack, result)


def stop_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Stop**, confirmed."""
    caller, ids, person = _pressed(services, body, action)
    result = services.telling.schedule.stop(caller.origin(person), person, int(ids["c"]), str(ids["n"]), int(ids["s"]))
    ack()
    _tell(services, result, body, client, respond)


def send_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Send now**, confirmed."""
    caller, ids, person = _pressed(services, body, action)
    result = services.telling.schedule.send_now(
        caller.origin(person), person, int(ids["c"]), str(ids["n"]), int(ids["s"])
    )
    ack()
    _tell(services, result, body, client, respond)


def date_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Another date** asks for it."""
    _, ids, person = _pressed(services, body, action)
    change = _change(services, person, ids)
    if isinstance(change, NotDone):
        _tell(services, change, body, client, respond)
    else:
        ids = {"c": change.number, "r": change.revision}
        open_modal(views.date_form(change, services.telling.settings.zone, value_of(**ids)), body, client)
    ack()


def email_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**E-mail for customers**: its text in a field."""
    _, ids, person = _pressed(services, body, action)
    change = _change(services, person, ids)
    if isinstance(change, NotDone):
        _tell(services, change, body, client, respond)
    elif change.effective_at is None:
        _tell(services, NotDone("", NotChanged.NO_SUCH_NOTICE), body, client, respond)
    else:
        settings, company = services.telling.settings, services.company
        sender = Sender(company.name, company.contact, settings.url or "", settings.zone)
        found = services.telling.facts.changed(change)
        difference = found.difference if found else None
        made = customer_email(sender, change.effective_at, change.summary, difference, services.clock())
        open_modal(views.email(as_text(made)), body, client)
    ack()


def email_copied(ack: Ack) -> None:
    """The form is closed."""
    ack()


def dated(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was filled in."""
    caller, ids, values = Caller.of_submission(body), memo(view), typed(view)
    if not values.get("day"):
        ack(response_action="errors", errors={"day": "Choose a day."})
        return
    person = caller.person(services, fresh=True)
    schedule, to = services.telling.schedule, day(values, "day")
    result = schedule.new_date(caller.origin(person), person, int(ids["c"]), int(ids["r"]), to)
    _close(services, ack, result)


def _pressed(services: Services, body: Body, action: dict[str, Any]) -> tuple[Caller, dict[str, Any], Person]:
    caller = Caller.of_press(body)
    return caller, pressed(action), caller.person(services, fresh=True)


def _close(services: Services, ack: Ack, result: Done | NotDone) -> None:
    words = views.said(result, services.company, services.telling.settings.zone)
    if isinstance(result, NotDone) and result.reason in (NotChanged.IN_THE_PAST, NotChanged.OUT_OF_ORDER):
        ack(response_action="errors", errors={"day": words})
    else:
        ack(response_action="update", view=modal("Notices", [section(words)], callback="notice.done"))


def _tell(services: Services, result: Done | NotDone, body: Body, client: WebClient, respond: Respond) -> None:
    words = views.said(result, services.company, services.telling.settings.zone)
    beside(words_only(words), body, client, respond, title="Notices")
