"""Ways to answer: where a press came from decides whether the answer is an ephemeral message or a modal."""

from collections.abc import Sequence
from typing import Final

import orjson
import structlog
from slack_bolt import Ack, BoltResponse, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.payloads import Body, memo
from handlers.views.blocks import Block, ephemeral, modal, section

UNDER: Final = "under"
"""In a form's private_metadata: the id of the view that it was opened over."""

log = structlog.get_logger(__name__)

JSON: Final[dict[str, str | Sequence[str]]] = {"content-type": "application/json; charset=utf-8"}


def acknowledge(reply: Block, ack: Ack) -> None:
    """Acknowledge a command with a reply: the same body as `ack(**reply)` has, written three times as fast."""
    ack.response = BoltResponse(status=200, body=orjson.dumps(reply).decode(), headers=JSON)


def whisper(text: str, body: Body, client: WebClient, respond: Respond) -> None:
    """Tell the person who pressed, and nobody else, without touching what they pressed."""
    show(ephemeral(text), body, client, respond)


def show(reply: Block, body: Body, client: WebClient, respond: Respond, *, title: str = "Steward") -> None:
    """An ephemeral reply beside the message that was pressed, or a modal over a modal or App Home.

    A card in an ephemeral message is replaced by what follows it; a message that others or the person's own history
    keep is never replaced, because the reply may hold data.
    """
    if not body.get("view"):
        respond(**reply, replace_original=bool((body.get("container") or {}).get("is_ephemeral")))
        return
    view = modal(title, reply["blocks"], callback="steward.shown")
    open_modal(view, body, client)


def beside(reply: Block, body: Body, client: WebClient, respond: Respond, *, title: str = "Steward") -> None:
    """Like `show`, but an ephemeral card that was pressed stays where it is."""
    if body.get("view"):
        show(reply, body, client, respond, title=title)
    else:
        respond(**reply, replace_original=False)


def open_modal(view: Block, body: Body, client: WebClient) -> str:
    """Open a modal, on top of the one that was pressed if there is one. Returns the view's id."""
    on_top = (body.get("view") or {}).get("type") == "modal"
    opens = client.views_push if on_top else client.views_open
    opened: dict[str, str] = opens(trigger_id=body["trigger_id"], view=view)["view"]
    return opened["id"]


def answer_command(shown: Block, body: Body, client: WebClient, ack: Ack) -> None:
    """A command's form is opened; anything else is the command's own reply."""
    if shown.get("type") == "modal":
        open_modal(shown, body, client)
        ack()
    else:
        ack(**shown)


def answer_button(shown: Block, body: Body, client: WebClient, respond: Respond, ack: Ack) -> None:
    """A button's form is opened; anything else is said beside what was pressed."""
    if shown.get("type") == "modal":
        open_modal(shown, body, client)
    else:
        beside(shown, body, client, respond)
    ack()


def form_in_place(form: Block, body: Body, client: WebClient) -> None:
    """A form, or another view, in the modal that was pressed, if it was one: a stack of Slack's holds three."""
    view = body.get("view") or {}
    if view.get("type") == "modal":
        client.views_update(view_id=view["id"], hash=view["hash"], view=form)
    else:
        open_modal(form, body, client)


def form_on_top(form: Block, body: Body, client: WebClient) -> None:
    """On the modal that was pressed, so that **Cancel** leads back to it; in its place where Slack's stack is full.

    The form remembers the view under it, which shows afterwards what came of the form (`show_under`).
    """
    view = body.get("view") or {}
    if view.get("type") != "modal":
        open_modal(form, body, client)
    elif view.get("previous_view_id") in (None, "", view.get("root_view_id")):
        remembered = {**memo(form), UNDER: view["id"]}
        open_modal({**form, "private_metadata": orjson.dumps(remembered).decode()}, body, client)
    else:
        client.views_update(view_id=view["id"], hash=view["hash"], view=form)


def show_under(shown: Block, view: Body, client: WebClient, ack: Ack) -> None:
    """A form was sent: it closes and the view under it becomes `shown`, or the form itself does where none is there."""
    under = memo(view).get(UNDER)
    if under and _updated(under, shown, client):
        ack()
    else:
        ack(response_action="update", view=shown)


def _updated(view: str, shown: Block, client: WebClient) -> bool:
    try:
        client.views_update(view_id=view, view=shown)
    except (SlackApiError, SlackClientError, OSError) as error:
        log.info("view.not_under", exc_info=error)  # it was closed meanwhile
        return False
    return True


def words_only(text: str) -> Block:
    """An ephemeral reply of one paragraph."""
    return ephemeral(text, [section(text)])
