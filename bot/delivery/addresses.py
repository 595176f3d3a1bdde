"""Where messages go: the roles of steward.toml's [channels], and people's direct messages with the app."""

import threading
from collections.abc import Callable

from slack_sdk import WebClient

from bot.delivery.faults import NoSuchChannel


class Addresses:
    """Slack's id of a conversation for "channel:ROLE" or "person:U…". Direct messages are opened once."""

    def __init__(self, client: WebClient, channel_id: Callable[[str], str]) -> None:
        self._client = client
        self._channel_id = channel_id
        self._opened: dict[str, str] = {}
        self._lock = threading.Lock()

    def __call__(self, to: str) -> str:
        """The id. Raises NoSuchChannel, DirectoryUnavailable, and slack_sdk's errors."""
        sort, _, name = to.partition(":")
        if sort == "channel":
            return self._channel_id(name)
        if sort != "person" or not name:
            raise NoSuchChannel(sort)
        with self._lock:
            known = self._opened.get(name)
        return known or self._open(name)

    def _open(self, user: str) -> str:
        channel = str(self._client.conversations_open(users=user)["channel"]["id"])
        with self._lock:
            self._opened[user] = channel
        return channel
