"""Where sentences begin and end."""

import re
from collections.abc import Iterator

_CANDIDATE = re.compile(r"[.!?…]+[\"'’”)\]]*\s+|\n")
_LAST_WORD = re.compile(r"[\w.]+\Z")
_NEVER_LAST = frozenset({"e.g", "i.e", "cf", "vs", "mr", "mrs", "ms", "dr", "approx", "viz"})
_BEFORE_NUMBERS = frozenset({"no", "nos", "art", "sec", "p", "pp", "para"})
_SELDOM_LAST = frozenset(
    {"etc", "inc", "ltd", "co", "corp", "llc", "sia", "gmbh", "a.k.a", "a.m", "p.m", "u.s", "u.k", "e.u"}
)
_OPENER = re.compile(
    r"[\"'‘“(\[]*(?:a|all|an|and|any|as|at|but|by|each|for|from|he|however|if|in|it|its|no|nothing|on|once|only|our|"
    r"please|she|should|so|some|such|that|the|their|then|there|these|they|this|those|to|under|unless|until|we|what|when|"
    r"where|which|while|who|with|you|your)\b",
    re.IGNORECASE,
)


def split(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a paragraph, in order, without the white space between them.

    A line break that the author forced ends a sentence too, unless the next line goes on in lower case.
    """
    start = 0
    for candidate in _CANDIDATE.finditer(text):
        if candidate.start() >= start and _ends(text, candidate):
            yield from _trimmed(text, start, candidate.end())
            start = candidate.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    if part.strip():
        yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _ends(text: str, candidate: re.Match[str]) -> bool:
    following = text[candidate.end() :][:40]
    if not following or following[0].islower():
        return False
    if "\n" in candidate.group() or candidate.group()[0] in "!?":
        return True
    found = _LAST_WORD.search(text, max(0, candidate.start() - 40), candidate.start())
    return _may_follow(found.group() if found else "", following)


def _may_follow(last: str, following: str) -> bool:
    """Whether a sentence may begin with `following` after a full stop behind the word `last`."""
    word = last.casefold()
    if word in _NEVER_LAST or (word in _BEFORE_NUMBERS and following[0].isdigit()):
        return False
    initial = len(last) == 1 and last.isupper() and last != "I"
    if initial or word in _SELDOM_LAST:
        return _OPENER.match(following) is not None
    return following[0].isalnum() or following[0] in "\"'‘’“(["
