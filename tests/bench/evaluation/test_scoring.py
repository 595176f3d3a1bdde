"""When an answer counts as right, and when something wrong was posted."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.evaluation.questions import Question, Snippet
from bench.evaluation.scoring import MEASURES, Measure, Verdict, answers, judge, says
from bot.privacy.answer import Answer, Confidence, Kind, Why
from bot.privacy.text import Clause, PolicyText, read_policy

TEXT = b"""# Privacy

## Marketing

We send you a newsletter once a month. If you have any questions, please contact us.

## Sharing

We do not sell or rent your data, unless a court orders us to. If you have any questions, please contact us.
"""
POLICY = read_policy(TEXT, "policy.md")


def clause(beginning: str, policy: PolicyText = POLICY, place: int = 0) -> Clause:
    """The sentence that begins so; of several the one at a place."""
    found = [each for each in policy.sentences if policy.quote(each).startswith(beginning)][place]
    return Clause(policy.quote(found), found.heading, found.start, found.end, policy.hash)


NEWSLETTER, SALE = clause("We send"), clause("We do not")


def answer(kind: Kind, quotes: Sequence[Clause] = (), candidates: Sequence[Clause] = ()) -> Answer:
    return Answer(kind, Why.SAID, Confidence.FAIR, POLICY.hash, quotes=tuple(quotes), candidates=tuple(candidates))


def question(*snippets: str, kind: str = "plain") -> Question:
    return Question("q1", "Do you sell my data?", kind, "sale", tuple(map(Snippet, snippets)))


ASKED = question("sell or rent your data")
NOT_SAID = question()


def verdict(asked: Question, given: Answer) -> Verdict:
    return judge(asked, given, POLICY, "policy")


@pytest.mark.parametrize(
    ("quote", "snippet"),
    [
        ("We don’t SELL – or rent –  your “data”.", 'don\'t sell or rent your "data"'),
        ("At most ten years after your last visit; then it goes.", "ten years after your last visit"),
        ("any questions please contact us", "any questions please contact us by letter"),
    ],
)
def test_a_quote_says_a_snippet(quote: str, snippet: str) -> None:
    assert says(quote, snippet)


@pytest.mark.parametrize(
    ("quote", "snippet"),
    [
        ("We sell your data.", "we do not sell your data"),
        ("Please contact a doctor.", "please contact us"),  # a short snippet must stand there whole
        ("ten years after", "a record is kept for ten years after your last visit"),  # less than most of it
        ("last your after years ten", "ten years after your last"),
        ("We keep data for thirteen years.", "thirteen year"),  # whole words
        ("anything at all", ""),
        ("", "anything"),
    ],
)
def test_a_quote_does_not_say_a_snippet(quote: str, snippet: str) -> None:
    assert not says(quote, snippet)


TEXTS = st.lists(st.sampled_from(["we", "keep", "your", "data", "for", "as", "long", "needed"]), max_size=14).map(
    " ".join
)


@given(TEXTS, TEXTS)
@example("we we we we we we", "we we we we we we we we we")
def test_what_is_told_quickly_is_what_the_longest_run_says(quote: str, snippet: str) -> None:
    wanted = snippet.split()
    runs = [wanted[one:end] for end in range(len(wanted) + 1) for one in range(end)]
    run = max((len(one) for one in runs if f" {' '.join(one)} " in f" {quote} "), default=0)
    whole = bool(wanted) and run == len(wanted)
    assert says(quote, snippet) == (whole or (run >= 5 and 3 * run >= 2 * len(wanted)))


def test_words_that_stand_twice_count_under_the_labelled_heading_only() -> None:
    snippet = Snippet("please contact us", "Sharing")
    assert answers(clause("If you", place=1), snippet, POLICY)
    assert not answers(clause("If you", place=0), snippet, POLICY)


def test_the_heading_does_not_matter_where_words_stand_once() -> None:
    assert answers(SALE, Snippet("sell or rent", "Another heading"), POLICY)


def test_a_right_first_quote_is_right() -> None:
    judged = verdict(ASKED, answer(Kind.QUOTED, [SALE, NEWSLETTER]))
    assert judged.right
    assert judged.first
    assert not judged.wrong_posted


def test_a_right_second_quote_is_not_right_end_to_end_and_its_first_is_wrong() -> None:
    judged = verdict(ASKED, answer(Kind.QUOTED, [NEWSLETTER, SALE]))
    assert not judged.right
    assert judged.wrong_posted
    assert judged.any_quote
    assert (judged.first, judged.among_three) == (False, True)


def test_silence_on_what_is_said_is_not_right_and_posts_nothing() -> None:
    judged = verdict(ASKED, answer(Kind.SILENT, candidates=[SALE]))
    assert not judged.right
    assert not judged.wrong_posted
    assert judged.first  # the ranking was right, the decision was not


def test_only_the_first_three_of_the_ranking_count() -> None:
    others = [clause("If you", place=0), clause("If you", place=1), NEWSLETTER]
    assert not verdict(ASKED, answer(Kind.UNSURE, candidates=[*others, SALE])).among_three


def test_a_passage_among_quotes_and_candidates_counts_once() -> None:
    given = answer(Kind.QUOTED, [NEWSLETTER], [NEWSLETTER, clause("If you"), SALE])
    assert verdict(ASKED, given).among_three


def test_silence_is_right_where_the_policy_does_not_say() -> None:
    assert verdict(NOT_SAID, answer(Kind.SILENT)).right


def test_unsure_is_neither_right_nor_wrong() -> None:
    judged = verdict(NOT_SAID, answer(Kind.UNSURE, candidates=[SALE]))
    assert not judged.right
    assert not judged.wrong_posted


def test_any_quote_is_wrong_where_the_policy_does_not_say() -> None:
    judged = verdict(NOT_SAID, answer(Kind.QUOTED, [SALE]))
    assert not judged.right
    assert judged.wrong_posted


@pytest.mark.parametrize("kind", ["hostile", "off-topic"])
def test_of_what_asks_nothing_unsure_is_right_too(kind: str) -> None:
    asked = question(kind=kind)
    assert verdict(asked, answer(Kind.UNSURE)).right
    assert verdict(asked, answer(Kind.SILENT)).right
    assert not verdict(asked, answer(Kind.QUOTED, [SALE])).right


def measure(name: str) -> Measure:
    return next(each for each in MEASURES if each.name == name)


def test_shares_are_of_the_questions_they_are_about() -> None:
    judged = [
        verdict(ASKED, answer(Kind.QUOTED, [SALE])),
        verdict(ASKED, answer(Kind.SILENT)),
        verdict(ASKED, answer(Kind.QUOTED, [NEWSLETTER, SALE])),
        verdict(NOT_SAID, answer(Kind.SILENT)),
        verdict(NOT_SAID, answer(Kind.QUOTED, [SALE])),
    ]
    shares = {each.name: each.share(judged) for each in MEASURES}
    assert shares == {
        "quote@1": 1 / 3,
        "quote@3": 2 / 3,
        "silent found": 1 / 2,
        "answerable kept": 2 / 3,
        "right end to end": 2 / 5,
        "wrong answers posted": 2 / 5,
        "wrong posted, no quote right": 1 / 5,
        "unsure": 0.0,
    }
    assert measure("silent found").share(judged[:3]) is None
