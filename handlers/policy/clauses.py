"""Restoring a purpose whose clause is gone: **Point to the new clause**, **Confirm**, **Refuse**."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.clauses.suspensions import NotTaken, Why
from bot.numbers import whole_number
from bot.services import Services
from handlers.deliveries.clauses import suspended
from handlers.payloads import Body, Caller, memo, pressed, typed
from handlers.replies import open_modal, whisper
from handlers.views.blocks import modal, section
from handlers.views.policy import clauses as views

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def register(app: App, services: Services) -> None:
    """What privacy officers press."""
    app.action(views.POINT)(partial(point, services))
    app.action(views.CONFIRM)(partial(confirm, services))
    app.action(views.TAKE_BACK)(partial(take_back, services))
    app.view(views.FORM)(partial(submitted, services))


def point(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Point to the new clause**: the form, for privacy officers while it is suspended."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    number = pressed(action)["suspension"]
    found = services.special_cases.suspensions.peek(caller.origin(person), person, number)
    if isinstance(found, NotTaken):
        whisper(views.not_taken(found, services.company, services.clock()), body, client, respond)
    else:
        _, nearest = suspended(services, number)
        open_modal(views.form(found, nearest, services.company, caller.channel), body, client)
    ack()


def submitted(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was sent: an error under the field, or it waits for another officer."""
    caller, values, number = Caller.of_submission(body), typed(view), memo(view)["suspension"]
    person = caller.person(services, fresh=True)
    words = (values.get("words") or "").strip() or _chosen(services, number, values.get("sentence"))
    result = services.special_cases.suspensions.propose(caller.origin(person), person, number, words)
    if not isinstance(result, NotTaken):
        said = f"*{result.suspension.name}*: another privacy officer has to confirm it, in the message at the desk."
        ack(response_action="update", view=modal("Point to the new clause", [section(said)], callback="clause.sent"))
    elif result.reason in (Why.NOT_IN_POLICY, Why.TOO_SHORT, Why.MEDIUM_NOT_NAMED):
        ack(response_action="errors", errors={"words": views.error(result.reason)})
    else:
        said = views.not_taken(result, services.company, services.clock())
        ack(response_action="update", view=modal("Point to the new clause", [section(said)], callback="clause.sent"))


def _chosen(services: Services, number: int, place: str | None) -> str:
    _, nearest = suspended(services, number)
    at = whole_number(place or "") or 0
    return nearest[at - 1].quote if 0 < at <= len(nearest) else ""


def confirm(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Confirm**: of exactly the words that stood in the message."""
    caller, ids = Caller.of_press(body), pressed(action)
    person = caller.person(services, fresh=True)
    seen = EPOCH + timedelta(microseconds=ids["at"]) if "at" in ids else None
    result = services.special_cases.suspensions.confirm(caller.origin(person), person, ids["suspension"], seen)
    ack()
    if isinstance(result, NotTaken):
        whisper(views.not_taken(result, services.company, services.clock()), body, client, respond)


def take_back(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Refuse**."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    use = services.special_cases.suspensions.take_back
    result = use(caller.origin(person), person, pressed(action)["suspension"])
    ack()
    if isinstance(result, NotTaken):
        whisper(views.not_taken(result, services.company, services.clock()), body, client, respond)
