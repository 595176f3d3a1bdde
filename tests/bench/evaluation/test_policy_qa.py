"""PolicyQA's policies put together again, and how a question about them is scored."""

import pytest

from bench.evaluation.floor import BareBM25
from bench.evaluation.policy_qa import WebsiteQuestion, ask, f1, is_fitted_on, website
from bot.privacy.text import Clause

SEGMENTS = [
    "Privacy Policy Effective July 20, 2012",
    "We collect your name.  We also use cookies.",
    "Advertisers\nsee nothing. - Nobody does.",
    "It is Ticketâ€™s job to keep cookies safe.",
]
SITE = website("a.example", SEGMENTS)


def clause(words: str) -> Clause:
    start = SITE.policy.text.index(words)
    return Clause(words, "", start, start + len(words), SITE.policy.hash)


@pytest.mark.parametrize(
    ("words", "segments"),
    [
        ("We collect your name.", {1}),
        ("Advertisers see nothing.", {2}),
        ("job to keep cookies safe", {3}),
        ("Effective July 20, 2012", {0}),
    ],
)
def test_a_clause_is_found_in_its_segment(words: str, segments: set[int]) -> None:
    assert SITE.segments(clause(words)) == segments


def test_a_clause_over_two_segments_is_in_both() -> None:
    start, end = clause("We also use").start, clause("Advertisers see").end
    across = Clause(SITE.policy.text[start:end], "", start, end, SITE.policy.hash)
    assert SITE.segments(across) == {1, 2}


def test_the_right_segment_counts_wherever_it_was_annotated() -> None:
    asked = WebsiteQuestion(SITE, "Do you use cookies?", frozenset({1}), frozenset({1, 3}), ("use cookies",))
    found = ask(asked, BareBM25())
    assert found.first
    assert found.among_three
    assert found.practice
    assert found.overlap == pytest.approx(2 * (2 / 4) * 1 / (2 / 4 + 1))
    missed = ask(WebsiteQuestion(SITE, "Do you use cookies?", frozenset({0}), frozenset({0}), ("July",)), BareBM25())
    assert (missed.first, missed.among_three, missed.practice, missed.right_quoted) == (False,) * 4
    assert missed.quoted


@pytest.mark.parametrize(
    ("said", "wanted", "expected"),
    [("a b", "a b", 1.0), ("a b c d", "c d", 2 / 3), ("a b", "c", 0.0), ("", "c", 0.0), ("a a", "a", 2 / 3)],
)
def test_f1(said: str, wanted: str, expected: float) -> None:
    assert f1(said, wanted) == pytest.approx(expected)


def test_half_of_the_websites_are_never_fitted_on() -> None:
    names = [f"{number}.example" for number in range(200)]
    assert 80 < sum(map(is_fitted_on, names)) < 120
    assert [is_fitted_on(name) for name in names] == [is_fitted_on(name) for name in names]
    assert (is_fitted_on("ted.com"), is_fitted_on("walmart.com")) == (False, True)
