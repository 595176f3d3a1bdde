"""What an agent may say instead of reading the quote out: the same words, with nothing but emphasis left out."""

import re
from typing import Final

_EMPHASIS: Final = re.compile(
    r",\s*(?:under any circumstances|whatever the circumstances|without reservation|"
    r"at any time and for any reason|of course|as a matter of principle|as always|please note)\s*,(?=\s)",
    re.IGNORECASE,
)
_LEADING: Final = re.compile(r"^(?:please note that|of course,|as always,|note that)\s+", re.IGNORECASE)
_NEGATIVE: Final = re.compile(r"under no circumstances", re.IGNORECASE)
LONGEST: Final = 600


def say(quote: str) -> str | None:
    """The quote without asides that only stress it; None where there is none, or where leaving it out turns it round.

    Every word of it stands in the quote, in the same order: nothing is added, and no condition is left out.
    """
    if _NEGATIVE.search(quote) or len(quote) > LONGEST:
        return None
    shorter = _LEADING.sub("", _EMPHASIS.sub("", quote))
    if shorter == quote or not shorter.strip():
        return None
    return shorter[0].upper() + shorter[1:]
