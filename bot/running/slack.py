"""Slack, as a starting Steward needs it: tokens that it takes now, and whether it still does later."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from slack_sdk import WebClient

from bot.checks.findings import Finding
from bot.checks.slack import authenticate
from bot.clock import Clock
from bot.delivery.faults import SLACK_FAULTS, concerns_all, fault_of
from bot.delivery.slack_client import slack_client
from bot.running.refusals import CannotStart, refuse
from bot.settings import Environment

TIMEOUT_S: Final = 10
ASKED_EVERY: Final = timedelta(minutes=1)
GOOD_FOR: Final = timedelta(minutes=5)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A client whose token Slack took, and the workspace (Slack's id) that it is of; empty where Slack did not say."""

    client: WebClient
    team: str


def bot_client(environment: Environment, *, team: str | None = None) -> Accepted:
    """A client whose token Slack takes. Raises CannotStart when there is none, or Slack refuses or does not answer.

    `team` is the workspace (Slack's id) that the token must be of; None: whichever it is.
    """
    if environment.slack_bot_token is None:
        mend = "Set it to the Bot User OAuth Token (xoxb-…) of the app, from “OAuth & Permissions”."
        raise CannotStart("SLACK_BOT_TOKEN is not set.", mend)
    client = slack_client(environment.slack_bot_token.get_secret_value(), environment.slack_api_url, TIMEOUT_S)
    granted = authenticate(client)
    if isinstance(granted, Finding):
        raise refuse(granted)
    if team is not None and granted.team_id != team:
        what = f"Slack says that the bot token is of the workspace {granted.team_id}, not of {team}."
        raise CannotStart(what, "Check team in workspaces.toml, and install the app there again.")
    return Accepted(client, granted.team_id)


class TokenAccepted:
    """Whether Slack took the bot's token within the last five minutes; asks at most once a minute."""

    def __init__(self, client: WebClient, clock: Clock, accepted_at: datetime) -> None:
        self._client = client
        self._clock = clock
        self._turn = threading.Lock()
        self._asked_at = self._accepted_at = accepted_at

    def __call__(self) -> bool:
        """Asks if it is time to. Slack's refusal counts at once, its silence when it has lasted."""
        with self._turn:
            now = self._clock()
            if now - self._asked_at >= ASKED_EVERY:
                self._asked_at = now
                self._ask(now)
            return now - self._accepted_at <= GOOD_FOR

    def _ask(self, now: datetime) -> None:
        try:
            self._client.auth_test()
            self._accepted_at = now
        except SLACK_FAULTS as error:
            fault = fault_of(error)
            if concerns_all(fault):
                self._accepted_at = now - 2 * GOOD_FOR
            log.warning("slack.not_accepted", error_code=fault.code, exc_info=error)
