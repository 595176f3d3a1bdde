"""Two heads on what the cross-encoder makes of a pair: that the sentence answers, and that the policy does."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bench.fitting.examples import Example, Numbers, RawPair
from bench.fitting.regression import logistic
from bot.privacy.answering.cross_encoder import CrossEncoder, PairRead
from bot.privacy.answering.ranking import READ

FITTED_ON = 6
"""Of each question the first sentences that are read: weights that never saw its policy may put others first than those
that did, and where the right ones are taken away others come first.
"""
PENALTY = 10.0


class Heads(NamedTuple):
    """Weights for what the model's last layer makes of a pair."""

    right: Numbers
    right_bias: float
    answered: Numbers
    answered_bias: float

    def of(self, pair: RawPair) -> PairRead:
        """What the heads make of a pair."""
        right, answered = pair.vector @ self.right + self.right_bias, pair.vector @ self.answered + self.answered_bias
        return PairRead(pair.number, float(right), float(answered))


def read(examples: Sequence[Example], rank: Numbers, encoder: CrossEncoder) -> list[Example]:
    """The examples with what the model makes of their first sentences by weights: some minutes."""
    return [_read(each, rank, encoder) for each in examples]


def _read(example: Example, rank: Numbers, encoder: CrossEncoder) -> Example:
    numbers = [each.number for each in example.scored(rank)[:FITTED_ON]]
    raw = encoder.raw(example.question, list(map(example.index.read_after_heading, numbers)))
    pairs = (RawPair(float(number), vector) for number, vector in zip(raw.numbers, raw.vectors, strict=True))
    return replace(example, raw=dict(zip(numbers, pairs, strict=True)))


def fit_heads(examples: Sequence[Example], rank: Callable[[Example], Numbers]) -> Heads:
    """Heads from the sentences that would be read, each by weights that never saw its policy; that the policy answers,
    from the sentence with the highest number.
    """
    rows, right, best, answerable = [], [], [], []
    for each in examples:
        first = [one.number for one in each.scored(rank(each)) if one.number in each.raw][:READ]
        rows += [each.raw[number].vector for number in first]
        right += [float(each.is_right(number)) for number in first]
        best.append(max((each.raw[number] for number in first), key=lambda pair: pair.number).vector)
        answerable.append(float(each.answerable))
    return Heads(*_head(rows, right), *_head(best, answerable))


def _head(rows: Sequence[Numbers], truth: Sequence[float]) -> tuple[Numbers, float]:
    return logistic(np.array(rows, np.float64), np.array(truth), np.ones(len(truth)), PENALTY)
