"""What came back for a payload."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from slack_local.json_types import Json

PayloadKind = Literal["slash_commands", "interactive", "events_api"]

DEADLINE = 3.0
"""Seconds that an app has to acknowledge. Source: https://docs.slack.dev/interactivity/handling-user-interaction"""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is the JSON or the plain text of an acknowledgement; `failure` is why there was none."""

    acknowledged: bool
    body: Any = None
    failure: Literal["", "http_timeout", "http_error", "connection_failed", "no_app"] = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Which repetition this is, and why."""

    attempt: int = 0
    reason: str = ""


class Transport(Protocol):
    @property
    def connected(self) -> bool:
        """Whether there is anybody to deliver to."""

    async def send(self, kind: PayloadKind, payload: Json, retry: Retry, *, twice: bool, cut: bool) -> Answer:
        """Delivers once and waits for the acknowledgement; `twice` sends a copy, `cut` ends the connection after."""
