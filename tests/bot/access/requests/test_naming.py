"""Which accounts were named: one, several, or a name with a comma in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.requests.naming import Piece, pieces


@pytest.mark.parametrize(
    ("typed", "queries"),
    [
        ("pw-00412", ["pw-00412"]),
        ("  Baltic   Beans ", ["Baltic Beans"]),
        ("pw-00412 pw-00413", ["pw-00412", "pw-00413"]),
        ("pw-1,pw-2;pw-3\n\npw-4 ,", ["pw-1", "pw-2", "pw-3", "pw-4"]),
        ("a@b.example c.example", ["a@b.example", "c.example"]),
        ("Baltic Beans, pw-00413", ["Baltic Beans", "pw-00413"]),
        ("Studio 54", ["Studio 54"]),
        ("pw-1\npw-1", ["pw-1"]),
        ("", []),
        (" ,;\n", []),
    ],
)
def test_what_was_named(typed: str, queries: list[str]) -> None:
    assert [one.text for one in pieces(typed)] == queries


def test_a_comma_may_belong_to_a_name() -> None:
    assert pieces("Beans,  Ltd") == (Piece("Beans, Ltd", ("Beans", "Ltd")),)
    assert pieces("Beans, Ltd")[0].most == 2


@given(
    st.lists(st.from_regex(r"pw-[0-9]{5}", fullmatch=True), unique=True), st.sampled_from([" ", ",", ", ", ";", "\n"])
)
def test_ids_come_back_whatever_stands_between_them(ids: list[str], between: str) -> None:
    assert [one.text for one in pieces(between.join(ids))] == ids


@given(st.text())
def test_nothing_that_was_typed_is_lost_or_made_up(typed: str) -> None:
    said = [part for one in pieces(typed) for part in one.parts or (one.text,)]
    assert {word for part in said for word in part.split()} == set(typed.replace(",", " ").replace(";", " ").split())
