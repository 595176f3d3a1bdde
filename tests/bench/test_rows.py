"""Rows as people and programs read them."""

import io

import pytest
from rich.console import Console

from bench.printing import number, table
from bench.rows import Aim, Row, document

MOST, LEAST = Aim(2), Aim(0.5, at_most=False)


@pytest.mark.parametrize(
    ("aim", "value", "verdict"),
    [(MOST, 20.0, "ok"), (MOST, 20.1, "missed"), (LEAST, 5.0, "ok"), (LEAST, 4.9, "missed"), (None, 99.0, "")],
)
def test_an_aim_bounds_value_to_floor(aim: Aim | None, value: float, verdict: str) -> None:
    assert Row("x", value, "ms", 10.0, aim).verdict == verdict


def test_the_ratio_of_pairs_is_their_median_and_is_what_is_judged() -> None:
    row = Row("x", 9.0, "1/s", 10.0, LEAST, (0.4, 3.0, 0.49))
    assert (row.ratio, row.verdict, row.document()["ratio"]) == (0.49, "missed", 0.49)
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table([row]))
    assert "0.40-3.00: 0.49" in console.export_text()


def test_without_a_floor_nothing_is_judged() -> None:
    row = Row("x", 3.0, "MiB", aim=MOST)
    assert (row.ratio, row.verdict) == (None, "")


def test_the_document_has_the_contracts_keys() -> None:
    rows = [Row("acknowledgement p50, sqlite", 1.234567, "ms", 0.5, MOST), Row("memory at rest, sqlite", 99.0, "MiB")]
    assert document({"cores": 2}, rows) == {
        "machine": {"cores": 2},
        "rows": [
            {
                "name": "acknowledgement p50, sqlite",
                "value": 1.2346,
                "floor": 0.5,
                "ratio": 2.4691,
                "unit": "ms",
                "aim": "<= 2",
            },
            {"name": "memory at rest, sqlite", "value": 99.0, "floor": None, "ratio": None, "unit": "MiB", "aim": None},
        ],
    }


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0.02134, "0.0213"), (1.42, "1.42"), (2310.4, "2,310")])
def test_numbers_are_short(value: float | None, text: str) -> None:
    assert number(value) == text


def test_the_table_says_what_was_missed() -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table([Row("a", 3.0, "ms", 1.0, MOST), Row("b", 1.5, "ms", 1.0, MOST)]))
    lines = console.export_text().splitlines()
    (a,), (b,) = ([line for line in lines if f"│ {name} " in line] for name in "ab")
    assert "3.00" in a
    assert "missed" in a
    assert "missed" not in b
    assert "ok" in b
