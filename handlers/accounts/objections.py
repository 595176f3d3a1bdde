"""What accounts say about marketing: `/account pw-00412 objects to telephone`, the button on a card, and **Undo**."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.rules.media import EVERYTHING
from bot.privacy.objections.choices import Said
from bot.privacy.objections.record import NotPossible, NotRecordedYet, NotUndone, Saying
from bot.services import Services
from handlers.command_text import unescape
from handlers.payloads import Body, Caller, memo, one_of, pressed, typed
from handlers.replies import answer_button, answer_command, beside, words_only
from handlers.views.accounts import objections as views
from handlers.views.blocks import Block
from handlers.views.customer_requests.request import said as modal_of

SAID = re.compile(
    r"^(?P<account>\S.*?)\s+(?P<verb>objects|objected|agrees|agreed)\s+to\s+(?P<media>\S.*)$", re.IGNORECASE
)
AND = re.compile(r"\s*(?:,|;|\band\b|&)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """`QUERY objects to MEDIUM [and MEDIUM]`."""

    account: str
    said: Said
    media: tuple[str, ...]


def register(app: App, services: Services) -> None:
    """The form, and **Undo** in the privacy channel."""
    app.action(views.FORM_OPEN)(partial(form_pressed, services))
    app.action(re.compile(rf"{re.escape(views.UNDO)}(\.\d+)?$"))(partial(undo_pressed, services))
    app.view(views.FORM)(partial(recorded, services))


def read(text: str) -> Typed | None:
    """What `/account` was given, if it says that an account objects or agrees; None for a look-up."""
    match = SAID.match(" ".join(unescape(text).split()))
    if match is None:
        return None
    said = Said.OBJECTED if match["verb"].lower().startswith("object") else Said.AGREED
    media = tuple(one for one in AND.split(match["media"].strip().rstrip(".")) if one)
    return Typed(match["account"], said, media)


def command(services: Services, ack: Ack, client: WebClient, body: Body, asked: Typed) -> None:
    """The form, filled in; a medium that the policy does not name is refused with its words."""
    shown = _form(services, Caller.of_command(body), asked)
    answer_command(shown, body, client, ack)


def form_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Record an objection** on a card."""
    account = pressed(action).get("account", "")
    shown = _form(services, Caller.of_press(body), Typed(account, Said.OBJECTED, ()))
    answer_button(shown, body, client, respond, ack)


def _form(services: Services, caller: Caller, asked: Typed) -> Block:
    person, objections = caller.person(services), services.customer_requests.objections
    everything = len(asked.media) == 1 and asked.media[0].casefold() in EVERYTHING
    wanted = objections.media if everything else asked.media
    found = objections.peek(caller.origin(person), person, caller.conversation(services), asked.said, wanted)
    if isinstance(found, NotPossible):
        return words_only(views.not_possible(found, services.company))
    return views.form(asked.account, asked.said, objections.media, found, objections.today(), caller.channel)


def recorded(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was sent: errors under the fields, or it is in force."""
    caller, values = Caller.of_submission(body), typed(view)
    person = caller.person(services, fresh=True)
    saying = Saying(
        account=(values.get("account") or "").strip(),
        said=one_of(Said, "said", memo(view)["said"]),
        media=tuple(values.get("media") or ()),
        who=values.get("who") or "",
        said_on=values.get("said_on"),
    )
    objections = services.customer_requests.objections
    result = objections.record(caller.origin(person), person, caller.conversation(services), saying)
    if isinstance(result, NotRecordedYet):
        ack(response_action="errors", errors=views.errors(result))
    elif isinstance(result, NotPossible):
        ack(response_action="update", view=modal_of("Not recorded", views.not_possible(result, services.company)))
    else:
        ack(response_action="update", view=views.done(result))


def undo_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Undo**: the message itself says who did, soon after."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = services.customer_requests.objections.undo(caller.origin(person), person, pressed(action)["choice"])
    ack()
    if isinstance(result, NotUndone):
        said = views.not_undone(result, services.company, services.clock())
        beside(words_only(said), body, client, respond)
