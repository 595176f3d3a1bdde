"""Submitting and closing modals, and the options that the app suggests.

Source: https://docs.slack.dev/surfaces/modals
"""

from typing import Any

from slack_local import shapes
from slack_local.block_kit import inputs
from slack_local.delivery import payloads
from slack_local.errors import CannotDo, SlackError, invalid
from slack_local.json_types import Json, Values
from slack_local.people.acts import envelope, heard
from slack_local.people.pressing import open_view
from slack_local.platform import Platform
from slack_local.surfaces import STACK_LIMIT, View

TROUBLE = "We had some trouble connecting. Try again?"


async def submit(platform: Platform, user: str, view_id: str, entered: Values) -> dict[str, str]:
    """Errors by block_id, from Slack's own checks or from the app; none when the modal was accepted."""
    view = open_view(platform, user, view_id)
    if view.type != "modal" or platform.views.stack(user)[-1].id != view.id:
        raise CannotDo("This window is not on top.")
    values = inputs.state(view.body["blocks"], {**view.values, **entered})
    view = platform.views.enter(view, values)
    if errors := inputs.faults(view.body["blocks"], values):
        return errors
    payload = payloads.view_submission(envelope(platform, user), view)
    answer = heard(await platform.delivery.interact("interactive", payload))
    try:
        return _respond(platform, view, answer.body)
    except SlackError as error:
        raise CannotDo(f"{TROUBLE} (The app's answer was refused: {error.code}, {_why(error)})") from error


def _respond(platform: Platform, view: View, body: Any) -> dict[str, str]:
    """What the app's acknowledgement does to the stack."""
    action = body.get("response_action") if isinstance(body, dict) else None
    if action == "errors":
        return _errors(view, body.get("errors"))
    if action == "clear":
        platform.views.clear(view.user)
    elif action == "update":
        _update(platform, view, _view(body))
    elif action == "push":
        if len(platform.views.stack(view.user)) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        platform.views.push(view.user, platform.checked_view(_view(body), "modal"))
    elif body and (not isinstance(body, dict) or body.keys() - {"text"}):
        raise SlackError("invalid_response_action")
    else:
        _leave(platform, view)
    return {}


def _view(body: Json) -> Json:
    given = body.get("view")
    if not isinstance(given, dict):
        raise invalid("missing required field: view")
    return given


def _update(platform: Platform, view: View, given: Json) -> None:
    """The view may have been changed or closed by a call while the app thought about its answer."""
    current = platform.views.find(view.id)
    if current is None:
        raise SlackError("not_found")
    platform.views.update(current, platform.checked_view(given, "modal", current))


def _leave(platform: Platform, view: View) -> None:
    stack = platform.views.stack(view.user)
    if stack and stack[-1].id == view.id:
        platform.views.pop(view.user)


def _errors(view: View, errors: Any) -> dict[str, str]:
    """Slack takes errors only for input blocks that are there."""
    known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or errors.keys() - known:
        raise SlackError("invalid_errors")
    return {str(key): str(words) for key, words in errors.items()}


def _why(error: SlackError) -> str:
    messages = error.extra.get("response_metadata", {}).get("messages", [])
    return "; ".join(messages) or "see the documentation of response_action"


async def close(platform: Platform, user: str, view_id: str, *, everything: bool = False) -> None:
    """Closes the top modal, or the whole stack; the app hears of it where it asked to."""
    view = open_view(platform, user, view_id)
    stack = platform.views.stack(user)
    cleared = everything or bool(view.body.get("clear_on_close"))
    leaving = list(reversed(stack)) if cleared else [view]
    if cleared:
        platform.views.clear(user)
    elif stack and stack[-1].id == view.id:
        platform.views.pop(user)
    else:
        raise CannotDo("This window is not on top.")
    for one in leaving:
        if one.body.get("notify_on_close"):
            payload = payloads.view_closed(envelope(platform, user), one, cleared=cleared)
            await platform.delivery.interact("interactive", payload)


async def options(platform: Platform, user: str, container: Json, block_id: str, action_id: str, typed: str) -> Json:
    """What the app suggests for an external select: `options` or `option_groups`."""
    where: Json
    if container.get("type") == "view":
        view = open_view(platform, user, str(container.get("view_id")))
        where = {"container": container, "view": shapes.view(platform.world, view)}
    else:
        where = {"container": container, "channel": {"id": container.get("channel"), "name": ""}}
    payload = payloads.block_suggestion(envelope(platform, user), where, block_id, action_id, typed)
    answer = heard(await platform.delivery.interact("interactive", payload)).body
    if not isinstance(answer, dict):
        raise CannotDo("The app suggested nothing.")
    return {key: answer[key] for key in ("options", "option_groups") if key in answer}
