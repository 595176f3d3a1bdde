"""What an app answers to a command or through a response_url becomes a message, or changes one."""

from dataclasses import replace
from typing import Any

from slack_local.block_kit import inputs, validate_surface
from slack_local.delivery.response_urls import Source
from slack_local.errors import SlackError, refused
from slack_local.json_types import Json
from slack_local.messages import Message
from slack_local.platform import Platform
from slack_local.world import SLACKBOT


def respond(platform: Platform, path: str, body: Any) -> None:
    """One use of a response_url. Raises SlackError for a bad address or a message that Slack would refuse."""
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    source = platform.response_urls.use(path)
    original = platform.messages.find(source.channel, source.message_ts) if source.message_ts else None
    if body.get("delete_original"):
        if original is not None:
            platform.messages.delete(original)
        return
    content = _content(platform, body)
    if body.get("replace_original") and original is not None:
        platform.messages.change(replace(original, **content))
        return
    _post(platform, source, content, in_channel=body.get("response_type") == "in_channel")


def answer_command(platform: Platform, user: str, channel: str, typed: str, body: Any) -> None:
    """The body of a command's acknowledgement: plain text, or a message. Raises SlackError if it is no message."""
    answer = {"text": body} if isinstance(body, str) else body
    if not isinstance(answer, dict):
        raise SlackError("invalid_command_response")
    content, public = _content(platform, answer), answer.get("response_type") == "in_channel"
    if public:
        platform.messages.post(Message(channel=channel, ts="", user=user, text=typed))
    _post(platform, Source(user, channel, 0.0), content, in_channel=public)


def slackbot(platform: Platform, user: str, channel: str, words: str) -> None:
    """Slackbot says something that only this person sees."""
    platform.messages.post(Message(channel=channel, ts="", user=SLACKBOT, text=words, seen_by=user))


def _content(platform: Platform, body: Json) -> Json:
    if problems := validate_surface(body, "message"):
        raise refused(problems)
    blocks = body.get("blocks")
    settled = inputs.settled(blocks, lambda: platform.ids.letters(5)) if blocks else None
    return {"text": body.get("text") or "", "blocks": settled, "attachments": body.get("attachments")}


def _post(platform: Platform, source: Source, content: Json, *, in_channel: bool) -> None:
    seen_by = "" if in_channel else source.user
    bot = platform.world.app.bot_user
    platform.messages.post(Message(source.channel, "", bot, is_bot=True, seen_by=seen_by, **content))
