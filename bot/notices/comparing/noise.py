"""What says nothing new: links, numbering, spacing, and asides that pages add to links."""

import re

from bot.notices.changes import Noise
from bot.notices.comparing.units import words_of

_LINK = re.compile(
    r"\]\([^)]*\)|<?\b(?:https?|ftp)://[^\s>)\]]+>?|\.?%22\)?|\bmailto:|\bwww\.[^\s>)\]]+|\[(?=[^\]]*\])", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\A\W*(?:(?:section|article|part|chapter|§)\s*)?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,6}|[a-z])\s*[.):\-–—]+\s*(?=\S)"
    r"|\A\W*(?:section|article|part|chapter|§)\s*(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,6})\b\W*(?=\S)"
    r"|\A\W*\d{1,2}(?:\.\d{1,2})*\s+(?=[^\W\d])",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\(?\b(?:this link )?opens (?:in )?(?:a |an )?(?:new|external) (?:window|tab|page|site|website)\b\)?"
    r"|\((?:external|new) (?:link|window|tab)\)|\b(?:back to (?:the )?top|return to top)\b|\bopens external website\b",
    re.IGNORECASE,
)

_LINK_SIGNS = "](", "://", "%22", "mailto:", "www.", "["
_ASIDE_SIGNS = "open", "external", "new ", "top"
"""What a passage has if the pattern is to be found; looking for it is quick."""


def noise_between(before: str, after: str) -> Noise | None:
    """Why two passages with different words say the same; None when they do not."""
    if _letters(before) == _letters(after):
        return Noise.SPACING
    for reason, without in _WITHOUT:
        old, new = without(before), without(after)
        if (old, new) != (before, after) and _letters(old) == _letters(new):
            return reason
        before, after = old, new
    return None


def _without_links(text: str) -> str:
    lower = text.lower()
    return _LINK.sub(" ", text) if any(sign in lower for sign in _LINK_SIGNS) else text


def _without_number(text: str) -> str:
    number = _NUMBER.match(text)
    return f" {text[number.end() :]}" if number else text


def _without_asides(text: str) -> str:
    lower = text.lower()
    return _ASIDE.sub(" ", text) if any(sign in lower for sign in _ASIDE_SIGNS) else text


_WITHOUT = (
    (Noise.LINK, _without_links),
    (Noise.NUMBERING, _without_number),
    (Noise.BOILERPLATE, _without_asides),
)


def _letters(text: str) -> str:
    return "".join(words_of(text))


def unlinked(text: str) -> str:
    """The letters of a passage without the addresses of pages."""
    return _letters(_without_links(text))
