"""When something fails: the person reads what did not happen and a reference; the log has the fault beside it."""

import re
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import orjson
import structlog
from slack_bolt import App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.access.people import DirectoryUnavailable, StillReading
from bot.accounts.source import SeveralOfOneId, SourceBroken, SourceDown
from bot.audit.entry import Actor
from bot.audit.ledger import AlreadyHandled, NotRecorded, Origin, Tampered
from bot.references import report
from bot.services import Services
from handlers.payloads import Body, NotOurs, account_in, surface_of, team_of
from handlers.views.blocks import ephemeral, modal, section
from handlers.views.words import recorded

log = structlog.get_logger(__name__)

NOT_AS_MADE: Final = (
    "That is no button or form of Steward's as it is now, so nothing was done. It may be from before Steward was "
    "changed: open what you need once more"
)
WORDS: Mapping[type[BaseException], str] = {
    Tampered: (
        "The audit table's proof does not hold, so customers can't be looked up until somebody has looked into it. "
        "Tell the operator"
    ),
    NotRecorded: "This could not be recorded, so nothing was shown and nothing was changed. Try again in a minute",
    SeveralOfOneId: (
        "Several accounts share one id in the system that has this data, so nothing was shown or changed. "
        "Tell the operator"
    ),
    SourceBroken: (
        "The system that has this data was changed or closed to Steward, so nothing was shown or changed. "
        "Tell the operator"
    ),
    SourceDown: "The system that has this data can't be reached, so nothing was shown or changed. Try again soon",
    StillReading: (
        "Steward still reads who is in your workspace, which Slack lets it do only slowly, so nothing was shown or "
        "changed. Try again in some minutes"
    ),
    DirectoryUnavailable: "Slack did not say who you are, so nothing was shown or changed. Try again in a minute",
    NotOurs: NOT_AS_MADE,
    AlreadyHandled: "Slack delivered this twice. It was handled the first time, and not again",
    SlackClientError: "Slack did not take the answer. Look at your messages before you try again",
}
UNFORESEEN = (
    "Steward could not do that. Whatever it had done is undone, and nothing was shown. Try again, or tell the operator"
)


def register(app: App, services: Services) -> None:
    """The one place where errors of handlers end, and what no handler is there for."""
    every: re.Pattern[str] = re.compile("")
    app.action(every)(unknown)
    app.view(every)(unknown)
    app.error(partial(failed, services))


def unknown() -> None:
    """A press or a form whose name nobody knows."""
    raise NotOurs("name")


def words_of(error: BaseException) -> str:
    """What to tell a person about an error; logs it with a reference, without any text that it carries."""
    known = next((words for kind, words in WORDS.items() if isinstance(error, kind)), UNFORESEEN)
    if isinstance(error, AlreadyHandled):
        log.info("request.again")
        return f"{known}."
    if isinstance(error, Tampered):
        log.error("request.stopped", reference=error.reference)
        return f"{known} (ref {error.reference})."
    return f"{known} (ref {report(error, secrets.token_bytes)})."


def failed(services: Services, error: Exception, body: dict[str, Any], client: WebClient) -> BoltResponse:
    """Answer where the person is: under the command, in the modal, or beside the button.

    A press that Slack delivers again needs no answer: the first one has changed what was pressed.
    """
    text = _refused(services, error, body) if isinstance(error, NotOurs) else words_of(error)
    if "command" in body:
        return _json(ephemeral(text))
    if body.get("type") == "view_submission":
        return _json(_in_form(text, body))
    if body.get("type") in ("block_actions", "message_action") and not isinstance(error, AlreadyHandled):
        _tell_presser(text, body, client)
    return BoltResponse(status=200, body="")


def _json(value: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=orjson.dumps(value).decode(), headers={"content-type": "application/json; charset=utf-8"}
    )


def _refused(services: Services, error: NotOurs, body: Body) -> str:
    """Record that something was sent that nothing of ours sends, with the account that it names, and say so."""
    log.warning("request.not_as_made", part=str(error))
    origin = Origin(Actor(str(body["user"]["id"]), team_of(body)), surface_of(body), body.get("trigger_id"))
    try:
        refused = services.look_up.unexpected(origin, account_in(body))
    except (AlreadyHandled, NotRecorded) as untold:
        return words_of(untold)
    return f"{NOT_AS_MADE}. {recorded(refused.entry)}"


def _in_form(text: str, body: Body) -> Mapping[str, Any]:
    """Under the first field; in place of a form that has none."""
    blocks = body["view"].get("blocks") or []
    if field := next((block["block_id"] for block in blocks if block["type"] == "input"), None):
        return {"response_action": "errors", "errors": {field: text}}
    return {"response_action": "update", "view": modal("Steward", [section(text)], callback="steward.shown")}


def _tell_presser(text: str, body: Mapping[str, Any], client: WebClient) -> None:
    """Best effort: the press is over whether or not Slack takes this."""
    try:
        if body.get("response_url"):
            WebhookClient(body["response_url"]).send(**ephemeral(text), replace_original=False)
            return
        view = modal("Steward", [section(text)], callback="steward.shown")
        opens = client.views_push if (body.get("view") or {}).get("type") == "modal" else client.views_open
        opens(trigger_id=body["trigger_id"], view=view)
    except (SlackApiError, SlackClientError, OSError) as untold:
        log.warning("request.failure_untold", exc_info=untold)
