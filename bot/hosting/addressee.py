"""Whose a payload is: the one workspace whose Steward may see it. Pure.

Slack signs every payload, but a signed payload can still speak of two workspaces: in a channel that is shared, someone
of one company presses what the other company's Steward has posted. Then it belongs to the workspace whose installation
made what was pressed; there its presser is a stranger, and is refused as one. A payload whose parts contradict one
another belongs to nobody. https://docs.slack.dev/apis/slack-connect/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PRESSED = frozenset({"block_actions", "block_suggestion", "view_submission", "view_closed"})
EVENT = "event_callback"

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Addressee:
    """A workspace, by Slack's id of it, and of its Enterprise Grid where the payload tells."""

    team: str
    enterprise: str | None


def addressee_of(body: Body) -> Addressee | None:
    """The workspace; None when the payload names none, contradicts itself, or is an organisation's as a whole."""
    if _truth(body.get("is_enterprise_install")) or any(_truth(a.get("is_enterprise_install")) for a in _grants(body)):
        return None
    kind = body.get("type")
    installed = set(_makers(body) if kind in PRESSED else _authorized(body) if kind == EVENT else ())
    if len(installed) > 1:
        return None
    team = next(iter(installed), None) or _sender(body)
    return Addressee(team, _enterprise(body, team)) if team else None


def _makers(body: Body) -> Iterator[str]:
    """The workspaces whose installation made what was pressed: the view's, the message's."""
    view, message = _table(body, "view"), _table(body, "message")
    if made := _text(view, "app_installed_team_id"):
        yield made
    if message.get("app_id") == body.get("api_app_id") and (made := _text(_table(message, "bot_profile"), "team_id")):
        yield made


def _authorized(body: Body) -> Iterator[str]:
    """The installation that an event was sent to. Slack lists one; others are to be asked for."""
    for one in _grants(body):
        if team := _text(one, "team_id"):
            yield team


def _sender(body: Body) -> str | None:
    """The workspace that a command, a shortcut or an event came from."""
    return _text(_table(body, "team"), "id") or _text(body, "team_id") or _text(_table(body, "user"), "team_id")


def _enterprise(body: Body, team: str) -> str | None:
    """The Grid of that same workspace. What a payload says of the presser's is not said of the other company's."""
    if team != _sender(body):
        return None
    named = _text(_table(body, "enterprise"), "id") or _text(body, "enterprise_id")
    return named or next((found for one in _grants(body) if (found := _text(one, "enterprise_id"))), None)


def _grants(body: Body) -> list[Body]:
    listed = body.get("authorizations")
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def _table(body: Body, key: str) -> Body:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(body: Body, key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) and value else None


def _truth(value: object) -> bool:
    return value is True or value == "true"
