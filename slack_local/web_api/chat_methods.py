"""chat.*: what the app says.

Source: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_local import shapes
from slack_local.block_kit import inputs, validate_surface
from slack_local.errors import SlackError, refused
from slack_local.json_types import Blocks, Json
from slack_local.messages import Message
from slack_local.web_api.call import Call, Method
from slack_local.workspace import Channel

_UPDATE_TEXT_LIMIT = 4000
_METADATA_LIMIT = 8000


def post_message(call: Call) -> Json:
    channel = _target(call)
    content = _content(call)
    posted = call.platform.messages.post(
        replace(
            _said(call, channel),
            **content,
            thread_ts=_thread(call, channel),
            metadata=_metadata(call),
        )
    )
    return {"channel": channel.id, "ts": posted.ts, "message": _shown(call, posted)}


def post_ephemeral(call: Call) -> Json:
    channel = _target(call)
    user = call.arguments.required("user")
    if user not in channel.members or call.platform.world.people[user].deleted:
        raise SlackError("user_not_in_channel")
    content = _content(call)
    posted = call.platform.messages.post(
        replace(_said(call, channel), **content, seen_by=user, thread_ts=_thread(call, channel))
    )
    return {"message_ts": posted.ts}


def update(call: Call) -> Json:
    """New text without blocks takes the blocks away; neither given keeps both."""
    message = _own_message(call, "cant_update_message")
    given = call.arguments
    if len(given.text("text")) > _UPDATE_TEXT_LIMIT:
        raise SlackError("msg_too_long")
    content = _content(call)
    if given.json("blocks") is None and not given.text("text"):
        content["blocks"] = message.blocks
    metadata = _metadata(call) if given.json("metadata") is not None else message.metadata
    edited = "" if content["blocks"] else call.platform.messages.stamps.next()
    changed = call.platform.messages.change(replace(message, **content, metadata=metadata, edited_ts=edited))
    shown = _shown(call, changed)
    shown.pop("ts")
    return {"channel": message.channel, "ts": message.ts, "text": changed.text, "message": shown}


def delete(call: Call) -> Json:
    message = _own_message(call, "cant_delete_message")
    call.platform.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    ts = call.arguments.required("message_ts")
    found = call.platform.messages.find(channel.id, ts)
    if found is None or found.ephemeral:
        raise SlackError("message_not_found")
    link = f"{call.platform.base_url}/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _target(call: Call) -> Channel:
    """Where to post: a channel by id or name, a direct message by its id or the person's."""
    world = call.platform.world
    wanted = call.arguments.text("channel")
    person = world.people.get(wanted)
    if person is not None and not person.deleted and not person.is_bot:
        return world.direct_message(person.id)
    channel = world.channels.get(wanted) or world.channel_named(wanted.lstrip("#"))
    if channel is None or (channel.kind != "public" and not world.app_is_in(channel)):
        raise SlackError("channel_not_found")
    if channel.is_archived or (channel.kind == "im" and world.people[channel.user].deleted):
        raise SlackError("is_archived")
    if not world.app_is_in(channel) and "chat:write.public" not in call.platform.manifest.scopes:
        raise SlackError("not_in_channel")
    return channel


def _content(call: Call) -> Json:
    """Checked text, blocks and attachments, as Slack keeps them."""
    given = call.arguments
    surface = {"text": given.text("text"), "blocks": given.json("blocks"), "attachments": given.json("attachments")}
    kept_later = call.arguments.text("ts") and surface["blocks"] is None and not surface["text"]
    problems = [p for p in validate_surface(surface, "message") if not (kept_later and p.code == "no_text")]
    if problems:
        raise refused(problems)
    return {**surface, "blocks": settled(call, surface["blocks"])}


def settled(call: Call, blocks: Blocks | None) -> Blocks | None:
    return inputs.settled(blocks, lambda: call.platform.ids.letters(5)) if blocks else None


def _said(call: Call, channel: Channel) -> Message:
    return Message(channel=channel.id, ts="", user=call.platform.world.app.bot_user, text="", is_bot=True)


def _thread(call: Call, channel: Channel) -> str:
    ts = call.arguments.text("thread_ts")
    if ts and call.platform.messages.find(channel.id, ts) is None:
        raise SlackError("thread_not_found")
    return ts


def _metadata(call: Call) -> Json | None:
    given: Any = call.arguments.json("metadata")
    if not given:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(given.get("event_payload"), dict) or given.keys() - {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(given)) > _METADATA_LIMIT:
        raise SlackError("metadata_too_large")
    return given


def _own_message(call: Call, not_own: str) -> Message:
    """The app's own message; one that only one person sees can be neither changed nor deleted this way."""
    world = call.platform.world
    channel = world.channels.get(call.arguments.required("channel"))
    if channel is None or not world.app_is_in(channel):
        raise SlackError("channel_not_found")
    message = call.platform.messages.find(channel.id, call.arguments.required("ts"))
    if message is None or message.ephemeral:
        raise SlackError("message_not_found")
    if message.user != world.app.bot_user:
        raise SlackError(not_own)
    return message


def _shown(call: Call, message: Message) -> Json:
    platform = call.platform
    return shapes.message(platform.world, message, platform.base_url, platform.files.shown(message.files))


METHODS: Mapping[str, Method] = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.getPermalink": Method(get_permalink),
}
