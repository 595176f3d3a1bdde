"""Intervals by bootstrap."""

from random import Random

from bench.evaluation.intervals import Case, interval


def cases(values: list[float], clusters: int) -> list[Case]:
    return [Case(value, place % clusters) for place, value in enumerate(values)]


def test_it_holds_the_mean_and_is_the_same_again() -> None:
    drawn = cases([1.0] * 30 + [0.0] * 10, clusters=1)
    first, second = (interval(drawn, Random(7)) for _ in range(2))
    assert first == second
    assert first is not None
    low, high = first
    assert low < 0.75 < high
    assert high - low < 0.35


def test_more_cases_make_it_narrower() -> None:
    few, many = (interval(cases([1.0, 0.0] * size, clusters=1), Random(7)) for size in (10, 400))
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < few[1] - few[0]


def test_texts_that_stand_or_fall_together_make_it_wider() -> None:
    """Ten texts, each wholly right or wholly wrong, say less than a hundred questions of one text."""
    together = [Case(float(text % 2), text) for text in range(10) for _ in range(10)]
    alone = [Case(case.value, "one") for case in together]
    wide, narrow = interval(together, Random(7)), interval(alone, Random(7))
    assert wide is not None
    assert narrow is not None
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_one_case_has_none() -> None:
    assert interval([Case(1.0, "one")], Random(7)) is None
