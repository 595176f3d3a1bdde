"""The reception: every request of Slack's goes to the one workspace that it belongs to, or to nobody."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from slack_bolt import BoltRequest, BoltResponse

from bot.gate.genuine import fault_in
from bot.hosting.addressee import addressee_of
from bot.hosting.keeper import Keeper, State
from bot.hosting.tenant import Leaving
from handlers import closed

ENDINGS: Final = frozenset({"app_uninstalled", "tokens_revoked"})
WORDS: Final[Mapping[State, str]] = {
    State.ABSENT: closed.REMOVED,
    State.STARTING: closed.STARTING,
    State.RUNNING: closed.STARTING,  # it is being begun anew
    State.FAILING: closed.NOT_RUNNING,
    State.REMOVED: closed.REMOVED,
}

log = structlog.get_logger(__name__)


class Reception:
    """Sends requests on, by the team that they belong to."""

    def __init__(self, keepers: Mapping[str, Keeper], api: str) -> None:
        """`keepers` by Slack's team id; `api` is the address of Slack's Web API."""
        self._keepers = keepers
        self._api = api

    def __call__(self, request: BoltRequest) -> BoltResponse:
        """Answer one request that the gate let in."""
        body: Mapping[str, Any] = request.body
        if fault := fault_in(body, self._api):
            log.warning("gate.refused", reason=fault)
            return BoltResponse(status=400, body="")
        keeper = self._keeper_of(body)
        if keeper is None:
            log.warning("gate.not_hosted")
            return closed.answer(body, closed.NOT_HOSTED)
        if _event(body) in ENDINGS:
            log.warning("workspace.said_to_be_removed", workspace=keeper.hosted.name)
            keeper.suspect()
            return BoltResponse(status=200, body="")
        try:
            return keeper.dispatch(request)
        except Leaving:
            log.warning("workspace.closed", workspace=keeper.hosted.name, status=keeper.state.value)
            return closed.answer(body, WORDS[keeper.state])

    def whose(self, body: Mapping[str, Any]) -> str | None:
        """The operator's name of the workspace that a payload belongs to, for the log."""
        keeper = self._keeper_of(body)
        return keeper.hosted.name if keeper else None

    def _keeper_of(self, body: Mapping[str, Any]) -> Keeper | None:
        addressee = addressee_of(body)
        keeper = self._keepers.get(addressee.team) if addressee else None
        return keeper if keeper and addressee and keeper.serves(addressee.enterprise) else None


def _event(body: Mapping[str, Any]) -> str | None:
    event = body.get("event")
    return event.get("type") if isinstance(event, Mapping) and body.get("type") == "event_callback" else None
