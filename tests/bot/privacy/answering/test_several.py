"""A message that asks several things: each is answered by itself, or it is said that it was not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy.answer import Answer, Confidence, Kind, Part, Why, together
from bot.privacy.answering import load
from bot.privacy.answering.engine import MOST_PARTS
from bot.privacy.answering.question import read_question
from bot.privacy.customer_reply import LONGEST, Terms, customer_reply
from bot.privacy.customer_requests.requests import Kind as RequestKind
from bot.privacy.customer_requests.requests import kinds_wished
from bot.privacy.questions import Reply, only_verbatim
from bot.privacy.text import Clause, PolicyText, read_policy
from bot.privacy.versions import Policy
from handlers.views.privacy.answers import NOT_ALONE, READ_AS, SEVERAL, render

ANSWERS = load(None, embed=False)
TERMS = Terms("Acme", "privacy@acme.example")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SHARED, KEPT = (
    "We do not share your personal data with third parties.",
    "We retain your data for 24 months after your account is closed.",
)
POLICY = read_policy(f"# Acme\n\n## Disclosure\n\n{SHARED}\n\n## How long?\n\n{KEPT}\n".encode(), "acme.md")
SHARES, STORES = "Do you share my personal data with third parties", "how many months is my data stored"
BOTH, POINTING = f"{SHARES}, and {STORES}?", f"{STORES}, and who signs it?"
COOKIES = f"{STORES} and do you use cookies on your website?"


def ask(question: str, policy: PolicyText = POLICY) -> Answer:
    return ANSWERS(question, policy)


def reply(question: str, policy: PolicyText = POLICY) -> Reply:
    return Reply("e", question, Policy(policy.hash, NOW, policy), ask(question, policy))


def quoted(answer: Answer) -> list[str]:
    return [one.quote for one in answer.quotes]


@pytest.mark.parametrize(
    ("typed", "parts", "alone"),
    [
        ("do you sell my list and do you keep my data?", ["do you sell my list", "do you keep my data"], [True, True]),
        ("Is my name kept? Where are your servers?", ["Is my name kept", "Where are your servers"], [True, True]),
        ("do you delete my data, and who signs it?", ["do you delete my data", "who signs it"], [True, False]),
        ("which firm hosts my data, and where is its main office building?", None, [True, False]),
        ("how many days until I get my copy, and what does a second copy cost?", None, [True, True]),
        ("is my address handed on, and what about the phone number?", None, [True, False]),
        ("When we moved in I gave you my name. Do you keep my data?", [], []),
        ("do you log how I scroll and what I type on the pages?", [], []),
        ("do you record my calls and how many events we plan?", [], []),
        ("how long is my data kept, and where?", [], []),
        ("Where is it kept? Who can see it?", [], []),
        ("do you sell my list", [], []),
        ("how long is my data kept, do you sell my name, who can see my list?", None, [True, True, True]),
        ("We moved. Do you sell my list? Do you keep my data?", ["Do you sell my list", "Do you keep my data"], None),
        ("When you sell my data, do you tell me?", [], []),
        ("When an application is turned down, do you tell me the score?", [], []),
        ("what if somebody takes your files, will you ring", [], []),
        ("If I close my account, do you delete my data, do you keep copies?", [], []),
        (
            "Customer wrote: do you sell my list, is my data encrypted?",
            ["do you sell my list", "is my data encrypted"],
            [True, True],
        ),
    ],
)
def test_what_is_asked_each_and_whether_it_is_understood_alone(
    typed: str, parts: list[str] | None, alone: list[bool] | None
) -> None:
    read = read_question(typed)
    assert parts is None or [each.text for each in read.parts] == parts
    assert alone is None or [each.alone for each in read.parts] == alone


@pytest.mark.parametrize(
    ("first", "then", "meant"),
    [
        ("Do you sell my list", "how long do you keep it", "my list"),
        ("Do you share our customers' addresses", "who can see them", "our customers' addresses"),
        ("is my data encrypted", "where is it stored", "my data"),
        ("Do you use my data for marketing", "who sees it", "my data"),
        ("Do you sell my list to other companies", "how long do you keep it", "my list"),
        ("Do you store credit card numbers", "when are they deleted", "credit card numbers"),
        ("Do you use my data for marketing", "can I stop it", None),  # the marketing
        ("Do you share addresses with partners", "do you read them", None),  # which?
        ("Do you sell my list to a partner", "how long do they keep it", None),
        ("Do you sell my list", "who does that", None),
        ("Do you sell my list", "what is its size", None),
        ("Do you keep my name and my address", "who sees it", None),  # two
    ],
)
def test_a_pronoun_means_what_the_question_before_is_about_where_that_is_certain(
    first: str, then: str, meant: str | None
) -> None:
    part = read_question(f"{first}, and {then}?").parts[-1]
    assert (part.text, part.meant) == (then, meant)
    assert part.alone is (meant is not None)
    assert meant is None or meant in part.read


def test_what_a_pronoun_was_read_as_is_looked_up_and_shown() -> None:
    asked = "Is my data shared with third parties, and how many months is it stored?"
    answer = ask(asked)
    assert [part.meant for part in answer.parts] == [None, "my data"]
    assert answer.parts[1].answer == ask("how many months is my data stored")
    blocks = str(render(reply(asked))["blocks"])
    assert "2. how many months is it stored" in blocks
    assert f"{READ_AS} *my data*." in blocks
    assert READ_AS not in customer_reply(reply(asked), TERMS)


@pytest.mark.parametrize(
    ("typed", "wishes"),
    [
        (f"{SHARES}, and please delete our account", ["please delete our account"]),
        (f"Please delete everything. {SHARES}?", ["Please delete everything"]),
        (f"We would like you to correct our address, and {STORES}?", ["We would like you to correct our address"]),
        ("Please send me a copy of my data and tell me who saw it.", ["Please send me a copy of my data"]),
        (f"{SHARES}? Stop calling me, and delete my number. Thanks", ["Stop calling me, and delete my number"]),
        ("Please tell me how many months my data is stored.", []),
        ("Do you delete my data, and do you stop all mailings?", []),
        ("How do I get out of your mailings, and will you then stop writing altogether?", []),
        ("do you sell my list", []),
    ],
)
def test_what_is_to_be_done_is_told_from_what_is_asked(typed: str, wishes: list[str]) -> None:
    assert [wish.words for wish in ask(typed).wishes] == wishes


def test_a_wish_does_not_stand_in_the_way_of_the_answers() -> None:
    """The customer's message of three things: two are answered as when they are asked alone."""
    answer = ask(
        "Customer wrote: how many months is my data stored, do you share it with third parties, and please "
        "delete our account"
    )
    assert [part.answer and quoted(part.answer) for part in answer.parts] == [[KEPT], [SHARED]]
    assert kinds_wished(answer) == (RequestKind.ERASURE,)
    alone = ask(f"{SHARES}? Please delete our account.")
    assert quoted(alone) == quoted(ask(f"{SHARES}?"))


def test_a_question_that_points_to_a_wish_keeps_it() -> None:
    read = read_question("Please delete my data. How long does it take?")
    assert read.wishes == ("Please delete my data",)
    assert "delete" in read.text


@pytest.mark.parametrize(
    ("typed", "several"),
    [
        ("Please tell me whether you sell my list and how long you keep it.", True),
        ("Can you tell me if you share my data, who sees it?", True),
        ("I would like to know what you collect and why.", True),
        ("I would like to know if and how you share my data.", False),
        ("Please tell me whether you sell my list.", False),
        ("Do you say how I scroll?", False),
    ],
)
def test_of_things_that_are_asked_indirectly_it_is_said_that_there_are_several(typed: str, several: bool) -> None:
    """An agent who reads the answer to one of them has to know that the others are not in it."""
    assert read_question(typed).several is several
    assert (SEVERAL in str(render(reply(typed))["blocks"])) is several


def test_each_thing_is_answered_by_itself() -> None:
    first, second = ask(BOTH).parts
    assert (first.asked, second.asked) == (SHARES, STORES)
    assert first.answer == ask(SHARES)
    assert second.answer == ask(STORES)
    assert first.answer
    assert second.answer
    assert (quoted(first.answer), quoted(second.answer)) == ([SHARED], [KEPT])
    assert sorted(quoted(ask(BOTH))) == [SHARED, KEPT]


def test_what_is_silent_is_told_beside_what_is_quoted() -> None:
    answer = ask(COOKIES)
    assert (answer.kind, quoted(answer)) == (Kind.QUOTED, [KEPT])
    assert [part.answer and part.answer.kind for part in answer.parts] == [Kind.QUOTED, Kind.SILENT]
    said = customer_reply(reply(COOKIES), TERMS)
    assert said.startswith("Hello,\n\nthank you for your questions.")
    assert customer_reply(reply(SHARES), TERMS).startswith("Hello,\n\nthank you for your question.")
    assert f"On question 1: Our privacy policy says:\n\n“{KEPT}”" in said
    assert "On question 2: Our privacy policy does not say whether cookies are used." in said


def test_what_points_back_is_not_looked_up_and_that_is_said() -> None:
    answer = ask(POINTING)
    assert quoted(answer) == [KEPT]
    assert [part.answer is None for part in answer.parts] == [False, True]
    blocks = str(render(reply(POINTING))["blocks"])
    assert "2. who signs it" in blocks
    assert NOT_ALONE in blocks
    assert SEVERAL not in blocks
    assert "On question 2: We have to look into your question more closely" in customer_reply(reply(POINTING), TERMS)


def test_an_agent_reads_each_answer_under_what_was_asked() -> None:
    blocks = str(render(reply(BOTH))["blocks"])
    places = [blocks.index(words) for words in (f"1. {SHARES}", SHARED, f"2. {STORES}", KEPT)]
    assert places == sorted(places)


def test_words_are_shown_as_they_were_typed() -> None:
    typed = f"{SHARES}, and how many monhts is my data stored?"
    answer = ask(typed)
    assert answer.parts[1].asked == "how many monhts is my data stored"
    assert sorted(quoted(answer)) == [SHARED, KEPT], "it was read as it was meant"


def test_of_more_things_than_a_reply_takes_the_message_is_one_question() -> None:
    more = "Do you sell my name? Do you use cookies on your website? Do you record my calls?"
    assert len(ask(f"{BOTH} {more}").parts) == MOST_PARTS
    answer = ask(f"{BOTH} {more} Do you read my letters?")
    assert answer.several
    assert not answer.parts


def test_a_part_is_not_quoted_where_the_message_as_a_whole_is_unsure() -> None:
    part = "do you share my data with the police"
    assert ask(part).kind is Kind.QUOTED
    answer = ask(f"{part}, and how do I get my money back for a broken kettle?")
    assert (answer.kind, answer.several, answer.parts) == (Kind.UNSURE, True, ())


def test_a_question_in_a_sentence_of_its_own_is_answered_as_when_it_is_asked_alone() -> None:
    """In a message of five questions the whole is always unsure, whatever each of them is."""
    part = "do you share my data with the police"
    assert ask(f"{part} and how do I get my money back for a broken kettle?").kind is Kind.UNSURE
    answer = ask(f"{part}? How do I get my money back for a broken kettle?")
    assert answer.parts[0].answer == ask(part)
    mixed = ask(f"{STORES}? {part} and how do I get my money back for a broken kettle?")
    kinds = [each.answer and each.answer.kind for each in mixed.parts]
    assert kinds[0] is Kind.QUOTED
    assert Kind.QUOTED not in kinds[1:], "what shares an unsure sentence looks surer than it is"
    assert quoted(mixed) == [KEPT]


def test_silence_on_one_thing_does_not_stand_for_the_other() -> None:
    answer = ask("do you share my data with the police, and do you use cookies on your website?")
    assert answer.kind is Kind.QUOTED
    assert [part.answer and part.answer.kind for part in answer.parts] == [Kind.QUOTED, Kind.SILENT]


def test_the_surest_answer_stands_first_and_no_passage_twice() -> None:
    one, other = (
        Clause(words, "", POLICY.text.index(words), POLICY.text.index(words) + len(words), POLICY.hash)
        for words in (SHARED, KEPT)
    )

    def answered(kind: Kind, confidence: Confidence, *quotes: Clause) -> Part:
        return Part("?", Answer(kind, Why.SAID, confidence, POLICY.hash, quotes=quotes, candidates=(one, other)))

    fair, high = (
        answered(Kind.QUOTED, sure, each) for sure, each in ((Confidence.FAIR, one), (Confidence.HIGH, other))
    )
    silent, unsure = (answered(kind, Confidence.LOW) for kind in (Kind.SILENT, Kind.UNSURE))
    assert together([fair, high, silent]).quotes == (other, one)
    assert together([fair, fair]).quotes == (one,)
    assert together([fair, high]).candidates == (one, other)
    assert together([silent, unsure]).kind is Kind.UNSURE
    assert together([silent, Part("?", None)]).kind is Kind.SILENT


def test_a_part_that_is_not_the_text_is_not_shown() -> None:
    answer = ask(BOTH)
    lie = Clause("We sell data.", "Disclosure", answer.quotes[0].start, answer.quotes[0].end, POLICY.hash)
    lying = Answer(Kind.QUOTED, Why.SAID, Confidence.HIGH, POLICY.hash, quotes=(lie,))
    made = together([answer.parts[0], Part("?", lying)])
    sound = Answer(made.kind, made.why, made.confidence, made.version, quotes=answer.quotes, parts=made.parts)
    assert only_verbatim(answer, POLICY) == answer
    assert only_verbatim(sound, POLICY).parts == ()
    assert only_verbatim(sound, POLICY).kind is Kind.UNSURE


def test_a_reply_holds_whole_quotes_or_none() -> None:
    long = [f"{each[:-1]} {'and so on ' * 110}at all." for each in (SHARED, KEPT)]
    policy = read_policy(f"# Acme\n\n## Disclosure\n\n{long[0]}\n\n{long[1]}\n".encode(), "acme.md")
    starts = [policy.text.index(each) for each in long]
    clauses = [
        Clause(each, "Disclosure", start, start + len(each), policy.hash)
        for each, start in zip(long, starts, strict=True)
    ]
    parts = [Part("?", Answer(Kind.QUOTED, Why.SAID, Confidence.HIGH, policy.hash, quotes=(each,))) for each in clauses]
    both = Reply("e", "?", Policy(policy.hash, NOW, policy), together(parts))
    said = customer_reply(both, TERMS)
    assert said.count("Our privacy policy speaks of this in the section Disclosure.") == 2
    assert said.endswith("Kind regards\nAcme")
    assert len(said) < LONGEST


_FRAGMENTS = st.sampled_from(
    [SHARES, STORES, "who signs it", "do you use cookies", "and", "or", ",", "?", ".", "why", "can i", "pelase", "\n"]
)


@settings(deadline=None)
@given(st.lists(_FRAGMENTS, max_size=10).map(" ".join))
def test_whatever_is_asked_at_once_every_quote_is_the_text(question: str) -> None:
    answer = ask(question)
    every = [answer, *(part.answer for part in answer.parts if part.answer)]
    assert all(
        POLICY.text[one.start : one.end] == one.quote for each in every for one in (*each.quotes, *each.candidates)
    )
    assert all(len(each.quotes) <= 3 and len(each.candidates) <= 5 for each in every)
    assert bool(answer.quotes) == any(part.quotes for part in every) == (answer.kind is Kind.QUOTED)
    assert not answer.parts or answer.parts[0].answer
