"""The app is removed from the workspace, or its token taken back: said in the log, and in the audit table."""

from functools import partial
from typing import Any

import structlog
from slack_bolt import App

from bot.installation import record_removal
from bot.services import Services

log = structlog.get_logger(__name__)


def register(app: App, services: Services) -> None:
    """The events. Where several workspaces are hosted they are answered before they come here (bot/hosting)."""
    app.event("app_uninstalled")(partial(removed, services))
    app.event("tokens_revoked")(partial(revoked, services))


def removed(services: Services, body: dict[str, Any]) -> None:
    """Messages wait in the outbox from now on; with a new token they go out."""
    log.critical("installation.removed", reason="app_uninstalled")
    record_removal(services.ledger, body["team_id"], "app_uninstalled", body["event_id"])


def revoked(services: Services, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Only the bot's token matters: there are no others of ours."""
    if event.get("tokens", {}).get("bot"):
        log.critical("installation.removed", reason="tokens_revoked")
        record_removal(services.ledger, body["team_id"], "tokens_revoked", body["event_id"])
