"""Which sentences of a policy come nearest to a question: likeness in words and meaning, and the topics in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.privacy.answering.index import PolicyIndex, Unit
from bot.privacy.answering.question import Question
from bot.privacy.answering.topics import Scope, Topics

_BY_SCOPE = {Scope.EXACT: 1.4, Scope.NARROW: 1.0, Scope.NORMAL: 0.55, Scope.WIDE: 0.3}
_ORDER = (Scope.EXACT, Scope.NARROW, Scope.NORMAL, Scope.WIDE)
_BARE = 0.4
"""What a passage loses that asserts nothing by itself."""
_KNOWN = 0.3
"""What a passage loses that is about what the person knows already."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of likeness counts."""

    meaning: float
    words: float
    topics: float


WITH_MODEL = Weights(0.7, 0.3, 0.45)
WITHOUT_MODEL = Weights(0.0, 0.6, 0.6)


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit by its number, with how near it comes: in all, in meaning, in words, and in the topics that are asked."""

    number: int
    score: float
    meaning: float
    words: float
    topics: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """All units, the nearest first. `asked` are the topics of the question with their weights, the main one first."""

    asked: Mapping[str, float]
    scored: Sequence[Scored]


def asked_topics(question: Question, topics: Topics, *, foreign: bool) -> Mapping[str, float]:
    """The topics of a question by weight: how clearly each is asked, and how narrow it is."""
    found = topics.asked(question.whole, foreign=True) if foreign else topics.asked(question.asked)
    weighed = {key: (1 + strength) / 2 * _BY_SCOPE[topics[key].scope] for key, strength in found.items()}
    return dict(sorted(weighed.items(), key=lambda item: (_ORDER.index(topics[item[0]].scope), -item[1])))


def rank(question: Question, index: PolicyIndex, topics: Topics, *, foreign: bool = False) -> Ranked:
    """Score every unit."""
    asked = asked_topics(question, topics, foreign=foreign)
    by_words = index.words_likeness(question.asked)
    by_meaning = index.meaning_likeness(question.text)
    weights = WITH_MODEL if by_meaning is not None else WITHOUT_MODEL
    known = set(topics.asked(question.besides)) - set(asked)
    in_all = sum(asked.values())
    scored = []
    for number, unit in enumerate(index.units):
        meaning = by_meaning[number] if by_meaning is not None else 0.0
        shared = _shared(asked, in_all, unit)
        score = weights.meaning * meaning + weights.words * by_words[number] + weights.topics * shared
        score -= (_KNOWN if known & unit.direct else 0.0) + (_BARE if unit.bare else 0.0)
        scored.append(Scored(number, score, meaning, by_words[number], shared))
    scored.sort(key=lambda each: (-each.score, each.number))
    return Ranked(asked, scored)


def _shared(asked: Mapping[str, float], in_all: float, unit: Unit) -> float:
    return sum(weight * unit.evidence.get(key, 0.0) for key, weight in asked.items()) / in_all if asked else 0.0
