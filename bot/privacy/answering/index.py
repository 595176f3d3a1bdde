"""A policy made ready for questions: its sentences with their words, topics and vectors. Built once a version."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.privacy.answering.languages import language
from bot.privacy.answering.names import own
from bot.privacy.answering.topics import Topics
from bot.privacy.answering.units import Unit, units
from bot.privacy.answering.words import Words, words
from bot.privacy.answering.words import stem as stem_of
from bot.privacy.text import Passage, PolicyText

if TYPE_CHECKING:
    from bot.privacy.answering.cross_encoder import CrossEncoder, PairRead
    from bot.privacy.answering.embedding import SentenceModel, Vectors

_SATURATION, _LENGTH = 1.2, 0.6
"""BM25's k1 and b: the usual ones, b a little lower since sentences differ less in length than documents."""
_EMPTY, _ALIKE = 0.3, 0.6
_FEWEST_SHARED, _ENDING, _PART_SHARED = 5, 2, 0.4
"""Letters with which two words begin alike, those that an ending has, and the least part of the longer word."""
_SHORT = 12
"""Words of a list's beginning that tells nothing without the list."""
LONGEST_LIST = 700
"""Characters of a list that is quoted whole; of a longer one each item is, with its beginning."""
_BEGINNING = 4_000


@dataclass(frozen=True, slots=True)
class Meant:
    """How near each of a question's words that tell something comes to some units, by their numbers.

    `weights` are those of the words, 1 in all; `nearest` each word's cosine with the nearest word of a unit.
    """

    weights: tuple[float, ...]
    nearest: Mapping[int, tuple[float, ...]]

    def mean(self, number: int) -> float:
        """By weight; 0 for a unit that was not compared."""
        nearest = self.nearest.get(number, ())
        return sum((weight * near for weight, near in zip(self.weights, nearest, strict=False)), 0.0)


NOTHING_MEANT = Meant((), {})


def language_of(policy: PolicyText) -> str | None:
    """The language that a policy is in, by its beginning; None where its words don't tell."""
    return language(words(policy.text[:_BEGINNING]))


class PolicyIndex:
    """A policy's units, and how near each is to a question."""

    def __init__(
        self,
        policy: PolicyText,
        topics: Topics,
        model: "SentenceModel | None" = None,
        encoder: "CrossEncoder | None" = None,
    ) -> None:
        """Read the whole policy: some 0.2 ms a sentence, and 2 to 5 ms more with the model."""
        self.policy = policy
        self.units = units(policy, topics)
        self.language = language_of(policy)
        self.size = sum(len(unit.words) for unit in self.units)
        self.own_names = own([unit.names for unit in self.units])
        self.on_topic = _on_topic(self.units)
        self.stating = self._stating()
        self._neighbours = tuple(_neighbours(self.units))
        self.topics = topics
        self._postings, self._rarity, self._unseen = _postings(self.units)
        self.vocabulary = tuple(
            sorted(word for word in {*topics.vocabulary, *_words_of(self.units)} if word.isalpha() and len(word) > 2)
        )
        self._known = frozenset(map(stem_of, self.vocabulary))
        self._model = model
        self._encoder = encoder if model and len(topics) else None  # it was trained on English, and fitted with topics
        read = model.read([self._read(unit) for unit in self.units]) if model and self.units else None
        self._vectors = read.vectors if read else None
        self._its_words = read.words if read else ()
        self._headings = tuple(dict.fromkeys(unit.passage.heading for unit in self.units))
        places = {heading: place for place, heading in enumerate(self._headings)}
        self._heading_of = [places[unit.passage.heading] for unit in self.units]
        self._heading_vectors = model.many([each or "." for each in self._headings]) if model and self.units else None

    def _stating(self) -> frozenset[int]:
        """The units that may answer: all that assert something; a list's short beginning if it can be quoted with it.

        A policy with none is taken whole.
        """
        found = (
            number
            for number, unit in enumerate(self.units)
            if not unit.bare and (not unit.opens or len(unit.words) > _SHORT or self.list_end(number) is not None)
        )
        return frozenset(found) or frozenset(range(len(self.units)))

    @property
    def has_vectors(self) -> bool:
        """Whether the sentence model is fused in."""
        return self._vectors is not None

    @property
    def vectors(self) -> "Vectors | None":
        """The sentences' vectors, a row each; None without the model."""
        return self._vectors

    def following(self, number: int) -> Unit | None:
        """The sentence after a unit in the same paragraph."""
        unit = self.units[number + 1] if number + 1 < len(self.units) else None
        return unit if unit and unit.paragraph == self.units[number].paragraph else None

    def list_end(self, number: int) -> int | None:
        """Where the list that a unit begins ends; None where it is too long to be quoted whole, or there is none."""
        start, end = self.units[number].passage.start, 0
        for item in range(number + 1, len(self.units)):
            if number not in self.stems(item):
                break
            end = self.units[item].passage.end
        if not end and number + 1 < len(self.units):
            end = self.item(number + 1).end
        return end if end and end - start <= LONGEST_LIST else None

    def item(self, number: int) -> Passage:
        """The whole paragraph or list item that a unit stands in."""
        return self.policy.paragraphs[self.units[number].paragraph]

    def whole_item(self, number: int, longest: int) -> tuple[int, int] | None:
        """Where the list item that a unit stands in begins and ends: with its further paragraphs and the lists in it,
        or without them where they make it longer than so many characters; None for what is no item of a list, or is
        too long.
        """
        at = last = self.units[number].paragraph
        paragraphs = self.policy.paragraphs
        while last + 1 < len(paragraphs) and _is_of(paragraphs[last + 1], paragraphs[at]):
            last += 1
        if last > at and paragraphs[last].end - paragraphs[at].start <= longest:
            return paragraphs[at].start, paragraphs[last].end
        alone = paragraphs[at].start, paragraphs[at].end
        return alone if self.units[number].stem is not None and alone[1] - alone[0] <= longest else None

    def stems(self, number: int) -> Iterator[int]:
        """The beginnings of the lists that a unit stands in, the nearest first."""
        above = self.units[number].stem
        while above is not None:
            yield above
            above = self.units[above].stem

    def has(self, stem: str) -> bool:
        """Whether the policy has a word with this stem."""
        return stem in self._rarity

    def knows(self, word: str) -> bool:
        """Whether the policy or the table of topics has a word in any of its forms."""
        return stem_of(word) in self._known

    def rarity(self, stem: str) -> float:
        """How rare a stem is among the sentences; the highest for one that is nowhere."""
        return self._rarity.get(stem, self._unseen)

    def words_likeness(self, question: Words) -> list[float]:
        """BM25 of every unit, as a part of what a unit with all of the question's words would have: 0 to about 1."""
        scores = [0.0] * len(self.units)
        full = 0.0
        for stem, count in Counter(question.content()).items():
            weight = (_EMPTY if stem in self.topics.empty else 1.0) * min(count, 2)
            rarity = self._rarity.get(stem, self._unseen)
            full += weight * rarity
            for number, score in self._matches(stem):
                scores[number] += weight * score
        return [min(1.0, score / full) for score in scores] if full else scores

    def _matches(self, stem: str) -> Iterator[tuple[int, float]]:
        """The units with this stem or one like it, each with the best score among them."""
        best: dict[int, float] = dict(self._postings.get(stem, ()))
        for other in self.alike(stem):
            for number, score in self._postings.get(other, ()):
                best[number] = max(best.get(number, 0.0), _ALIKE * score)
        return iter(best.items())

    def alike(self, stem: str) -> frozenset[str]:
        """Stems that mean the same to people who ask; without the model also those that mean nearly the same.

        In a language that the table is not in, those of the policy's words that begin like it: stems are English ones,
        and German puts words together (“Polizei”, “Polizeibehörde”).
        """
        if len(self.topics):
            return self.topics.alike(stem, nearly=self._model is None)
        return frozenset(one for one in self._rarity if one != stem and _begin_alike(one, stem))

    def meaning_likeness(self, question: str) -> list[float] | None:
        """The cosine of every unit's vector with the question's; None without the model."""
        if self._vectors is None or self._model is None:
            return None
        vectors: Vectors = self._vectors
        likeness: list[float] = (vectors @ self._model.one(question).vector).tolist()
        return likeness

    def words_meant(self, question: str, rarity: Mapping[str, float], numbers: Sequence[int]) -> Meant:
        """How near each of the question's words comes to the nearest word of some units; nothing without the model.
        `rarity`: that of the stems that tell something; of a question without any, every word counts alike.
        """
        if self._model is None or not self._its_words:
            return NOTHING_MEANT
        asked = self._model.one(question).words
        weights = [rarity.get(stem_of(word), 0.0) for word in asked.texts]
        telling = [place for place, weight in enumerate(weights) if weight] or range(len(weights))
        whole = sum(weights)
        nearest = ((number, asked.nearest(self._its_words[number])) for number in numbers)
        return Meant(
            tuple(weights[place] / whole if whole else 1 / len(weights) for place in telling),
            {number: tuple(each[place] for place in telling) for number, each in nearest},
        )

    def heading_likeness(self, question: str) -> list[float] | None:
        """The cosine of every unit's heading with the question, 0 where there is none; None without the model."""
        if self._heading_vectors is None or self._model is None:
            return None
        vectors: Vectors = self._heading_vectors
        likeness: list[float] = (vectors @ self._model.one(question).vector).tolist()
        return [likeness[place] if self._headings[place] else 0.0 for place in self._heading_of]

    def read_with(self, question: str, numbers: Sequence[int]) -> "Sequence[PairRead]":
        """What comes of reading a question together with some units, each after its heading; nothing without the model
        for that, and in a language that the table of topics is not in.
        """
        if self._encoder is None:
            return ()
        return self._encoder.read(question, [self.read_after_heading(number) for number in numbers])

    def read_after_heading(self, number: int) -> str:
        """What is read of a unit together with a question."""
        own, heading = self._read(self.units[number]), self.units[number].passage.heading
        return f"{heading}. {own}" if heading else own

    def neighbours(self, number: int) -> tuple[int, ...]:
        """The sentences before and after a unit in the same paragraph."""
        return self._neighbours[number]

    def _read(self, unit: Unit) -> str:
        """What the model reads of a unit: its words after those of its list's beginning."""
        own = self.policy.quote(unit.passage)
        return own if unit.stem is None else f"{self.policy.quote(self.units[unit.stem].passage)} {own}"


def _begin_alike(one: str, other: str) -> bool:
    """Whether two words share all of the shorter one but for an ending, which is not little of the longer one."""
    shorter, longer = sorted((len(one), len(other)))
    least = max(_FEWEST_SHARED, shorter - _ENDING, math.ceil(_PART_SHARED * longer))
    return least <= shorter and one[:least] == other[:least]


def _is_of(paragraph: Passage, item: Passage) -> bool:
    """Whether a paragraph behind a list item belongs to it."""
    if not item.marker or paragraph.section != item.section:
        return False
    return paragraph.depth > item.depth > 0 or (paragraph.depth == item.depth > 0 and not paragraph.marker)


def _neighbours(units: Sequence[Unit]) -> Iterator[tuple[int, ...]]:
    for number, unit in enumerate(units):
        near = (number - 1, number + 1)
        yield tuple(each for each in near if 0 <= each < len(units) and units[each].paragraph == unit.paragraph)


def _words_of(units: Sequence[Unit]) -> frozenset[str]:
    return frozenset(word for unit in units for word in unit.words.plain)


def _on_topic(units: Sequence[Unit]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, unit in enumerate(units):
        for key in unit.direct:
            found[key].append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}


def _postings(units: Sequence[Unit]) -> tuple[Mapping[str, Sequence[tuple[int, float]]], Mapping[str, float], float]:
    """BM25 of each stem in each unit where it stands, each stem's rarity, and the rarity of a stem that is nowhere."""
    counts = [Counter(unit.words.content()) for unit in units]
    lengths = [sum(each.values()) for each in counts]
    average = sum(lengths) / len(lengths) if any(lengths) else 1.0
    holding = Counter(stem for each in counts for stem in each)
    rarity = {stem: _rarity(len(units), number) for stem, number in holding.items()}
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, (each, length) in enumerate(zip(counts, lengths, strict=True)):
        damping = _SATURATION * (1 - _LENGTH + _LENGTH * length / average)
        for stem, count in each.items():
            postings[stem].append((number, rarity[stem] * count * (_SATURATION + 1) / (count + damping)))
    return postings, rarity, _rarity(len(units), 0)


def _rarity(units: int, holding: int) -> float:
    return math.log(1 + (units - holding + 0.5) / (holding + 0.5))
