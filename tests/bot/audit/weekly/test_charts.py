"""Charts of text: nothing is wider than a phone, what is there is seen, and more is never drawn shorter."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import width

from bot.audit.weekly.charts import EIGHTHS_RIGHT, EIGHTHS_UP, ISOLATED, WIDEST, bars, columns, paired, short

labels = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)
rows = st.lists(st.tuples(labels, st.integers(0, 10_000_000)), min_size=1, max_size=12)


def length_of(line: str) -> int:
    """The bar's length in eighths of a character."""
    return sum(EIGHTHS_RIGHT.index(letter) for letter in line if letter in EIGHTHS_RIGHT[1:])


@given(rows)
def test_bars_fit_and_keep_their_order(rows: list[tuple[str, int]]) -> None:
    lines = bars(rows).split("\n")
    beside = len(lines) == len(rows)
    assert beside or len(lines) == 2 * len(rows)
    lines = lines if beside else lines[1::2]
    assert all(width(line) <= WIDEST for line in bars(rows).split("\n"))
    assert all(line.endswith(f"{number:,}") for line, (_, number) in zip(lines, rows, strict=True))
    drawn = sorted(zip((number for _, number in rows), map(length_of, lines), strict=True))
    assert all(a[1] <= b[1] for a, b in pairwise(drawn))
    assert all((length > 0) == (number > 0) for number, length in drawn)


@given(rows)
def test_columns_stand_above_their_labels(rows: list[tuple[str, int]]) -> None:
    lines = columns([(label[:3], number) for label, number in rows]).split("\n")
    assert all(short(number) in lines[-1] for _, number in rows)
    tops = [line for line in lines[:-2] if set(line) <= set(EIGHTHS_UP)]
    assert len(tops) == len(lines) - 2 <= 4


def test_a_week() -> None:
    week = [("Mo", 52), ("Tu", 31), ("We", 60), ("Th", 44), ("Fr", 12), ("Sa", 0), ("Su", 1)]
    assert columns(week, height=2) == "\n".join(
        ("▆▆    ██ ▄▄", "██ ██ ██ ██ ▃▃    ▁▁", "Mo Tu We Th Fr Sa Su", "52 31 60 44 12  0  1")
    )


def test_bars_as_people_see_them() -> None:
    assert bars([("Support", 120), ("Billing", 30), ("Marketing", 0)], width=24) == "\n".join(
        ("Support   ██████████ 120", "Billing   ██▌         30", "Marketing              0")
    )


def test_names_that_no_fixed_width_font_has_stand_above_their_bars() -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff"
    names = ("田中 さくら", "김민지", "فاطمة الزهراء", long, "Zoe\u0301")
    lines = bars([(name, 8) for name in names]).split("\n")
    assert lines[::2] == ["田中 さくら", "김민지", ISOLATED.format("فاطمة الزهراء"), f"{long[:33]}…", "Zoe\u0301"]
    assert set(lines[1::2]) == {"█" * 32 + " 8"}
    asked = "個人データの保存期間はどのくらいですかと尋ねられた"
    assert paired([(asked, 2, 1)]).split("\n")[0] == "個人データの保存期間はどのくらい…"


def test_accents_of_their_own_and_long_names_keep_bars_in_line() -> None:
    lines = bars([("Zoe\u0301", 8), ("Mārtiņš Κώστας Жанна Ķirsis", 8)])
    assert [width(line.partition("█")[0]) for line in lines.split("\n")] == [18, 18]
    assert lines.split("\n")[1].startswith("Mārtiņš Κώστας Ж… ")


def test_nothing_is_drawn_of_nothing() -> None:
    assert bars([]) == columns([]) == ""
    assert bars([("a", 0)]).split() == ["a", "0"]


def test_numbers_in_four_characters() -> None:
    assert [short(n) for n in (0, 999, 1000, 9_999, 99_999, 999_999, 1_200_000)] == [
        *("0", "999", "1.0k", "9.9k", "99k", "999k"),
        "1.2M",
    ]
