"""Socket Mode as a part of a running Steward."""

from slack_sdk.errors import SlackApiError

from bot.checks.slack import refusal
from bot.delivery.faults import SLACK_FAULTS
from bot.gate.socket import SocketGate
from bot.running.assembly import Assembly
from bot.running.refusals import refuse


class SocketMode(SocketGate):
    """Its first connection says in words why it can't be made."""

    def __init__(self, assembly: Assembly, app_token: str) -> None:
        super().__init__(assembly.app, app_token, assembly.client, assembly.measuring.metrics)

    def start(self) -> None:
        """Connect; raises CannotStart when Slack does not take the token, or does not answer."""
        try:
            super().start()
        except SLACK_FAULTS as error:
            known = error if isinstance(error, SlackApiError | OSError) else OSError()
            raise refuse(refusal(known, "SLACK_APP_TOKEN")) from error
