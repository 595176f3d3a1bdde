"""What a message consists of once its words are made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.effects import Message

EVENT_TYPE = "steward_delivery"


@dataclass(frozen=True, slots=True)
class Composed:
    """A message's words: `text` is the notification and must say it all, `blocks` are Block Kit as JSON values.

    `metadata` is added to the payload of Slack's message metadata; it is visible to other apps of the workspace.
    """

    text: str
    blocks: Sequence[Mapping[str, Any]]
    metadata: Mapping[str, str | int | bool] = field(default_factory=dict)

    def arguments(self, key: str) -> dict[str, Any]:
        """The arguments of chat.postMessage and chat.update, with the key by which the message is found again.

        Source: https://docs.slack.dev/messaging/message-metadata
        """
        return {
            "text": self.text,
            "blocks": list(self.blocks),
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {**self.metadata, "key": key}},
        }


Compose = Callable[[Message], Composed | None]
"""Makes the words from the state as it now is; None when there is nothing to say any more."""

Address = Callable[[str], str]
"""Slack's id of the conversation for "channel:ROLE" or "person:U…"."""
