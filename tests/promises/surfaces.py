"""What may stand in a message or a view: the parts of Block Kit that people or programs read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_local.block_kit import validate_surface

Json = Mapping[str, Any]

CONTROL = re.compile(r"<[^<>]*>|<")  # https://docs.slack.dev/messaging/formatting-message-text
DATE = re.compile(r"<!date\^\d+\^[^<>|]*\|[\w :]+ UTC>")
HIDDEN = ("private_metadata", "value", "action_id", "block_id", "callback_id", "metadata", "external_id")


def everywhere(value: object) -> Iterator[Json]:
    """Every object in it, itself too."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from everywhere(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from everywhere(inner)


def hidden_texts(document: Json) -> Iterator[str]:
    """What travels with a surface without being seen. An input's own text, which is shown, is not among it."""
    for one in everywhere(document):
        for name in HIDDEN:
            if name in one and isinstance(one[name], str | Mapping):
                yield str(one[name])


def marked_up(document: Json) -> Iterator[str]:
    """Every text that Slack reads mark-up in: mrkdwn objects, and the text of a message itself."""
    if isinstance(document.get("text"), str):
        yield document["text"]
    for one in everywhere(document):
        if one.get("type") == "mrkdwn":
            yield str(one["text"])


def told(text: str, people: set[str]) -> list[str]:
    """Control sequences that are neither a date nor a mention of one of these people."""
    allowed = {f"<@{one}>" for one in people}
    return [one for one in CONTROL.findall(text) if one not in allowed and not DATE.fullmatch(one)]


def links_by_itself(document: Json) -> list[Json]:
    """Texts in which Slack would make links of whatever looks like one."""
    return [one for one in everywhere(document) if one.get("type") == "mrkdwn" and one.get("verbatim") is not True]


def problems(document: Json) -> list[str]:
    """What Slack would refuse: of a message, of a view, or of what an acknowledgement does to a modal."""
    view = document.get("view", document if document.get("type") in ("modal", "home") else None)
    if isinstance(view, Mapping):
        return [str(one) for one in validate_surface(view, view["type"])]
    if "text" in document or "blocks" in document:
        return [str(one) for one in validate_surface(document, "message")]
    return []
