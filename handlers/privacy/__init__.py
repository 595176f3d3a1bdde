"""Questions about the policy, the officers' desk and its rulings: `/privacy` and its presses."""

from slack_bolt import App

from bot.services import Services
from handlers.patience import Patience
from handlers.privacy import command, desk, questions, rulings


def register(app: App, services: Services, patience: Patience) -> None:
    """Questions, and the officers who answer them."""
    command.register(app, services, patience)
    questions.register(app, services)
    desk.register(app, services)
    rulings.register(app, services)
