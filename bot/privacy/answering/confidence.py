"""How likely a passage answers a question: a logistic regression on what is known of the two.

The weights were fitted (L2) on 343 questions to six policies, 40 of which are the evaluation's own, and judged with
each policy left out in turn; docs/answers.md has the figures. No feature knows a question, a topic or a text by name.
"""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.question import Question
from bot.privacy.answering.ranking import Ranked, Scored
from bot.privacy.answering.topics import Scope, Topics


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for or against a passage; parts are 0 to 1.

    `covered`: the question's words, weighed by rarity, that the passage has in some form; `unseen`: those that the
    whole policy has not. `gap`: how much nearer another passage comes. `missing`: no passage is on the asked topic.
    `direct`: this one is; `topics_covered`: the part of the asked topics that it is on. `size`: the logarithm of the
    policy's words in thousands.
    """

    meaning: float
    words: float
    topics: float
    covered: float
    unseen: float
    gap: float
    no_topic: float
    exact: float
    narrow: float
    normal: float
    wide: float
    missing: float
    direct: float
    size: float
    topics_covered: float


_WITH_MODEL = (1.8, 0.66, 0.97, 1.03, -0.37, -0.47, 0.43, -0.08, -0.26, -0.51, 0.41, -1.54, 0.72, -0.4, 1.37)
_BIAS_WITH_MODEL = -2.32
_WITHOUT_MODEL = (0.0, 1.0, 0.94, 0.84, -0.43, -0.78, 0.71, -0.29, -0.32, -0.38, 0.28, -1.25, 0.9, -0.58, 1.62)
_BIAS_WITHOUT_MODEL = -2.26


def probability(signs: Signs, *, with_model: bool) -> float:
    """How likely the passage answers the question, 0 to 1."""
    weights, bias = (_WITH_MODEL, _BIAS_WITH_MODEL) if with_model else (_WITHOUT_MODEL, _BIAS_WITHOUT_MODEL)
    total = bias + sum(weight * sign for weight, sign in zip(weights, astuple(signs), strict=True))
    return 1 / (1 + math.exp(-total))


def main_topics(ranked: Ranked, topics: Topics) -> tuple[str, ...]:
    """The asked topics of the narrowest kind that is asked: what the answer must be about."""
    keys = tuple(ranked.asked)
    return tuple(key for key in keys if topics[key].scope is topics[keys[0]].scope)


def likeness(one: Scored, *, with_model: bool) -> float:
    """How near a passage comes without regard to topics."""
    return 0.7 * one.meaning + 0.3 * one.words if with_model else one.words


def signs(question: Question, index: PolicyIndex, ranked: Ranked, one: Scored, topics: Topics) -> Signs:
    """What is known of a passage and a question."""
    main = main_topics(ranked, topics)
    scope = topics[main[0]].scope if main else None
    unit = index.units[one.number]
    direct = unit.direct.intersection(main)
    asked = sum(ranked.asked[key] for key in main)
    covered, unseen = _coverage(question, index, one.number, topics)
    nearest = max(likeness(each, with_model=index.has_vectors) for each in ranked.scored)
    return Signs(
        meaning=one.meaning,
        words=one.words,
        topics=one.topics,
        covered=covered,
        unseen=unseen,
        gap=nearest - likeness(one, with_model=index.has_vectors),
        no_topic=float(scope is None),
        exact=float(scope is Scope.EXACT),
        narrow=float(scope is Scope.NARROW),
        normal=float(scope is Scope.NORMAL),
        wide=float(scope is Scope.WIDE),
        missing=float(bool(main) and not any(key in index.on_topic for key in main)),
        direct=float(bool(direct)),
        size=math.log(max(index.size, 1) / 1000),
        topics_covered=sum(ranked.asked[key] for key in direct) / asked if asked else 0.0,
    )


def _coverage(question: Question, index: PolicyIndex, number: int, topics: Topics) -> tuple[float, float]:
    wanted = sorted(set(question.asked.content()) - topics.empty)
    whole = sum(index.rarity(stem) for stem in wanted)
    if not whole:
        return 0.0, 0.0
    unit = index.units[number]
    has = {*unit.words.stems, *(index.units[unit.stem].words.stems if unit.stem is not None else ())}
    covered = sum(index.rarity(stem) for stem in wanted if has.intersection(_alike(stem, topics)))
    unseen = sum(index.rarity(stem) for stem in wanted if not any(map(index.has, _alike(stem, topics))))
    return covered / whole, unseen / whole


def _alike(stem: str, topics: Topics) -> Sequence[str]:
    return (stem, *topics.alike(stem))
