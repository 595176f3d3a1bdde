"""Times and rates of several ways to do a thing, taken by turns so that a busy machine is busy for all of them."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Clock = Callable[[], float]


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


def rate(call: Callable[[], object], seconds: float, clock: Clock = time.perf_counter) -> float:
    """How often a second a call can be made, calling for at least so many seconds."""
    started, done = clock(), 0
    while (passed := clock() - started) < seconds or not done:
        call()
        done += 1
    return done / passed
