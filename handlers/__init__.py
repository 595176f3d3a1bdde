"""What people touch in Slack: one module a surface, each with register(app, services)."""

from slack_bolt import App

from bot.services import Services
from handlers import (
    access,
    account,
    approvals,
    approver_commands,
    audit,
    audit_erasure,
    audit_review,
    changes,
    clauses,
    customer_requests,
    disclosures,
    emergency,
    extensions,
    faults,
    home,
    notice_schedule,
    notices,
    objections,
    policy,
    privacy,
    privacy_desk,
    privacy_questions,
    recipients,
    removal,
    request_questions,
    rulings,
)
from handlers.patience import Patience


def register_all(app: App, services: Services, patience: Patience) -> None:
    """Every command, action, modal and event. The commands are the manifest's; a test compares them."""
    account.register(app, services, patience)
    access.register(app, services)
    approvals.register(app, services)
    request_questions.register(app, services)
    approver_commands.register(app, services)
    extensions.register(app, services)
    emergency.register(app, services)
    policy.register(app, services)
    changes.register(app, services)
    privacy.register(app, services, patience)
    privacy_questions.register(app, services)
    privacy_desk.register(app, services)
    rulings.register(app, services)
    customer_requests.register(app, services, patience)
    disclosures.register(app, services)
    recipients.register(app, services, patience)
    clauses.register(app, services)
    objections.register(app, services)
    audit.register(app, services, patience)
    audit_erasure.register(app, services)
    audit_review.register(app, services)
    notices.register(app, services)
    notice_schedule.register(app, services)
    home.register(app, services)
    removal.register(app, services)
    faults.register(app, services)
