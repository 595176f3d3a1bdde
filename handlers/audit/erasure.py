"""Deciding erasures: **Confirm erasure** and **Refuse**. Rights are checked at the press."""

from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.people import Person
from bot.audit.erasures.steps import Counted, NotCounted
from bot.audit.ledger import Origin
from bot.services import Services
from handlers import home
from handlers.payloads import Body, Caller, pressed
from handlers.replies import whisper
from handlers.views.audit import erasure as views

Decide = Callable[[Origin, Person, int], Counted | NotCounted]


def register(app: App, services: Services) -> None:
    """What privacy officers press."""
    app.action(views.CONFIRM)(partial(decide, services, services.erasures.confirm))
    app.action(views.REFUSE)(partial(decide, services, services.erasures.refuse))


def decide(
    services: Services,
    settle: Decide,
    ack: Ack,
    respond: Respond,
    client: WebClient,
    body: Body,
    action: dict[str, Any],
) -> None:
    """Every copy of the message says afterwards where it stands; whoever pressed is told what the press came to."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = settle(caller.origin(person), person, pressed(action)["erasure"])
    ack()
    now = services.clock()
    if isinstance(result, NotCounted):
        whisper(views.not_counted(result, services.company, now, person.id), body, client, respond)
    else:
        whisper(views.counted_press(result, now), body, client, respond)
    home.again(services, client, body)
