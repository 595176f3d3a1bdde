"""Which sentences of a policy come nearest to a question.

A plain sum of likeness in words, in meaning and in topics chooses some; a fitted sum of all that is known of each
(features.py, weights.py) puts those in order.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import mul
from typing import TYPE_CHECKING

from bot.privacy.answering.facts import Fact
from bot.privacy.answering.features import Likeness, Sought, features, made_ready, narrowest
from bot.privacy.answering.index import Meant, PolicyIndex
from bot.privacy.answering.question import Question
from bot.privacy.answering.topics import Scope, Topics
from bot.privacy.answering.units import Unit
from bot.privacy.answering.weights import RANK_WITH_MODEL, RANK_WITHOUT_MODEL

if TYPE_CHECKING:
    from bot.privacy.answering.cross_encoder import PairRead

_BY_SCOPE = {Scope.EXACT: 1.4, Scope.NARROW: 1.0, Scope.NORMAL: 0.55, Scope.WIDE: 0.3}
_ORDER = (Scope.EXACT, Scope.NARROW, Scope.NORMAL, Scope.WIDE)
_DATED = "effective_date"
"""The topic that a text's date is on."""
_KNOWN = 0.3
"""What a passage loses that is about what the person knows already."""


CHOSEN, NEAREST = 40, 12
"""Sentences that are put in order by all that is known of them, and the first of these that are compared word by word.
"""

READ = 6
"""The first sentences, which are read together with the question."""
_RIGHT = 1.0
"""How much that counts in the order of these which is made of each with the question."""
_HARDER = 4.0
"""How much more that counts in the fitted order, whose scores lie farther apart. It is a rule, not fitted."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of likeness counts in the choice."""

    meaning: float
    words: float
    topics: float


WITH_MODEL = Weights(0.7, 0.3, 0.45)
WITHOUT_MODEL = Weights(0.0, 0.6, 0.6)


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit by its number: how near it comes in all, its `topics` in common with the question, its features.

    `loss` is what rules took from its score; `read` what is made of it together with the question, where it was read.
    """

    number: int
    score: float
    topics: float
    features: tuple[float, ...]
    loss: float = 0.0
    read: "PairRead | None" = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The nearest units, best first. `asked` are the topics of the question with their weights, the main one first;
    `main` are those of the narrowest kind, which the answer must be about. `meant`: how near the words of the first
    units come to those of the question (nothing without the model). `mean`, `deviation`: those of the cosines of all
    units with the question (0 without the model).
    """

    asked: Mapping[str, float]
    main: frozenset[str]
    told: frozenset[str]
    sought: Sought
    scored: Sequence[Scored]
    meant: Meant
    mean: float
    deviation: float


def asked_topics(question: Question, topics: Topics, *, foreign: bool) -> Mapping[str, float]:
    """The topics of a question by weight: how clearly each is asked, and how narrow it is."""
    found = topics.asked(question.whole, foreign=True) if foreign else topics.asked(question.asked)
    weighed = {key: (1 + strength) / 2 * _BY_SCOPE[topics[key].scope] for key, strength in found.items()}
    return dict(sorted(weighed.items(), key=lambda item: (_ORDER.index(topics[item[0]].scope), -item[1])))


def rank(
    question: Question, index: PolicyIndex, topics: Topics, *, foreign: bool = False, compared: int = NEAREST
) -> Ranked:
    """Put the sentences in order that come nearest; the first of them, `compared` in all, are compared word by word."""
    asked = asked_topics(question, topics, foreign=foreign)
    ready = made_ready(question, index, topics)
    likeness = _likeness(question, index)
    known = frozenset(topics.asked(question.besides)) - frozenset(asked)
    shared = [_shared(asked, unit) for unit in index.units]
    allowed = _allowed(index, asked, ready)
    best = likeness.best(allowed)
    weights = RANK_WITH_MODEL if index.has_vectors else RANK_WITHOUT_MODEL
    scored = []
    for number in _chosen(index, likeness, shared, known, allowed):
        known_of_it = features(ready, index, likeness, number, asked, topics, best)
        score = sum(map(mul, weights, known_of_it))
        loss = _handicap(index.units[number], known) * _HARDER
        scored.append(Scored(number, score - loss, shared[number], known_of_it, loss))
    scored.sort(key=lambda each: (-each.score, each.number))
    if not (foreign or question.empty or question.instructs):
        scored = by_reading(_read(index, question, scored))
    meant = index.words_meant(question.text, ready.rarity, [each.number for each in scored[:compared]])
    mean, deviation = _spread(likeness.meaning)
    main = frozenset(narrowest(asked, topics))
    told = topics.told(question.whole if foreign else question.asked, main, foreign=foreign)
    return Ranked(asked, main, told, ready, scored, meant, mean, deviation)


def _read(index: PolicyIndex, question: Question, scored: list[Scored]) -> list[Scored]:
    """The first ones read together with the question, where there is a model for that."""
    read = index.read_with(question.text, [each.number for each in scored[:READ]])
    return [*(replace(each, read=pair) for each, pair in zip(scored, read, strict=False)), *scored[len(read) :]]


def by_reading(scored: Sequence[Scored]) -> list[Scored]:
    """The first of those that were read in the order of what they come to with it, and then all others as they were.
    The scores stay as they are.
    """
    first = list(islice((each for each in scored if each.read), READ))
    taken = {each.number for each in first}
    return [
        *sorted(first, key=lambda each: (-_with_reading(each), each.number)),
        *(each for each in scored if each.number not in taken),
    ]


def _with_reading(one: Scored) -> float:
    return one.score + (_RIGHT * one.read.right if one.read else 0.0)


def _spread(cosines: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation; 0 for none."""
    number = len(cosines) or 1
    mean = sum(cosines) / number
    return mean, math.sqrt(max(0.0, sum(map(mul, cosines, cosines)) / number - mean * mean))


def _likeness(question: Question, index: PolicyIndex) -> Likeness:
    nothing = [0.0] * len(index.units)
    by_meaning, by_heading = index.meaning_likeness(question.text), index.heading_likeness(question.text)
    return Likeness(index.words_likeness(question.asked), by_meaning or nothing, by_heading or nothing)


def _allowed(index: PolicyIndex, asked: Mapping[str, float], sought: Sought) -> Sequence[int]:
    """The units that may answer: those that state something; the text's date and version only where these are asked."""
    dated = _DATED in asked or Fact.DATE in sought.facts or sought.about_policy
    allowed = [number for number in sorted(index.stating) if dated or not index.units[number].imprint]
    return allowed or sorted(index.stating)


def _chosen(
    index: PolicyIndex, likeness: Likeness, shared: Sequence[float], known: frozenset[str], allowed: Sequence[int]
) -> list[int]:
    """The allowed units that a plain sum puts first."""
    weights = WITH_MODEL if index.has_vectors else WITHOUT_MODEL

    def score(number: int) -> float:
        likely = weights.meaning * likeness.meaning[number] + weights.words * likeness.words[number]
        return likely + weights.topics * shared[number] - _handicap(index.units[number], known)

    return sorted(allowed, key=lambda number: (-score(number), number))[:CHOSEN]


def _handicap(unit: Unit, known: frozenset[str]) -> float:
    return _KNOWN if known & unit.direct else 0.0


def _shared(asked: Mapping[str, float], unit: Unit) -> float:
    """The part of the asked topics, by weight, that a unit says something on."""
    in_all = sum(asked.values())
    return sum(weight * unit.evidence.get(key, 0.0) for key, weight in asked.items()) / in_all if asked else 0.0
