"""`/access disclose` and `/access disclosures`: what the policy says of people outside the company."""

from typing import Final

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.services import Services
from handlers import disclosures
from handlers.payloads import Body, Caller

SUBCOMMANDS: Final = ("disclose", "disclosures")
HELP: Final = (
    "`/access disclose pw-00412` gives data to somebody outside, on a consent or a court's order · `disclosures`"
)


def command(
    services: Services, caller: Caller, client: WebClient, body: Body, ack: Ack, typed: tuple[str, str]
) -> None:
    """One of these subcommands with what followed it."""
    word, rest = typed
    if word == "disclose":
        disclosures.command(services, caller, client, body, ack, rest)
    else:
        ack(**disclosures.listing(services, caller))
