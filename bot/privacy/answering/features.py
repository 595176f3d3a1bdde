"""What is known of a question and one sentence: numbers from which its rank and the probability are computed.

No feature knows a question, a topic or a text by name. Parts are 0 to 1, flags 0 or 1.
"""

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.privacy.answering.asking import opening
from bot.privacy.answering.facts import HARD, Fact, about_policy, named, seeks, sought
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.question import Question
from bot.privacy.answering.topics import Scope, Topics
from bot.privacy.answering.units import Unit
from bot.privacy.answering.words import words

NAMES = (
    "meaning",  # cosine with the sentence, its list's beginning before it
    "meaning_gap",  # how much nearer another sentence comes
    "heading_meaning",  # cosine with the heading above
    "next_meaning",  # the higher cosine of the sentences before and after, in the same paragraph
    "words",  # BM25 as a part of what a sentence with all of the question's words would have
    "words_gap",
    "exact",  # evidence of asked topics by their scope, times how clearly each is asked
    "narrow",
    "normal",
    "wide",
    "topics_covered",  # the part of the asked topics that its own words are on
    "covered",  # the question's words, by rarity, that the sentence has in some form
    "covered_around",  # those that it, its heading or its list's beginning has
    "rarest",  # whether it has the question's rarest word
    "pairs",  # the question's pairs of neighbouring words that stand near each other in it
    "same_actor",  # the actor of the question is the sentence's ("do you …": "we …")
    "fact_told",  # it holds a fact of the kind that is asked for
    "fact_lacking",  # it holds none
    "hard_fact_lacking",  # nor is one to be read between the lines (a number of days, a telephone number)
    "named",  # it has the name that the question names
    "denies",  # it says "not", and yes or no is asked
    "only_invites",  # it says whom to ask, which is not asked
    "only_introduces",  # it says what the policy is for, which is not asked
    "opens",
    "item",
    "brief",
    "length",
    "early",
)  # fmt: skip
_BY_SCOPE = {Scope.EXACT: 0, Scope.NARROW: 1, Scope.NORMAL: 2, Scope.WIDE: 3}
_NEAR = 4
"""Words within which two neighbours of the question count as neighbours in a sentence."""
_BRIEF = 5
_YES_OR_NO = re.compile(
    r"^(?:(?:and|but|so|hi|hello|hey)[ ,]+)?(?:do|does|did|are|is|am|can|could|may|might|will|would|have|has|should)\b",
    re.IGNORECASE,
)
_ACTOR = re.compile(
    r"\b(?:do|does|did|are|can|could|may|might|will|would|have|has|should|must|if|when)\s+"
    r"(?P<company>you|your \w+)\b|"
    r"\b(?:do|am|can|could|may|might|will|would|have|should|must|if|when|how) (?P<person>i|we|my \w+|our \w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sought:
    """A question made ready to be compared with sentences.

    `wanted` are the stems that tell something, each with those that mean the same; `rarity` their weights, `whole` the
    sum of these, and `rarest` the forms of the rarest. `opening`: the numbers of asking.OPENING; `plain`: its words as
    they stand. `actor` is 1 where the company does what is asked, -1 where the
    person does, 0 where that is not told.
    """

    wanted: tuple[tuple[str, frozenset[str]], ...]
    rarity: Mapping[str, float]
    whole: float
    rarest: frozenset[str]
    pairs: tuple[tuple[frozenset[str], frozenset[str]], ...]
    facts: frozenset[Fact]
    names: tuple[frozenset[str], ...]
    yes_or_no: bool
    seeks: bool
    about_policy: bool
    actor: int
    opening: tuple[float, ...]
    plain: frozenset[str]


def made_ready(question: Question, index: PolicyIndex, topics: Topics) -> Sought:
    """Read what a question wants of a sentence."""
    content = question.asked.content()
    forms = {stem: frozenset((stem, *index.alike(stem))) for stem in content}
    wanted = sorted(set(content) - topics.empty)
    found = _ACTOR.search(question.text)
    rarity = {stem: index.rarity(stem) for stem in wanted}
    return Sought(
        wanted=tuple((stem, forms[stem]) for stem in wanted),
        rarity=rarity,
        whole=sum(rarity.values()),
        rarest=forms[max(wanted, key=lambda stem: (rarity[stem], stem))] if wanted else frozenset(),
        pairs=tuple((forms[one], forms[other]) for one, other in itertools.pairwise(content)),
        facts=sought(question.text),
        names=tuple(frozenset(words(name).stems) for name in named(question.text)),
        yes_or_no=question.confirms or _YES_OR_NO.search(question.text) is not None,
        seeks=seeks(question.text),
        about_policy=about_policy(question.text),
        actor=0 if found is None else 1 if found["company"] else -1,
        opening=opening(question.text),
        plain=frozenset(question.whole.plain),
    )


def coverage(asked: Sought, has: frozenset[str]) -> float:
    """The part of what is wanted, by rarity, that some stems have."""
    if not asked.whole:
        return 0.0
    found = 0.0
    for stem, forms in asked.wanted:
        if not forms.isdisjoint(has):
            found += asked.rarity[stem]
    return found / asked.whole


def unseen(asked: Sought, index: PolicyIndex) -> float:
    """The part of what is wanted, by rarity, that the whole policy has in no form."""
    whole = asked.whole
    missing = sum(asked.rarity[stem] for stem, forms in asked.wanted if not any(map(index.has, forms)))
    return missing / whole if whole else 0.0


def names_unseen(asked: Sought, index: PolicyIndex) -> bool:
    """Whether the question names something by a name that the policy never has."""
    return any(not any(map(index.has, name)) for name in asked.names)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near every sentence is in words (0 to 1) and, with the model, in meaning, and its heading in meaning."""

    words: Sequence[float]
    meaning: Sequence[float]
    heading: Sequence[float]

    def best(self, numbers: Sequence[int]) -> tuple[float, float]:
        """The highest in meaning and in words of some sentences."""
        return (
            max((self.meaning[number] for number in numbers), default=0.0),
            max((self.words[number] for number in numbers), default=0.0),
        )


def features(
    asked: Sought,
    index: PolicyIndex,
    likeness: Likeness,
    number: int,
    by_topic: Mapping[str, float],
    topics: Topics,
    best: tuple[float, float],
) -> tuple[float, ...]:
    """The numbers of `NAMES` for one sentence."""
    unit = index.units[number]
    in_all = sum(by_topic.values())
    meaning = likeness.meaning[number]
    return (
        meaning,
        best[0] - meaning,
        likeness.heading[number],
        max((likeness.meaning[each] for each in index.neighbours(number)), default=0.0),
        likeness.words[number],
        best[1] - likeness.words[number],
        *_by_scope(unit, by_topic, topics),
        sum(weight for key, weight in by_topic.items() if key in unit.direct) / in_all if in_all else 0.0,
        coverage(asked, unit.has),
        coverage(asked, unit.around),
        float(not asked.rarest.isdisjoint(unit.has)),
        _pairs(asked, unit),
        float(asked.actor * unit.actor > 0) - float(asked.actor * unit.actor < 0),
        *_facts(asked, unit),
        float(any(name & unit.has for name in asked.names)),
        float(asked.yes_or_no and unit.denies),
        *_beside_the_point(asked, unit),
        float(unit.opens),
        float(unit.stem is not None),
        float(len(unit.words) < _BRIEF),
        math.log(max(len(unit.words), 1) / 20),
        1 - number / len(index.units),
    )


def _facts(asked: Sought, unit: Unit) -> tuple[float, float, float]:
    """Whether it has a kind of fact that is asked for, none, and none that can't be read between the lines."""
    if not asked.facts:
        return 0.0, 0.0, 0.0
    told, hard = not asked.facts.isdisjoint(unit.facts), asked.facts & HARD
    return float(told), float(not told), float(bool(hard) and hard.isdisjoint(unit.facts))


def _beside_the_point(asked: Sought, unit: Unit) -> tuple[float, float]:
    """Whether it only says whom to ask, and whether only what the policy is for, where that is not asked."""
    return float(unit.invites and not asked.seeks), float(unit.introduces and not asked.about_policy)


def _by_scope(unit: Unit, by_topic: Mapping[str, float], topics: Topics) -> list[float]:
    """For each scope, how surely the sentence says something on the clearest asked topic of it."""
    scopes = [0.0] * len(_BY_SCOPE)
    for key, weight in by_topic.items():
        if key in unit.evidence:
            place = _BY_SCOPE[topics[key].scope]
            scopes[place] = max(scopes[place], weight * unit.evidence[key])
    return scopes


def narrowest(asked: Mapping[str, float], topics: Topics) -> tuple[str, ...]:
    """The asked topics of the narrowest kind that is asked: what the answer must be about."""
    keys = tuple(asked)
    return tuple(key for key in keys if topics[key].scope is topics[keys[0]].scope)


def _pairs(asked: Sought, unit: Unit) -> float:
    """The part of the question's neighbouring words that stand near each other."""
    has = unit.has
    there = [pair for pair in asked.pairs if not (pair[0].isdisjoint(has) or pair[1].isdisjoint(has))]
    if not there:
        return 0.0
    met = 0
    for one, other in there:
        firsts, seconds = ([at for at, stem in enumerate(unit.words.stems) if stem in forms] for forms in (one, other))
        met += any(0 < abs(second - first) <= _NEAR for first in firsts for second in seconds)
    return met / len(asked.pairs)
