"""trigger_id: good for three seconds and for one use.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses
"""

from dataclasses import dataclass, field

from slack_local.clock import Clock, Ids
from slack_local.errors import SlackError

LIFETIME = 3.0
"""Seconds."""

_KEPT = 10_000


@dataclass(slots=True)
class Trigger:
    user: str
    issued: float
    used: bool = False


@dataclass(slots=True)
class Triggers:
    clock: Clock
    ids: Ids
    _issued: dict[str, Trigger] = field(default_factory=dict)

    def issue(self, user: str) -> str:
        now = self.clock()
        key = f"{int(now * 1000)}.{int(now)}.{self.ids.secret(32)}"
        self._issued[key] = Trigger(user, now)
        if len(self._issued) > _KEPT:
            del self._issued[next(iter(self._issued))]
        return key

    def redeem(self, key: str) -> str:
        """The person who caused it. Raises SlackError when it is unknown, used or too old."""
        trigger = self._issued.get(key)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock() - trigger.issued > LIFETIME:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user
