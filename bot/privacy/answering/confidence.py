"""How likely the nearest passage answers a question: a logistic regression on what is known of the two.

The weights are fitted (weights.py); no feature knows a question, a topic or a text by name.
"""

import math

from bot.privacy.answering.features import NAMES, names_unseen, narrowest, unseen
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.ranking import Ranked
from bot.privacy.answering.topics import Scope, Topics
from bot.privacy.answering.weights import (
    BIAS_WITH_MODEL,
    BIAS_WITHOUT_MODEL,
    CHANCE_WITH_MODEL,
    CHANCE_WITHOUT_MODEL,
)

OF_THE_PASSAGE = (
    "meaning", "heading_meaning", "words", "exact", "narrow", "normal", "wide", "topics_covered", "covered",
    "covered_around", "pairs", "fact_told", "fact_lacking", "hard_fact_lacking", "named", "same_actor", "brief",
)  # fmt: skip
OF_THE_QUESTION = ("unseen", "names_unseen", "missing", "no_topic", "asked_exact", "asked_narrow", "size")
SIGNS = ("score_gap", "share", *OF_THE_PASSAGE, *OF_THE_QUESTION)
"""`score_gap`: how far the first passage is ahead of the second (at most 3); `share`: its part of the likelihood among
all, by their scores; `unseen`: the part of the question's words, by rarity, that the policy has in no form;
`names_unseen`: it names something that the policy never does; `missing`: no passage is on the asked topic; `no_topic`:
none was recognised; `size`: the logarithm of the policy's words in thousands."""
_PLACES = tuple(NAMES.index(name) for name in OF_THE_PASSAGE)
_FARTHEST = 3.0


def probability(signs: tuple[float, ...], *, with_model: bool) -> float:
    """How likely the passage answers the question, 0 to 1; `signs` in the order of `SIGNS`."""
    weights, bias = (CHANCE_WITH_MODEL, BIAS_WITH_MODEL) if with_model else (CHANCE_WITHOUT_MODEL, BIAS_WITHOUT_MODEL)
    total = bias + sum(weight * sign for weight, sign in zip(weights, signs, strict=True))
    return 1 / (1 + math.exp(-total))


def is_missing(index: PolicyIndex, ranked: Ranked, topics: Topics) -> bool:
    """Whether a topic is asked that no passage is on."""
    main = narrowest(ranked.asked, topics)
    return bool(main) and not any(key in index.on_topic for key in main)


def signs(index: PolicyIndex, ranked: Ranked, topics: Topics) -> tuple[float, ...]:
    """What is known of the nearest passage and a question, in the order of `SIGNS`."""
    first = ranked.scored[0]
    second = ranked.scored[min(1, len(ranked.scored) - 1)]
    scope = topics[next(iter(ranked.asked))].scope if ranked.asked else None
    return (
        min(_FARTHEST, first.score - second.score),
        1 / sum(math.exp(each.score - first.score) for each in ranked.scored),
        *(first.features[place] for place in _PLACES),
        unseen(ranked.sought, index),
        float(names_unseen(ranked.sought, index)),
        float(is_missing(index, ranked, topics)),
        float(scope is None),
        float(scope is Scope.EXACT),
        float(scope is Scope.NARROW),
        math.log(max(index.size, 1) / 1000),
    )
