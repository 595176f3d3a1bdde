"""What is compared: the headings and sentences of a version, in their order, by their words."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.notices.changes import Quote
from bot.privacy.text import PolicyText

_WORD = re.compile(r"[^\W_]+")


class Unit(NamedTuple):
    """A heading or a sentence. `words` are in lower case, without punctuation; `key` is what equals what.

    `lines` are the keys of its lines, one unless the author forced a break within it. `number` is what its list item
    is counted by ("2.", "a)"), where the item begins with it; it stands before `start`.
    """

    place: int
    start: int
    end: int
    section: str
    heading: bool
    words: tuple[str, ...]
    key: str
    lines: tuple[str, ...]
    number: str = ""


def words_of(text: str) -> list[str]:
    """Letters and digits between anything else, in lower case: two texts of the same words differ in noise only."""
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=8192)
def _read(text: str) -> tuple[tuple[str, ...], str]:
    """The words of a sentence, and those as one text; most sentences stand in both versions."""
    words = tuple(words_of(text))
    return words, " ".join(words)


def units_of(policy: PolicyText) -> list[Unit]:
    """All headings and sentences that have a word, in the order of the text; a bare title is a heading too."""
    text = policy.text
    numbers = {passage.start: passage.marker for passage in policy.paragraphs if _counts(passage.marker)}
    units: list[Unit] = []
    for start, end, section, heading in sorted(_places(policy)):
        sentence = text[start:end]
        words, key = _read(sentence)
        if words:
            lines = tuple(_read(line)[1] for line in sentence.split("\n")) if "\n" in sentence else (key,)
            units.append(Unit(len(units), start, end, section, heading, words, key, lines, numbers.get(start, "")))
    return units


def _counts(marker: str) -> bool:
    return any(map(str.isalnum, marker))


def _places(policy: PolicyText) -> Iterator[tuple[int, int, str, bool]]:
    for heading in policy.headings:
        yield heading.start, heading.end, heading.text, True
    for sentence in policy.sentences:
        yield sentence.start, sentence.end, sentence.heading, False
    if _has_bare_title(policy):
        yield 0, len(policy.title), policy.title, True


def _has_bare_title(policy: PolicyText) -> bool:
    """Whether the text opens with a title that its headings leave out, since nothing stands under it."""
    starts = [heading.start for heading in policy.headings[:1]] + [passage.start for passage in policy.paragraphs[:1]]
    return 0 not in starts and policy.text.startswith(policy.title)


def quoted(policy: PolicyText, units: Sequence[Unit]) -> Quote:
    """Units that stand one after the other, as one quotation."""
    first, last = units[0], units[-1]
    text = policy.text
    return Quote(
        text[first.start : last.end],
        first.start,
        last.end,
        first.section,
        tuple(text[unit.start : unit.end] for unit in units),
        first.heading,
    )


def numbered(policy: PolicyText, unit: Unit) -> Quote:
    """One unit as a quotation, with what its list item is counted by."""
    start = policy.text.rindex(unit.number, 0, unit.start) if unit.number else unit.start
    words = policy.text[start : unit.end]
    return Quote(words, start, unit.end, unit.section, (words,), unit.heading)
