"""Taking measurements by turns."""

from collections.abc import Sequence

from bench.samples import Samples, by_turns, rate


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
