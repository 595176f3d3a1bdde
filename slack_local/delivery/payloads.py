"""What Slack sends to the app. Pure.

Source: https://docs.slack.dev/reference/interaction-payloads/ and https://docs.slack.dev/apis/events-api/
"""

from dataclasses import dataclass

from slack_local import shapes
from slack_local.json_types import Json, Values
from slack_local.surfaces import View
from slack_local.workspace import Channel, Person
from slack_local.world import World


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every payload repeats: who did it, with which trigger, and the legacy verification token."""

    world: World
    person: Person
    token: str
    trigger_id: str = ""

    def interaction(self, kind: str) -> Json:
        return {
            "type": kind,
            "team": {"id": self.world.team.id, "domain": self.world.team.domain},
            "user": {
                "id": self.person.id,
                "username": self.person.name,
                "name": self.person.name,
                "team_id": self.person.team_id,
            },
            "api_app_id": self.world.app.id,
            "token": self.token,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def triggered(self, kind: str) -> Json:
        return {**self.interaction(kind), "trigger_id": self.trigger_id}


def slash_command(envelope: Envelope, channel: Channel, command: str, text: str, response_url: str) -> Json:
    """All values are text, because the command travels as a form."""
    world = envelope.world
    return {
        "token": envelope.token,
        "team_id": world.team.id,
        "team_domain": world.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": envelope.person.id,
        "user_name": envelope.person.name,
        "command": command,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": envelope.trigger_id,
    }


def channel_name(channel: Channel) -> str:
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def message_action(
    envelope: Envelope, channel: Channel, shown: Json, callback_id: str, response_url: str, action_ts: str
) -> Json:
    frame = envelope.triggered("message_action")
    del frame["api_app_id"], frame["user"]["username"]
    return {
        **frame,
        "callback_id": callback_id,
        "action_ts": action_ts,
        "message_ts": shown["ts"],
        "response_url": response_url,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": shown,
    }


def global_shortcut(envelope: Envelope, callback_id: str, action_ts: str) -> Json:
    frame = envelope.triggered("shortcut")
    del frame["api_app_id"], frame["user"]["name"]
    return {**frame, "callback_id": callback_id, "action_ts": action_ts}


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """Where an element was pressed in a message; `shown` is None for a message that only one person sees."""

    channel: Channel
    ts: str
    shown: Json | None
    response_url: str
    values: Values


def pressed_in_message(envelope: Envelope, place: MessagePlace, action: Json) -> Json:
    channel = place.channel
    container = {"type": "message", "message_ts": place.ts, "channel_id": channel.id}
    payload = {
        **envelope.triggered("block_actions"),
        "container": {**container, "is_ephemeral": place.shown is None},
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": place.values},
        "response_url": place.response_url,
        "actions": [action],
    }
    return payload if place.shown is None else {**payload, "message": place.shown}


def pressed_in_view(envelope: Envelope, view: View, action: Json) -> Json:
    return {
        **envelope.triggered("block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "view": shapes.view(envelope.world, view),
        "actions": [action],
    }


def view_submission(envelope: Envelope, view: View) -> Json:
    shown = shapes.view(envelope.world, view)
    return {**envelope.triggered("view_submission"), "view": shown, "response_urls": []}


def view_closed(envelope: Envelope, view: View, *, cleared: bool) -> Json:
    shown = shapes.view(envelope.world, view)
    return {**envelope.interaction("view_closed"), "view": shown, "is_cleared": cleared}


def block_suggestion(envelope: Envelope, view_or_message: Json, block_id: str, action_id: str, value: str) -> Json:
    asked = {"action_id": action_id, "block_id": block_id, "value": value}
    return {**envelope.interaction("block_suggestion"), **view_or_message, **asked}


def event(world: World, token: str, event_id: str, now: int, body: Json) -> Json:
    """An event in its outer envelope."""
    return {
        "token": token,
        "team_id": world.team.id,
        "api_app_id": world.app.id,
        "event": body,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": now,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": world.team.id,
                "user_id": world.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def app_home_opened(world: World, person: Person, view: View | None, event_ts: str) -> Json:
    body: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": world.direct_message(person.id).id,
        "tab": "home",
        "event_ts": event_ts,
    }
    return body if view is None else {**body, "view": shapes.view(world, view)}
