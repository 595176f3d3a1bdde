"""What people do: say, open the Home, use a shortcut. Each returns when the app has acknowledged.

All of it raises CannotDo, in words for the person, when it cannot be done.
"""

from slack_local import shapes
from slack_local.delivery import payloads
from slack_local.delivery.answer import Answer
from slack_local.delivery.payloads import Envelope
from slack_local.errors import CannotDo, SlackError
from slack_local.json_types import Json
from slack_local.messages import Message
from slack_local.people.escaping import entities, escaped
from slack_local.people.respond import answer_command, slackbot
from slack_local.platform import Platform
from slack_local.surfaces import View
from slack_local.workspace import Channel, Person

NO_ANSWER = "The app did not answer in time. Is it running?"


def person(platform: Platform, user: str) -> Person:
    found = platform.world.people.get(user)
    if found is None:
        raise CannotDo("There is nobody with this id.")
    return found


def place(platform: Platform, user: str, channel: str) -> Channel:
    """A conversation that this person is in."""
    found = platform.world.channels.get(channel)
    if found is None or user not in found.members:
        raise CannotDo(f"{person(platform, user).real_name} is not in this conversation.")
    return found


def envelope(platform: Platform, user: str) -> Envelope:
    """The frame of a payload, with a fresh trigger."""
    if not platform.installation.there:
        raise CannotDo("The app is not installed in this workspace.")
    trigger = platform.triggers.issue(user)
    return Envelope(platform.world, person(platform, user), platform.credentials.verification_token, trigger)


async def say(platform: Platform, user: str, channel_id: str, text: str) -> None:
    """A message, or a command of the app. A command that fails is told by Slackbot, to this person only."""
    channel, typed = place(platform, user, channel_id), text.strip()
    if not typed:
        raise CannotDo("There is nothing to send.")
    if not typed.startswith("/"):
        if channel.kind == "im" and platform.manifest.messages_read_only:
            raise CannotDo("Sending messages to this app has been turned off.")
        platform.messages.post(Message(channel=channel.id, ts="", user=user, text=escaped(platform.world, typed)))
        return
    name, _, rest = typed.partition(" ")
    if platform.manifest.command(name) is None or not platform.installation.there:
        slackbot(platform, user, channel.id, f"`{entities(name)}` is not a valid command.")
        return
    if failure := await _command(platform, user, channel, name, rest.strip()):
        slackbot(platform, user, channel.id, f'{name} failed with the error "{failure}"')


async def _command(platform: Platform, user: str, channel: Channel, name: str, text: str) -> str:
    """The error that Slack would name, or nothing."""
    known = platform.manifest.command(name)
    sent = escaped(platform.world, text) if known and known.should_escape else text
    address = platform.response_urls.issue(user, channel.id)
    payload = payloads.slash_command(envelope(platform, user), channel, name, sent, address)
    answer = await platform.delivery.interact("slash_commands", payload)
    if not answer.acknowledged:
        return {"http_timeout": "operation_timeout", "http_error": "http_service_error"}.get(
            answer.failure, "dispatch_failed"
        )
    if answer.body:
        try:
            answer_command(platform, user, channel.id, f"{name} {text}".strip(), answer.body)
        except SlackError:
            return "invalid_command_response"
    return ""


async def open_home(platform: Platform, user: str) -> View | None:
    """Opens the tab; the app hears of it and may publish a new view, now or later."""
    body = payloads.app_home_opened(
        platform.world, person(platform, user), platform.views.homes.get(user), platform.messages.stamps.next()
    )
    await emit(platform, body)
    return platform.views.homes.get(user)


async def emit(platform: Platform, body: Json) -> Answer | None:
    """An event to the app, if the manifest subscribes to it."""
    if body["type"] not in platform.manifest.events or not platform.installation.there:
        return None
    event_id, now = platform.ids.id("Ev"), int(platform.clock())
    wrapped = payloads.event(platform.world, platform.credentials.verification_token, event_id, now, body)
    return await platform.delivery.event(wrapped)


async def use_shortcut(platform: Platform, user: str, callback_id: str, channel_id: str = "", ts: str = "") -> None:
    """A global shortcut, or one on a message."""
    shortcut = platform.manifest.shortcut(callback_id)
    if shortcut is None:
        raise CannotDo("The app has no such shortcut.")
    frame, action_ts = envelope(platform, user), platform.messages.stamps.next()
    if shortcut.type == "global":
        payload = payloads.global_shortcut(frame, callback_id, action_ts)
    else:
        channel = place(platform, user, channel_id)
        message = platform.messages.find(channel.id, ts)
        if message is None or message.ephemeral:
            raise CannotDo("This message is no longer there.")
        shown = shapes.message(platform.world, message, platform.base_url, platform.files.shown(message.files))
        address = platform.response_urls.issue(user, channel.id, message.ts)
        payload = payloads.message_action(frame, channel, shown, callback_id, address, action_ts)
    heard(await platform.delivery.interact("interactive", payload))


def heard(answer: Answer) -> Answer:
    """Raises CannotDo when the app did not acknowledge."""
    if not answer.acknowledged:
        raise CannotDo(NO_ANSWER)
    return answer
