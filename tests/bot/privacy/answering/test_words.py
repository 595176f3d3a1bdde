"""Words in the form in which they are compared, and what the table of topics finds by them in any policy."""

import pytest

from bot.privacy.answering import load_topics
from bot.privacy.answering.words import stem, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("personal", "person"),
        ("personalised", "people"),
        ("information", "inform"),
        ("authors", "authority"),
        ("sales", "sold"),
        ("provider", "provided"),
        ("regulator", "regulation"),
        ("applicable", "applicants"),
        ("developers", "development"),
        ("employer", "employ"),
        ("responsible", "response"),
        ("marketing", "market"),
        ("accounting", "account"),
        ("settings", "set"),
        ("relatives", "related"),
    ],
)
def test_words_of_another_meaning_are_not_taken_for_one(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sale", "sold"),
        ("providers", "provider"),
        ("authority", "authorities"),
        ("personalise", "personalization"),
        ("personally", "personal"),
        ("responsible", "responsibility"),
        ("people", "persons"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("We do not sell personal information.", "sale"),
        ("Nobody can buy your data from us.", "sale"),
        ("We disclose data where a court or authority compels us by law.", "police"),
        ("If a judge orders us to, we hand over what the order names.", "police"),
        ("No fee is charged.", "request_cost"),
        ("We never get to see your card.", "card_numbers"),
        ("This policy is valid from 5 May 2022.", "effective_date"),
        ("As of: October 2024", "effective_date"),
        ("We process these data on your instructions.", "role"),
        ("You may inspect the records we keep on you.", "access"),
        ("You may receive your data in a commonly used electronic format.", "portability"),
        ("You will be informed if your data falls into the wrong hands.", "breach_notice"),
        ("Some tasks are outsourced.", "processors"),
        ("If you'd rather not hear from us, let us know.", "opt_out"),
        ("With your consent we send commercial communications.", "marketing"),
    ],
)
def test_a_topic_is_found_however_a_policy_puts_it(sentence: str, topic: str) -> None:
    assert topic in load_topics().said(words(sentence))


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("You will find information on the last breach of 2019 in the archive.", "breach_notice"),
        ("New features are in development.", "employees"),
    ],
)
def test_nor_is_one_found_that_only_sounds_like_it(sentence: str, topic: str) -> None:
    assert topic not in load_topics().said(words(sentence))
