"""Two small fits: a softmax over a question's sentences, and a logistic regression. Deterministic."""

from collections.abc import Sequence

import numpy as np

from bench.fitting.examples import Example, Numbers

_STEPS, _RATE, _DECAY = 300, 0.05, 0.0005
_STEPS_ON = 100
"""Steps from weights that were fitted on nearly the same."""
_NEWTON, _NEAR_ENOUGH = 25, 1e-9


def ranking(examples: Sequence[Example], weights: Sequence[float], start: Numbers | None = None) -> Numbers:
    """Weights that put a right sentence before others: the mean of -log of the right ones' share, by Adam.

    `start`: weights of a fit on nearly the same, from which fewer steps are needed.
    """
    used = [(each, weight) for each, weight in zip(examples, weights, strict=True) if (each.right & each.counts).any()]
    shape = (len(used), max(len(each.rows) for each, _ in used))
    rows = np.zeros((*shape, used[0][0].rows.shape[1]))
    right, there = np.zeros(shape, bool), np.zeros(shape, bool)
    for place, (each, _) in enumerate(used):
        size = int(each.counts.sum())
        rows[place, :size] = each.rows[each.counts]
        right[place, :size], there[place, :size] = each.right[each.counts], True
    share = np.array([weight for _, weight in used])
    share /= share.sum()
    fitted, first, second = (np.zeros(rows.shape[2]) for _ in range(3))
    fitted = fitted if start is None else start.copy()
    for step in range(1, (_STEPS if start is None else _STEPS_ON) + 1):
        scores = np.where(there, rows @ fitted, -1e9)
        likely = np.exp(scores - scores.max(1, keepdims=True))
        likely /= likely.sum(1, keepdims=True)
        wanted = np.where(right, likely, 0)
        wanted /= wanted.sum(1, keepdims=True) + 1e-9
        slope = np.einsum("nm,nmf->f", (likely - wanted) * share[:, None], rows) + _DECAY * fitted
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope * slope
        fitted -= _RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return fitted


def logistic(rows: Numbers, right: Numbers, weights: Numbers, penalty: float) -> tuple[Numbers, float]:
    """Weights and bias of a logistic regression with an L2 penalty on the scaled weights, by Newton's method."""
    mean, spread = rows.mean(0), rows.std(0) + 1e-6
    scaled = np.c_[(rows - mean) / spread, np.ones(len(rows))]
    ridge = np.eye(scaled.shape[1]) * penalty * len(rows) / 100
    ridge[-1, -1] = 1e-6
    fitted = np.zeros(scaled.shape[1])
    for _ in range(_NEWTON):
        chance = 1 / (1 + np.exp(-scaled @ fitted))
        slope = scaled.T @ ((chance - right) * weights) + ridge @ fitted
        curve = (scaled * (weights * chance * (1 - chance))[:, None]).T @ scaled + ridge
        step = np.linalg.solve(curve, slope)
        fitted -= step
        if np.abs(step).max() < _NEAR_ENOUGH:
            break
    plain = fitted[:-1] / spread
    return plain, float(fitted[-1] - (plain * mean).sum())
