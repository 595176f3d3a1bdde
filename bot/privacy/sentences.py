"""Where sentences begin and end."""

import re
from collections.abc import Iterator

_CANDIDATE = re.compile(r"[.!?…]+[\"'’”)\]]*\s+|\n")
_LAST_WORD = re.compile(r"[\w.]+\Z")
_NEXT_WORD = re.compile(r"[\"'‘’“(\[]*(\w+)")
_NEVER_LAST = frozenset({"e.g", "i.e", "cf", "vs", "mr", "mrs", "ms", "dr", "st", "no", "nos", "art", "sec", "p", "pp", "approx", "viz"})
_SELDOM_LAST = frozenset({"etc", "inc", "ltd", "co", "corp", "llc", "sia", "gmbh", "a.k.a", "a.m", "p.m", "u.s", "u.k", "e.u"})
_OPENERS = frozenset(
    "a all an and any as at but by each for from he however if in it its no nothing on once only our please she should "
    "so some such that the their then there these they this those to under unless until we what when where which while "
    "who with you your".split()
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
    last = found.group() if found else ""
    if last.casefold() in _NEVER_LAST or (len(last) == 1 and last.isupper() and last != "I"):
        return False
    if last.casefold() in _SELDOM_LAST:
        opener = _NEXT_WORD.match(following)
        return bool(opener) and opener is not None and opener[1].casefold() in _OPENERS
    return following[0].isalnum() or following[0] in "\"'‘’“(["
