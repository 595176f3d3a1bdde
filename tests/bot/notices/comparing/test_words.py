"""Word differences that can be read, and facts that can be pointed out."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.notices.changes import DifferenceKind
from bot.notices.comparing.dates import dates_in
from bot.notices.comparing.difference import compare
from bot.notices.comparing.facts import changed_facts, facts
from bot.notices.comparing.periods import longest_days, periods
from bot.notices.comparing.promises import may_bind_less, promises, weakened
from bot.notices.comparing.units import words_of
from bot.notices.comparing.word_difference import RunKind, word_difference
from bot.notices.rendering import marked
from tests.bot.notices.policies import read

_SOME = ["we", "may", "never", "share", "your", "data,", "with", "(our)", "partners", "–", "e-mail’s", "30", "days."]
_TEXTS = st.lists(st.sampled_from(_SOME)).map(" ".join)


@given(_TEXTS, _TEXTS)
@settings(max_examples=200, deadline=None)
def test_the_runs_are_the_two_passages(before: str, after: str) -> None:
    runs = word_difference(before, after)
    assert " ".join(_joined(run for run in runs if run.kind is not RunKind.REMOVED)) == " ".join(_letters(after))
    assert " ".join(_joined(run for run in runs if run.kind is not RunKind.ADDED)) == " ".join(_letters(before))
    assert all(one.kind is not other.kind for one, other in pairwise(runs))


def _letters(text: str) -> list[str]:
    return ["".join(text.split())]


def _joined(runs: object) -> list[str]:
    assert hasattr(runs, "__iter__")
    return ["".join("".join(run.text.split()) for run in runs)]


def test_words_are_marked_and_not_letters() -> None:
    before = "We will keep invoices for 30 days, unless you object."
    after = "We may keep invoices for 90 days, unless you object."
    assert marked(word_difference(before, after)) == (
        "We [-will-] {+may+} keep invoices for [-30-] {+90+} days, unless you object."
    )


def test_small_words_between_two_changes_are_part_of_the_change() -> None:
    runs = word_difference("We sell apples to the bakers of Riga.", "We lend pears to the smiths of Riga.")
    assert [run.kind for run in runs] == [
        RunKind.EQUAL,
        RunKind.REMOVED,
        RunKind.ADDED,
        RunKind.EQUAL,
    ]
    assert runs[1].text == "sell apples to the bakers"


def test_case_and_quotes_are_no_difference_of_words() -> None:
    assert {run.kind for run in word_difference("The user's “Data”", 'the User’s "data"')} == {RunKind.EQUAL}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within 30 days or six (6) months", ("30 days", "6 months")),
        ("a 14-day period", ("14 days",)),
        ("30 calendar days, then one year", ("30 days", "1 year")),
        ("5 apples", ()),
    ],
)
def test_periods(text: str, expected: tuple[str, ...]) -> None:
    assert periods(text) == expected


def test_the_longest_period_counts() -> None:
    assert longest_days("two weeks or 1 month") == 30


def test_what_is_named_is_found() -> None:
    found = facts(
        "We may send SMS and e-mail from Latvia or the UK through Acme Pay Ltd, see privacy@acme.example, 5%."
    )
    assert found.countries == ("Latvia", "United Kingdom")
    assert found.media == ("e-mail", "text message")
    assert found.parties == ("Acme Pay Ltd",)
    assert found.addresses == ("privacy@acme.example",)
    assert found.numbers == ("5%",)
    assert found.permitting == ("may",)


@pytest.mark.parametrize("text", ["New Jersey", "Atlanta, Georgia 30301", "mail us at us@acme.example", "tell us"])
def test_what_only_looks_like_a_country_is_none(text: str) -> None:
    assert facts(text).countries == ()


def test_what_changed_is_pointed_out() -> None:
    before = "## Keeping\n\nWe will not keep your data in Latvia for more than 30 days."
    after = before.replace("will not", "may").replace("Latvia", "India").replace("30", "90")
    (change,) = compare(read(before), read(after)).changes
    changed = changed_facts(change)
    assert (changed.gone.periods, changed.new.periods) == (("30 days",), ("90 days",))
    assert (changed.gone.countries, changed.new.countries) == (("Latvia",), ("India",))
    assert (changed.gone.binding, changed.new.permitting) == (("not",), ("may",))


@pytest.mark.parametrize(
    "sentence",
    [
        "We will never sell your data.",
        "Your data is not shared with anybody.",
        "We share it only with our bank.",
        "We won't call you.",
        "We will delete your account within 30 days.",
        "We do not rent lists unless ordered by a court of law.",
    ],
)
def test_promises(sentence: str) -> None:
    assert promises(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "You may not use our services if you are a child.",
        "We are not responsible for the practices of other sites.",
        "If you do not agree, please leave.",
        "We share data with partners.",
        "No transmission over the Internet is completely secure.",
    ],
)
def test_what_binds_the_company_to_nothing_is_no_promise(sentence: str) -> None:
    assert not promises(sentence)


@pytest.mark.parametrize(
    ("before", "after", "weaker"),
    [
        ("We will not sell it.", "We may sell it.", True),
        ("We never sell it.", "We do not usually sell it.", True),
        ("We do not sell it.", "We do not sell it, unless a partner asks.", True),
        ("We do not sell it, unless a court asks.", "We do not sell it.", False),
        ("We will tell you.", "We may tell you.", True),
        ("We will delete it.", "We will archive it.", True),
        ("We keep it for 30 days.", "We keep it for 90 days.", True),
        ("We keep it for 90 days.", "We keep it for 30 days.", False),
        ("We share it with our bank.", "We share it with our bank and post office.", False),
        ("We may sell it.", "We will not sell it.", False),
        (
            "Whatever you tell us, we are committed to keeping private, without reservation.",
            "Whatever you tell us, we try to keep private.",
            True,
        ),
        ("We keep it private, without exception.", "We keep it private.", True),
        ("We answer requests within a month.", "We aim to answer requests within a month.", True),
        ("We will answer each letter.", "We will do our best to answer each letter.", True),
        ("We delete your data.", "Where practicable, we delete your data.", True),
        ("We will never sell it.", "We will generally not sell it.", True),
        ("We encrypt it.", "We take reasonable steps to encrypt it.", True),
        ("We try to keep it private.", "We keep it private, without exception.", False),
        ("We generally do not sell it.", "We do not sell it.", False),
        ("We aim to answer within a day.", "We try to answer within a day.", False),
        ("We share it with partners.", "We generally share it with partners.", False),
        ("If you ask us, we delete it.", "If you try to ask us, we delete it.", False),
    ],
)
def test_what_binds_less_is_told_from_what_does_not(before: str, after: str, *, weaker: bool) -> None:
    assert weakened(before, after) is weaker
    if weaker:
        assert may_bind_less(words_of(before), words_of(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Stand: 1. März 2026 · Fassung 7", "Stand: 15. Januar 2027 · Fassung 8"),
        ("Gültig ab 1. Mai 2026", "Gültig ab 1. Oktober 2026"),
        ("Zuletzt aktualisiert am 3. Dezember 2025.", "Zuletzt aktualisiert am 7. Juli 2026."),
    ],
)
def test_a_german_policys_own_date_is_a_date(before: str, after: str) -> None:
    text = "# Datenschutz\n\n{}\n\nWir verkaufen keine Daten."
    assert compare(read(text.format(before)), read(text.format(after))).kind is DifferenceKind.DATE
    assert dates_in(after) != dates_in(before)


def test_a_date_within_a_german_sentence_is_text() -> None:
    text = "# Datenschutz\n\nDaten, die wir vor dem {} erhoben haben, löschen wir."
    assert compare(read(text.format("1. Mai 2026")), read(text.format("1. Juni 2026"))).kind is DifferenceKind.TEXT
