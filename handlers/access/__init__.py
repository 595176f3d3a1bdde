"""Asking for access, deciding, more time, emergencies, and confirming who may look up: `/access` and its presses."""

from slack_bolt import App

from bot.services import Services
from handlers.access import approvals, approver_commands, command, emergency, extensions, questions


def register(app: App, services: Services) -> None:
    """What is asked for and decided."""
    command.register(app, services)
    approvals.register(app, services)
    questions.register(app, services)
    approver_commands.register(app, services)
    extensions.register(app, services)
    emergency.register(app, services)
