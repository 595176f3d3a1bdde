"""Whether the policy says what was asked: quoted, silent, or a person's to say."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.privacy.answer import Answer, Confidence, Kind, Why
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.question import Question
from bot.privacy.answering.quoting import candidates, quotes
from bot.privacy.answering.ranking import Ranked, Scored
from bot.privacy.answering.topics import Scope, Topics


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where one outcome ends and the next begins; see docs/answers.md for how they were found."""

    clear: float
    """Likeness from which a passage answers a question of no known topic."""
    near: float
    """Likeness from which such a question is a person's to decide; below it the policy is silent."""
    alike: float
    """Likeness from which a policy without the asked topic may still answer in other words: a person decides."""
    on_topic: Mapping[Scope, float]
    """Likeness from which a passage on the asked topic answers the question, by how narrow the topic is."""


WITH_MODEL = Thresholds(0.58, 0.34, 0.62, {Scope.EXACT: 0.0, Scope.NARROW: 0.0, Scope.NORMAL: 0.15, Scope.WIDE: 0.3})
WITHOUT_MODEL = Thresholds(0.5, 0.22, 0.6, {Scope.EXACT: 0.0, Scope.NARROW: 0.0, Scope.NORMAL: 0.0, Scope.WIDE: 0.1})
_FURTHER = 0.12
_HALF = 0.5


def decide(question: Question, index: PolicyIndex, ranked: Ranked, topics: Topics, *, foreign: bool) -> Answer:
    """The answer for ranked units."""
    nearest = [one.number for one in ranked.scored[:8]]
    topic = next(iter(ranked.asked), None)
    label = topics[topic].label if topic else None
    given = (index.policy.hash, topic, label)
    if question.empty or question.instructs:
        return Answer(Kind.UNSURE, Why.NO_QUESTION, Confidence.LOW, *given)
    choice = candidates(index, nearest)
    if foreign and topic is None:
        return Answer(Kind.UNSURE, Why.OTHER_LANGUAGE, Confidence.LOW, *given, candidates=choice)
    limits = WITH_MODEL if index.has_vectors else WITHOUT_MODEL
    kind, why, confidence, numbers = _verdict(index, ranked, limits, topic, topics)
    if foreign and kind is not Kind.QUOTED:
        return Answer(Kind.UNSURE, Why.OTHER_LANGUAGE, Confidence.LOW, *given, candidates=choice)
    return Answer(kind, why, confidence, *given, quotes=quotes(index, numbers), candidates=choice)


_Verdict = tuple[Kind, Why, Confidence, list[int]]


def _likeness(one: Scored, index: PolicyIndex) -> float:
    return 0.7 * one.meaning + 0.3 * one.words if index.has_vectors else one.words


def _verdict(index: PolicyIndex, ranked: Ranked, limits: Thresholds, topic: str | None, topics: Topics) -> _Verdict:
    if not ranked.scored:
        return Kind.SILENT, Why.NOTHING_LIKE_IT, Confidence.LOW, []
    best = ranked.scored[0]
    if topic is None:
        return _by_likeness(index, limits, best)
    main = [key for key in ranked.asked if topics[key].scope is topics[topic].scope]
    on_topic = [one for one in ranked.scored if index.units[one.number].direct.intersection(main)]
    if not on_topic:
        near = {other for key in main for other in topics[key].near}
        if near and any(near & index.units[one.number].direct for one in ranked.scored[:3]):
            return Kind.UNSURE, Why.SEVERAL_MEANT, Confidence.LOW, []
        if max(_likeness(one, index) for one in ranked.scored[:5]) >= limits.alike:
            return Kind.UNSURE, Why.SEVERAL_MEANT, Confidence.LOW, []
        return Kind.SILENT, Why.TOPIC_MISSING, Confidence.FAIR, []
    first = on_topic[0]
    covered = index.units[first.number].direct.intersection(main)
    weight = sum(ranked.asked[key] for key in covered) / sum(ranked.asked[key] for key in main)
    enough = topics[topic].scope not in {Scope.EXACT, Scope.NARROW} or weight > _HALF
    if not enough or _likeness(first, index) < limits.on_topic[topics[topic].scope]:
        return Kind.UNSURE, Why.SEVERAL_MEANT, Confidence.LOW, []
    further = [one.number for one in on_topic[1:3] if one.score >= first.score - _FURTHER]
    return Kind.QUOTED, Why.SAID, Confidence.HIGH, [first.number, *further]


def _by_likeness(index: PolicyIndex, limits: Thresholds, best: Scored) -> _Verdict:
    likeness = _likeness(best, index)
    if likeness >= limits.clear:
        return Kind.QUOTED, Why.SAID, Confidence.FAIR, [best.number]
    if likeness >= limits.near:
        return Kind.UNSURE, Why.SEVERAL_MEANT, Confidence.LOW, []
    return Kind.SILENT, Why.NOTHING_LIKE_IT, Confidence.LOW, []
