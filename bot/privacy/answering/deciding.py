"""Whether the policy says what was asked: quoted, silent, or a person's to say."""

from dataclasses import dataclass

from bot.privacy.answer import Answer, Confidence, Kind, Why
from bot.privacy.answering.confidence import Way, part_told, probability, sign, signs, unsaid, way
from bot.privacy.answering.facts import Fact
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.question import Question
from bot.privacy.answering.quoting import candidates, quotes
from bot.privacy.answering.ranking import Ranked, Scored
from bot.privacy.answering.topics import Scope, Topics
from bot.privacy.answering.units import Unit
from bot.privacy.text import Clause


@dataclass(frozen=True, slots=True)
class Limits:
    """Probability that a passage answers from which it is `quoted`; and, of what is not, probability that the policy
    does not answer from which it is `silent`. The rest goes to a person.

    A passage is quoted from less than a half: every fifth question of the fit is a trap, which is more than customers
    set. Silence is said from a half on: said wrongly it is a false statement, which costs what a right one gains.
    """

    quoted: float
    silent: float


LIMITS = {
    Way.WITHOUT_MODEL: Limits(quoted=0.38, silent=0.5),
    Way.WITH_MODEL: Limits(quoted=0.4, silent=0.5),
    Way.WITH_READING: Limits(quoted=0.45, silent=0.5),
}
_FAIR, _HIGH = 0.5, 0.7
"""Probability from which the answer is fairly and very sure: of those quoted from 0.7 on, 95 in 100 were right on texts
that nothing was fitted on, with the model; of those from 0.5 on, 89.
"""
_FAIRLY_SILENT = 0.8
"""Probability that the policy does not answer from which that is fairly sure."""
_NEAR = 0.2
"""Probability from which a passage that holds the asked time is left to a person rather than passed over."""
_TIMES = frozenset({Fact.DURATION, Fact.MOMENT})
_SEEN = 0.5
"""The part of the words that name a topic, by rarity, from which the policy has them: of silences on a topic that no
passage is on, every fifth was wrong where it has, and one in fourteen where it has not.
"""
_SHARED = 0.3
"""The part of the question's words, by rarity, that a passage has to have of a policy in a language that the table of
topics is not in: without topics likeness alone is too little.
"""
_FEW, _SURE = 2, 0.95
"""Passages on a topic, and the evidence of one, with which a question in another language is answered."""
_FURTHER = 0.7
"""How much lower a further quote may score than the first."""
_BESIDE = 1.5
"""How much lower a sentence may score that stands beside the first, to be quoted with it as one passage."""


Outcome = tuple[Kind, Why, Confidence]
_LITTLE_ELSE = 0.5
"""The part of a question, by how rare its words are, in which its topic was recognised, from which it asks for all that
the policy says on the topic ("what are my rights?") rather than for one thing of it ("how long are invoices kept?").
"""
_COMPLETES = 3.0
"""How much lower a sentence may score that completes the first one in such a question's answer."""
_SAME_PLACE = 2
"""Paragraphs, or items of a list, within which sentences under one heading are on one matter."""


def decide(question: Question, index: PolicyIndex, ranked: Ranked, topics: Topics, *, foreign: bool) -> Answer:
    """The answer for ranked units; `foreign`: the question is in another language than the policy."""
    topic = next(iter(ranked.asked), None)
    if question.empty or question.instructs:
        return _answer(index, topics, topic, (Kind.UNSURE, Why.NO_QUESTION, Confidence.LOW))
    if not ranked.scored and len(topics):
        return _answer(index, topics, topic, (Kind.SILENT, Why.NOTHING_LIKE_IT, Confidence.LOW))
    if not ranked.scored:
        return _answer(index, topics, topic, (Kind.UNSURE, Why.SEVERAL_MEANT, Confidence.LOW))
    choice = candidates(index, (one.number for one in ranked.scored), ranked.asked)
    outcome = _outcome(index, ranked, topics, foreign=foreign)
    if outcome[0] is Kind.QUOTED:
        found = _answering(index, ranked, ranked.scored[0])
        return _answer(index, topics, topic, outcome, found, choice, several=question.several)
    several = question.several and outcome[1] is not Why.OTHER_LANGUAGE
    return _answer(index, topics, topic, outcome, (), choice, several=several)


def _answer(
    index: PolicyIndex,
    topics: Topics,
    topic: str | None,
    outcome: Outcome,
    found: tuple[Clause, ...] = (),
    choice: tuple[Clause, ...] = (),
    *,
    several: bool = False,
) -> Answer:
    label = topics[topic].label if topic else None
    return Answer(*outcome, index.policy.hash, topic, label, found, choice, several, topic in index.on_topic)


def _outcome(index: PolicyIndex, ranked: Ranked, topics: Topics, *, foreign: bool) -> Outcome:
    """What is done with the first passage, why, and how sure that is."""
    first, known = ranked.scored[0], signs(index, ranked, topics)
    by = way(index, ranked)
    chance, limits = probability(known, by), LIMITS[by]
    if foreign and not _is_certain(index, ranked, first, topics):
        return Kind.UNSURE, Why.OTHER_LANGUAGE, Confidence.LOW
    if foreign or (chance >= limits.quoted and (len(topics) or _is_plain(known, chance))):
        return Kind.QUOTED, Why.SAID, _confidence(chance)
    silence = unsaid(known, by) if len(topics) else 0.0  # nothing tells what it leaves out
    if silence >= limits.silent and not _is_rash(index, ranked, known, chance):
        why = Why.TOPIC_MISSING if _is_nowhere(known) else Why.NOTHING_LIKE_IT
        sure = Confidence.FAIR if why is Why.TOPIC_MISSING and silence >= _FAIRLY_SILENT else Confidence.LOW
        return Kind.SILENT, why, sure
    return Kind.UNSURE, Why.SEVERAL_MEANT, Confidence.LOW


def _answering(index: PolicyIndex, ranked: Ranked, first: Scored) -> tuple[Clause, ...]:
    """What is quoted: the first passage, and what belongs to it or comes nearly as near."""
    completing = _complements(index, ranked, first)
    beside = _beside(index, ranked, first).union(set(completing).intersection(index.neighbours(first.number)))
    further = dict.fromkeys((*_further(index, ranked, first), *completing))
    return quotes(index, [first.number, *further], beside, ranked.asked)


def _is_rash(index: PolicyIndex, ranked: Ranked, known: tuple[float, ...], chance: float) -> bool:
    """Whether silence is not to be said, however likely: a topic that is nowhere was taken from words beside the point,
    or the first passage comes near and holds the time that is asked for.
    """
    holds = index.units[ranked.scored[0].number].facts & ranked.sought.facts & _TIMES
    return sign(known, "missing_aside") > 0 or (chance >= _NEAR and bool(holds))


def _is_plain(known: tuple[float, ...], chance: float) -> bool:
    """Whether a passage answers by its words, where no topic tells whether it does."""
    return chance >= _FAIR and sign(known, "covered") >= _SHARED


def _is_nowhere(known: tuple[float, ...]) -> bool:
    """Whether no passage is on the asked topic, and most of the words in which it was recognised are nowhere either."""
    return sign(known, "missing") > 0 and sign(known, "main_words_seen") < _SEEN


def _beside(index: PolicyIndex, ranked: Ranked, first: Scored) -> frozenset[int]:
    """The sentences beside the first that come nearly as near: what is said in two sentences is quoted in two."""
    neighbours = index.neighbours(first.number)
    return frozenset(
        one.number for one in ranked.scored[:6] if one.number in neighbours and one.score >= first.score - _BESIDE
    )


def _further(index: PolicyIndex, ranked: Ranked, first: Scored) -> list[int]:
    """Up to two more passages on the asked topic that come nearly as near as the first."""
    return [
        one.number
        for one in ranked.scored[:6]
        if one.number != first.number
        and one.score >= first.score - _FURTHER
        and index.units[one.number].direct.intersection(ranked.main)
    ][:2]


def _complements(index: PolicyIndex, ranked: Ranked, first: Scored) -> list[int]:
    """What the policy says on the asked topic beside the first sentence, under the same heading, best first; nothing
    where one thing of the topic is asked.
    """
    if part_told(ranked) < _LITTLE_ELSE:
        return []
    here = index.units[first.number]
    near = (
        one.number
        for one in ranked.scored[1:6]
        if one.score >= first.score - _COMPLETES and _is_beside(here, index.units[one.number])
    )
    return [number for number in near if not index.units[number].direct.isdisjoint(ranked.main)]


def _is_beside(here: Unit, there: Unit) -> bool:
    """Whether a sentence that asserts something stands under the same heading as another, and not far from it."""
    near = here.passage.section == there.passage.section and abs(here.paragraph - there.paragraph) <= _SAME_PLACE
    return near and not (there.invites or there.introduces or there.imprint)


def _is_certain(index: PolicyIndex, ranked: Ranked, first: Scored, topics: Topics) -> bool:
    """Whether a question in another language may be answered: with the model, if it has one main topic, exact or
    narrow, that this passage is on without doubt and hardly another is.
    """
    if not index.has_vectors:
        return False
    main = next(iter(ranked.main), "")
    if len(ranked.main) != 1 or topics[main].scope not in {Scope.EXACT, Scope.NARROW}:
        return False
    return (
        first.number in (on_topic := index.on_topic.get(main, ())) and len(on_topic) <= _FEW and first.topics >= _SURE
    )


def _confidence(chance: float) -> Confidence:
    return Confidence.HIGH if chance >= _HIGH else Confidence.FAIR if chance >= _FAIR else Confidence.LOW
