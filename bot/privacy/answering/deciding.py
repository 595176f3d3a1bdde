"""Whether the policy says what was asked: quoted, silent, or a person's to say."""

from bot.privacy.answer import Answer, Confidence, Kind, Why
from bot.privacy.answering.confidence import main_topics, probability, signs
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.question import Question
from bot.privacy.answering.quoting import candidates, quotes
from bot.privacy.answering.ranking import Ranked, Scored
from bot.privacy.answering.topics import Scope, Topics

_QUOTED, _FAIR, _HIGH = 0.57, 0.65, 0.78
"""Probability from which a passage is quoted, and from which the answer is fairly and very sure."""
_SILENT = 0.38
"""Probability below which nothing in the policy answers."""
_FEW, _SURE = 2, 0.95
"""Passages on a topic, and the evidence of one, with which a question in another language is answered."""
_LONG = 2_500
"""Words of a policy from which a topic that seems missing may be there in other words."""
_MARGIN = 0.05
"""How much better a passage off the asked topic must score to be taken before one that is on it."""
_FURTHER = 0.12
"""How much lower a further quote may score than the first."""


def decide(question: Question, index: PolicyIndex, ranked: Ranked, topics: Topics, *, foreign: bool) -> Answer:
    """The answer for ranked units; `foreign`: the question is in another language than the policy."""
    topic = next(iter(ranked.asked), None)
    given = (index.policy.hash, topic, topics[topic].label if topic else None)
    if question.empty or question.instructs:
        return Answer(Kind.UNSURE, Why.NO_QUESTION, Confidence.LOW, *given)
    if not ranked.scored:
        return Answer(Kind.SILENT, Why.NOTHING_LIKE_IT, Confidence.LOW, *given)
    first = _first(index, ranked, topics)
    order = [first.number, *(one.number for one in ranked.scored if one.number != first.number)]
    choice = candidates(index, order)
    chance = probability(signs(question, index, ranked, first, topics), with_model=index.has_vectors)
    if foreign and not _is_certain(index, ranked, first, topics):
        return Answer(Kind.UNSURE, Why.OTHER_LANGUAGE, Confidence.LOW, *given, candidates=choice)
    if chance >= _QUOTED or foreign:
        found = quotes(index, [first.number, *_further(index, ranked, first, topics)])
        return Answer(Kind.QUOTED, Why.SAID, _confidence(chance), *given, quotes=found, candidates=choice)
    missing = topic is not None and not any(key in index.on_topic for key in main_topics(ranked, topics))
    if chance < _SILENT or (missing and index.size < _LONG):
        why = Why.TOPIC_MISSING if missing else Why.NOTHING_LIKE_IT
        sure = Confidence.FAIR if missing and chance < _SILENT else Confidence.LOW
        return Answer(Kind.SILENT, why, sure, *given, candidates=choice)
    return Answer(Kind.UNSURE, Why.SEVERAL_MEANT, Confidence.LOW, *given, candidates=choice)


def _first(index: PolicyIndex, ranked: Ranked, topics: Topics) -> Scored:
    """The nearest passage; one on the asked topic where it is nearly as near."""
    best = ranked.scored[0]
    main = main_topics(ranked, topics)
    on_topic = (one for one in ranked.scored if index.units[one.number].direct.intersection(main))
    nearest = next(on_topic, best)
    return nearest if nearest.score >= best.score - _MARGIN else best


def _further(index: PolicyIndex, ranked: Ranked, first: Scored, topics: Topics) -> list[int]:
    """Up to two more passages on the asked topic that come nearly as near as the first."""
    main = main_topics(ranked, topics)
    return [
        one.number
        for one in ranked.scored[:6]
        if one.number != first.number
        and one.score >= first.score - _FURTHER
        and index.units[one.number].direct.intersection(main)
    ][:2]


def _is_certain(index: PolicyIndex, ranked: Ranked, first: Scored, topics: Topics) -> bool:
    """Whether a question in another language may be answered: it has one main topic, exact or narrow, that this
    passage is on without doubt and hardly another is.
    """
    main = main_topics(ranked, topics)
    if len(main) != 1 or topics[main[0]].scope not in {Scope.EXACT, Scope.NARROW}:
        return False
    return (
        first.number in (on_topic := index.on_topic.get(main[0], ()))
        and len(on_topic) <= _FEW
        and first.topics >= _SURE
    )


def _confidence(chance: float) -> Confidence:
    return Confidence.HIGH if chance >= _HIGH else Confidence.FAIR if chance >= _FAIR else Confidence.LOW
