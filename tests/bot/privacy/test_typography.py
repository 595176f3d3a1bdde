"""Mended, normalised and folded text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.typography import decode, folded, mended, normalised

words = st.text(max_size=80)


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("Mailigenâ€™s services", "Mailigen’s services"),
        ("â€œyoursâ€\x9d", "“yours”"),
        ("KÄ\x81rlis", "Kārlis"),
        ("a typo wich stays", "a typo wich stays"),
        ("“smart” – quotes’", "“smart” – quotes’"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("soft\u00adhyphen and\u200b space", "softhyphen and space"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_mending(damaged: str, whole: str) -> None:
    assert mended(damaged) == whole


def test_a_whole_line_is_left_alone_beside_a_damaged_one() -> None:
    assert mended("donâ€™t\nna\u00efve façade’s") == "don’t\nna\u00efve façade’s"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are(encoding: str) -> None:
    assert decode("Kārlis’ data".encode(encoding)) == "Kārlis’ data"


def test_windows_text_without_a_mark() -> None:
    assert decode("the customer’s data".encode("cp1252")) == "the customer’s data"


@given(words)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(words)
def test_typography_does_not_change_the_normal_form(text: str) -> None:
    smart = text.replace("'", "’").replace('"', "”").replace("-", "–").replace(" ", "\u00a0\n ")
    assert normalised(smart) == normalised(text)


def test_words_and_case_do_change_it() -> None:
    assert len({normalised(text) for text in ("We may sell", "We may not sell", "we may sell")}) == 3


@given(words)
def test_folding_knows_where_each_character_came_from(text: str) -> None:
    form = folded(text)
    assert len(form.text) == len(form.origins)
    assert list(form.origins) == sorted(form.origins)
    for place, character in enumerate(form.text):
        start, end = form.span(place, place + 1)
        assert character in folded(text[start:end]).text


@given(words)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text).text).text == folded(text).text
