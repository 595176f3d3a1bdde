"""Times and rates of several ways to do a thing, taken by turns so that a busy machine is busy for all of them."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Clock = Callable[[], float]
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Samples:
    """What was measured of one way, in the order it was taken."""

    values: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def p99(self) -> float:
        """The 99th percentile, interpolated. Needs at least two values."""
        return statistics.quantiles(self.values, n=100, method="inclusive")[98]


def by_turns(
    ways: Sequence[Callable[[], Sequence[float]]], rounds: int, progress: Callable[[], None]
) -> tuple[Samples, ...]:
    """Call each way once a round, the first of a round being the last of the one before: A B B A A B …"""
    samples = tuple(Samples() for _ in ways)
    pairs = list(zip(ways, samples, strict=True))
    for _ in range(rounds):
        for way, taken in pairs:
            taken.values.extend(way())
            progress()
        pairs.reverse()
    return samples


def by_pairs(value: Samples, floor: Samples) -> tuple[float, ...]:
    """Value ÷ floor of each round, in order. Of one turn a round; the two turns of a round are neighbours in time.

    What slows the machine for longer than a round slows both, and is in no ratio; one bad turn is in one ratio.
    """
    return tuple(ours / theirs for ours, theirs in zip(value.values, floor.values, strict=True))


def between(values: Sequence[float]) -> tuple[float, float]:
    """The interval in which the median of what the values are a sample of lies, 95 times in 100 or more often.

    By the sign test, which supposes nothing of how they are spread; the least and the greatest where fewer than six
    values let no more be said.
    """
    ordered, count = sorted(values), len(values)
    below = 0  # so many of either end are too many by chance, once in twenty
    while sum(math.comb(count, few) for few in range(below + 1)) / 2**count <= (1 - SURE) / 2:
        below += 1
    lowest = max(below - 1, 0)
    return ordered[lowest], ordered[count - 1 - lowest]


def rate(call: Callable[[], object], seconds: float, clock: Clock = time.perf_counter) -> float:
    """How often a second a call can be made, calling for at least so many seconds."""
    started, done = clock(), 0
    while (passed := clock() - started) < seconds or not done:
        call()
        done += 1
    return done / passed
