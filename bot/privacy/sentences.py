"""Where sentences begin and end."""

import re
from collections.abc import Iterator

from bot.privacy.formats.blocks import CELL
from bot.privacy.typography import words

_CANDIDATE = re.compile(r"[.!?…؟۔।]+(?:[\"'’”)\]»]|[^\S\n]»(?=\s|\Z))*\s+|[。！？]+[」』”）]*\s*|\n")
_LAST_WORD = re.compile(r"[\w.]+\Z")
_NEVER_LAST = words(
    "e.g eg i.e ie p.o cal civ cf vs mr mrs ms messrs dr prof st approx viz incl esp resp bzw ggf gem vgl "
    "evtl insb inkl sog zzgl z d u jur dipl ing agr rer nat oec habil p.ex p.ej núm sr sra ee piem proc sk reģ plkst"
)
_BEFORE_NUMBERS = words(
    "no nos nr art arts sec secs p pp para paras abs al lit let reg cap ch fig ziff n vol tel fax env cca "
    "ver vers mon tue wed thu fri sat"
)
_NUMBERED = re.compile(r"\d|§|[A-Z]{1,5}[-/ ]?\d|[A-Z]\. ?\d|[IVXLC]{2,}\b")
"""What a number, or a mark with one ("HRB 12345"), begins with."""
_SELDOM_LAST = words(
    "etc inc ltd co corp llc plc llp sia gmbh pty pte aka st ave blvd rd bldg dept ste apt usw utt jan feb mar apr aug "
    "sept sep oct nov dec jr sr bros assn univ intl al seq et gov sen rep hon gen rev sgt capt lt col mt ft est ext "
    "min max ca tel fax hr fr"
)
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
"""Letters with full stops between ("U.S", "s.r.o", "J.R", "Ph.D"): an abbreviation or initials."""
_NAMES = frozenset({"yahoo", "joomla"})
_OPENER = re.compile(
    r"[\"'‘“(\[]*(?:a|additionally|after|all|also|an|and|any|as|at|because|before|but|by|cookies|data|depending|do|does|"
    r"during|each|every|for|from|further|furthermore|he|how|however|i|if|in|information|is|it|its|may|moreover|most|my|"
    r"no|not|nothing|on|once|only|or|other|our|personal|please|she|should|since|so|some|subject|such|that|the|their|"
    r"then|therefore|there|these|they|this|those|through|thus|to|under|unless|until|upon|users|visitors|we|what|when|"
    r"where|whether|which|while|who|with|without|you|your|"
    r"wir|sie|ihre?|ihnen|unsere?|die(?:s\w{0,2})?|der|das|es|eine?|wenn|falls|sofern|soweit|bei|nach|danach|dazu|daher|"
    r"dabei|für|mit|auch|alle|nur|hier\w{0,2}|weitere|personenbezogene|keine?|nicht|"
    r"nous|vous|notre|nos|votre|vos|le|la|les|une?|ces?|cette|ils?|elles?|si|pour|en|dans|aux?|tou(?:te)?s|lorsque|"
    r"nosotros|usted|sus?|el|los|las|unas?|para|cuando|todos|est[aeo]s?|no|"
    r"mēs|jūs|jūsu|mūsu|ja|šie|šī|šo|tas|tie|pēc|tad)\b",
    re.IGNORECASE,
)
_OF_A_NAME = re.compile(
    r"(?:all|any|cookies|data|each|every|further|information|most|no|other|personal|subject|users|visitors)\s+[A-Z]",
    re.IGNORECASE,
)
"""What opens sentences, and names too if a capital follows: "the EU–U.S. Data Privacy Framework"."""
_COUNTED = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|"
    r"(?:\w+)?(?:[Tt]ag(?:e[sn]?)?|[Jj]ahr(?:e?s)?|[Mm]onats?|[Ww]oche)|Quartals?|Halbjahr(?:e?s)?|Auflage|Fassung|Kapitel|"
    r"Abschnitts?|Absatz(?:es)?|Satz(?:es)?)\b"
)
"""What is counted with a full stop behind the number in German: "3. Mai", "das 16. Lebensjahr"."""
_BREAKS_OFF = re.compile(
    r"\b(?:if|when|unless|(?:right|entitled|order|able|used|need|wish|us|not) to|may|can|cannot|will|must|shall|"
    r"wenn|falls|sofern|soweit|um|kann|können|darf|dürfen|si|lorsque|cuando|ja|kad)\Z",
    re.IGNORECASE,
)
"""Words that a sentence ends with whose list goes on with it: "We pass it on only if", "(a) you agree"."""
_ASKS = re.compile(
    r"(?:how|what|why|who|whom|where|when|which|was|wer|wie|wo|wann|wozu|wofür|quand|cuándo)\b", re.IGNORECASE
)
"""Words that headings open with which stand as paragraphs: "What you can"."""
_LONG_ROW = 300


def split(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a paragraph, in order, without the white space between them.

    What has neither letter nor digit (a lone bullet, a tick in a cell) is no sentence.

    A line break that the author forced ends a sentence too, unless the next line goes on in lower case. A table's row
    (cells between " | ") is one sentence while it is short; in a long one each cell has its own.
    """
    start = 0
    cells = len(text) > _LONG_ROW and CELL in text
    for end in _boundaries(text):
        yield from _parts(text, start, end, cells=cells)
        start = end


def breaks_off(text: str) -> bool:
    """Whether the last sentence of a paragraph is one only together with the list behind it, which no colon says."""
    return _BREAKS_OFF.search(text) is not None and _ASKS.match(text) is None


def _boundaries(text: str) -> Iterator[int]:
    row = CELL in text and len(text) <= _LONG_ROW and "\n" not in text
    last = 0
    if not row:
        for candidate in _CANDIDATE.finditer(text):
            if candidate.start() >= last and _ends(text, candidate):
                last = candidate.end()
                yield last
    yield len(text)


def _parts(text: str, start: int, end: int, *, cells: bool) -> Iterator[tuple[int, int]]:
    while cells and (bar := text.find(CELL, start, end)) >= 0:
        yield from _trimmed(text, start, bar)
        start = bar + len(CELL)
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
    if word in _NEVER_LAST or (word in _BEFORE_NUMBERS and _NUMBERED.match(following)):
        return False
    if word.isdigit() and len(word) < 3 and _COUNTED.match(following):
        return False
    initial = len(last) == 1 and last.isalpha() and last != "I"
    if initial or word in _SELDOM_LAST or _DOTTED.fullmatch(last):
        return _OPENER.match(following) is not None and not _goes_on_as_a_name(following)
    return True


def _goes_on_as_a_name(following: str) -> bool:
    """Whether what opens sentences is here the first word of a name."""
    found = _OF_A_NAME.match(following)
    return found is not None and following[found.end() - 1].isupper()
