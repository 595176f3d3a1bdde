"""Time and randomness, both passed in."""

import hashlib
import os
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]
"""Seconds since 1970, as `time.time` gives them."""

Entropy = Callable[[int], bytes]
"""So many random bytes, as `os.urandom` gives them."""

_ID_LENGTH = 10


def stable_id(prefix: str, *parts: str) -> str:
    """The same id for the same parts, in the form of Slack's: a letter and capital letters and digits."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return prefix + _letters(digest)[:_ID_LENGTH]


def _letters(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").replace("2", "0").replace("3", "1")


@dataclass(slots=True)
class Stamps:
    """Message timestamps ("1512085950.000216"): from the clock, never the same twice, always rising."""

    clock: Clock
    last: int = 0

    def next(self) -> str:
        self.last = max(int(self.clock() * 1_000_000), self.last + 1)
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"

    def seen(self, ts: str) -> None:
        """Takes note of a timestamp that was given out in an earlier life."""
        seconds, _, micros = ts.partition(".")
        self.last = max(self.last, int(seconds) * 1_000_000 + int(micros))


@dataclass(frozen=True, slots=True)
class Ids:
    """Random ids and secrets."""

    entropy: Entropy = field(default=os.urandom)

    def id(self, prefix: str) -> str:
        return prefix + _letters(self.entropy(10))[:_ID_LENGTH]

    def secret(self, length: int = 32) -> str:
        """So many hexadecimal digits."""
        return self.entropy((length + 1) // 2).hex()[:length]

    def letters(self, length: int) -> str:
        return _letters(self.entropy(length))[:length]
