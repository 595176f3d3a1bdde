"""Reading the policy, its changes, who is told of them, purposes whose clause is gone: `/policy` and its presses."""

from slack_bolt import App

from bot.services import Services
from handlers.policy import changes, clauses, command, notice_schedule, notices


def register(app: App, services: Services) -> None:
    """The policy, its changes, and what is told of them."""
    command.register(app, services)
    changes.register(app, services)
    clauses.register(app, services)
    notices.register(app, services)
    notice_schedule.register(app, services)
