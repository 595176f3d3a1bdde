"""Messages in which several things are asked, and wishes beside them: cut into parts that are understood by themselves.

English, as the table of topics that comes with Steward. Pure.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.privacy.answering.pronouns import NAMING, POINTING, THEIRS, meant_in
from bot.privacy.answering.words import FUNCTION_WORDS, word_set, words

_ASKED_OF = r"(?:do|does|did|are|is|can|could|will|would) (?:you|i|we|my|our|your|it)\b"
_OPENING = re.compile(
    r"(?:^|[.?!;]|\b(?:and|or|also)\b)\W*(?:and |also |or )*(?P<asks>(?:who|what|which|where|when|why|how)\b *\w|"
    + _ASKED_OF
    + ")",
    re.IGNORECASE,
)
"""Where something is asked in a message that asks several things."""
_AUXILIARY = r"(?:do|does|did|is|are|was|were|can|could|may|might|must|will|would|shall|should|has|have|had)\b"
_AFTER_COMMA = re.compile(
    rf",\W*(?P<asks>{_ASKED_OF}|(?:who|what|which|where|when|why|how)(?: \w+){{0,2}}? {_AUXILIARY})", re.IGNORECASE
)
"""Where the next thing is asked after a question that goes before: "how long do you keep it, do you sell it"."""
_CLAUSE = re.compile(
    rf"(?:what|which|who)(?: (?!{_AUXILIARY})\w+)? (?:i|we|you|they|my|our|your)\b|"
    rf"(?:how|when|where|why)\b(?!(?: \w+){{0,3}}? {_AUXILIARY})",
    re.IGNORECASE,
)
"""The opening of a clause in a question, in which the verb stands behind its subject, or is left out."""
_MAIN = re.compile(
    rf"(?:do|does|did|are|is|can|could|will|would)\b|who {_AUXILIARY}|"
    rf"(?!what if)(?:who|what|which|where|when|why|how)(?: \w+){{0,2}}? {_AUXILIARY} "
    r"(?:you|i|we|they|it|he|she|my|our|your|the|this|that|anyone|anybody|someone)\b",
    re.IGNORECASE,
)
"""The opening of a question whose verb stands before its subject: no clause that another question follows ("When an
order is late, do you tell me?")."""
_FRAME = re.compile(
    r"\b(?:tell|let|know|confirm|explain|clarify|wonder|wondering|ask|asks|asking|inform|say)\b[^.?!\n]*", re.IGNORECASE
)
_CLAUSES = re.compile(
    r"(?:\b(?:me|us|know|confirm|explain|clarify|wonder|wondering|ask|asks|asking|inform|say|and|or|also)\b|,)\W*"
    r"(?:whether|if|how|who|what|where|when|why|which)\b(?! (?:and|or)\b)",
    re.IGNORECASE,
)
"""What is asked in clauses: "tell me whether you sell it and how long you keep it"."""
_WHAT_ABOUT = re.compile(r"(?:what|how) about\b", re.IGNORECASE)
_END = re.compile(r"[.?!]+")
_JOINING = re.compile(r"\W+(?:(?:and|or|also)\W*)*$|[\s,;]+$", re.IGNORECASE)
"""What joins a thing that is asked to the next one."""
_FEWEST = 2
"""Words that tell something, of a question that is understood without what was written before it."""
COURTESY = word_set(
    "hi hello hey thanks thank you good morning afternoon evening day ok okay yes no please cheers bye dear regards "
    "test testing hm hmm well so there"
)
_TO_DO = (
    "delete|erase|remove|destroy|wipe|purge|forget|close|cancel|terminate|send|give|provide|e-?mail|export|transfer|"
    "correct|rectify|change|update|amend|fix|stop|cease|unsubscribe|take|restrict|block|freeze"
)
_WISHING = (
    r"(?:please|pls|plz|kindly)(?: (?:also|just|do))?|"
    r"(?:i|we)(?:['’]d)?(?: (?:would|also|just|hereby|now|really))* (?:want|like|wish|need|demand|request|ask)"
    r"(?: that)?(?: you| us)?(?: to| that you)?(?: please)?|"
    r"(?:can|could|would|will) you (?:please|kindly|also|just)"
)
_TELLING = r"\band (?:please )?(?:tell|let|explain|confirm|say|answer|inform)\b"
_WISH = re.compile(
    rf"(?:(?:^|[.?!;,:\n]|\b(?:and|or|also|then|so|but)\b)\W*(?:(?:and|also|then|so|but|just) )*"
    rf"(?P<politely>(?:{_WISHING}) (?:{_TO_DO})\b(?:(?!{_TELLING})[^.?!;\n])*)|"
    rf"(?:^|[.?!;\n])\W*(?:(?:and|also|then|so|but|just) )*"
    rf"(?P<plainly>(?:{_TO_DO}) (?:my|our|all|everything|me|us|\w+ing)\b(?:(?!{_TELLING})[^.?!;\n])*))",
    re.IGNORECASE,
)
"""What a customer wants to be done: "please delete our account", "we would like you to correct our address"."""
_LEFT_OVER = re.compile(r"(?:\s*,|\s*\b(?:and|also|or)\b)+\s*(?=[.?!]|$)", re.IGNORECASE)
"""What joined a wish to what stands before it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the things that a message asks, in its words. `alone`: it is understood without the ones before it, or by
    what its pronoun means: `meant`, words of the one before, with which `text` is to be looked up as `read`.
    `sentence` is the text of the sentence that it shares with others; empty where it has one of its own.
    """

    text: str
    alone: bool
    meant: str | None = None
    read: str = ""
    sentence: str = ""


def parts_of(core: str) -> tuple[Asked, ...]:
    """What is asked each, where several things are. What stands before the first one's opening belongs to it, but for
    sentences without which it is understood.
    """
    openings = openings_in(core)
    if len(openings) < 2:
        return ()
    before = max((end.end() for end in _END.finditer(core, 0, openings[0])), default=0)
    first = core[before : openings[1]]
    begins = before if _names_its_matter(first) and not leans(first) else 0
    texts = [core[start:end] for start, end in itertools.pairwise([begins, *openings[1:], len(core)])]
    texts = [_JOINING.sub("", text).strip(" ,;") for text in texts]
    parts: list[Asked] = []
    for text, sentence in zip(texts, _sentences(core, openings), strict=True):
        parts.append(replace(_part(text, parts), sentence=sentence))
    return tuple(parts) if parts[0].alone else ()


def _sentences(core: str, openings: Sequence[int]) -> list[str]:
    """The sentence of each opening, with that before the first one; empty where no other opens in it."""
    ends = [end.end() for end in _END.finditer(core)]
    places = [bisect_right(ends, opening) for opening in openings]
    edges = [0, *ends, len(core)]
    texts = {place: core[edges[place] : edges[place + 1]].strip() for place in places}
    return [texts[place] if places.count(place) > 1 else "" for place in places]


def _part(text: str, before: Sequence[Asked]) -> Asked:
    if not before or not leans(text):
        return Asked(text, _names_its_matter(text), read=text)
    named = next(one for one in reversed(before) if one.alone) if before[0].alone else None
    meant = meant_in(text, named.read) if named else None
    read = meant.read if meant else text
    if meant is None or leans(read) or not _names_its_matter(read):
        return Asked(text, alone=False, read=text)
    return Asked(text, alone=True, meant=meant.words, read=read)


def several(core: str) -> bool:
    """Whether more than one thing is asked, understood by itself or not."""
    return len(_OPENING.findall(core)) > 1 or len(openings_in(core)) > 1


def several_clauses(text: str) -> bool:
    """Whether more than one thing is asked indirectly. These are not cut apart: only that there are several is told."""
    return any(len(_CLAUSES.findall(found.group())) > 1 for found in _FRAME.finditer(text))


def openings_in(core: str) -> list[int]:
    """Where questions of their own open, in order."""
    plain = [each.start("asks") for each in _OPENING.finditer(core)]
    plain = [opening for opening in plain if _asks(core, opening, first=opening == plain[0])]
    found = {*plain}
    for each in _AFTER_COMMA.finditer(core):
        opening = each.start("asks")
        before = max((one for one in found if one < opening), default=None)
        if before is not None and _MAIN.match(core, before) and _asks(core, opening, first=False):
            found.add(opening)
    return sorted(found)


def _is_clause(core: str, opening: int) -> bool:
    return _CLAUSE.match(core, opening) is not None


def _asks(core: str, opening: int, *, first: bool) -> bool:
    """Whether a question of its own opens here: no statement ("When we moved, … . Where is it now?"), and no clause of
    the question before ("how I scroll and what I type").
    """
    end = _END.search(core, opening)
    states = "?" in core and (end is None or "?" not in end.group())
    return not states and (first or not _is_clause(core, opening))


def apart(text: str) -> tuple[str, tuple[str, ...]]:
    """What asks in a text, and what a customer wants to be done.

    The wishes stay in what asks where nothing else does, or that is not understood without them.
    """
    spans = [_span(text, found) for found in _WISH.finditer(text)]
    ends = [0, *itertools.chain.from_iterable(spans), len(text)]
    between = "".join(text[end:start] for end, start in zip(ends[::2], ends[1::2], strict=True))
    rest = _LEFT_OVER.sub("", between).strip()
    wishes = tuple(_JOINING.sub("", text[start:end]).strip(" ,;") for start, end in spans)
    if not spans or not ("?" in rest or openings_in(rest)):
        return text, wishes
    first = next(iter(parts_of(rest)), None)
    stands = first.alone if first else tells(rest) and not leans(rest)
    return (rest if stands else text), wishes


def _span(text: str, found: re.Match[str]) -> tuple[int, int]:
    """Where a wish begins and ends: at the latest where the next question opens, or the next wish."""
    start, end = found.span(str(found.lastgroup))
    following = [each.start() for each in _OPENING.finditer(text, start) if each.start("asks") > start]
    following += [each.start() for each in _AFTER_COMMA.finditer(text, start)]
    return start, min([end, *(one for one in following if one > start)])


def tells(text: str, fewest: int = _FEWEST) -> bool:
    """Whether a text has enough to be looked for."""
    return sum(word not in FUNCTION_WORDS and word not in COURTESY for word in words(text).plain) >= fewest


def _names_its_matter(text: str) -> bool:
    """Whether a part of a message says what it is about: in two words that tell something, or as somebody's."""
    return tells(text) or (tells(text, fewest=1) and not NAMING.isdisjoint(words(text).plain))


def leans(text: str) -> bool:
    """Whether a part of a message says what it asks only together with what stands before it."""
    named = THEIRS.isdisjoint(words(text).plain) and points_nowhere(text)
    return not named or _WHAT_ABOUT.match(text) is not None


def points_nowhere(text: str) -> bool:
    """Whether no word of it stands for something that was named before."""
    return POINTING.isdisjoint(words(text).plain)
