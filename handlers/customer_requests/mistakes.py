"""**Registered by mistake** in Slack: its form, what came of it, and **Reopen**."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.privacy.customer_requests.mistakes import Flawed
from bot.privacy.customer_requests.work import NotChanged
from bot.services import Services
from handlers.customer_requests.replies import after_form, why_not_changed
from handlers.payloads import Body, Caller, memo, pressed, typed
from handlers.replies import beside, form_on_top, words_only
from handlers.views.customer_requests import mistakes as views
from handlers.views.customer_requests.request import MISTAKE


def register(app: App, services: Services) -> None:
    """The button and its form."""
    app.action(MISTAKE)(partial(mistake_pressed, services))
    app.view(views.FORM)(partial(ended, services))


def mistake_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Registered by mistake** says what will happen, and asks what the mistake is; or why that can't be."""
    caller, number = Caller.of_press(body), pressed(action)["customer_request"]
    person = caller.person(services, fresh=True)
    found = services.customer_requests.mistakes.peek(caller.origin(person), person, number)
    if isinstance(found, NotChanged):
        said = words_only(why_not_changed(services, found, person))
        beside(said, body, client, respond, title="Nothing was changed")
    else:
        form_on_top(views.form(found, services.clock(), caller.channel), body, client)
    ack()


def ended(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The form was sent: errors under the fields, or the request as it stands now."""
    caller, ids, claim = Caller.of_submission(body), memo(view), views.claim_of(typed(view))
    person = caller.person(services, fresh=True)
    mistakes = services.customer_requests.mistakes
    result = mistakes.end(caller.origin(person), person, ids["customer_request"], int(ids["v"]), claim)
    if isinstance(result, Flawed):
        ack(response_action="errors", errors=views.errors(result))
    else:
        after_form(services, result, person, view, client, ack, "why")
