"""Looking accounts up, what they object to, and the addresses on their lists: `/account` and its presses."""

from slack_bolt import App

from bot.services import Services
from handlers.accounts import account, objections, recipients
from handlers.patience import Patience


def register(app: App, services: Services, patience: Patience) -> None:
    """What is looked up, and what accounts object to."""
    account.register(app, services, patience)
    recipients.register(app, services, patience)
    objections.register(app, services)
