"""What an alert says."""

from hypothesis import given

from bot.audit.reviews.unusual import Rule, Seen
from bot.audit.reviews.unusual_words import named, span, why, why_you
from tests.bot.audit.reviews.seen import LOW, RIGA, findings, histories


@given(histories())
def test_sentences_have_numbers_and_nobody(history: list[Seen]) -> None:
    for one in findings(history, history[0].at, {}, LOW, RIGA):
        sentence = why(one.rule, one.facts)
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        assert "a-" not in sentence
        assert named(one.rule)


def test_sentences() -> None:
    breadth = {"count": 18, "looks": 20, "within_s": 3600, "usual": 4}
    assert why(Rule.BREADTH, breadth) == (
        "Looked at 18 accounts within 1 hour; the busiest hour of a usual day of theirs has 4 accounts."
    )
    assert "no past of theirs" in why(Rule.BREADTH, {**breadth, "usual": 0})
    assert why(Rule.REFUSALS, {"count": 5, "within_s": 3600}) == "Was refused 5 times within 1 hour."
    assert why_you(Rule.REFUSALS, {"count": 5, "within_s": 3600}) == "You were refused 5 times within 1 hour."
    assert why_you(Rule.BREADTH, {"count": 18, "within_s": 3600, "usual": 4}) == (
        "You looked at 18 accounts within 1 hour; the busiest hour of a usual day of yours has 4 accounts."
    )
    assert span(5400) == "90 minutes"
    assert span(172800) == "2 days"
    assert span(61) == "61 seconds"
