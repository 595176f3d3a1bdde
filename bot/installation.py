"""What the audit table says of the app's own coming and going."""

from bot.audit.entry import SYSTEM, Action, Actor, Outcome, Surface
from bot.audit.ledger import AlreadyHandled, Ledger, Origin


def record_installation(ledger: Ledger, team: str, installer: str, installation: str) -> None:
    """Who installed the app in the workspace; once for each `installation`. Raises NotRecorded."""
    _record(ledger, Actor(installer, team), f"installation:{installation}:begun", Outcome.DONE, "app_installed")


def record_removal(ledger: Ledger, team: str, reason: str, installation: str) -> None:
    """That the app, or its token, is not there any more, with Slack's code for it. Raises NotRecorded."""
    _record(ledger, Actor(SYSTEM, team), f"installation:{installation}:ended", Outcome.ENDED, reason)


def _record(ledger: Ledger, actor: Actor, once: str, outcome: Outcome, reason: str) -> None:
    try:
        with ledger.entry(Origin(actor, Surface.SCHEDULE, once), Action.CONFIG_CHANGE) as entry:
            entry.close(outcome, reason)
    except AlreadyHandled:
        return  # another process wrote it, or this one before it died
