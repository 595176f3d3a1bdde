"""How likely the nearest passage answers a question, and how likely nothing in the policy does.

Both are logistic regressions on what is known of the question and that passage. The weights are fitted (weights.py); no
feature knows a question, a topic or a text by name.
"""

import math
from collections.abc import Iterable, Mapping
from enum import Enum
from operator import mul

from bot.privacy.answering.asking import OF_THE_FACT, OF_THE_WORDS, OPENING, of_the_fact, of_the_words
from bot.privacy.answering.features import NAMES, Sought, names_unseen, unseen
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.ranking import NEAREST, READ, Ranked, Scored
from bot.privacy.answering.topics import Scope, Topics
from bot.privacy.answering.weights import (
    BIAS_WITH_MODEL,
    BIAS_WITH_READING,
    BIAS_WITHOUT_MODEL,
    CHANCE_WITH_MODEL,
    CHANCE_WITH_READING,
    CHANCE_WITHOUT_MODEL,
    UNSAID_BIAS_WITH_MODEL,
    UNSAID_BIAS_WITH_READING,
    UNSAID_BIAS_WITHOUT_MODEL,
    UNSAID_WITH_MODEL,
    UNSAID_WITH_READING,
    UNSAID_WITHOUT_MODEL,
)

OF_THE_PASSAGE = (
    "meaning", "heading_meaning", "words", "exact", "narrow", "normal", "wide", "topics_covered", "covered",
    "covered_around", "rarest", "pairs", "fact_told", "fact_lacking", "hard_fact_lacking", "named", "denies",
    "only_invites", "only_introduces", "same_actor", "brief", "opens", "item", "length", "early", "next_meaning",
)  # fmt: skip
OF_THE_ORDER = (
    "score_gap", "share", "score", "nearest_meaning", "nearest_words", "best_meaning", "best_words", "meant",
    "best_meant", "least_meant", "least_two_meant", "farther_meant", "farthest_meant", "next_on_main",
)  # fmt: skip
ON_THE_TOPIC = ("on_main", "main_evidence", "main_covered")
OF_THE_QUESTION = (
    "unseen", "names_unseen", "missing", "missing_long", "no_topic", "asked_exact", "asked_narrow", "size",
    "many_on_main", "yes_or_no", "asks_fact", "wanted_words", "asked_topics", "main_topics",
)  # fmt: skip
OF_THE_SPREAD = ("first_above", "best_above", "ahead_of_fifth", "mean_meaning")
OF_THE_OBJECT = (
    "main_strength", "main_share", "main_words_seen", "missing_share", "missing_aside", "missing_seen", "rest_seen",
    "rest_covered", "rest_best",
)  # fmt: skip
OF_THE_NEXT = (
    "others_covered", "others_around", "others_pairs", "others_rarest", "others_fact", "others_on_main",
    "others_on_asked", "others_words", "others_least_meant",
)  # fmt: skip
_PLAIN = (
    *OF_THE_ORDER, *OF_THE_PASSAGE, *ON_THE_TOPIC, *OF_THE_QUESTION, *OPENING, *OF_THE_FACT, *OF_THE_WORDS,
    *OF_THE_SPREAD, *OF_THE_OBJECT, *OF_THE_NEXT,
)  # fmt: skip
_DEPENDING = (
    "meant", "least_meant", "farthest_meant", "covered", "score_gap", "share", "covered_around", "on_main", "unseen",
)  # fmt: skip
_ON = ("asks_fact", "yes_or_no")
"""Signs that tell more, or less, where a kind of fact is asked for, and where yes or no is."""
SIGNS = (*_PLAIN, *(f"{name}_if_{on}" for on in _ON for name in _DEPENDING))
"""`score_gap`: how far the first passage is ahead of the second (at most 3); `share`: its part of the likelihood among
all, by their scores; `score`: its own; `nearest_…`: none is nearer in meaning (in words); `best_…`: how near the
nearest is; `meant`: how near its words come to the question's, each to the nearest; `least_meant`: that of the word
with the least, and `least_two_meant` of the two with the least, since what is asked may hang on one word;
`farther_meant`: how much nearer another passage comes to each word, `farthest_meant`: to the word where that is most;
`next_on_main`: the part of the first three that are on the main asked topic. `on_main`: the passage is;
`main_evidence`: how surely; `main_covered`: the part of the question's words that it has, if it is; `unseen`: the part
of the question's words, by rarity, that the policy has in no form; `names_unseen`: it names something that the policy
never does; `missing`: no passage is on the main topic; `missing_long`: so, times `size`; `no_topic`: none was
recognised; `size`: the logarithm of the policy's words in thousands; `many_on_main`: that of the number of passages on
the main topic; `wanted_words`: that of the number of words that tell something; `asked_topics`, `main_topics`: how
many; `first_above` (`best_above`): how many
standard deviations the first (the nearest) passage's cosine lies above the mean of all sentences, `mean_meaning`;
`ahead_of_fifth`: how far the nearest is ahead of the fifth. `main_strength`: how clearly the main topic is asked;
`main_share`: the part of the question's words, by rarity, in which it was recognised, `main_words_seen`: of these, what
the policy has; `missing_share`, `missing_seen`: the same where no passage is on it; `missing_aside`: it was recognised
in words beside the point, and no passage is on it; `rest_seen`, `rest_covered`, `rest_best`: of the other words, the
part that the policy, the first passage, the best of the first ones has. `others_…`: the most that any of the next
passages has. The remaining ones: asking.py."""
SIGNS_OF_READING = (
    "right", "best_right", "behind_best_right", "ahead_of_second_right", "mean_right", "right_above_low",
    "right_above_even", "right_in_all", "right_chance", "answered_by_best_right", "answered", "best_answered",
)  # fmt: skip
"""What comes of reading the first sentences together with the question: by the logit of its chance, how right the first
sentence is, and the best; how far it lies behind that, and ahead of the second; the mean; what it is above a chance of
one in fifty, and above an even one. `right_in_all`: how many answer, by their chances in sum. That the policy answers
by the sentence that is best, by the first, and the highest."""
_LOW = -4.0
_ALONE = 5.0
"""How far ahead a sentence is that is the only one."""
_PLACE_OF = {name: place for place, name in enumerate(SIGNS)}
_DEPENDING_PLACES, _ON_PLACES = (tuple(map(_PLAIN.index, names)) for names in (_DEPENDING, _ON))
_PLACES = tuple(NAMES.index(name) for name in OF_THE_PASSAGE)
_MEANING, _WORDS, _COVERED = NAMES.index("meaning"), NAMES.index("words"), NAMES.index("covered")
_NEXT_PLACES = tuple(NAMES.index(name) for name in ("covered", "covered_around", "pairs", "rarest", "fact_told"))
ASIDE = 0.2
"""The part of a question's words, by rarity, below which those that name its topic stand beside the point."""
_NEXT = 6
"""Passages of which the first is quoted, and the others may be what answers."""
_FARTHEST = 3.0
_SMALLEST, _LARGEST = 300, 8_000
"""Words of a policy beyond which size tells nothing more: there were none such to fit on."""


class Way(Enum):
    """What was known of the question: by words and topics alone, with the sentence model, and with the first sentences
    read together with the question too.
    """

    WITHOUT_MODEL = (CHANCE_WITHOUT_MODEL, BIAS_WITHOUT_MODEL), (UNSAID_WITHOUT_MODEL, UNSAID_BIAS_WITHOUT_MODEL)
    WITH_MODEL = (CHANCE_WITH_MODEL, BIAS_WITH_MODEL), (UNSAID_WITH_MODEL, UNSAID_BIAS_WITH_MODEL)
    WITH_READING = (CHANCE_WITH_READING, BIAS_WITH_READING), (UNSAID_WITH_READING, UNSAID_BIAS_WITH_READING)


def way(index: PolicyIndex, ranked: Ranked) -> Way:
    """Which of them it was."""
    if not index.has_vectors:
        return Way.WITHOUT_MODEL
    return Way.WITH_READING if ranked.scored[0].read else Way.WITH_MODEL


def probability(signs: tuple[float, ...], known: Way) -> float:
    """How likely the passage answers the question, 0 to 1; `signs` as the function of this name gives them."""
    return _logistic(signs, *known.value[0])


def unsaid(signs: tuple[float, ...], known: Way) -> float:
    """How likely the policy does not answer the question, in this passage or another, 0 to 1."""
    return _logistic(signs, *known.value[1])


def _logistic(signs: tuple[float, ...], weights: tuple[float, ...], bias: float) -> float:
    if len(signs) != len(weights):
        raise ValueError(f"{len(signs)} signs, {len(weights)} weights: fit them anew")
    return 1 / (1 + math.exp(-(bias + sum(map(mul, weights, signs)))))


def sign(known: tuple[float, ...], name: str) -> float:
    """One of the signs by its name."""
    return known[_PLACE_OF[name]]


def is_missing(index: PolicyIndex, ranked: Ranked) -> bool:
    """Whether a topic is asked that no passage is on."""
    return bool(ranked.main) and not any(key in index.on_topic for key in ranked.main)


def signs(index: PolicyIndex, ranked: Ranked, topics: Topics) -> tuple[float, ...]:
    """What is known of the nearest passage and a question, in the order of `SIGNS`; and then, if it was read together
    with the question, of `SIGNS_OF_READING`.
    """
    first = ranked.scored[0]
    plain = (
        *_of_the_order(index, ranked),
        *(first.features[place] for place in _PLACES),
        *_on_the_topic(index, ranked, first),
        *_of_the_question(index, ranked, topics),
        *ranked.sought.opening,
        *_of_its_facts(index, ranked, first),
        *of_the_words(ranked.meant.weights if (near := ranked.meant.nearest.get(first.number, ())) else (), near),
        *_of_the_spread(ranked),
        *_of_the_object(index, ranked),
        *_of_the_next(index, ranked),
    )
    depending = (plain[place] * plain[on] for on in _ON_PLACES for place in _DEPENDING_PLACES)
    return (*plain, *depending, *_of_the_reading(ranked))


def _of_the_reading(ranked: Ranked) -> tuple[float, ...]:
    read = [each.read for each in ranked.scored[:READ] if each.read]
    if not ranked.scored[0].read:
        return ()
    first = read[0]
    right = sorted((each.right for each in read), reverse=True)
    second = right[1] if len(right) > 1 else first.right - _ALONE
    chances = [1 / (1 + math.exp(-each.right)) for each in read]
    return (
        first.right,
        right[0],
        first.right - right[0],
        first.right - second,
        sum(right) / len(right),
        max(first.right - _LOW, 0.0),
        max(first.right, 0.0),
        sum(chances),
        chances[0],
        max(read).answered,
        first.answered,
        max(each.answered for each in read),
    )


def _of_its_facts(index: PolicyIndex, ranked: Ranked, first: Scored) -> tuple[float, ...]:
    unit = index.units[first.number]
    return of_the_fact(ranked.sought.facts, unit.facts, unit.names - index.own_names - ranked.sought.plain)


def _of_the_spread(ranked: Ranked) -> tuple[float, ...]:
    """Where the first and the nearest passage lie among the cosines of all; 0 each without the model."""
    if not ranked.deviation:
        return (0.0,) * len(OF_THE_SPREAD)
    cosines = sorted((each.features[_MEANING] for each in ranked.scored), reverse=True)
    return (
        (ranked.scored[0].features[_MEANING] - ranked.mean) / ranked.deviation,
        (cosines[0] - ranked.mean) / ranked.deviation,
        cosines[0] - cosines[min(4, len(cosines) - 1)],
        ranked.mean,
    )


def _of_the_order(index: PolicyIndex, ranked: Ranked) -> tuple[float, ...]:
    first = ranked.scored[0]
    second = next(iter(ranked.scored[1:]), first)
    best_meaning = max(each.features[_MEANING] for each in ranked.scored)
    best_words = max(each.features[_WORDS] for each in ranked.scored)
    leading = ranked.scored[:3]
    return (
        min(_FARTHEST, first.score - second.score),
        1 / sum(math.exp(each.score - first.score) for each in ranked.scored),
        first.score,
        float(first.features[_MEANING] == best_meaning),
        float(first.features[_WORDS] == best_words),
        best_meaning,
        best_words,
        *_meant(ranked),
        sum(_is_on_main(index, ranked, each) for each in leading) / len(leading),
    )


def _meant(ranked: Ranked) -> tuple[float, ...]:
    """What the question's words come to in the first passage and in those after it, by word."""
    compared = [each.number for each in ranked.scored[:NEAREST] if each.number in ranked.meant.nearest]
    if not compared or not ranked.meant.weights:
        return (0.0,) * 6
    first = ranked.meant.nearest[compared[0]]
    by_word = zip(*(ranked.meant.nearest[number] for number in compared), strict=True)
    farther = [max(each) - own for own, each in zip(first, by_word, strict=True)]
    least = sorted(first)[:2]
    return (
        ranked.meant.mean(compared[0]),
        max(map(ranked.meant.mean, compared)),
        least[0],
        sum(least) / len(least),
        sum(map(mul, ranked.meant.weights, farther)),
        max(farther),
    )


def _on_the_topic(index: PolicyIndex, ranked: Ranked, first: Scored) -> tuple[float, ...]:
    unit = index.units[first.number]
    on_main = _is_on_main(index, ranked, first)
    return (
        float(on_main),
        max((unit.evidence.get(key, 0.0) for key in ranked.main), default=0.0),
        first.features[_COVERED] if on_main else 0.0,
    )


def _of_the_question(index: PolicyIndex, ranked: Ranked, topics: Topics) -> tuple[float, ...]:
    scope = topics[next(iter(ranked.asked))].scope if ranked.asked else None
    size = math.log(min(max(index.size, _SMALLEST), _LARGEST) / 1000)
    missing = is_missing(index, ranked)
    return (
        unseen(ranked.sought, index),
        float(names_unseen(ranked.sought, index)),
        float(missing),
        size if missing else 0.0,
        float(scope is None),
        float(scope is Scope.EXACT),
        float(scope is Scope.NARROW),
        size,
        math.log1p(max((len(index.on_topic.get(key, ())) for key in ranked.main), default=0)),
        float(ranked.sought.yes_or_no),
        float(bool(ranked.sought.facts)),
        math.log1p(len(ranked.sought.wanted)),
        float(len(ranked.asked)),
        float(len(ranked.main)),
    )


def _of_the_object(index: PolicyIndex, ranked: Ranked) -> tuple[float, ...]:
    """Whether the main topic is what the question is about, or beside the point; and what is left without it."""
    sought, first = ranked.sought, index.units[ranked.scored[0].number]
    wanted = dict(sought.wanted)
    told = ranked.told & wanted.keys()
    rest = wanted.keys() - told
    share = _part(sought, told, wanted.keys())
    seen = frozenset(stem for stem in wanted if any(map(index.has, wanted[stem])))
    missing, words_seen = is_missing(index, ranked), _part(sought, told & seen, told)
    near = [index.units[each.number].around for each in ranked.scored[:_NEXT]]
    return (
        max((ranked.asked[key] for key in ranked.main), default=0.0),
        share,
        words_seen,
        share if missing else 0.0,
        float(missing and share < ASIDE),
        words_seen if missing else 0.0,
        _part(sought, rest & seen, rest),
        _part(sought, _held(rest, wanted, first.around), rest),
        max((_part(sought, _held(rest, wanted, each), rest) for each in near), default=0.0),
    )


def part_told(ranked: Ranked) -> float:
    """The part of a question, by rarity, that the words make up in which its main topics were recognised."""
    wanted = dict(ranked.sought.wanted)
    return _part(ranked.sought, ranked.told & wanted.keys(), wanted.keys())


def _held(stems: Iterable[str], forms: Mapping[str, frozenset[str]], has: frozenset[str]) -> frozenset[str]:
    """Those of some stems that a sentence has in some form."""
    return frozenset(stem for stem in stems if not forms[stem].isdisjoint(has))


def _part(sought: Sought, some: Iterable[str], of: Iterable[str]) -> float:
    """The part of stems, by rarity, that some of them are; 0 of none."""
    whole = sum(sought.rarity[stem] for stem in of)
    return sum(sought.rarity[stem] for stem in some) / whole if whole else 0.0


def _of_the_next(index: PolicyIndex, ranked: Ranked) -> tuple[float, ...]:
    """The most that any of the passages after the first has, of what may answer."""
    following = ranked.scored[1:_NEXT]
    if not following:
        return (0.0,) * len(OF_THE_NEXT)
    return (
        *(max(each.features[place] for each in following) for place in _NEXT_PLACES),
        float(any(_is_on_main(index, ranked, each) for each in following)),
        float(any(not index.units[each.number].direct.isdisjoint(ranked.asked) for each in following)),
        max(each.features[_WORDS] for each in following),
        max((min(ranked.meant.nearest.get(each.number, ()), default=0.0) for each in following), default=0.0),
    )


def _is_on_main(index: PolicyIndex, ranked: Ranked, one: Scored) -> bool:
    return not index.units[one.number].direct.isdisjoint(ranked.main)
