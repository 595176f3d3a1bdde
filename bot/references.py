"""Error references: what a person reads out to whoever runs Steward, and what stands in the log beside the fault."""

from collections.abc import Callable
from typing import Final

import structlog

ALPHABET: Final = "23456789BCDFGHJKMNPQRSTVWXZ"  # no 0/O, 1/I/L, and no vowels: no two look alike, none makes a word
LENGTH: Final = 5

Random = Callable[[int], bytes]

log = structlog.get_logger(__name__)


def reference(random: Random) -> str:
    """Five characters such as "7F3KB", from `random` (a number of bytes → bytes): one of some 14 million."""
    number = int.from_bytes(random(16))  # so many bits that the remainder is even
    letters = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters)


def report(error: BaseException, random: Random, event: str = "request.failed", **facts: object) -> str:
    """Log the error, by type and place, with a reference to it; returns the reference for the person to see."""
    made = reference(random)
    log.error(event, reference=made, exc_info=error, **facts)
    return made
