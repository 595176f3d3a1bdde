"""What approvers and holders say of themselves: `/access away`, `/access back`, whether a ticket is still open."""

import re
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.deputising.away import NotSet
from bot.access.deputising.until import read_until
from bot.access.ending.finish import NotFinished
from bot.access.ending.least_use import Ticket
from bot.clock import zone_named
from bot.services import Services
from handlers import home
from handlers.access import recertification
from handlers.command_text import unescape
from handlers.payloads import Body, Caller, pressed
from handlers.replies import beside, words_only
from handlers.views.access import away as views
from handlers.views.access import requests
from handlers.views.access.reminders import CLOSED, STILL_OPEN
from handlers.views.blocks import Block

ABOUT_APPROVERS = ("away", "back", "recertify")
NO_MENTION = re.compile(r"(?:^|\s)@(\S+)")  # of whomever Slack knows it makes a mention
APPROVERS_HELP = (
    "Approvers: `/access away friday @name` while you are away, `@name` decides for you · `/access back` ends that\n"
    "`/access recertify`: who of your group may still look customers up"
)
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def register(app: App, services: Services) -> None:
    """The buttons."""
    recertification.register(app, services)
    app.action(views.BACK)(partial(back_pressed, services))
    app.action(STILL_OPEN)(partial(ticket_pressed, services, Ticket.OPEN))
    app.action(CLOSED)(partial(ticket_pressed, services, Ticket.CLOSED))


def about_approvers(services: Services, caller: Caller, client: WebClient, command: Body, ack: Ack) -> bool:
    """Answers `/access away …`, `/access back` and `/access recertify`; False where the text is none of them."""
    word, _, rest = (command.get("text") or "").strip().partition(" ")
    if word.lower() == "away":
        ack(**_away(services, caller, rest.strip()))
    elif word.lower() == "back" and not rest.strip():
        ack(**words_only(_back(services, caller)))
    elif word.lower() == "recertify" and not rest.strip():
        recertification.opened(services, caller, client, command, ack)
    else:
        return False
    return True


def _away(services: Services, caller: Caller, text: str) -> Block:
    person = caller.person(services, fresh=True)
    if not text:
        return views.shown(services.approvers.away.of(person), services.clock())
    mention = MENTION.search(text)
    if mention is None and (unknown := NO_MENTION.search(text)):
        return words_only(views.unknown(unknown[1]))
    zone = zone_named(person.timezone, ZoneInfo(services.approvers.timezone))
    until = read_until(unescape(MENTION.sub(" ", text)), services.clock(), zone)
    if mention is None or until is None:
        return words_only(views.UNREAD)
    deputy = services.directory.person(person.team, mention[1], fresh=True)
    result = services.approvers.away(caller.origin(person), person, deputy, until)
    if isinstance(result, NotSet):
        return words_only(views.not_set(result, services.company))
    return words_only(views.named(result.absence, services.clock()))


def _back(services: Services, caller: Caller) -> str:
    person = caller.person(services, fresh=True)
    result = services.approvers.away.back(caller.origin(person), person)
    return views.not_set(result, services.company) if isinstance(result, NotSet) else views.back(result.absence)


def back_pressed(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body) -> None:
    """**I am back**."""
    said = _back(services, Caller.of_press(body))
    ack()
    beside(words_only(said), body, client, respond)
    home.again(services, client, body)


def ticket_pressed(
    services: Services,
    answer: Ticket,
    ack: Ack,
    respond: Respond,
    client: WebClient,
    body: Body,
    action: dict[str, Any],
) -> None:
    """**Still open** and **End now** under the question about a ticket; the message itself says what was pressed."""
    caller = Caller.of_press(body)
    person = caller.person(services)
    result = services.approvers.least_use.answer(caller.origin(person), person, pressed(action)["request"], answer)
    ack()
    if isinstance(result, NotFinished):
        now = services.clock()
        words = requests.not_decided(result.reason, result.request, services.company, now, person.id)
        beside(words_only(words), body, client, respond)
    elif answer is Ticket.CLOSED:
        beside(words_only(requests.ended(result.request, services.company)), body, client, respond)
