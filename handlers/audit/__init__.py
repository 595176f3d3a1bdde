"""Searching, exporting, reviewing and proving the audit table: `/audit` and its presses."""

from slack_bolt import App

from bot.services import Services
from handlers.audit import command, erasure, review
from handlers.patience import Patience


def register(app: App, services: Services, patience: Patience) -> None:
    """What auditors and reviewers press, and what officers decide on erasures."""
    command.register(app, services, patience)
    erasure.register(app, services)
    review.register(app, services)
