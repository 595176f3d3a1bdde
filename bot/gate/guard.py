"""Whether a request is Slack's: its timestamp and its signature over the raw bytes, before anything is parsed.

https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.clock import Clock

WINDOW: Final = timedelta(minutes=5)

_TIMESTAMP: Final = re.compile(rb"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(rb"v0=([0-9a-f]{64})")


class Refusal(Exception):
    """A request that is not taken: the status it is answered with and the reason's code, which goes to the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Claim:
    """What the headers say: when the request was signed (seconds since 1970) and how (32 bytes)."""

    signed_at: int
    signature: bytes

    @property
    def expires(self) -> datetime:
        """When the signature is too old to be taken again."""
        return datetime.fromtimestamp(self.signed_at, UTC) + WINDOW


class Guard:
    """Checks claims against the app's signing secret and the clock."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        self._secret = signing_secret.encode()
        self._clock = clock

    def claim(self, headers: Iterable[tuple[bytes, bytes]]) -> Claim:
        """What the headers claim; raises Refusal 401 when they are missing, doubled, malformed or stale."""
        pairs = list(headers)
        timestamp = _TIMESTAMP.fullmatch(_only(pairs, b"x-slack-request-timestamp"))
        signature = _SIGNATURE.fullmatch(_only(pairs, b"x-slack-signature"))
        if timestamp is None or signature is None:
            raise Refusal(401, "malformed_signature")
        claim = Claim(int(timestamp[0]), bytes.fromhex(signature[1].decode()))
        if abs(self._clock().timestamp() - claim.signed_at) > WINDOW.total_seconds():
            raise Refusal(401, "stale")
        return claim

    def confirm(self, claim: Claim, body: bytes) -> None:
        """Raises Refusal 401 unless the signature is that of these bytes."""
        expected = hmac.digest(self._secret, b"v0:%d:" % claim.signed_at + body, hashlib.sha256)
        if not hmac.compare_digest(expected, claim.signature):
            raise Refusal(401, "wrong_signature")


def _only(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes:
    values = [value for key, value in headers if key.lower() == name]
    if len(values) != 1:
        raise Refusal(401, "missing_signature" if not values else "doubled_signature")
    return values[0]
