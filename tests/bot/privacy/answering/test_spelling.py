"""Typing errors in questions, mended by the words of policies."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy.answering import Answers, load
from bot.privacy.answering.spelling import mended
from bot.privacy.text import read_policy

POLICY = read_policy(b"We keep invoices of Brightmoor customers for ten years. We never sell your data.", "a.txt")


@cache
def answers() -> Answers:
    """Read once, by the first test that asks."""
    return load(None, embed=False)


def mend(question: str) -> str:
    index = answers().index(POLICY)
    return mended(question, index.knows, index.vocabulary)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("how long do you keep invocies", "how long do you keep invoices"),
        ("wen was the polcy updatd?", "when was the policy update?"),
        ("do u shere my adress", "do you share my address"),
        ("will you notfy me of somthing", "will you notify me of something"),
        ("annoymized data", "anonymized data"),
    ],
)
def test_typing_errors_are_mended(typed: str, read: str) -> None:
    assert mend(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "Do you share data with Brightmor?",  # written as a name
        "do you sell my invoice",  # a form of a word that is known
        "what about my house and my basic account",
        "write to datta@acme.example or www.polcy.example",
        "DO YOU SELL MY ADRESS",
        "qwertzuiop",
    ],
)
def test_what_is_no_typing_error_is_left(typed: str) -> None:
    assert mend(typed) == typed


def test_a_question_with_typing_errors_has_the_answer_of_the_one_without() -> None:
    right, mistyped = (
        answers()(one, POLICY) for one in ("do you sell my personal data?", "do u sell my persnal data?")
    )
    assert mistyped.quotes == right.quotes
    assert answers()("how long do you keep invocies", POLICY).quotes[0].quote.startswith("We keep invoices")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_read(typed: str) -> None:
    assert isinstance(mend(typed), str)
