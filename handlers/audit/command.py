"""`/audit`: auditors search the audit table."""

import re
from datetime import UTC
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.audit.read import Cursor
from bot.audit.search import Found, NotSearched
from bot.audit.verbs import TYPED
from bot.services import Services
from handlers.audit import checkpoint, export, review
from handlers.command_text import nearest_subcommand, subcommand, unescape
from handlers.patience import Patience
from handlers.payloads import Body, Caller, NotOurs
from handlers.replies import show, words_only
from handlers.views.audit import entry as audit_entry
from handlers.views.audit import search as views
from handlers.views.blocks import Block

SUBCOMMANDS = ("review", "checkpoint", "verify", "export", "help")
ITEM = re.compile(r"[Vv]-(\d{1,9})", re.ASCII)


def register(app: App, services: Services, patience: Patience) -> None:
    """What auditors type and press."""
    app.command("/audit")(partial(search, services, patience))
    app.action(views.OLDER)(partial(older, services))


def search(
    services: Services, patience: Patience, ack: Ack, respond: Respond, client: WebClient, command: dict[str, Any]
) -> None:
    """/audit WORDS | V-12 | help: an account, a person, a purpose, what was done, a time, an entry's id; a review."""
    word, text = subcommand(command.get("text") or "", SUBCOMMANDS)
    meant = word or _meant(text)
    if meant == "help":
        ack(**words_only(views.help_text(services.company)))
    elif word == "review":
        patience.answer(lambda: review.queue(services, Caller.of_command(command)), ack, respond)
    elif word == "checkpoint":
        patience.answer(lambda: checkpoint.checkpoint(services, Caller.of_command(command)), ack, respond)
    elif word == "verify":
        patience.answer(lambda: checkpoint.verify(services, Caller.of_command(command)), ack, respond)
    elif word == "export":
        caller = Caller.of_command(command)
        patience.answer(lambda: export.export(services, caller, client, unescape(text)), ack, respond)
    elif item := ITEM.fullmatch(text):
        patience.answer(lambda: review.one(services, Caller.of_command(command), int(item[1])), ack, respond)
    elif meant:
        ack(**words_only(f"There is no `/audit {text}`. Did you mean `/audit {meant}`?"))
    else:
        patience.answer(lambda: _search(services, Caller.of_command(command), text), ack, respond)


def _meant(text: str) -> str | None:
    """The subcommand that a word was misspelt for; none where the word is one that a search knows."""
    known = text.lower() in {word for words in TYPED.values() for word in words}
    return None if known else nearest_subcommand(text, SUBCOMMANDS)


def _search(services: Services, caller: Caller, text: str) -> Block:
    person = caller.person(services, fresh=True)
    result = services.search(caller.origin(person), person, caller.conversation(services), unescape(text))
    return _render(services, result)


def older(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Older**: the next page, itself a search."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    search, before = _cursor(action)
    result = services.search.page(caller.origin(person), person, caller.conversation(services), search, before)
    ack()
    show(_render(services, result), body, client, respond)


def _cursor(action: dict[str, Any]) -> tuple[str, Cursor]:
    """Where to go on. Raises NotOurs."""
    try:
        search, (at, entry) = views.read_cursor(action["value"])
        return str(search), (at.astimezone(UTC), str(entry))
    except (KeyError, OverflowError, TypeError, ValueError):
        raise NotOurs("cursor") from None


def _render(services: Services, result: Found | NotSearched) -> Block:
    if isinstance(result, NotSearched):
        return views.not_searched(result, services.company)
    if result.whole:
        return audit_entry.render(result, result.whole, services.company)
    return views.render(result, services.company, services.clock())
