"""conversations.* and users.conversations: where people talk, and what was said."""

from collections.abc import Mapping

from slack_local import shapes
from slack_local.errors import SlackError, invalid
from slack_local.json_types import Json
from slack_local.messages import Message
from slack_local.web_api.call import Call, Method
from slack_local.workspace import Channel

_KIND_OF_TYPE = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_PREFIX = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


def conversations_list(call: Call) -> Json:
    world = call.platform.world
    rows, metadata = _listed(call, [c for c in world.channels.values() if c.kind == "public" or world.app_is_in(c)])
    return {"channels": [shapes.channel(world, row) for row in rows], **metadata}


def users_conversations(call: Call) -> Json:
    """Those that the app (or the person in `user`) is in, as far as the app may see them."""
    world = call.platform.world
    user = call.arguments.text("user", world.app.bot_user)
    known = [c for c in world.channels_of(user) if c.kind == "public" or world.app_is_in(c)]
    rows, metadata = _listed(call, known)
    return {"channels": [shapes.channel(world, row, members=False) for row in rows], **metadata}


def _listed(call: Call, known: list[Channel]) -> tuple[list[Channel], Json]:
    types = [name.strip() for name in call.arguments.text("types", "public_channel").split(",")]
    if any(name not in _KIND_OF_TYPE for name in types):
        raise SlackError("invalid_types")
    kinds = {_KIND_OF_TYPE[name] for name in types}
    for kind in sorted(kinds):
        call.need(f"{_PREFIX[kind]}:read")
    archived = not call.arguments.flag("exclude_archived")
    rows = [one for one in known if one.kind in kinds and (archived or not one.is_archived)]
    return call.page(rows, lambda one: one.id, 100, 1000)


def conversations_info(call: Call) -> Json:
    channel = call.channel()
    call.need(f"{_PREFIX[channel.kind]}:read")
    members = call.arguments.flag("include_num_members")
    shown = shapes.channel(call.platform.world, channel, members=members)
    if call.platform.world.app_is_in(channel):
        shown["last_read"] = call.platform.messages.read_mark(channel.id, call.platform.world.app.bot_user)
    return {"channel": shown}


def conversations_members(call: Call) -> Json:
    channel = call.channel()
    call.need(f"{_PREFIX[channel.kind]}:read")
    rows, metadata = call.page(channel.members, lambda user: user, 100, 1000)
    return {"members": rows, **metadata}


def conversations_open(call: Call) -> Json:
    """The app's direct message with one person."""
    call.need("im:write")
    world, given = call.platform.world, call.arguments.text("channel")
    channel = call.channel() if given else world.direct_message(_partner(call))
    if not call.arguments.flag("return_im"):
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    latest = call.platform.messages.read_mark(channel.id, world.app.bot_user)
    shown = {**shapes.channel(world, channel), "last_read": latest, "is_open": True}
    shown |= {"unread_count": 0, "unread_count_display": 0}
    shown.pop("is_user_deleted", None)
    return {"no_op": True, "already_open": True, "channel": shown}


def _partner(call: Call) -> str:
    users = [user for user in call.arguments.text("users").split(",") if user]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise invalid("this stand-in opens direct messages with one person only: users")
    person = call.platform.world.people.get(users[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    return person.id


def conversations_history(call: Call) -> Json:
    """Newest first, without what stands in threads and what only one person sees."""
    channel = call.own_channel()
    call.need(f"{_PREFIX[channel.kind]}:history")
    found = [m for m in call.platform.messages.of(channel.id) if not m.ephemeral and m.thread_ts in ("", m.ts)]
    rows = [message for message in reversed(found) if _in_window(call, message)]
    page, metadata = call.page(rows, lambda message: message.ts, 100, 999)
    more = bool(metadata["response_metadata"]["next_cursor"])
    shown = [_shown(call, message) for message in page]
    return {"messages": shown, "has_more": more, "pin_count": 0, **(metadata if more else {})}


def conversations_replies(call: Call) -> Json:
    """A thread, oldest first, its first message included."""
    channel = call.own_channel()
    call.need(f"{_PREFIX[channel.kind]}:history")
    ts = call.arguments.required("ts")
    found = [m for m in call.platform.messages.of(channel.id) if not m.ephemeral and ts in (m.ts, m.thread_ts)]
    if not found:
        raise SlackError("thread_not_found")
    page, metadata = call.page([m for m in found if _in_window(call, m)], lambda message: message.ts, 1000, 1000)
    more = bool(metadata["response_metadata"]["next_cursor"])
    return {"messages": [_shown(call, m) for m in page], "has_more": more, **(metadata if more else {})}


def _in_window(call: Call, message: Message) -> bool:
    inclusive = call.arguments.flag("inclusive")
    oldest, latest = _point(call, "oldest"), _point(call, "latest")
    at = tuple(map(int, message.ts.split(".")))
    after = oldest is None or at > oldest or (inclusive and at == oldest)
    before = latest is None or at < latest or (inclusive and at == latest)
    return after and before


def _point(call: Call, name: str) -> tuple[int, int] | None:
    given = call.arguments.text(name)
    if not given or given == "now":
        return None
    seconds, _, fraction = given.partition(".")
    if not seconds.isdigit() or (fraction and not fraction.isdigit()):
        raise SlackError(f"invalid_ts_{name}")
    return int(seconds), int((fraction + "000000")[:6])


def _shown(call: Call, message: Message) -> Json:
    platform = call.platform
    metadata = call.arguments.flag("include_all_metadata")
    return shapes.message(
        platform.world, message, platform.base_url, platform.files.shown(message.files), metadata=metadata
    )


METHODS: Mapping[str, Method] = {
    "conversations.list": Method(conversations_list),
    "users.conversations": Method(users_conversations),
    "conversations.info": Method(conversations_info),
    "conversations.members": Method(conversations_members),
    "conversations.open": Method(conversations_open),
    "conversations.history": Method(conversations_history),
    "conversations.replies": Method(conversations_replies),
}
