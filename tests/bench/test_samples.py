"""Taking measurements by turns."""

import random
from collections.abc import Sequence

import pytest

from bench.samples import Samples, between, by_pairs, by_turns, rate


def test_ways_take_turns_and_the_order_is_reversed_each_round() -> None:
    order: list[str] = []
    steps: list[None] = []

    def way(name: str, value: float) -> Sequence[float]:
        order.append(name)
        return [value, value]

    a, b = by_turns([lambda: way("a", 1.0), lambda: way("b", 2.0)], 3, lambda: steps.append(None))
    assert "".join(order) == "abbaab"
    assert (a.values, b.values) == ([1.0] * 6, [2.0] * 6)
    assert len(steps) == 6


def test_percentiles() -> None:
    samples = Samples([float(number) for number in range(1, 102)])
    assert (samples.p50, samples.p99) == (51.0, 100.0)


def test_a_rate_is_calls_by_the_time_that_they_took() -> None:
    now = [100.0]

    def call() -> None:
        now[0] += 0.25

    assert rate(call, 1.0, clock=lambda: now[0]) == 4.0
    assert rate(call, 0.0, clock=lambda: now[0]) == 4.0


def test_what_slows_the_machine_is_in_no_ratio_by_pairs() -> None:
    floor, value = Samples([100.0, 10.0, 40.0, 100.0, 100.0]), Samples([90.0, 9.0, 36.0, 5.0, 90.0])
    assert by_pairs(value, floor) == (0.9, 0.9, 0.9, 0.05, 0.9)
    with pytest.raises(ValueError, match="longer"):
        by_pairs(Samples([1.0]), floor)


@pytest.mark.parametrize(
    ("count", "interval"),
    [(1, (1, 1)), (5, (1, 5)), (6, (1, 6)), (7, (1, 7)), (9, (2, 8)), (14, (3, 12)), (21, (6, 16))],
)
def test_a_median_lies_between_what_tables_of_the_sign_test_say(count: int, interval: tuple[float, float]) -> None:
    values = [float(one) for one in range(1, count + 1)]
    random.Random(count).shuffle(values)
    assert between(values) == interval
