"""Pages that are not the policy: a login, a question for humans, an error, a text that was cut off. Pure."""

import re
from enum import StrEnum

from bot.notices.comparing.units import words_of
from bot.privacy.text import PolicyText

_MARKERS_IN = 4000  # characters from the beginning; such pages say at once what they are
_STRANGE = 0.3  # a page that keeps so little of the former sentences may be another page
_FEWEST_WORDS = 3
_CLOSED = (".", "!", "?", "…", ":", ";", ")", "”", '"', "’")


class Suspicion(StrEnum):
    """What a fetched text seems to be: the reason code of a fault of the source."""

    CAPTCHA = "captcha"
    LOGIN = "login_page"
    ERROR_PAGE = "error_page"
    SHRUNK = "shrunk"  # much less text than before
    CUT_OFF = "cut_off"  # ends in the middle
    UNSTEADY = "unsteady"  # another text at every fetch


_MARKERS = {
    Suspicion.CAPTCHA: re.compile(
        r"captcha|are\s+you\s+(?:a\s+)?(?:human|robot)|verify(?:ing)?\s+(?:that\s+)?you\s+are\s+(?:a\s+)?(?:human|not)"
        r"|checking\s+your\s+browser|unusual\s+traffic|enable\s+javascript\s+and\s+cookies|just\s+a\s+moment"
        r"|attention\s+required|complete\s+the\s+security\s+check",
        re.IGNORECASE,
    ),
    Suspicion.LOGIN: re.compile(
        r"(?:log|sign)\s*-?in\s+to\s+(?:continue|your|see|view)|forg[eo]t(?:ten)?\s+(?:your\s+)?password"
        r"|please\s+(?:log|sign)\s+in|enter\s+your\s+password|(?:log|sign)\s+in\s+with",
        re.IGNORECASE,
    ),
    Suspicion.ERROR_PAGE: re.compile(
        r"(?:page|site)\s+(?:\w+\s+){0,3}(?:not\s+(?:be\s+)?found|not\s+exist|unavailable)|\b(?:403|404|500|502|503)\b"
        r"|access\s+(?:is\s+)?denied|forbidden|under\s+maintenance|service\s+unavailable|internal\s+server\s+error"
        r"|something\s+went\s+wrong|domain\s+is\s+for\s+sale",
        re.IGNORECASE,
    ),
}
_PASSWORD = re.compile(rb"""<input[^>]+type\s*=\s*["']?password""", re.IGNORECASE)
_PAGE = re.compile(rb"<html|<body", re.IGNORECASE)
_PAGE_ENDS = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)


def suspicion_of(
    before: PolicyText, after: PolicyText, original: bytes, data: bytes, most_lost: float
) -> Suspicion | None:
    """Why `after` is rather not the policy's next text; None: it may well be.

    `original` and `data` are the bytes that the two were read from. `most_lost` is the share of the former words (0 to
    1) from whose loss on a text is taken for incomplete.
    """
    old, new = _sentences(before), _sentences(after)
    known = set(new)
    kept = sum(sentence in known for sentence in old) / max(1, len(old))
    if kept < _STRANGE and (found := _another_page(after, data)):
        return found
    if _is_cut_off(after, (original, data), old, new):
        return Suspicion.CUT_OFF
    lost = 1 - len(words_of(after.text)) / max(1, len(words_of(before.text)))
    return Suspicion.SHRUNK if lost >= most_lost else None


def _another_page(after: PolicyText, data: bytes) -> Suspicion | None:
    beginning = f"{after.title}\n{after.text[:_MARKERS_IN]}"
    for suspicion, marker in _MARKERS.items():
        if marker.search(beginning):
            return suspicion
    return Suspicion.LOGIN if _PASSWORD.search(data) else None


def _sentences(policy: PolicyText) -> list[str]:
    return [" ".join(words_of(policy.quote(sentence))) for sentence in policy.sentences]


def _is_cut_off(after: PolicyText, files: tuple[bytes, bytes], old: list[str], new: list[str]) -> bool:
    """Whether the text stops within a sentence that was whole before, after a heading, or before its page ends."""
    if not new or not old or new[-1] == old[-1] or old[-1] in new:
        return False
    if _PAGE_ENDS.search(files[0]) and not _PAGE_ENDS.search(files[1]):
        return _PAGE.search(files[1][:2000]) is not None
    if after.headings and after.headings[-1].end >= len(after.text.rstrip()):
        return True
    last = new[-1]
    unfinished = not after.text.rstrip().endswith(_CLOSED) and len(last.split()) >= _FEWEST_WORDS
    return unfinished and any(sentence != last and sentence.startswith(last) for sentence in old)
