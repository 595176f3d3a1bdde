"""`/privacy rulings`: the rulings in force, to look through, to confirm and to withdraw."""

import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.reasons import Reason
from bot.privacy.rereading import Step
from bot.services import Services
from handlers.names import names_of
from handlers.payloads import Body, Caller, pressed
from handlers.privacy.desk import settle
from handlers.replies import show, words_only
from handlers.views.blocks import Block
from handlers.views.privacy import rulings as views
from handlers.views.privacy.gaps import refused
from handlers.views.privacy.rereading import LOOK


def register(app: App, services: Services) -> None:
    """The buttons of the list."""
    app.action(LOOK)(partial(looked, services))
    for turn in (views.NEWER, views.OLDER):
        app.action(turn)(partial(turned, services))
    for action, step in ((views.CONFIRM, Step.CONFIRM), (views.WITHDRAW, Step.WITHDRAW)):
        app.action(re.compile(rf"{re.escape(action)}\.\d+"))(partial(settled, services, step))


def listing(services: Services, caller: Caller, page: int = 1, said: str = "") -> Block:
    """A page of it, for privacy officers, below what came of a press."""
    person = caller.person(services, fresh=True)
    found = services.questions.rulings.page(person, caller.conversation(services), page)
    if isinstance(found, Reason):
        return words_only(said or refused(found, services.company))
    people = {user for one in found.lines for user in (one.ruling.author, one.ruling.settled_by) if user}
    return views.listing(found, names_of(services, person.team, people), said)


def looked(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body) -> None:
    """**Look at them** in App Home: the list, in a window."""
    shown = listing(services, Caller.of_press(body))
    ack()
    show(shown, body, client, respond, title="Rulings")


def turned(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Newer**, **Older**."""
    shown = listing(services, Caller.of_press(body), int(pressed(action)["p"]))
    ack()
    show(shown, body, client, respond)


def settled(
    services: Services, step: Step, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Still right**, **Withdraw the ruling**: the page as it is then takes the list's place."""
    caller, ids = Caller.of_press(body), pressed(action)
    said = settle(services, caller, ids, step)
    ack()
    show(listing(services, caller, int(ids["p"]), said), body, client, respond)
