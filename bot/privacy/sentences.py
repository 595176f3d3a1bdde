"""Where sentences begin and end."""

import re
from collections.abc import Iterator

from bot.privacy.typography import words

_CANDIDATE = re.compile(r"[.!?…؟۔।]+[\"'’”)\]»]*\s+|[。！？]+[」』”）]*\s*|\n")
_LAST_WORD = re.compile(r"[\w.]+\Z")
_NEVER_LAST = words(
    "e.g eg i.e ie p.o cal civ cf vs mr mrs ms messrs dr prof st approx viz incl esp resp bzw ggf gem vgl "
    "evtl insb inkl sog zzgl z d u p.ex p.ej núm sr sra piem proc"
)
_BEFORE_NUMBERS = words("no nos nr art arts sec secs p pp para paras abs lit reg cap ch fig ziff n")
_SELDOM_LAST = words(
    "etc inc ltd co corp llc l.l.c plc llp sia gmbh pty pte s.a s.l s.r.l b.v n.v a.k.a aka a.m p.m u.s "
    "u.s.a u.k e.u u.n d.c st ave blvd rd bldg dept ph.d usw u.a z.b d.h u.c utt jan feb apr aug sept sep "
    "oct nov dec jr sr"
)
_NAMES = frozenset({"yahoo", "joomla"})
_OPENER = re.compile(
    r"[\"'‘“(\[]*(?:a|additionally|after|all|also|an|and|any|as|at|because|before|but|by|cookies|data|depending|do|does|"
    r"during|each|every|for|from|further|furthermore|he|how|however|i|if|in|information|is|it|its|may|moreover|most|my|"
    r"no|not|nothing|on|once|only|or|other|our|personal|please|she|should|since|so|some|subject|such|that|the|their|"
    r"then|therefore|there|these|they|this|those|through|thus|to|under|unless|until|upon|users|visitors|we|what|when|"
    r"where|whether|which|while|who|with|without|you|your)\b",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
_LONG_ROW = 300
_CELL = " | "


def split(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a paragraph, in order, without the white space between them.

    What has neither letter nor digit (a lone bullet, a tick in a cell) is no sentence.

    A line break that the author forced ends a sentence too, unless the next line goes on in lower case. A table's row
    (cells between " | ") is one sentence while it is short; in a long one each cell has its own.
    """
    start = 0
    cells = len(text) > _LONG_ROW and _CELL in text
    for end in _boundaries(text):
        yield from _parts(text, start, end, cells=cells)
        start = end


def _boundaries(text: str) -> Iterator[int]:
    row = _CELL in text and len(text) <= _LONG_ROW and "\n" not in text
    last = 0
    if not row:
        for candidate in _CANDIDATE.finditer(text):
            if candidate.start() >= last and _ends(text, candidate):
                last = candidate.end()
                yield last
    yield len(text)


def _parts(text: str, start: int, end: int, *, cells: bool) -> Iterator[tuple[int, int]]:
    while cells and (bar := text.find(_CELL, start, end)) >= 0:
        yield from _trimmed(text, start, bar)
        start = bar + len(_CELL)
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    if any(map(str.isalnum, part)):
        yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _ends(text: str, candidate: re.Match[str]) -> bool:
    following = text[candidate.end() :][:40]
    if not following or following[0].islower() or following[0] in ",;:)]":
        return False
    if "\n" in candidate.group():
        return True
    found = _LAST_WORD.search(text, max(0, candidate.start() - 40), candidate.start())
    last = found.group() if found else ""
    if candidate.group()[0] != ".":
        return last.casefold() not in _NAMES or _OPENER.match(following) is not None
    return _may_follow(last, following)


def _may_follow(last: str, following: str) -> bool:
    """Whether a sentence may begin with `following` after a full stop behind the word `last`."""
    word = last.casefold()
    if word in _NEVER_LAST or (word in _BEFORE_NUMBERS and following[0].isdigit()):
        return False
    if word.isdigit() and len(word) < 3 and _MONTH.match(following):
        return False
    initial = len(last) == 1 and last.isupper() and last != "I"
    if initial or word in _SELDOM_LAST:
        return _OPENER.match(following) is not None
    return True
