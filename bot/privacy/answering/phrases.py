"""Phrases of the table of topics: what they are made of, and where they stand in a text.

A phrase is words in order, each in any of its forms. `word*` is any word that begins so, `a|b` is either (`a_b|c` when
one of them is two words), `<number>` and `<month>` are what they say, `...` lets up to six words stand between, and
` & ` joins parts that may stand in any order.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.privacy.answering.words import Words, is_month, is_number, words

_FURTHEST = 6
_NUMBER, _MONTH, _GAP = "<number>", "<month>", "..."
_STRENGTHS = (0.0, 1.0, 1.5, 2.0)
"""A phrase's strength by how many of its words must be there: longer ones are surer."""


class PhraseError(ValueError):
    """A phrase can't be read; the text says why."""


@dataclass(frozen=True, slots=True)
class _Element:
    """One place of a phrase: any of these runs of stems, beginnings or kinds of word."""

    runs: tuple[tuple[str, ...], ...] = ()
    beginnings: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    gap: int = 0

    def ends(self, text: Words, at: int) -> Iterator[int]:
        """Where it ends (its last word) if it stands in the text at a place."""
        for run in self.runs:
            if text.stems[at : at + len(run)] == run:
                yield at + len(run) - 1
        plain = text.plain[at]
        if (
            (self.beginnings and plain.startswith(self.beginnings))
            or (_NUMBER in self.kinds and is_number(plain))
            or (_MONTH in self.kinds and is_month(plain))
        ):
            yield at


_Part = tuple[_Element, ...]


def _needed(part: _Part) -> tuple[frozenset[str], ...]:
    """Stems of which a text must have one, a set for each place of a part that only words can take."""
    return tuple(
        frozenset(run[0] for run in element.runs)
        for element in part[1:]
        if not element.beginnings and not element.kinds
    )


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that was read; `parts` may stand in any order."""

    source: str
    parts: tuple[_Part, ...]
    strength: float

    def words_of(self, text: Words) -> frozenset[str]:
        """The stems of a text that the phrase is made of, in whatever place they stand."""
        elements = [element for part in self.parts for element in part]
        stems = {stem for element in elements for run in element.runs for stem in run}
        beginnings = tuple(beginning for element in elements for beginning in element.beginnings)
        pairs = zip(text.plain, text.stems, strict=True)
        return frozenset(
            stem for plain, stem in pairs if stem in stems or (beginnings and plain.startswith(beginnings))
        )


def read_phrase(source: str) -> Phrase:
    """Read a phrase. Raises PhraseError."""
    parts = tuple(_read_part(part) for part in source.split(" & "))
    return Phrase(source, parts, _STRENGTHS[min(3, sum(map(len, parts)))])


def _read_part(source: str) -> _Part:
    elements: list[_Element] = []
    gap = 0
    for token in source.split():
        if token == _GAP:
            gap = _FURTHEST
            continue
        elements.append(_read_element(token, gap))
        gap = 0
    if not elements or gap:
        raise PhraseError(f"“{source}” must have a word, and a word after every “...”.")
    return tuple(elements)


def _read_element(token: str, gap: int) -> _Element:
    choices = [choice for choice in token.split("|") if choice]
    kinds = frozenset(choice for choice in choices if choice in {_NUMBER, _MONTH})
    beginnings = tuple(choice[:-1].lower() for choice in choices if choice.endswith("*"))
    runs = tuple(
        words(choice.replace("_", " ")).stems for choice in choices if choice not in kinds and choice[-1] != "*"
    )
    if not choices or not all(runs) or not all(beginnings):
        raise PhraseError(f"“{token}” is no word.")
    return _Element(runs, beginnings, kinds, gap)


class Phrases:
    """Many phrases, each with the name of what it stands for, found in a text in one pass."""

    def __init__(self, named: Iterable[tuple[str, Phrase]]) -> None:
        self._parts: list[_Part] = []
        self._phrases: list[tuple[str, Phrase, tuple[int, ...]]] = []
        self._owner: list[int] = []
        for name, phrase in named:
            numbers = tuple(range(len(self._parts), len(self._parts) + len(phrase.parts)))
            self._parts.extend(phrase.parts)
            self._owner.extend([len(self._phrases)] * len(numbers))
            self._phrases.append((name, phrase, numbers))
        self._needed = [_needed(part) for part in self._parts]
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_beginning: dict[str, list[int]] = defaultdict(list)
        self._by_kind: dict[str, list[int]] = defaultdict(list)
        for number, part in enumerate(self._parts):
            for run in part[0].runs:
                self._by_stem[run[0]].append(number)
            for beginning in part[0].beginnings:
                self._by_beginning[beginning].append(number)
            for kind in part[0].kinds:
                self._by_kind[kind].append(number)
        self._kept: dict[str, tuple[int, ...]] = {}

    def find(self, text: Words) -> list[tuple[str, Phrase]]:
        """Every phrase that stands in the text, with its name."""
        found: set[int] = set()
        stems = frozenset(text.stems)
        for place, (plain, its_stem) in enumerate(zip(text.plain, text.stems, strict=True)):
            for number in self._beginning(plain, its_stem):
                if number in found or any(map(stems.isdisjoint, self._needed[number])):
                    continue
                if _stands(self._parts[number], text, place):
                    found.add(number)
        owners = (self._phrases[number] for number in sorted({self._owner[part] for part in found}))
        return [(name, phrase) for name, phrase, numbers in owners if found.issuperset(numbers)]

    def _beginning(self, plain: str, its_stem: str) -> Sequence[int]:
        """The parts whose first word this may be."""
        kept = self._kept.get(plain)
        if kept is None:
            found = list(self._by_stem.get(its_stem, ()))
            for length in range(1, len(plain) + 1):
                found += self._by_beginning.get(plain[:length], ())
            found += self._by_kind.get(_NUMBER, ()) if is_number(plain) else ()
            found += self._by_kind.get(_MONTH, ()) if is_month(plain) else ()
            kept = tuple(dict.fromkeys(found))
            if len(self._kept) < 50_000:
                self._kept[plain] = kept
        return kept


def _stands(part: _Part, text: Words, place: int) -> bool:
    """Whether the part stands in the text from `place` on."""
    ends = set(part[0].ends(text, place))
    for element in part[1:]:
        starts = {at for end in ends for at in range(end + 1, min(len(text), end + 2 + element.gap))}
        ends = {end for at in starts for end in element.ends(text, at)}
        if not ends:
            return False
    return bool(ends)
