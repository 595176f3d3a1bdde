"""response_url: five uses in thirty minutes.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from dataclasses import dataclass, field

from slack_local.clock import Clock, Ids
from slack_local.errors import SlackError

LIFETIME = 1800.0
"""Seconds."""
USES = 5
_KEPT = 10_000


@dataclass(slots=True)
class Source:
    """What a response_url answers to: a person in a channel, perhaps one message there; how often it was used."""

    user: str
    channel: str
    issued: float
    message_ts: str = ""
    uses: int = 0


@dataclass(slots=True)
class ResponseUrls:
    clock: Clock
    ids: Ids
    base_url: str
    team_id: str
    _sources: dict[str, Source] = field(default_factory=dict)

    def issue(self, user: str, channel: str, message_ts: str = "") -> str:
        kind = "actions" if message_ts else "commands"
        path = f"/{kind}/{self.team_id}/{self.ids.secret(12)}/{self.ids.secret(24)}"
        self._sources[path] = Source(user, channel, self.clock(), message_ts)
        if len(self._sources) > _KEPT:
            del self._sources[next(iter(self._sources))]
        return self.base_url + path

    def use(self, path: str) -> Source:
        """Counts one use. Raises SlackError when the address is unknown, too old or used up."""
        source = self._sources.get(path)
        if source is None:
            raise SlackError("invalid_url")
        if self.clock() - source.issued > LIFETIME:
            raise SlackError("expired_url")
        if source.uses >= USES:
            raise SlackError("used_url")
        source.uses += 1
        return source
