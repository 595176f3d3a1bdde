"""What is asked in what people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.answering.question import read_question


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Can you confirm that our data is not sold to anybody?", "our data is not sold to anybody?"),
        ("Confirm please: no data leaves the EU.", "no data leaves the EU."),
        ("You don't sell my list, do you?", "do you sell my list"),
        ("So nobody sells our staff's data, correct?", "So nobody sells our staff's data"),
        ("Is it true you pass our addresses on to advertisers?", "do you pass our addresses on to advertisers?"),
        ("Don't tell me you put advertising cookies in a clock", "do you put advertising cookies in a clock"),
        ("Can you tell me who my data goes to?", "who my data goes to?"),
        ("I'd like to know how long you keep invoices.", "how long you keep invoices."),
    ],
)
def test_what_stands_around_a_question_is_no_part_of_it(typed: str, asked: str) -> None:
    assert read_question(typed).text == asked


@pytest.mark.parametrize(
    "typed",
    [
        "Will you tell me before you change this policy?",
        "Could you tell someone else my address?",
        "Will you let us know before the policy is changed?",
        "Can you confirm?",
        "What do you keep, and is that correct?",
    ],
)
def test_what_asks_whether_people_are_told_stays(typed: str) -> None:
    assert read_question(typed).text == typed
    assert not read_question(typed).confirms


def test_yes_or_no_is_wanted_of_what_is_stated_only() -> None:
    assert read_question("Can you confirm that you never sell lists?").confirms
    assert not read_question("Can you tell me who sees my lists?").confirms


def test_of_a_story_the_question_is_read_with_what_stands_before_it() -> None:
    asked = "One of my regulars got cross with me. Will you ever text my customers with your own offers?"
    assert read_question(f"I run a small barber shop in Cork. {asked}").text == asked


@pytest.mark.parametrize(
    "typed",
    ["Some providers sell lists. Do you do that too?", "Delete my account. How long does that take?", "Cookies. Why?"],
)
def test_what_a_question_points_back_to_is_read_with_it(typed: str) -> None:
    assert read_question(typed).text == typed


def test_the_address_of_a_page_asks_nothing() -> None:
    for typed in (
        "https://postwing.example/privacy?do=you#sell",
        "see www.postwing.example/what-is-kept",
        "<https://a.example/do-you-sell>",
    ):
        assert "sell" not in read_question(typed).text
        assert "kept" not in read_question(typed).text
    assert read_question("https://postwing.example/privacy").empty
    assert read_question("Do you sell lists? (http://a.example/why)").text.startswith("Do you sell lists?")


def test_loud_marks_are_read_as_one() -> None:
    assert read_question("do you sell my list???!!!").text == "do you sell my list?"
    assert read_question("stop!!! do you sell my list").text == "stop! do you sell my list"


@pytest.mark.parametrize(
    ("typed", "several"),
    [
        ("do you sell my list and how long do you keep data and who can see it?", True),
        ("Where is it kept? Who can see it?", True),
        ("When I close my account, do you delete it?", False),
        ("Do you know where it is stored?", False),
        ("What do you collect, and why?", False),
    ],
)
def test_several_things_may_be_asked(typed: str, several: bool) -> None:
    assert read_question(typed).several is several


@given(st.text(max_size=300))
def test_no_message_is_read_as_nothing_by_what_is_taken_off(typed: str) -> None:
    read = read_question(typed)
    assert read.empty or read.whole.plain
