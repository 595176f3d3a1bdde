"""Days as they are written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.days import read_day


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "2026-02-30",
        "0000-01-01",
        "20260302",
        "2026-W10-1",
        "2026-3-2",
        "02.03.2026",
        " 2026-03-02",
        "2026-03-02\n",
        "2026-03-02T09",
        "٢٠٢٦-٠٣-٠٢",
    ],
)
def test_what_is_written_otherwise_is_none(typed: str | None) -> None:
    assert read_day(typed) is None
