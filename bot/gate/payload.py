"""Bytes that Slack signed → one of the payloads that Slack sends, or a refusal.

https://docs.slack.dev/interactivity/handling-user-interaction/, https://docs.slack.dev/apis/events-api/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from slack_bolt import BoltRequest

from bot.gate.guard import Refusal

DEEPEST: Final = 64  # nested lists and objects; Slack's own payloads have some 12
MOST_FIELDS: Final = 64

INTERACTIONS: Final = frozenset(
    {"block_actions", "block_suggestion", "message_action", "shortcut", "view_closed", "view_submission"}
)
FOR_THE_GATE: Final = frozenset({"app_rate_limited", "ssl_check", "url_verification"})
EVENTS: Final = frozenset({"app_rate_limited", "event_callback", "url_verification"})

_COMMAND: Final = re.compile(r"/[a-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Payload:
    """One parsed request of Slack's: `kind` is its type, or the command's name."""

    kind: str
    body: dict[str, Any]

    @property
    def id(self) -> str | None:
        """Slack's id of this delivery: the trigger's or the event's."""
        found = self.body.get("trigger_id") or self.body.get("event_id")
        return found if isinstance(found, str) else None

    def request(self, headers: Mapping[str, str]) -> BoltRequest:
        """The request as Bolt takes it; raises Refusal 400 when its parts are of kinds that Slack does not send.

        The mode says to Bolt that the signature has been checked and the body parsed.
        """
        try:
            return BoltRequest(body=self.body, headers=dict(headers), mode="socket_mode")
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise Refusal(400, "malformed_payload") from error


def parse(body: bytes, content_type: str) -> Payload:
    """The payload in these bytes; raises Refusal 400 when there is none that Slack sends."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        return _typed(_json(body), EVENTS)
    if media_type == "application/x-www-form-urlencoded":
        return _form(_fields(body))
    raise Refusal(400, "unknown_content_type")


def _form(fields: dict[str, str]) -> Payload:
    if "payload" in fields:
        return _typed(_json(fields["payload"].encode()), INTERACTIONS)
    if _COMMAND.fullmatch(fields.get("command", "")):
        return Payload(fields["command"], fields)
    if fields.get("ssl_check") == "1":
        return Payload("ssl_check", fields)
    raise Refusal(400, "unknown_payload")


def _typed(body: dict[str, Any], known: frozenset[str]) -> Payload:
    kind = body.get("type")
    if not isinstance(kind, str) or kind not in known:
        raise Refusal(400, "unknown_payload")
    return Payload(kind, body)


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Refusal(400, "malformed_form") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refusal(400, "doubled_field")
    return dict(pairs)


def _json(text: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "malformed_json") from error
    if not isinstance(value, dict):
        raise Refusal(400, "malformed_json")
    if _is_deeper_than(DEEPEST, value):
        raise Refusal(400, "nested_too_deeply")
    return value


def _is_deeper_than(limit: int, value: object) -> bool:
    layer: list[Any] = [value]
    for _ in range(limit):
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not layer:
            return False
    return True
