"""What stands on a person's screen, as the page draws it. Reads; changes nothing."""

from slack_local.json_types import Json
from slack_local.messages import Message
from slack_local.platform import Platform
from slack_local.workspace import Channel, Person
from slack_local.world import SLACKBOT


def workspace(platform: Platform) -> Json:
    world, manifest = platform.world, platform.manifest
    return {
        "team": {"id": world.team.id, "name": world.team.name, "domain": world.team.domain},
        "app": {
            "id": world.app.id,
            "name": manifest.name,
            "bot_user": world.app.bot_user,
            "description": manifest.description,
            "color": manifest.color,
            "messages_read_only": manifest.messages_read_only,
        },
        "people": [_person(platform, person) for person in world.people.values()],
        "groups": [{"id": group.id, "handle": group.handle, "name": group.name} for group in world.groups.values()],
        "commands": [
            {"command": c.command, "description": c.description, "usage_hint": c.usage_hint} for c in manifest.commands
        ],
        "shortcuts": [
            {"name": s.name, "callback_id": s.callback_id, "type": s.type, "description": s.description}
            for s in manifest.shortcuts
        ],
        "start_as": platform.start_as,
        "connected": platform.installation.there and platform.delivery.transport.connected,
    }


def _person(platform: Platform, person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "deleted": person.deleted,
        "is_bot": person.is_bot or person.id == SLACKBOT,
        "is_guest": person.is_guest,
        "is_stranger": person.is_stranger,
        "groups": platform.world.groups_of(person.id),
        "color": person.color,
        "tz": person.tz,
    }


def conversations(platform: Platform, user: str) -> list[Json]:
    """Those that this person is in, the app's direct message first."""
    mine = platform.world.channels_of(user)
    ordered = sorted(mine, key=lambda channel: (channel.kind != "im", channel.name))
    return [_conversation(platform, channel, user) for channel in ordered]


def _conversation(platform: Platform, channel: Channel, user: str) -> Json:
    is_im = channel.kind == "im"
    return {
        "id": channel.id,
        "name": platform.world.app.bot_name if is_im else channel.name,
        "kind": channel.kind,
        "is_ext_shared": channel.is_ext_shared,
        "topic": channel.topic,
        "user": platform.world.app.bot_user if is_im else None,
        "is_app": is_im,
        "unread": platform.messages.unread(channel.id, user),
        "latest": platform.messages.latest(channel.id, user) or None,
    }


def messages(platform: Platform, user: str, channel: str) -> list[Json]:
    return [message(platform, one) for one in platform.messages.seen(channel, user)]


def message(platform: Platform, one: Message) -> Json:
    files = platform.files.shown(one.files)
    return {
        "ts": one.ts,
        "user": one.user,
        "bot": one.is_bot,
        "text": one.text,
        "blocks": one.blocks,
        "ephemeral": one.ephemeral,
        "edited": bool(one.edited_ts),
        "thread_ts": one.thread_ts or None,
        "files": [{"id": f["id"], "title": f["title"], "name": f["name"], "url": f["url_private"]} for f in files],
    }
