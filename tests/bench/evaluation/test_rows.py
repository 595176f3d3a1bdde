"""Rows as people and programs read them, and the rows about cost."""

import io

import pytest
from rich.console import Console

from bench.evaluation.__main__ import concluded
from bench.evaluation.clocks import percentile
from bench.evaluation.costs import times
from bench.evaluation.printing import table
from bench.evaluation.rows import Figure, document
from bench.rows import Aim

LEAST, MOST = Aim(0.8, at_most=False), Aim(1.5)


@pytest.mark.parametrize(("value", "verdict"), [(0.8, "ok"), (0.79, "missed")])
def test_an_aim_bounds_the_value(value: float, verdict: str) -> None:
    assert Figure("x", value, "share", 0.1, LEAST).verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [(15.0, "ok"), (15.1, "missed")])
def test_an_aim_bounds_the_ratio_where_it_says_so(value: float, verdict: str) -> None:
    assert Figure("x", value, "ms", 10.0, MOST, "ratio").verdict == verdict


def test_without_a_floor_a_ratio_is_not_judged() -> None:
    assert Figure("x", 3.0, "ms", None, MOST, "ratio").verdict == ""
    assert Figure("x", 3.0, "share", 0.0).ratio is None


def test_the_last_line_says_of_aims_only_what_was_judged() -> None:
    aimless, met = Figure("support: right", 0.5, "share", 0.2), Figure("x", 0.9, "share", 0.1, LEAST)
    assert concluded([aimless]) == concluded([]) == "Nothing that was measured has an aim."
    assert concluded([aimless, met]) == "Every aim was reached."
    assert concluded([met, Figure("y", 0.5, "share", 0.1, LEAST)]) == "Missed: y."


def test_the_document_has_the_contracts_keys() -> None:
    rows = [
        Figure("a", 0.123456, "share", 0.5, LEAST, interval=(0.1, 0.2), cases=40),
        Figure("b", 3, "ms", 2, MOST, "ratio"),
    ]
    assert document({"cores": 2}, rows) == {
        "machine": {"cores": 2},
        "rows": [
            {"name": "a", "value": 0.12346, "floor": 0.5, "ratio": 0.24691, "unit": "share", "aim": ">= 0.8"},
            {"name": "b", "value": 3.0, "floor": 2.0, "ratio": 1.5, "unit": "ms", "aim": "ratio <= 1.5"},
        ],
    }


def test_the_table_shows_intervals_and_verdicts() -> None:
    console = Console(file=io.StringIO(), width=140, record=True)
    console.print(table([Figure("right", 0.5, "share", 0.25, LEAST, interval=(0.41, 0.59), cases=1490)]))
    said = console.export_text()
    assert "0.41–0.59" in said
    assert "1,490" in said
    assert "missed" in said


def test_percentiles() -> None:
    assert percentile([3.0], 95) == 3.0
    assert percentile([float(number) for number in range(101)], 95) == 95.0


def test_time_stands_beside_the_bare_model_where_there_is_one() -> None:
    said = {
        "answers": [4.0, 6.0, 8.0],
        "bare": [4.0, 4.0, 4.0],
        "own": [8.0, 8.0, 8.0],
        "first": [[500, 10.0], [2000, 10.0]],
    }
    rows = {row.name: row for row in times("with model", said)}
    assert rows["time, p50, with model"].ratio == 1.5
    beside = rows["time, p95 beside the bare model, with model"]
    assert (beside.aim_text, beside.verdict) == ("ratio <= 1.5", "missed")
    own = rows["time, p95 beside its own session alone, with model"]
    assert (own.floor, own.aim_text, own.verdict) == (8.0, "ratio <= 1.5", "ok")
    assert rows["time, p95, with model"].verdict == "ok"
    assert rows["time, first answer on 1,000 words, with model"].value == 12.5
    assert len(times("without model", {**said, "bare": [], "own": []})) == 3
