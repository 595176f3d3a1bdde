"""How much of a list a message has room for."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.views.blocks import actions, button, fitting, letters, section, verbatim

parts = st.lists(st.lists(st.text(min_size=1, max_size=40).map(section), max_size=3), max_size=12)


def test_letters_are_those_of_every_text() -> None:
    part = [section("four"), verbatim("<&>"), actions(button("Approve", "access.approve", '{"request":1}'))]
    assert letters(part) == len("four" + "<&>" + "Approve")


@given(parts=parts, room=st.integers(0, 400))
def test_as_many_fit_as_there_is_room_for(parts: list[list[dict[str, object]]], room: int) -> None:
    shown = fitting(parts, room)
    assert list(shown) == parts[: len(shown)]
    assert sum(map(letters, shown)) <= room
    assert len(shown) == len(parts) or sum(map(letters, parts[: len(shown) + 1])) > room
