"""`/privacy`: what the policy says to a question, and what the privacy officer does for customers."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.audit.query import speaks_of_time, trailing_period
from bot.audit.reports import html, pdf
from bot.audit.reports.customer import CustomerReport
from bot.audit.reports.making import NotReported
from bot.clock import zone_named
from bot.services import Services
from handlers.command_text import subcommand, unescape
from handlers.customer_requests import request as customer_requests
from handlers.patience import Patience
from handlers.payloads import Caller
from handlers.privacy import questions, rulings
from handlers.privacy.slips import SUBCOMMANDS, is_a_question, said_to
from handlers.replies import words_only
from handlers.uploads import upload
from handlers.views.blocks import Block
from handlers.views.privacy import reports as views


def register(app: App, services: Services, patience: Patience) -> None:
    """The command."""
    app.command("/privacy")(partial(privacy, services, patience))


def privacy(
    services: Services, patience: Patience, ack: Ack, respond: Respond, client: WebClient, command: dict[str, Any]
) -> None:
    """/privacy QUESTION | report QUERY [since …] | gaps | rulings | help."""
    text = command.get("text") or ""
    word, rest = subcommand(text, SUBCOMMANDS)
    if customer_requests.is_for_here(text):
        customer_requests.command(services, ack, client, command, text)
    elif word == "report" and rest:
        caller = Caller.of_command(command)
        patience.answer(lambda: _report(services, caller, client, unescape(rest)), ack, respond)
    elif word == "report":
        ack(**words_only(views.which_account(services.company)))
    elif word == "gaps" and not rest:
        ack(**questions.gaps(services, Caller.of_command(command)))
    elif word == "rulings" and not rest:
        ack(**rulings.listing(services, Caller.of_command(command)))
    elif not is_a_question(text, rest) and (said := said_to(word, rest, services.company)):
        ack(**words_only(said))
    elif (word and not is_a_question(text, rest)) or not text.strip():
        ack(**words_only(views.help_text(services.company)))
    else:
        ack(**questions.ask(services, Caller.of_command(command), text))


def _report(services: Services, caller: Caller, client: WebClient, text: str) -> Block:
    """The summary is shown here; the files go to the officer's own direct message."""
    person = caller.person(services, fresh=True)
    query, since, until = trailing_period(text, services.clock(), zone_named(person.timezone))
    made = services.report(caller.origin(person), person, caller.conversation(services), query, since, until)
    if isinstance(made, NotReported):
        return views.not_reported(made, services.company, timed=speaks_of_time(query))
    return views.report(made, sent=_send(made, person.id, client))


def _send(made: CustomerReport, user: str, client: WebClient) -> bool:
    name = re.sub(r"[^\w.-]+", "-", made.account)
    title = f"Who looked at {made.account}"
    paper = pdf.printed(made)
    contents: Mapping[str, bytes] = {"pdf": paper.content, "html": html.render(made).encode()}
    files = [
        {"filename": f"report-{name}.{kind}", "content": content, "title": f"{title} ({kind.upper()})"}
        for kind, content in contents.items()
    ]
    return upload(client, user, files, views.comment(made, paper.unprinted))
