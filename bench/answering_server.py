"""The floor of a delivered answer: a bare Bolt app that acknowledges with as many blocks as a card has."""

import os
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bench.bare_server import application
from bench.serving import serve
from bot.gate.workers import Workers

LINES = ("Contact details", "Payment details", "Recipient lists", "For Technical support", "Recorded")


def answering_app() -> App:
    """One listener, which looks nothing up."""
    app = App(
        client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=True,
    )
    app.command("/account")(answer)
    return app


def answer(ack: Ack, command: dict[str, Any]) -> None:
    """A card without an account."""
    asked = str(command["text"])
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"*{line}*  {asked}"}} for line in LINES]
    ack(response_type="ephemeral", text=f"({asked}) for nobody", blocks=blocks)


if __name__ == "__main__":
    serve(application(answering_app()), Workers())
