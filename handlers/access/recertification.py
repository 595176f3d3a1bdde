"""Confirming who may look up: `/access recertify`, the list, and giving somebody back what was removed."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.recertification.certifying import Listing, Verdict
from bot.access.recertification.recertify import NotCertified
from bot.services import Services
from handlers import home
from handlers.command_text import storable
from handlers.payloads import Body, Caller, inputs, memo, one_of, pressed
from handlers.replies import beside, open_modal, words_only
from handlers.views.access import recertification as views
from handlers.views.blocks import Block, modal, section

PERSON = "person_"
"""What the blocks of a form's people begin with."""


def register(app: App, services: Services) -> None:
    """The buttons and the form."""
    app.action(re.compile(rf"{re.escape(views.OPEN)}(\.\d+)?"))(partial(open_pressed, services))
    app.view(views.FORM)(partial(submitted, services))
    app.action(views.LIFT)(partial(lift_pressed, services))


def opened(services: Services, caller: Caller, client: WebClient, body: Body, ack: Ack) -> None:
    """/access recertify: the one list that waits, or which of several."""
    person = caller.person(services, fresh=True)
    found = services.approvers.recertify.mine(person)
    if len(found) == 1:
        open_modal(_form(services, found[0], caller.channel), body, client)
        ack()
    else:
        ack(**(views.several(found, services.company, services.clock()) if found else views.nothing()))


def open_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Open the list**."""
    caller = Caller.of_press(body)
    person, wanted = caller.person(services, fresh=True), pressed(action)["list"]
    found = next((one for one in services.approvers.recertify.mine(person) if one.number == wanted), None)
    if found is None:
        ack()
        beside(words_only("Nothing of that list waits for you."), body, client, respond)
    else:
        open_modal(_form(services, found, caller.channel), body, client)
        ack()


def _form(services: Services, listing: Listing, channel: str | None) -> Block:
    """In the names that everybody of the workspace was read with: forty questions would take longer than a form may."""
    found = (services.directory.find(one.person) for one in listing.lines[: views.AT_ONCE])
    names = {one.id: one.name for one in found if one is not None}
    return views.form(listing, names, services.company, channel)


def submitted(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """**Confirm**: what was marked stands, each an entry."""
    caller, state = Caller.of_submission(body), inputs(view)
    shown = {block.removeprefix(PERSON): _chosen(state[block]) for block in state if block.startswith(PERSON)}
    said = {one: one_of(Verdict, "verdict", chosen) for one, chosen in shown.items() if chosen}
    keep_rest = bool(_element(state.get(views.KEEP_REST)).get("selected_options"))
    if not said and not keep_rest:
        ack(response_action="errors", errors={views.KEEP_REST: "Mark somebody, or keep everybody who is not marked."})
        return
    person = caller.person(services, fresh=True)
    note = storable(_element(state.get("note")).get("value") or "").strip()
    result = services.approvers.recertify(
        caller.origin(person), person, memo(view)["list"], said, keep_rest=keep_rest, note=note, shown=shown
    )
    if isinstance(result, NotCertified):
        blocks = [section(views.not_certified(result.reason))]
    else:
        blocks = views.certified(result, person)
    ack(response_action="update", view=modal("Confirmed", blocks, callback="recertification.sent"))


def _chosen(elements: Mapping[str, Any]) -> str | None:
    option = _element(elements).get("selected_option")
    return str(option["value"]) if option else None


def _element(elements: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The one element of an input block."""
    return next(iter((elements or {}).values()), None) or {}


def lift_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Give it back**, confirmed; the message itself says so afterwards."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.approvers.recertify.lift(caller.origin(person), person, pressed(action)["removal"])
    ack()
    if isinstance(result, NotCertified):
        beside(words_only(views.not_certified(result.reason)), body, client, respond)
    home.again(services, client, body)
