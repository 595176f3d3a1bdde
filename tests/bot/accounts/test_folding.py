"""Names as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.folding import LONGEST_SORTED, fold, search_text, sort_name, spellings, squash, trigrams


@pytest.mark.parametrize(
    "same",
    [
        ["O'Brien", "OBrien", "obrien", "O’BRIEN", "OʼBrien"],
        ["D'Angelo & Söhne", "dangelo sohne", "D’ANGELO + SOHNE"],
        ["Pérez S.L.", "perez sl", "PEREZ S.L"],
        ["Sp. z o.o.", "sp z oo"],
        ["Łukasz Żak", "lukasz zak"],
        ["Straße", "STRASSE", "strasse"],
        ["Cafe\u0301", "Café", "cafe"],
        ["ＡＣＭＥ", "acme"],
        ["Coca-Cola", "coca cola", "Coca_Cola"],
    ],
)
def test_spellings_of_one_name_meet(same: list[str]) -> None:
    assert len({fold(one) for one in same}) == 1


@pytest.mark.parametrize(
    ("name", "both"),
    [
        ("Müller", ("muller", "mueller")),
        ("Ängö", ("ango", "aengoe")),
        ("Ørsted", ("orsted", "oersted")),
        ("Å", ("a", "aa")),
        ("Blue", ("blue",)),
        ("Zoë", ("zoe",)),
    ],
)
def test_umlauts_are_stripped_and_written_out(name: str, both: tuple[str, ...]) -> None:
    assert spellings(name) == both


@given(st.text(max_size=80))
def test_folded_text_is_letters_and_digits_in_words(text: str) -> None:
    for folded in spellings(text):
        assert folded == " ".join(folded.split())
        assert all(sign.isalnum() or sign == " " for sign in folded)


@given(st.text(max_size=80))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=80), st.integers(0, 79), st.integers(0, 79))
def test_any_part_of_a_folded_name_is_part_of_its_search_text(name: str, start: int, end: int) -> None:
    for folded in spellings(name):
        assert folded[start:end].strip() in search_text([name])
        assert squash(folded) in search_text([name])


def test_trigrams_do_not_cross_lines() -> None:
    assert trigrams("abcd\nxyz") == ("abc", "bcd", "xyz")


def test_names_are_sorted_by_the_first_that_is_left_after_folding() -> None:
    assert sort_name(["&", "Ä Ö", "b"]) == "a o"
    assert sort_name([]) == ""
    assert len(sort_name(["x" * 5000])) == LONGEST_SORTED
