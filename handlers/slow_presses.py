"""A press whose answer may take longer than Slack waits: a window says so, and the answer takes its place."""

from collections.abc import Callable

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from handlers.patience import Patience, Tell
from handlers.payloads import Body, view_of
from handlers.replies import open_modal, show
from handlers.views.blocks import Block, modal, section

LOOKING = "Looking… The answer follows here in a moment."


def answer_press(
    patience: Patience, make: Callable[[], Block], ack: Ack, body: Body, client: WebClient, respond: Respond
) -> None:
    """A modal is opened, a reply is shown where the press came from; either may come later."""

    def now(made: Block) -> None:
        ack()
        if made.get("type") == "modal":
            open_modal(made, body, client)
        else:
            show(made, body, client, respond, title="Account")

    patience.press(make, now, lambda: _window(ack, body, client))


def answer_in_message(
    patience: Patience, make: Callable[[], Block], ack: Ack, body: Body, client: WebClient, respond: Respond
) -> None:
    """A reply beside the message that was pressed, by its response_url; over a window, in a window."""
    if body.get("view"):
        answer_press(patience, make, ack, body, client, respond)
        return

    def tell(made: Block) -> None:
        show(made, body, client, respond, title="Account")

    def now(made: Block) -> None:
        ack()
        tell(made)

    def wait() -> Tell:
        ack()
        return tell

    patience.press(make, now, wait)


def answer_submission(patience: Patience, make: Callable[[], Block], ack: Ack, body: Body, client: WebClient) -> None:
    """A form that was sent: the answer, a modal, takes its place, or stands under its fields."""

    def now(made: Block) -> None:
        if "response_action" in made:
            ack(**made)
        else:
            ack(response_action="update", view=made)

    def wait() -> Tell:
        ack(response_action="update", view=_looking())
        view = body["view"]["id"]
        return lambda made: client.views_update(view_id=view, view=_as_view(made))

    patience.press(make, now, wait)


def answer_page(patience: Patience, make: Callable[[], Block], ack: Ack, body: Body, client: WebClient) -> None:
    """A window that turns to another page of itself, however long that takes."""
    view = view_of(body)

    def tell(made: Block) -> object:
        return client.views_update(view_id=view["id"], hash=view["hash"], view=_as_view(made))

    def now(made: Block) -> None:
        ack()
        tell(made)

    def wait() -> Tell:
        ack()
        return tell

    patience.press(make, now, wait)


def answer_in_window(
    patience: Patience, make: Callable[[], Block], meanwhile: Block, ack: Ack, body: Body, client: WebClient
) -> None:
    """A window that becomes the answer; where that takes longer, `meanwhile` keeps it from being pressed again."""
    view = view_of(body)

    def now(made: Block) -> None:
        ack()
        client.views_update(view_id=view["id"], hash=view["hash"], view=_as_view(made))

    def wait() -> Tell:
        ack()
        client.views_update(view_id=view["id"], hash=view["hash"], view=meanwhile)
        return lambda made: client.views_update(view_id=view["id"], view=_as_view(made))

    patience.press(make, now, wait)


def _window(ack: Ack, body: Body, client: WebClient) -> Tell:
    """Opened at once, while the press still counts as one."""
    ack()
    view = open_modal(_looking(), body, client)
    return lambda made: client.views_update(view_id=view, view=_as_view(made))


def _looking() -> Block:
    return modal("Account", [section(LOOKING)], callback="account.looking")


def _as_view(made: Block) -> Block:
    if "response_action" in made:  # errors under fields that are gone
        words = " ".join(str(one) for one in made.get("errors", {}).values())
        return made["view"] if "view" in made else modal("Account", [section(words)], callback="account.shown")
    if made.get("type") == "modal":
        return made
    blocks = made.get("blocks") or [section(str(made.get("text", "")))]
    return modal("Account", blocks, callback="account.shown")
