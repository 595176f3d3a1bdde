"""Bare BM25."""

from bench.evaluation.floor import BareBM25, Index
from bot.privacy.answer import Kind
from bot.privacy.text import read_policy

POLICY = read_policy(
    b"# Privacy\n\nWe keep cookies. We sell nothing. Cookies are small. Ask us about retention.", "p.md"
)


def test_it_ranks_by_shared_stems_and_weighs_rare_ones_more() -> None:
    index = Index.of(["the cat sat", "the cat and the dog", "dogs bark", "nothing here"])
    assert index.ranked("barking dog")[0] == 2
    assert set(index.ranked("a cat")) == {0, 1}
    assert index.ranked("zebra") == []


def test_it_quotes_the_policy_word_for_word() -> None:
    answer = BareBM25()("Do you SELL anything?", POLICY)
    assert answer.kind is Kind.QUOTED
    assert answer.quotes[0].quote == "We sell nothing."
    assert POLICY.text[answer.quotes[0].start : answer.quotes[0].end] == "We sell nothing."


def test_it_is_silent_where_no_word_is_shared() -> None:
    assert BareBM25()("Zebra?", POLICY).kind is Kind.SILENT
