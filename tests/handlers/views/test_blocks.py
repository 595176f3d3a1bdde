"""Text that people typed, as data: whatever is in it, what stands around it is read as it was written."""

import pytest

from handlers.views.blocks import code, escape, strong

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
