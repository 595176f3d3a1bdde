"""Slack's side of the wire for tests that deliver the same thing twice: payloads as values, signed and sent."""

import http.client
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from slack_local import LocalSlack
from slack_local.clock import Clock
from slack_local.delivery.answer import PayloadKind
from slack_local.delivery.signed_http import encode, signature

PURPOSE = "technical_support"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Payload:
    """Something a person did, once. Delivering it again is delivering this."""

    kind: PayloadKind
    body: Json

    @property
    def trigger(self) -> str:
        return str(self.body["trigger_id"])


@dataclass(frozen=True, slots=True)
class Reply:
    """What Steward answered: the status and the body, parsed if it is JSON."""

    status: int
    body: Any


@dataclass
class People:
    """Makes payloads as Slack does. Each has a trigger of its own."""

    slack: LocalSlack
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def command(self, who: str, name: str, text: str, channel: str = "general") -> Payload:
        where = self.slack.channels[channel]
        body = {
            "team_id": self.slack.team_id,
            "channel_id": where.id,
            "channel_name": channel,
            "user_id": self.slack.people[who].id,
            "command": name,
            "text": text,
            "response_url": self._response_url(who, where.id, ""),
            "trigger_id": self._trigger(),
        }
        return Payload("slash_commands", body)

    def request(self, who: str, account: str, classes: Sequence[str] = ("contact",), why: str = "") -> Payload:
        """The filled-in request form."""
        values = {
            "account": {"account": {"type": "plain_text_input", "value": account}},
            "purpose": {"access.purpose": _chosen(PURPOSE)},
            f"data_classes:{PURPOSE}": {"data_classes": {"selected_options": [{"value": one} for one in classes]}},
            "why": {"why": {"type": "plain_text_input", "value": why or f"Newsletters of {account} bounce"}},
            f"duration:{PURPOSE}": {"duration": _chosen("7200")},
            "ticket": {"ticket": {"type": "plain_text_input", "value": None}},
        }
        blocks = [{"type": "input", "block_id": name} for name in values]
        view = {"id": "V1", "type": "modal", "callback_id": "access.request", "blocks": blocks}
        state = {"private_metadata": "{}", "state": {"values": values}}
        return Payload("interactive", {**self._by(who), "type": "view_submission", "view": {**view, **state}})

    def denial(self, who: str, number: int, why: str) -> Payload:
        """The filled-in form that asks why."""
        return self.form(who, "access.deny_reason", {"why": why}, request=number)

    def form(self, who: str, callback: str, texts: Mapping[str, str], **memo: int) -> Payload:
        """A form of text fields, filled in: the texts by their blocks; `memo` are the ids that it carries."""
        values = {block: {block: {"type": "plain_text_input", "value": text}} for block, text in texts.items()}
        view = {"id": "V2", "type": "modal", "callback_id": callback, "state": {"values": values}}
        blocks = [{"type": "input", "block_id": block} for block in texts]
        kept = {"private_metadata": json.dumps(memo), "blocks": blocks}
        return Payload("interactive", {**self._by(who), "type": "view_submission", "view": {**view, **kept}})

    def press(self, who: str, action: str, value: Mapping[str, object], channel: str = "access-approvals") -> Payload:
        """A button in a message."""
        where, ts = self.slack.channels[channel].id, "1772442000.000100"
        pressed = {"type": "button", "action_id": action, "block_id": "b1", "value": json.dumps(value)}
        place = {
            "container": {"type": "message", "message_ts": ts, "channel_id": where, "is_ephemeral": False},
            "channel": {"id": where, "name": channel},
            "response_url": self._response_url(who, where, ts),
            "actions": [{**pressed, "action_ts": ts}],
        }
        return Payload("interactive", {**self._by(who), **place, "type": "block_actions"})

    def _by(self, who: str) -> Json:
        user = {"id": self.slack.people[who].id, "username": who, "name": who, "team_id": self.slack.team_id}
        team = {"id": self.slack.team_id, "domain": "postwing"}
        return {"team": team, "user": user, "api_app_id": self.slack.app_id, "trigger_id": self._trigger()}

    def _trigger(self) -> str:
        return f"1772442000000.{next(self.numbers)}.of-this-test"

    def _response_url(self, who: str, channel: str, ts: str) -> str:
        person = self.slack.people[who].id
        return str(self.slack.as_user(who).background.call(lambda: self._issue(person, channel, ts)))

    def _issue(self, person: str, channel: str, ts: str) -> str:
        return self.slack.platform.response_urls.issue(person, channel, ts)


def _chosen(value: str) -> Json:
    return {"type": "static_select", "selected_option": {"text": {"type": "plain_text", "text": value}, "value": value}}


def signed(payload: Payload, secret: str, clock: Clock) -> tuple[bytes, dict[str, str]]:
    """The bytes and the headers of one delivery; the same pair again is the same signed request again."""
    body, content_type = encode(payload.kind, payload.body)
    return body, {"Content-Type": content_type, **signature(secret, body, int(clock()))}


def send(address: str, body: bytes, headers: Mapping[str, str], timeout: float = 60) -> Reply:
    """One HTTP request of Slack's. Raises OSError and HTTPException when nobody answers."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=timeout)
    try:
        connection.request("POST", "/slack/events", body, dict(headers))
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    return Reply(answer.status, json.loads(text) if text.startswith("{") else text)
