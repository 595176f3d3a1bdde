"""Policies in a language that the table of topics is not in."""

from pathlib import Path

import pytest

from bot.privacy.answer import Kind
from bot.privacy.answering import Answers
from bot.privacy.answering.topics import TopicsUnreadable, read_topics
from bot.privacy.text import PolicyText, read_policy

POLICY = Path(__file__).parents[3] / "companies" / "lohnservice" / "datenschutz.html"
TABLE = """
language = "{}"
[topics.transfers]
label = "ob Daten die Europäische Union verlassen"
asks = ["daten ... usa"]
says = ["außerhalb ... union"]
[topics.certificates]
label = "nach welcher Norm wir geprüft sind"
asks = ["iso|zertifiziert"]
says = ["zertifikat"]
"""


@pytest.fixture(scope="module")
def policy() -> PolicyText:
    return read_policy(POLICY.read_bytes(), POLICY.name)


def outcome(answers: Answers, policy: PolicyText, question: str) -> tuple[Kind, str | None]:
    found = answers(question, policy)
    return found.kind, found.topic


@pytest.mark.parametrize(
    "question",
    [
        "Gebt ihr Daten in die USA?",  # it says: not outside the European Union
        "Wer verliert die Bankdaten?",
        "Seid ihr nach ISO 27001 zertifiziert?",
        "Kostet die Auskunft etwas?",  # "die" is no death
        "Habt ihr einen Hund?",
    ],
)
def test_neither_silence_nor_a_topic_is_told_by_a_table_in_another_language(policy: PolicyText, question: str) -> None:
    assert outcome(Answers(), policy, question) == (Kind.UNSURE, None)


def test_what_plainly_answers_is_quoted(policy: PolicyText) -> None:
    answer = Answers()("Wer druckt die Lohnabrechnungen?", policy)
    assert answer.kind is Kind.QUOTED
    assert answer.quotes[0].quote == "Druckhaus Größl KG | Druck und Versand der Lohnabrechnungen | Fürth"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Verkauft ihr unsere Daten?", "Wir verkaufen und vermieten keine Daten."),
        ("Bekommt die Polizei unsere Daten?", "Verlangt eine Polizeibehörde Auskunft,"),
        (
            "Wann sperrt ihr einen unbenutzten Zugang?",
            "Wird ein Zugang zwölf Monate lang nicht benutzt, sperren wir ihn.",
        ),
    ],
)
def test_words_that_begin_alike_bring_the_sentence_to_the_officer(
    policy: PolicyText, question: str, sentence: str
) -> None:
    """German inflects and puts words together: its stems are not English ones."""
    assert Answers()(question, policy).candidates[0].quote.startswith(sentence)


def test_a_table_in_the_policys_language_tells_topics_and_silence(policy: PolicyText) -> None:
    answers = Answers(read_topics(TABLE.format("de"), "topics.toml"))
    assert outcome(answers, policy, "Seid ihr nach ISO 27001 zertifiziert?") == (Kind.SILENT, "certificates")
    assert answers("Gebt ihr Daten in die USA?", policy).topic == "transfers"


def test_the_same_table_said_to_be_in_english_is_not_used(policy: PolicyText) -> None:
    answers = Answers(read_topics(TABLE.format("en"), "topics.toml"))
    assert outcome(answers, policy, "Seid ihr nach ISO 27001 zertifiziert?") == (Kind.UNSURE, None)


def test_a_language_that_is_not_told_apart_is_a_fault() -> None:
    with pytest.raises(TopicsUnreadable, match=r"topics.toml, line 2: “deutsch” is no language .* de, en, es"):
        read_topics(TABLE.format("deutsch"), "topics.toml")
