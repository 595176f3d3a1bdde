"""A policy made ready for questions: its sentences with their words, topics and vectors. Built once a version."""

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from bot.privacy.answering.facts import Fact, given, introduces, invites
from bot.privacy.answering.languages import language
from bot.privacy.answering.names import names, own
from bot.privacy.answering.topics import Topics
from bot.privacy.answering.words import Words, word_set, words
from bot.privacy.answering.words import stem as stem_of
from bot.privacy.formats.blocks import HEADING_LENGTH
from bot.privacy.text import Passage, PolicyText

if TYPE_CHECKING:
    from bot.privacy.answering.embedding import SentenceModel, Vectors

_MARKER = re.compile(r"(?:^|\n)(?:[-*•–]|\(?[0-9a-zA-Z.]{1,6}[.)])\s+\Z")
_SATURATION, _LENGTH = 1.2, 0.6
"""BM25's k1 and b: the usual ones, b a little lower since sentences differ less in length than documents."""
_EMPTY, _ALIKE = 0.3, 0.6
_FROM_STEM, _FROM_HEADING, _FROM_HINT = 0.7, 0.35, 0.15
_STRONG = 1.5
"""The strength of phrases that counts as full evidence."""
_BEGINNING = 4_000
_LONGEST_BARE = 14
_COMPANY, _PERSON = (
    word_set("we our us ours"),
    word_set("you your user users customer customers subscriber subscribers"),
)
_DENIALS = word_set("not no never none neither nor without nobody nothing")
_HEADING_OPENERS = word_set("how what why who whom where when which")
_VERBS = word_set(
    "is are was were be been being has have had do does did may might can could will would shall should must use uses "
    "used collect collects store stores keep keeps share shares sell sells rent protect contact ask need provide "
    "provides retain delete process processes receive send read please visit click include includes apply applies "
    "not cannot agree consent email call write tell let updated effective"
)
"""Words without which a short run of words is rather a label than a sentence."""
_OF_SENTENCES = word_set(
    "i we us they them it he she you our your their its his her the a an this that these those some most many no "
    "nobody none every each all any if to when while once because"
)
"""Words that stand in sentences with any verb, and seldom in labels that end with a full stop."""
_FEWEST = 4
"""Words of a sentence that is told by those."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, with what it says something on.

    `stem` is the number of the sentence that begins the list it is an item of. `evidence` is how surely the sentence
    says something on a topic, 0 to 1, with what its heading and its stem add; `direct` are the topics that its own
    words or its stem's name. `opens`: it begins a list (it ends with a colon). `bare`: it asserts nothing by itself,
    being a heading in all but mark-up, a question, or words without a verb. `has` are its stems, `around` those with
    its heading's and its list's beginning's. `facts` are the kinds of fact that it holds. `actor` is 1 where the
    company acts, -1 where the person does, 0 where that is not told. `denies`: it says "not" in some form. `invites`:
    it invites people to ask. `introduces`: it says what the policy is for. `names`: words in it that stand as names.
    """

    passage: Passage
    words: Words
    stem: int | None
    paragraph: int
    opens: bool
    bare: bool
    evidence: Mapping[str, float]
    direct: frozenset[str]
    has: frozenset[str]
    around: frozenset[str]
    facts: frozenset[Fact]
    actor: int
    denies: bool
    invites: bool
    introduces: bool
    names: frozenset[str]


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


class PolicyIndex:
    """A policy's units, and how near each is to a question."""

    def __init__(self, policy: PolicyText, topics: Topics, model: "SentenceModel | None" = None) -> None:
        """Read the whole policy: some 0.2 ms a sentence, and 2 to 5 ms more with the model."""
        self.policy = policy
        self.units = tuple(_units(policy, topics))
        self.language = language(words(policy.text[:_BEGINNING]))
        self.size = sum(len(unit.words) for unit in self.units)
        self.own_names = own([unit.names for unit in self.units])
        self.on_topic = _on_topic(self.units)
        self._neighbours = tuple(_neighbours(self.units))
        self._topics = topics
        self._postings, self._rarity, self._unseen = _postings(self.units)
        self.vocabulary = tuple(
            sorted(word for word in {*topics.vocabulary, *_words_of(self.units)} if word.isalpha() and len(word) > 2)
        )
        self._known = frozenset(map(stem_of, self.vocabulary))
        self._model = model
        read = model.read([self._read(unit) for unit in self.units]) if model and self.units else None
        self._vectors = read.vectors if read else None
        self._its_words = read.words if read else ()
        self._headings = tuple(dict.fromkeys(unit.passage.heading for unit in self.units))
        places = {heading: place for place, heading in enumerate(self._headings)}
        self._heading_of = [places[unit.passage.heading] for unit in self.units]
        self._heading_vectors = model.many([each or "." for each in self._headings]) if model and self.units else None

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

    def item(self, number: int) -> Passage:
        """The whole paragraph or list item that a unit stands in."""
        return self.policy.paragraphs[self.units[number].paragraph]

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
            weight = (_EMPTY if stem in self._topics.empty else 1.0) * min(count, 2)
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
        """Stems that mean the same to people who ask; without the model also those that mean nearly the same."""
        return self._topics.alike(stem, nearly=self._model is None)

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

    def neighbours(self, number: int) -> tuple[int, ...]:
        """The sentences before and after a unit in the same paragraph."""
        return self._neighbours[number]

    def _read(self, unit: Unit) -> str:
        """What the model reads of a unit: its words after those of its list's beginning."""
        own = self.policy.quote(unit.passage)
        return own if unit.stem is None else f"{self.policy.quote(self.units[unit.stem].passage)} {own}"


def _units(policy: PolicyText, topics: Topics) -> Iterator[Unit]:
    """The sentences in order, each with what stands above it: its heading, a heading in all but mark-up, its stem."""
    starts = [paragraph.start for paragraph in policy.paragraphs]
    headings: dict[str, frozenset[str]] = {}
    stem: tuple[int, Words] | None = None
    above: frozenset[str] = frozenset()
    before, lone = -1, False
    for number, passage in enumerate(policy.sentences):
        paragraph = bisect_right(starts, passage.start) - 1
        quote = policy.quote(passage)
        its_words = words(quote)
        item = _is_item(policy, starts[paragraph])
        if paragraph != before and (number == 0 or not lone or policy.sentences[number - 1].heading != passage.heading):
            above = frozenset()
        lone = paragraph != before
        before = paragraph
        if passage.heading not in headings:
            headings[passage.heading] = _heading_topics(words(passage.heading), topics)
        opens, bare = (
            quote.endswith(":"),
            not item and _is_bare(quote, its_words, policy.text[passage.end : passage.end + 1]),
        )
        of = stem if item and not opens else None
        said = topics.said(its_words)
        whole = topics.said(of[1] + its_words) if of else {}
        evidence = _evidence(said, whole, headings[passage.heading] | above, topics.hinted(its_words))
        direct = frozenset() if bare else frozenset(said) | frozenset(whole)
        yield Unit(
            passage, its_words, of[0] if of else None, paragraph, opens, bare, evidence, direct,
            **_seen(quote, passage.heading, its_words, of[1] + its_words if of else its_words),
        )  # fmt: skip
        above = above | _heading_topics(its_words, topics) if bare else above
        stem = (number, its_words) if opens else stem if item else None


class _Seen(TypedDict):
    has: frozenset[str]
    around: frozenset[str]
    facts: frozenset[Fact]
    actor: int
    denies: bool
    invites: bool
    introduces: bool
    names: frozenset[str]


def _seen(quote: str, heading: str, its_words: Words, whole: Words) -> _Seen:
    """What a sentence holds without regard to topics; `whole` are its words after those of its list's beginning."""
    return _Seen(
        has=frozenset(its_words.stems),
        around=frozenset((*whole.stems, *words(heading).stems)),
        facts=given(quote),
        actor=_actor(whole),
        denies=not _DENIALS.isdisjoint(its_words.plain),
        invites=invites(quote),
        introduces=introduces(quote),
        names=names(quote),
    )


def _actor(its_words: Words) -> int:
    """Who the first pronoun or noun for a person says acts."""
    for word in its_words.plain:
        if word in _COMPANY:
            return 1
        if word in _PERSON:
            return -1
    return 0


def _is_item(policy: PolicyText, start: int) -> bool:
    return _MARKER.search(policy.text[max(0, start - 10) : start]) is not None


def _is_bare(quote: str, its_words: Words, following: str) -> bool:
    """Whether a sentence asserts nothing by itself."""
    if quote.endswith("?"):
        return True
    if len(its_words) > _LONGEST_BARE or quote.endswith((":", ";")):
        return False
    unfinished = following in {"\n", ""} and not quote.endswith((".", "!", ",")) and len(quote) <= HEADING_LENGTH
    if unfinished and its_words.plain[:1] and its_words.plain[0] in _HEADING_OPENERS:
        return True
    return not _VERBS.intersection(its_words.plain) and (unfinished or (quote.endswith(".") and not _tells(its_words)))


def _tells(its_words: Words) -> bool:
    """Whether words that end with a full stop are a sentence by their small words ("Boards lie in the bin …")."""
    return len(its_words) >= _FEWEST and not _OF_SENTENCES.isdisjoint(its_words.plain)


def _heading_topics(its_words: Words, topics: Topics) -> frozenset[str]:
    """Headings name topics in the words of policies, and as often in those of the people who ask."""
    return frozenset(topics.said(its_words)) | frozenset(topics.asked(its_words))


def _evidence(
    said: Mapping[str, float], whole: Mapping[str, float], heading: frozenset[str], hinted: frozenset[str]
) -> Mapping[str, float]:
    keys = {*said, *whole, *heading, *hinted}
    return {
        key: min(
            1.0,
            max(min(1.0, said.get(key, 0.0) / _STRONG), _FROM_STEM * min(1.0, whole.get(key, 0.0) / _STRONG))
            + (_FROM_HEADING if key in heading else 0.0)
            + (_FROM_HINT if key in hinted else 0.0),
        )
        for key in keys
    }


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
