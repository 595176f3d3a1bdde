"""`/policy`: the privacy policy in force, and its history."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.privacy.versions import history, policy_in_force
from bot.services import Services
from handlers.command_text import nearest_subcommand, subcommand
from handlers.replies import words_only
from handlers.views import policy as views

SUBCOMMANDS = ("history", "help")


def register(app: App, services: Services) -> None:
    """The command."""
    app.command("/policy")(partial(policy, services))


def policy(services: Services, ack: Ack, command: dict[str, Any]) -> None:
    """/policy [history | help]. The policy is public, so anybody may read it anywhere."""
    word, rest = subcommand(command.get("text") or "", SUBCOMMANDS)
    now = services.clock()
    with services.database.reading() as connection:
        if word == "history":
            ack(**views.history(history(connection, now)))
        elif word == "help":
            ack(**words_only(views.HELP))
        elif rest:
            meant = nearest_subcommand(rest, SUBCOMMANDS)
            ack(**words_only(f"Did you mean `/policy {meant}`?" if meant else views.HELP))
        else:
            ack(**views.in_force(policy_in_force(connection, now), services.company))
