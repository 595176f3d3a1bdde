"""New tokens in time, for apps whose tokens Slack lets expire (token rotation in the app's settings).

https://docs.slack.dev/authentication/using-token-rotation
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation import TokenRotator

from bot.clock import Clock
from bot.delivery.faults import SLACK_FAULTS
from bot.delivery.slack_client import slack_client
from bot.hosting.flow import Client
from bot.hosting.registry import InstallationRegistry, Installed, Tokens

BEFORE: Final = timedelta(hours=2)
PAUSE: Final = timedelta(minutes=1)
TIMEOUT_S: Final = 10

log = structlog.get_logger(__name__)


class Renewal:
    """Exchanges a token that will expire within two hours. Of several processes one does it, under the row's lock."""

    def __init__(self, registry: InstallationRegistry, client: Client, clock: Clock) -> None:
        self._registry = registry
        self._rotator = TokenRotator(
            client_id=client.id, client_secret=client.secret, client=slack_client("", client.api_url, TIMEOUT_S)
        )
        self._clock = clock
        self._not_before: dict[str, datetime] = {}

    def __call__(self, installed: Installed) -> bool:
        """Whether there are new tokens now. What Slack refuses is tried again in a minute."""
        now = self._clock()
        if installed.expires_at is None or installed.expires_at - now > BEFORE:
            return False
        if now < self._not_before.get(installed.team, now):
            return False
        self._not_before[installed.team] = now + PAUSE
        try:
            renewed = self._registry.renew(installed, self._exchange)
        except (*SLACK_FAULTS, SlackTokenRotationError) as error:
            log.error("installation.not_renewed", exc_info=error)
            return False
        if renewed:
            log.info("installation.renewed")
        return renewed

    def _exchange(self, old: Installed, tokens: Tokens) -> tuple[Tokens, datetime] | None:
        """Slack's new tokens for the old ones. Raises what slack_sdk raises."""
        bot = Bot(
            team_id=old.team,
            bot_token=tokens.bot,
            bot_id=old.bot,
            bot_user_id=old.bot_user,
            bot_refresh_token=tokens.refresh,
            bot_token_expires_at=1,  # past: the clock that counts is ours, and it has decided
            installed_at=old.installed_at.timestamp(),
        )
        new = self._rotator.perform_bot_token_rotation(bot=bot)
        if new is None or not new.bot_token or not new.bot_token_expires_at:
            return None
        return Tokens(new.bot_token, new.bot_refresh_token), datetime.fromtimestamp(new.bot_token_expires_at, UTC)
