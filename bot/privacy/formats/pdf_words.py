"""Words that were divided at the ends of a PDF's lines."""

import re
from collections.abc import Sequence

from bot.privacy.typography import words

_HYPHENATED = re.compile(r"\w{2,}-\Z")
_BEFORE_HYPHENS = words("third first second self non opt e co pre anti multi cross long short real end well so sub log")
_BEHIND_HYPHENS = words("specific based party parties related free time in out up on to line wide own only sign term")


def is_divided(text: str, following: str) -> bool:
    """Whether a line ends within a word that the next one goes on with."""
    return _HYPHENATED.search(text) is not None and following[:1].islower()


def joined(texts: Sequence[str], compounds: frozenset[str] = frozenset()) -> str:
    """Lines as one. A hyphen between two goes, unless it belongs to a compound word; `compounds` are more of these."""
    text = texts[0]
    for following in texts[1:]:
        text = _mended(text, following, compounds)
    return text


def _mended(text: str, following: str, compounds: frozenset[str]) -> str:
    if not is_divided(text, following):
        return f"{text} {following}" if not text.endswith("-") or text.endswith(" -") else text + following
    before = re.split(r"\s", text)[-1]
    after = re.match(r"\w*", following)
    compound = (before + (after[0] if after else "")).casefold()
    known = before.rstrip("-").casefold() in _BEFORE_HYPHENS or (after and after[0].casefold() in _BEHIND_HYPHENS)
    return text + following if known or compound in compounds else text[:-1] + following
