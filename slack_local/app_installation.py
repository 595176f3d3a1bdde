"""The app in one workspace: whether it is there, and which of its bot tokens are good."""

import math
from dataclasses import dataclass, field

from slack_local.clock import Clock
from slack_local.errors import SlackError


@dataclass(slots=True)
class AppInstallation:
    """Tokens with the time (seconds) until which each is good; of those that are over, the error that tells why."""

    clock: Clock
    tokens: dict[str, float] = field(default_factory=dict, repr=False)
    over: dict[str, str] = field(default_factory=dict, repr=False)
    refresh: str = field(default="", repr=False)
    installer: str = ""

    @property
    def there(self) -> bool:
        """Whether the app is installed."""
        return bool(self.tokens)

    def knows(self, token: str) -> bool:
        """Whether the token is, or was, of this workspace."""
        return token in self.tokens or token in self.over

    def require(self, token: str) -> None:
        """Raises SlackError unless the token is good now."""
        until = self.tokens.get(token)
        if until is None:
            raise SlackError(self.over.get(token, "invalid_auth"))
        if self.clock() >= until:
            raise SlackError("token_expired")

    def grant(self, token: str, *, lasts: float = math.inf, refresh: str = "") -> None:
        """A new token, good for so many seconds; others stay good."""
        self.tokens[token] = self.clock() + lasts
        self.refresh = refresh

    def revoke(self, token: str) -> None:
        """One token is over."""
        self.tokens.pop(token, None)
        self.over[token] = "token_revoked"

    def remove(self) -> None:
        """The app is not there any more, and neither is any token."""
        self.over.update(dict.fromkeys(self.tokens, "account_inactive"))
        self.tokens.clear()
        self.refresh = ""
