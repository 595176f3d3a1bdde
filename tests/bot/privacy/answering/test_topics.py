"""The table of topics: what is read, and how faults are told."""

from pathlib import Path

import pytest

from bot.privacy.answering import TopicsUnreadable, load_topics
from bot.privacy.answering.topics import Scope, read_topics
from bot.privacy.answering.words import words

ROOT = Path(__file__).parents[4]

GOOD = """
[topics.sale]
label = "whether data is sold"
scope = "narrow"
asks = ["sell"]
says = ["sell|rent"]
not_says = ["sell the company"]
"""


def test_the_companys_copy_is_the_table_that_comes_with_steward() -> None:
    packaged = (ROOT / "bot" / "privacy" / "answering" / "topics.toml").read_text()
    assert (ROOT / "policies" / "topics.toml").read_text() == packaged


def test_words_that_mean_nearly_the_same_are_asked_for() -> None:
    words_of_it = '[words]\nsame = [["sell", "rent"]]\nnear = [["promise", "guarantee"], ["rent", "lend"]]\n'
    topics = read_topics(words_of_it + GOOD, "t.toml")
    assert topics.alike("guarante") == frozenset()
    assert topics.alike("guarante", nearly=True) == {"promis"}
    assert topics.alike("rent") == {"sell"}
    assert topics.alike("rent", nearly=True) == {"sell", "lend"}


def test_every_label_completes_what_the_policy_does_not_say() -> None:
    openings = (
        "what",
        "which",
        "who",
        "how",
        "where",
        "when",
        "whether",
        "in",
        "to",
        "with",
        "through",
        "the",
    )
    odd = [topic.label for topic in load_topics() if topic.label.split()[0] not in {*openings, "whom"}]
    assert odd == []


def test_topics_are_found_in_questions_and_sentences() -> None:
    topics = read_topics(GOOD, "topics.toml")
    assert topics.asked(words("Have you sold my list?")) == {"sale": 1.0}
    assert topics.said(words("We rent out nothing.")) == {"sale": 1.0}
    assert topics.said(words("We may sell the company.")) == {}


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (GOOD + 'colour = "red"\n', 8, "not known"),
        (GOOD.replace('"sell"', '""'), 5, "empty"),
        (GOOD.replace('["sell"]', "[]"), 5, "empty"),
        (GOOD.replace('["sell"]', '["sell", "Sell"]'), 5, "twice"),
        (GOOD.replace('["sell"]', '["sell ..."]'), 5, "must have a word"),
        (GOOD.replace('says = ["sell|rent"]', ""), 2, "missing"),
        (GOOD.replace('"narrow"', '"thin"'), 4, "narrow"),
        (GOOD + GOOD.replace("topics.sale", "topics.sold"), 10, "is the label of sale too"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(TopicsUnreadable) as refused:
        read_topics(text, "topics.toml")
    assert f"topics.toml, line {line}:" in str(refused.value)
    assert what in str(refused.value)


def test_what_is_no_toml_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TopicsUnreadable, match="not valid TOML"):
        read_topics("[topics.sale", "topics.toml")
    with pytest.raises(TopicsUnreadable, match="can't be read"):
        load_topics(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'a = "\xe4"')
    with pytest.raises(TopicsUnreadable, match="UTF-8"):
        load_topics(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("You may change your profile.", "profiling"),
        ("The laws of Latvia govern this policy.", "police"),
        ("You control who sees it.", "controller"),
        ("The app is applicable to all applications.", "jobs"),
        ("We work with partners whom we trust.", "certifications"),
        ("You have several options.", "voluntary"),
    ],
)
def test_words_of_one_stem_that_mean_different_things_are_told_apart(sentence: str, topic: str) -> None:
    assert topic not in load_topics().said(words(sentence))


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Would you let me know about a break-in into your systems?", "breach_notice"),
        ("Is the data encrypted at rest?", "stored_encryption"),
        ("Which supervisory authority is responsible for you?", "authority_name"),
        ("Do you tell me before you hand anything to the police?", "police_notice"),
        ("Can a 14-year-old open an account?", "minimum_age"),
        ("Whose servers does it run on?", "hosting"),
    ],
)
def test_what_is_asked_for_exactly_is_a_topic_of_its_own(question: str, topic: str) -> None:
    asked = load_topics().asked(words(question))
    assert topic in asked
    assert load_topics()[topic].scope is Scope.EXACT
