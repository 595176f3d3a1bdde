"""`/access disclose`, `disclosures` and `processors`: what the policy says of people outside the company."""

from typing import Final

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.access.people import Standing
from bot.company import Company
from bot.services import Services
from handlers.disclosures import disclosures
from handlers.payloads import Body, Caller
from handlers.replies import words_only
from handlers.views.access import processors
from handlers.views.blocks import Block

SUBCOMMANDS: Final = ("disclose", "disclosures", "processors")


def help_text(company: Company) -> str:
    """What `/access help` says of these."""
    return (
        f"`/access disclose {company.example}` gives data to somebody outside, on a consent or a court's order · "
        "`/access disclosures` the register · `/access processors` engaged third parties"
    )


def command(
    services: Services, caller: Caller, client: WebClient, body: Body, ack: Ack, typed: tuple[str, str]
) -> None:
    """One of these subcommands with what followed it."""
    word, rest = typed
    if word == "disclose":
        disclosures.command(services, caller, client, body, ack, rest)
    elif word == "disclosures":
        ack(**disclosures.listing(services, caller))
    else:
        ack(**_processors(services, caller))


def _processors(services: Services, caller: Caller) -> Block:
    """The register names companies and no customer; people of those companies do not read about one another."""
    if caller.person(services).standing is not Standing.MEMBER:
        return words_only(f"Only employees of {services.company.name} read that.")
    return processors.register(services.company.rules.processors, services.company, services.clock())
