"""Waits between tries."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.schedule.backoff import Backoff

chances = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 10_000), chances)
def test_a_wait_is_never_longer_than_the_longest_nor_shorter_than_half_the_first(attempts: int, chance: float) -> None:
    backoff = Backoff(timedelta(seconds=2), timedelta(minutes=5))
    assert timedelta(seconds=1) <= backoff.after(attempts, chance) <= timedelta(minutes=5)


@given(st.integers(1, 6), chances)
def test_waits_double(attempts: int, chance: float) -> None:
    backoff = Backoff(timedelta(seconds=2), timedelta(minutes=5))
    ratio = backoff.after(attempts + 1, chance) / backoff.after(attempts, chance)
    assert abs(ratio - 2) < 0.001


def test_chance_spreads_them() -> None:
    assert Backoff().after(3, 0.0) < Backoff().after(3, 0.5) < Backoff().after(3, 0.9)
