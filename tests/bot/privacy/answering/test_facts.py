"""The kinds of fact that questions ask for and sentences tell."""

import pytest

from bot.privacy.answer import Kind
from bot.privacy.answering import is_installed, load
from bot.privacy.answering.confidence import SIGNS
from bot.privacy.answering.facts import Fact, given, introduces, invites, named, seeks, sought
from bot.privacy.answering.features import NAMES
from bot.privacy.answering.names import names
from bot.privacy.answering.weights import (
    CHANCE_WITH_MODEL,
    CHANCE_WITHOUT_MODEL,
    RANK_WITH_MODEL,
    RANK_WITHOUT_MODEL,
)
from bot.privacy.text import read_policy

installed = pytest.mark.skipif(not is_installed(), reason="the extra embed is not installed")


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How long do you keep it?", Fact.DURATION),
        ("Since when is this in force?", Fact.DATE),
        ("What is your phone number?", Fact.PHONE),
        ("Who is your data protection officer?", Fact.NAME),
        ("In which country are your servers?", Fact.PLACE),
        ("Does a copy cost anything?", Fact.MONEY),
        ("How can I delete my account?", Fact.MEANS),
        ("After how many months are the logs gone?", Fact.NUMBER),
        ("Do I have to pay for it?", Fact.MONEY),
        ("Will you tell me when a court asks?", Fact.NOTICE),
    ],
)
def test_a_question_asks_for_a_kind_of_fact(question: str, fact: Fact) -> None:
    assert fact in sought(question)


@pytest.mark.parametrize(
    "question",
    [
        "Do you sell my data?",
        "May staff see my phone number?",
        "Is it encrypted?",
        "Am I free to take my consent back?",
        "Does the phone app go through my address book?",
        "Would you sell the list of your clients?",
    ],
)
def test_yes_or_no_asks_for_no_kind_of_fact(question: str) -> None:
    assert sought(question) == frozenset()


@pytest.mark.parametrize(
    ("sentence", "fact", "held"),
    [
        ("We keep it for six (6) months.", Fact.DURATION, True),
        ("We keep it safe.", Fact.DURATION, False),
        ("Call us on +1 555 123 4567.", Fact.PHONE, True),
        ("You may ask us by phone.", Fact.PHONE, False),
        ("We host it with Amazon.", Fact.NAME, True),
        ("We host it with a provider.", Fact.NAME, False),
        ("Please tell us what is wrong.", Fact.PLACE, False),
        ("The file lies on servers in Leeds.", Fact.PLACE, True),
        ("The file is checked in March.", Fact.PLACE, False),
        ("Log files go after seven days.", Fact.NUMBER, True),
        ("Log files go after a certain time.", Fact.NUMBER, False),
        ("You get a copy for nothing.", Fact.MONEY, True),
    ],
)
def test_a_sentence_tells_a_kind_of_fact(sentence: str, fact: Fact, held: bool) -> None:
    assert (fact in given(sentence)) is held


@pytest.mark.parametrize(
    ("sentence", "invitation"),
    [
        ("If you have any questions about our use of cookies, please contact us.", True),
        ("For more information about sharing, visit our website.", True),
        ("Contact us with any concerns.", True),
        ("You may contact us to have your data deleted.", False),
        ("We use cookies.", False),
    ],
)
def test_an_invitation_to_ask_is_told(sentence: str, invitation: bool) -> None:
    assert invites(sentence) is invitation


@pytest.mark.parametrize(
    ("sentence", "introduction"),
    [
        ("We have prepared this privacy policy, so that you can understand the care we take.", True),
        ("This notice tells guests what we do with what they tell us.", True),
        ("Our statement explains how visitors are counted.", True),
        ("Changes to our Privacy Policy will be posted here.", False),
        ("We tell you within three days if somebody broke in.", False),
        ("Only our staff may read your file.", False),
    ],
)
def test_an_introduction_is_told(sentence: str, introduction: bool) -> None:
    assert introduces(sentence) is introduction


@pytest.mark.parametrize("embed", [False, pytest.param(True, marks=installed)])
def test_what_a_policy_is_for_is_quoted_only_where_that_is_asked(embed: bool) -> None:
    text = b"# Us\n\nWe wrote this notice so that you see what becomes of data.\n\nData is used for bookkeeping.\n"
    policy, answers = read_policy(text, "p.md"), load(None, embed=embed)
    assert answers.rank("What do you use my data for?", policy)[0].quote == "Data is used for bookkeeping."
    assert answers.rank("What is this notice for?", policy)[0].quote.startswith("We wrote this notice")


def test_who_asks_for_people() -> None:
    assert Fact.PEOPLE in sought("Who can see my account?")
    assert Fact.PEOPLE in given("Our employees may see it.")
    assert Fact.PEOPLE not in given("It is encrypted.")
    assert seeks("Whom can I ask?")
    assert not seeks("Do you sell my data?")


def test_names_are_told_from_a_sentences_beginning() -> None:
    assert named("Do you use Google Analytics?") == ("Google", "Analytics")
    assert named("Do you use cookies?") == ()
    assert named("DO YOU SELL MY LIST?") == ()


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("Servers are rented from a hosting company in Frankfurt.", set()),
        ("The computers stand in the Netherlands and in the United Kingdom.", set()),
        ("Mails are sent by Mailgun in San Antonio, Texas, and by Twilio.", {"mailgun", "twilio"}),
        ("We keep them in Berlin, Paris and London with Hetzner.", {"hetzner"}),
    ],
)
def test_a_place_names_nobody(sentence: str, left: set[str]) -> None:
    assert names(sentence) == left
    assert (Fact.NAME in given(sentence)) == bool(left)


def test_there_is_a_weight_for_each_number() -> None:
    assert len(RANK_WITH_MODEL) == len(RANK_WITHOUT_MODEL) == len(NAMES)
    assert len(CHANCE_WITH_MODEL) == len(CHANCE_WITHOUT_MODEL) == len(SIGNS)


def test_a_sentence_without_the_asked_fact_is_not_quoted() -> None:
    policy = read_policy(b"# Us\n\nYour invoices stay with our accountant.\n\nWe store addresses in Graz.\n", "p.md")
    assert load(None, embed=False)("How many months do you keep my invoices?", policy).kind is not Kind.QUOTED
