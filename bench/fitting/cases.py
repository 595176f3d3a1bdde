"""What a probability is fitted on: the signs of each question's first sentence, and whether what is asked is so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.fitting.examples import Example, Numbers
from bench.fitting.regression import logistic
from bot.privacy.answering.confidence import OF_THE_ORDER, OF_THE_PASSAGE, OF_THE_QUESTION, ON_THE_TOPIC, SIGNS
from bot.privacy.answering.topics import Topics

PENALTY, PENALTY_OF_SILENCE = 3.0, 10.0
_OF_ANY_QUESTION = np.array(
    [sign in {*OF_THE_ORDER, *OF_THE_PASSAGE, *ON_THE_TOPIC, *OF_THE_QUESTION} for sign in SIGNS]
)
"""The signs that say nothing of how a question is put, which differs with who asks."""
REMOVED = 0.5
"""What a question counts whose right sentences were taken away: it has no answer then, or nearly."""


@dataclass(frozen=True, slots=True)
class Cases:
    """A row of signs each, whether it is so, what it counts, and with which part of the policies it is left out."""

    rows: Numbers
    truth: Numbers
    weights: Numbers
    parts: Numbers

    def first(self, number: int, truth: Numbers | None = None) -> "Cases":
        """The first so many, of which something else may be asked."""
        kept = self.truth[:number] if truth is None else truth
        return Cases(self.rows[:number], kept, self.weights[:number], self.parts[:number])

    def without(self, part: int) -> "Cases":
        """Those of all other parts."""
        kept = self.parts != part
        return Cases(self.rows[kept], self.truth[kept], self.weights[kept], self.parts[kept])

    def left_out(self, fit: "Fit") -> Numbers:
        """How likely each is by weights that never saw its part."""
        chances = np.zeros(len(self.rows))
        for part in np.unique(self.parts):
            away = self.parts == part
            chances[away] = self.by(*fit(self.without(part)))[away]
        return chances

    def by(self, weights: Numbers, bias: float) -> Numbers:
        """How likely each is by weights."""
        chances: Numbers = 1 / (1 + np.exp(-(self.rows @ weights + bias)))
        return chances


Fit = Callable[[Cases], tuple[Numbers, float]]
"""Weights and bias from cases."""


def answering(kept: Cases) -> tuple[Numbers, float]:
    """That a passage answers: the mean of two fits, on all signs and on those of any question."""
    every = logistic(kept.rows, kept.truth, kept.weights, PENALTY)
    of_any = np.r_[_OF_ANY_QUESTION, np.ones(kept.rows.shape[1] - len(SIGNS), bool)]  # and what comes of reading
    plain = logistic(kept.rows[:, of_any], kept.truth, kept.weights, PENALTY)
    weights = every[0] / 2
    weights[of_any] += plain[0] / 2
    return weights, (every[1] + plain[1]) / 2


def silence(kept: Cases) -> tuple[Numbers, float]:
    """That nothing in the policy answers."""
    return logistic(kept.rows, kept.truth, kept.weights, PENALTY_OF_SILENCE)


def cases(examples: Sequence[Example], ranks: Sequence[Numbers], fold: Mapping[str, int], topics: Topics) -> Cases:
    """Of each example its first sentence by the ranking that never saw its policy; then, of each that has right
    sentences and others, the first of the others (where sentences are read, of those).
    """
    mixed = (each for each in examples if _is_mixed(each) and (each.wrong_read or not each.read))
    chosen = [*((each, False) for each in examples), *((each, True) for each in mixed)]
    parts = [fold[each.policy] for each, _ in chosen]
    known = [
        each.signs(ranks[part], topics, removed=removed) for part, (each, removed) in zip(parts, chosen, strict=True)
    ]
    return Cases(
        np.array([row for row, _ in known]),
        np.array([right for _, right in known]),
        np.array([REMOVED if removed else 1.0 for _, removed in chosen]),
        np.array(list(map(float, parts))),
    )


def _is_mixed(example: Example) -> bool:
    return bool(example.answerable and example.right.any() and not example.right.all())
