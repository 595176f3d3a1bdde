"""What tells whether a sentence answers from the form of the question, and names in sentences."""

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from bot.privacy.answering.asking import (
    NEARER,
    OF_THE_FACT,
    OF_THE_WORDS,
    OPENING,
    of_the_fact,
    of_the_words,
    opening,
)
from bot.privacy.answering.facts import Fact
from bot.privacy.answering.names import names, own


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who reads my mail?", {"opens_with_who", "first_person"}),
        ("if I leave, what goes? And when?", {"opens_with_if", "if", "first_person", "two_questions"}),
        ("Cookies?", set()),
    ],
)
def test_how_a_question_opens(question: str, told: set[str]) -> None:
    numbers = dict(zip(OPENING, opening(question), strict=True))
    del numbers["words_asked"]
    assert {name for name, number in numbers.items() if number} == told


def test_a_fact_is_told_or_lacking_where_it_is_asked_for_and_nothing_where_it_is_not() -> None:
    asked = frozenset({Fact.DURATION, Fact.NAME})
    numbers = dict(
        zip(OF_THE_FACT, of_the_fact(asked, frozenset({Fact.DURATION, Fact.PLACE}), frozenset()), strict=True)
    )
    told = {name for name, number in numbers.items() if number}
    assert told == {"duration_told", "name_lacking", "asked_name_lacking"}
    assert not any(of_the_fact(frozenset(), frozenset(Fact), frozenset({"stripe"})))


@drawn(st.lists(st.tuples(st.floats(0.01, 1), st.floats(-1, 1)), max_size=8))
def test_fewer_words_come_less_near_than_a_lower_limit(pairs: list[tuple[float, float]]) -> None:
    whole = sum(weight for weight, _ in pairs)
    numbers = of_the_words([weight / whole for weight, _ in pairs], [near for _, near in pairs])
    assert len(numbers) == len(OF_THE_WORDS)
    shares = numbers[: len(NEARER)]
    assert list(shares) == sorted(shares)
    assert all(0 <= share <= 1 + 1e-9 for share in shares)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Fees are taken by Stripe.", {"stripe"}),
        ("Your address is given to the Carrier who brings it.", set()),
        ("We publish this Privacy Policy in March.", set()),
        ("Stripe takes fees.", set()),
        ("Mail goes through Larkpost Ltd, Dublin.", {"larkpost", "ltd", "dublin"}),
        ("", set()),
    ],
)
def test_names_in_a_sentence(sentence: str, found: set[str]) -> None:
    assert names(sentence) == found


def test_the_companys_own_name_is_the_one_that_stands_often() -> None:
    sentences = [names("What you give to Postwing stays.")] * 3 + [names("Fees go to Stripe.")]
    assert own(sentences) == {"postwing"}
    assert own([]) == frozenset()
