"""How far a figure would move with other questions: percentile intervals by bootstrap."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from random import Random

RESAMPLES = 2000
FEWEST_CLUSTERS = 6
"""With fewer texts than this the questions themselves are drawn again."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a mean: its value, and the text that it belongs to."""

    value: float
    cluster: Hashable


def interval(cases: Sequence[Case], random: Random, resamples: int = RESAMPLES) -> tuple[float, float] | None:
    """The 95% interval of the mean; None for fewer than two cases.

    Questions on one text stand or fall together, so that whole texts are drawn again where there are enough of them.
    """
    if len(cases) < 2:
        return None
    groups: dict[Hashable, list[float]] = {}
    for case in cases:
        groups.setdefault(case.cluster, []).append(case.value)
    if len(groups) < FEWEST_CLUSTERS:
        groups = {place: [case.value] for place, case in enumerate(cases)}
    sums = [(sum(values), len(values)) for values in groups.values()]
    means = sorted(_mean(random.choices(sums, k=len(sums))) for _ in range(resamples))
    return means[int(0.025 * resamples)], means[int(0.975 * resamples) - 1]


def _mean(sums: Sequence[tuple[float, int]]) -> float:
    return sum(total for total, _ in sums) / sum(count for _, count in sums)
