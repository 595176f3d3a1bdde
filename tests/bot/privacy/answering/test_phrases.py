"""Phrases of the table of topics, and where they stand."""

import pytest

from bot.privacy.answering.phrases import PhraseError, Phrases, read_phrase
from bot.privacy.answering.words import words


def _stands(phrase: str, text: str) -> bool:
    return bool(Phrases([("topic", read_phrase(phrase))]).find(words(text)))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("sell", "We never sold any of it."),
        ("sell|rent data", "They rented data out."),
        ("delet*", "Deletion is possible."),
        ("how long ... keep", "How long do you usually keep it?"),
        ("lost_data|breach", "Have you lost data?"),
        ("data & delete", "Please delete all of my data."),
        ("data & delete", "My data: will you delete it?"),
        ("updated <number> <month>", "Updated 15 October 2010"),
        ("e-mail", "Send us an email."),
        ("opt out", "You may opt-out."),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert _stands(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("sell data", "The data we sell."),
        ("how long ... keep", "How long is it until you, dear people of the support team, keep it?"),
        ("lost_data|breach", "Data was lost."),
        ("data & delete", "Please delete everything."),
        ("updated <month>", "Updated 2010"),
        ("person*", "An impersonal thing."),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert not _stands(phrase, text)


def test_longer_phrases_are_stronger() -> None:
    assert read_phrase("sell").strength < read_phrase("sell data").strength < read_phrase("sell my data").strength


@pytest.mark.parametrize("phrase", ["", "...", "sell ...", "!!", "|", "*", "a & "])
def test_a_phrase_without_words_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError):
        read_phrase(phrase)
