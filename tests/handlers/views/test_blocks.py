"""Text that people typed, as data: whatever is in it, what stands around it is read as it was written."""

import re
import sys
from unicodedata import bidirectional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views.blocks import apart, code, cut_marked, escape, literal, strong

TURNED = "\u202eevil moc.elgoog \u2067x"


@pytest.mark.parametrize("written", [escape, strong, code])
def test_no_mark_turns_what_follows_round(written: object) -> None:
    assert callable(written)
    assert "evil moc.elgoog x" in written(TURNED)
    assert not any(mark in written(TURNED) for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    hebrew = "\u05e9\u05dc\u05d5\u05dd \u05d1\u05e2\u200f"
    assert hebrew in written(hebrew), "what is written from right to left stays"


def test_a_name_of_several_lines_is_bold_as_a_whole() -> None:
    assert strong("Line\nBreak *bold* <!channel>") == "*Line Break ∗bold∗ &lt;!channel&gt;*"


def test_what_is_written_from_right_to_left_turns_no_line_of_ours_round() -> None:
    """The line keeps its direction, and what stands beside the name its place: https://unicode.org/reports/tr9/."""
    hebrew = "\u05e9\u05dc\u05d5\u05dd"
    for drawn in (strong(hebrew).strip("*"), literal(hebrew)):
        assert drawn == f"\u200e\u2068{hebrew}\u2069"
    assert literal("Š. Ozoliņš 株式会社") == "Š. Ozoliņš 株式会社"
    assert strong("_kursiv_ `code` :tulip:") == "*ˍkursivˍ ˋcodeˋ ∶tulip:*"


def test_every_letter_that_is_written_from_right_to_left_is_kept_apart() -> None:
    """All of Unicode, as Python has it."""
    kept = {one for one in map(chr, range(sys.maxunicode + 1)) if apart(one) != one}
    assert kept == {one for one in map(chr, range(sys.maxunicode + 1)) if bidirectional(one) in ("R", "AL")}


@given(st.text(alphabet="*_~`:a1 -\n", max_size=40))
def test_typed_marks_draw_nothing(typed: str) -> None:
    """Slack draws *bold*, ~struck~ and `code` of any of these marks, _italics_ at a word's edges, and :emoji:."""
    drawn = literal(typed)
    assert not re.search(r"[*~`]|(?<![a-z0-9])_|_(?![a-z0-9])|:[a-z0-9_+'-]+:", drawn)
    assert len(drawn) == len(typed)


@pytest.mark.parametrize("drawn", ["*a*", "~a~", "`a`", "_a_", ":a:"])
def test_each_mark_draws_nothing_where_it_is_the_only_one(drawn: str) -> None:
    assert literal(drawn)[0] not in "*~`_:"


def test_what_draws_nothing_stays_as_it_was_typed() -> None:
    said = "first_last@acme.example at 10:45, ratio 3:1 & more"
    assert literal(said) == escape(said)
    assert literal("*no* <!channel>") == "∗no∗ &lt;!channel&gt;"


@given(st.text(alphabet="a&<>`*@ \n", max_size=60), st.integers(10, 80))
def test_what_is_cut_holds_no_half_of_anything(typed: str, most: int) -> None:
    whole = f"*{code(typed or 'x')}* <@U123> {escape(typed)} <!date^1^{{time}}|12:00>"
    shorter = cut_marked(whole, most)
    assert len(shorter) <= most or shorter == whole
    assert re.sub(r"<[^<>]*>", "", shorter).count("<") == 0, "a mention or a date"
    assert not re.search(r"&(?!amp;|lt;|gt;)", shorter), "an entity"


def test_code_and_bold_end_where_they_are_cut() -> None:
    assert cut_marked("*`abcdefghijklmnop`* and so on", 12) == "*`abcdefg…`*"
