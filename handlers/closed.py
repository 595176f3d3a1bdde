"""What people read where no Steward answers: in a workspace that is not hosted, or whose Steward does not run now."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
import structlog
from slack_bolt import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from handlers.views.blocks import ephemeral, modal, section

TIMEOUT_S: Final = 2
NOT_HOSTED: Final = (
    "Steward is not set up for this workspace, so nothing was looked up. Ask whoever runs Steward to add it."
)
NOT_RUNNING: Final = "Steward is not running for this workspace right now. Nothing was done. Try again in a minute."
STARTING: Final = "Steward is just starting for this workspace. Nothing was done. Try again in a few seconds."
REMOVED: Final = "Steward was removed from this workspace, so nothing was done. Ask whoever runs Steward to install it."

log = structlog.get_logger(__name__)


def answer(body: Mapping[str, Any], words: str) -> BoltResponse:
    """Say it where the person is, to this person only. Events and what has no place to answer are acknowledged."""
    kind = body.get("type")
    if "command" in body:
        return _json(ephemeral(words))
    if kind == "view_submission":
        view = modal("Steward", [section(words)], callback="steward.shown")
        return _json({"response_action": "update", "view": view})
    if kind == "block_suggestion":
        return _json({"options": []})
    if kind in {"block_actions", "message_action"} and isinstance(address := body.get("response_url"), str):
        _tell(address, words)
    return BoltResponse(status=200, body="")


def _tell(address: str, words: str) -> None:
    """Best effort; the address stands in a payload that Slack signed."""
    try:
        WebhookClient(address, timeout=TIMEOUT_S).send(**ephemeral(words), replace_original=False)
    except (SlackClientError, OSError, ValueError) as untold:
        log.warning("request.failure_untold", exc_info=untold)


def _json(value: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=orjson.dumps(value).decode(), headers={"content-type": "application/json; charset=utf-8"}
    )
