"""What is compared: the headings and sentences of a version, in their order, by their words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from bot.notices.changes import Quote
from bot.privacy.text import PolicyText

_WORD = re.compile(r"[^\W_]+")
LABEL_WORDS: Final = 12
"""A passage of no more words may be an entry of a table of contents."""
_KEPT = 8  # versions; the one in force is compared again and again


class Unit(NamedTuple):
    """A heading or a sentence. `words` are in lower case, without punctuation; `key` is what equals what.

    `lines` are the keys of its lines, one unless the author forced a break within it. `number` is what its list item
    is counted by ("2.", "a)"), where the item begins with it; it stands before `start`. `look` is the same only of
    units that are the same to the last character.
    """

    place: int
    start: int
    end: int
    section: str
    heading: bool
    words: tuple[str, ...]
    key: str
    lines: tuple[str, ...]
    number: str
    look: str


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
            number = numbers.get(start, "")
            look = f"{heading}\n{number}\n{sentence}" if heading or number else sentence
            units.append(Unit(len(units), start, end, section, heading, words, key, lines, number, look))
    return units


@dataclass(frozen=True)
class Outline:
    """A version as it is compared: its units in their order, and what is looked up of all of them at once."""

    policy: PolicyText
    units: Sequence[Unit]

    @classmethod
    def read(cls, policy: PolicyText) -> "Outline":
        """Of a version; the words of every sentence are read."""
        return cls(policy, units_of(policy))

    @cached_property
    def keys(self) -> list[str]:
        """What equals what, unit by unit."""
        return [unit.key for unit in self.units]

    @cached_property
    def looks(self) -> list[str]:
        """What is the same to the last character, unit by unit."""
        return [unit.look for unit in self.units]

    @cached_property
    def known(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self.keys)

    @cached_property
    def lines(self) -> frozenset[str]:
        """The keys of all lines."""
        return frozenset(line for unit in self.units for line in unit.lines)

    @cached_property
    def labels(self) -> frozenset[str]:
        """The words of all short passages, without the numbers that they begin with."""
        return frozenset(unnumbered(unit) for unit in self.units if len(unit.words) <= LABEL_WORDS)


def outline_of(policy: PolicyText) -> Outline:
    """The same for the same version; a few are kept."""
    return _outline(_Itself(policy))


class _Itself:
    """A version as a key: by what it is, not by its text, which is long."""

    def __init__(self, policy: PolicyText) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.policy is self.policy


@lru_cache(maxsize=_KEPT)
def _outline(key: _Itself) -> Outline:
    return Outline.read(key.policy)


def unnumbered(unit: Unit) -> str:
    """The words of a line without the numbers that it begins with; a line of numbers keeps them."""
    if not unit.words[0].isdigit():
        return unit.key
    first = next((index for index, word in enumerate(unit.words) if not word.isdigit()), 0)
    return " ".join(unit.words[first:])


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
    if first is last:  # most are of one, and there are many
        words = text[first.start : first.end]
        return Quote(words, first.start, first.end, first.section, (words,), first.heading)
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
