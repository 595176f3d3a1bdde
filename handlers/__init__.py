"""What people touch in Slack: a folder a command, one module a surface, each with register(app, services)."""

from slack_bolt import App

from bot.services import Services
from handlers import access, accounts, audit, faults, home, policy, privacy, removal
from handlers.customer_requests import request as customer_requests
from handlers.disclosures import disclosures
from handlers.patience import Patience


def register_all(app: App, services: Services, patience: Patience) -> None:
    """Every command, action, modal and event. The commands are the manifest's; a test compares them."""
    accounts.register(app, services, patience)
    access.register(app, services)
    disclosures.register(app, services)
    policy.register(app, services)
    privacy.register(app, services, patience)
    customer_requests.register(app, services, patience)
    audit.register(app, services, patience)
    home.register(app, services)
    removal.register(app, services)
    faults.register(app, services)
