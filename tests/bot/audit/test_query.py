"""What auditors type."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.query import Filter, Unclear, Vocabulary, parse, trailing_period
from bot.settings import load_configuration

ROOT = Path(__file__).parents[3]

RIGA = ZoneInfo("Europe/Riga")
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday; noon in Riga
RULES = load_configuration(ROOT / "steward.toml").rules
VOCABULARY = Vocabulary.of(RULES)
CONTACT = RULES.data_classes["contact"].fields
PAYMENT = RULES.data_classes["payment"].fields


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=RIGA).astimezone(UTC)  # type: ignore[arg-type,misc]


def end(*parts: int) -> datetime:
    return utc(*parts, 23, 59, 59, 999999)


def read(text: str) -> Filter | Unclear:
    return parse(text, VOCABULARY, NOW, RIGA)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02", Filter(since=utc(2026, 3, 2), until=end(2026, 3, 2))),
        ("2.3.2026", Filter(since=utc(2026, 3, 2), until=end(2026, 3, 2))),
        ("", Filter()),
        ("pw-00412", Filter(account="pw-00412")),
        ("account 20260301", Filter(account="20260301")),
        ("<@U123ABC>", Filter(actor="U123ABC")),
        ("by <@U123ABC|inese>", Filter(actor="U123ABC")),
        ("by cli:root", Filter(actor="cli:root")),
        ("by system", Filter(actor="system")),
        ("for technical support", Filter(purpose="technical_support")),
        ("for tech", Filter(purpose="technical_support")),
        ("billing", Filter(purpose="billing")),
        ("customer service", Filter(purpose="customer_service")),
        ("refused", Filter(outcome="refused")),
        ("refusals", Filter(outcome="refused")),
        ("not found", Filter(outcome="not_found")),
        ("R-1042", Filter(grant="R-1042")),
        ("r1042", Filter(grant="R-1042")),
        ("d-12", Filter(grant="D-12")),
        ("c-77", Filter(ticket="c-77")),
        ("account c-77", Filter(account="c-77")),
        ("3fa94c1b", Filter(entry="3fa94c1b")),
        ("entry 00000001", Filter(entry="00000001")),
        ("since monday", Filter(since=utc(2026, 3, 2))),
        ("after monday", Filter(since=utc(2026, 3, 3))),
        ("after february", Filter(since=utc(2026, 3, 1))),
        ("after last week", Filter(since=utc(2026, 3, 2))),
        ("after 2026-03-01 14:00", Filter(since=utc(2026, 3, 1, 14) + timedelta(microseconds=1))),
        ("since 2026-03-01 until 2026-03-02", Filter(since=utc(2026, 3, 1), until=end(2026, 3, 2))),
        ("between 1 march and 3 march", Filter(since=utc(2026, 3, 1), until=end(2026, 3, 3))),
        ("from 1 march to 3 march", Filter(since=utc(2026, 3, 1), until=end(2026, 3, 3))),
        ("since 2 hours ago", Filter(since=utc(2026, 3, 4, 10, 0))),
        ("since last 7 days", Filter(since=utc(2026, 2, 25))),
        ("last 7 days", Filter(since=utc(2026, 2, 25))),
        ("Last 30 minutes", Filter(since=utc(2026, 3, 4, 11, 30))),
        ("last week", Filter(since=utc(2026, 2, 23), until=end(2026, 3, 1))),
        ("last month", Filter(since=utc(2026, 2, 1), until=end(2026, 2, 28))),
        ("last year", Filter(since=utc(2025, 1, 1), until=end(2025, 12, 31))),
        ("last monday", Filter(since=utc(2026, 3, 2), until=end(2026, 3, 2))),
        ("this week", Filter(since=utc(2026, 3, 2))),
        ("today", Filter(since=utc(2026, 3, 4), until=end(2026, 3, 4))),
        ("yesterday", Filter(since=utc(2026, 3, 3), until=end(2026, 3, 3))),
        ("on 28 february", Filter(since=utc(2026, 2, 28), until=end(2026, 2, 28))),
        ("since february", Filter(since=utc(2026, 2, 1))),
        ("since march", Filter(since=utc(2026, 3, 1))),
        ("in april masked", Filter(since=utc(2025, 4, 1), until=end(2025, 4, 30), outcome="masked")),
        ("during 2024", Filter(since=utc(2024, 1, 1), until=end(2024, 12, 31))),
        ("between 2025-12 and february", Filter(since=utc(2025, 12, 1), until=end(2026, 2, 28))),
        ("before february", Filter(until=utc(2026, 2, 1))),
        ("since last week", Filter(since=utc(2026, 2, 23))),
        ("until last month", Filter(until=end(2026, 2, 28))),
        ("since a month ago", Filter(since=utc(2026, 2, 4))),
        ("on 03.02.2026", Filter(since=utc(2026, 2, 3), until=end(2026, 2, 3))),
        ("since 3.2.", Filter(since=utc(2026, 2, 3))),
        ("since 13/02/2026", Filter(since=utc(2026, 2, 13))),
        ("until 9am", Filter(until=utc(2026, 3, 4, 9))),
        ("since 14.30", Filter(since=utc(2026, 3, 3, 14, 30))),
        ("since 8 pm yesterday masked", Filter(since=utc(2026, 3, 3, 20), outcome="masked")),
        ("between 9:00 yesterday and noon", Filter(since=utc(2026, 3, 3, 9), until=utc(2026, 3, 4, 12))),
        ("february", Filter(since=utc(2026, 2, 1), until=end(2026, 2, 28))),
        ("March 2025 pw-1", Filter("pw-1", since=utc(2025, 3, 1), until=end(2025, 3, 31))),
        ("pw-1 mar", Filter("pw-1", since=utc(2026, 3, 1), until=end(2026, 3, 31))),
        ("1st march 2025", Filter(since=utc(2025, 3, 1), until=end(2025, 3, 1))),
        ("march 2 masked", Filter(since=utc(2026, 3, 2), until=end(2026, 3, 2), outcome="masked")),
        ("monday", Filter(since=utc(2026, 3, 2), until=end(2026, 3, 2))),
        ("monday to tuesday pw-1", Filter("pw-1", since=utc(2026, 3, 2), until=end(2026, 3, 3))),
        ("week 9", Filter(since=utc(2026, 2, 23), until=end(2026, 3, 1))),
        ("week 12 revealed", Filter(since=utc(2025, 3, 17), until=end(2025, 3, 23), actions=("account.reveal",))),
        ("week 53 of 2020", Filter(since=utc(2020, 12, 28), until=end(2021, 1, 3))),
        ("since w9", Filter(since=utc(2026, 2, 23))),
        ("until week 9", Filter(until=end(2026, 3, 1))),
        ("q4", Filter(since=utc(2025, 10, 1), until=end(2025, 12, 31))),
        ("in quarter 1 2025", Filter(since=utc(2025, 1, 1), until=end(2025, 3, 31))),
        ("last quarter", Filter(since=utc(2025, 10, 1), until=end(2025, 12, 31))),
        ("this quarter", Filter(since=utc(2026, 1, 1))),
        ("since february pw-1", Filter("pw-1", since=utc(2026, 2, 1))),
        ("in february pw-1 <@U1>", Filter("pw-1", "U1", since=utc(2026, 2, 1), until=end(2026, 2, 28))),
        ("account march", Filter(account="march")),
        ("marchand", Filter(account="marchand")),
        ("2026", Filter(account="2026")),
        ("contact details", Filter(fields=CONTACT)),
        ("contact", Filter(fields=CONTACT)),
        ("email", Filter(fields=("email",))),
        ("contact name", Filter(fields=("contact_name",))),
        ("email phone", Filter(fields=("email", "phone"))),
        ("contact details payment details", Filter(fields=(*CONTACT, *PAYMENT))),
        ("account", Filter(fields=RULES.data_classes["account"].fields)),
        ("revealed", Filter(actions=("account.reveal",))),
        ("looked up", Filter(actions=("account.lookup",))),
        ("approved audit.export", Filter(actions=("access.approve", "audit.export"))),
        ('"bounces since monday"', Filter(words=("bounces since monday",))),
        ("“gift card” „vēstule” «HD-2211»", Filter(words=("gift card", "vēstule", "HD-2211"))),
        ('""', Filter()),
        (
            "pw-1 by <@U1> for billing since yesterday masked",
            Filter("pw-1", "U1", "billing", "masked", None, utc(2026, 3, 3)),
        ),
        (
            'revealed contact details pw-1 last 7 days "HD-2211" by <@U1>',
            Filter(
                "pw-1",
                "U1",
                since=utc(2026, 2, 25),
                actions=("account.reveal",),
                fields=CONTACT,
                words=("HD-2211",),
            ),
        ),
        ("since 2 hours ago contact details", Filter(since=utc(2026, 3, 4, 10, 0), fields=CONTACT)),
        ("for technical support contact details", Filter(purpose="technical_support", fields=CONTACT)),
    ],
)
def test_reading(text: str, expected: Filter) -> None:
    assert read(text) == expected


def test_after_the_last_day_of_the_calendar_is_its_end() -> None:
    assert parse("after 9999", VOCABULARY, NOW, UTC) == Filter(since=datetime.max.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("pw-1 pw-2", "pw-2"),
        ("pw-1 account pw-2", "pw-2"),
        ("billing marketing", "marketing"),
        ("refused masked", "masked"),
        ("by <@U1> <@U2>", "<@U2>"),
        ("R-1 R-2", "R-2"),
        ("since 3 march until 1 march", "until 1 march"),
        ("until 1 march since 3 march", "since 3 march"),
        ("until 1 february last 7 days", "last 7 days"),
        ("since 1 march since 2 march", "since 2 march"),
        ("last 7 days yesterday", "yesterday"),
        ("february march", "march"),
        ("week 54 pw-1", "week 54"),
        ("between 9:00 and noon yesterday", "between 9:00 and noon yesterday"),
        ("since 3/4/2026", "3/4/2026"),
        ("since 10-11-12", "10-11-12"),
        ("since 9", "9"),
        ("on 5th", "5th"),
        ("between 1 and 5 march", "between 1 and 5 march"),
        ("by nobody", "nobody"),
        ("by", "by"),
        ("for selling", "selling"),
        ("since", "since"),
        ("since nonsense", "nonsense"),
        ("last fortnight", "last fortnight"),
        ("last", "last"),
        ("between 1 march", "between 1 march"),
        ("between 3 march and 1 march", "between 3 march and 1 march"),
        ("on nonsense", "nonsense"),
        ("entry R-1", "r-1"),
        ("a@b.example", "a@b.example"),
    ],
)
def test_what_is_unclear_is_named(text: str, word: str) -> None:
    found = read(text)
    assert isinstance(found, Unclear)
    assert found.word == word
    assert found.expected


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("week 99", "week 99", "a week"),
        ("in week 0", "week 0", "a week"),
        ("pw-00412 since wk 54", "wk 54", "a week"),
        ("week 53 of 2025", "week 53", "a week"),
        ("quarter 7 revealed", "quarter 7", "a quarter"),
        ("31 february", "31 february", "a day"),
        ("february 30 2026", "february 30", "a day"),
        ("32 march", "32 march", "a day"),
        ("since march 32", "march 32", "a day"),
    ],
)
def test_a_time_that_no_calendar_has_is_no_account(text: str, word: str, expected: str) -> None:
    found = read(text)
    assert isinstance(found, Unclear)
    assert found.word == word
    assert found.expected.startswith(expected)


def test_what_looks_like_no_day_but_is_one() -> None:
    assert isinstance(read("since 45 days ago"), Filter)
    assert isinstance(read("since march 1999"), Filter)
    assert isinstance(read("since 1 march 10:45"), Filter)
    assert read("week 12") != read("week 13")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("baltic beans in february", ("baltic beans", utc(2026, 2, 1), end(2026, 2, 28))),
        ("baltic beans since february", ("baltic beans", utc(2026, 2, 1), None)),
        ("made in latvia", ("made in latvia", None, None)),
    ],
)
def test_a_time_at_the_end_is_told_from_a_name(
    text: str, expected: tuple[str, datetime | None, datetime | None]
) -> None:
    assert trailing_period(text, NOW, RIGA) == expected


def test_a_purpose_whose_label_holds_a_class_is_read_whole() -> None:
    purposes = {"check": replace(RULES.purposes["billing"], key="check", label="Check of payment details")}
    vocabulary = Vocabulary.of(replace(RULES, purposes=purposes))
    assert parse("for check of payment details email", vocabulary, NOW, RIGA) == Filter(
        purpose="check", fields=("email",)
    )


def test_days_follow_the_clocks_that_people_read() -> None:
    """Riga's clocks go forward on 29 March 2026: that day has 23 hours."""
    april = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)
    found = parse("yesterday", VOCABULARY, april, RIGA)
    assert found == Filter(since=utc(2026, 3, 29), until=end(2026, 3, 29))
    assert isinstance(found, Filter)
    assert found.since
    assert found.until
    assert timedelta(hours=22, minutes=59) < found.until - found.since < timedelta(hours=23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("since 2 hours ago", Filter(since=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))),
        ("last 2 hours", Filter(since=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))),
        ("until 90m ago", Filter(until=datetime(2026, 10, 25, 1, 0, tzinfo=UTC))),
        ("since 03:30", Filter(since=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))),
        ("until 03:30", Filter(until=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))),
    ],
)
def test_an_hour_that_the_clock_shows_twice_is_meant_whole(text: str, expected: Filter) -> None:
    """Riga's clocks go back from 04:00 to 03:00 on 25 October 2026; it is 04:30 there."""
    assert parse(text, VOCABULARY, datetime(2026, 10, 25, 2, 30, tzinfo=UTC), RIGA) == expected


WORDS = """since until between and last 7 days by for account entry on to this in "gift" contact details email billing
revealed refused R-1 pw-1 3fa94c1b <@U1> monday 99999 march 2025 3/4/2026 3.4. 9am " “ »"""
words = st.sampled_from(re.split(r"\s", WORDS))


@given(st.text(max_size=80) | st.lists(words, max_size=9).map(" ".join))
def test_nothing_typed_makes_it_fail(text: str) -> None:
    found = read(text)
    if isinstance(found, Filter):
        assert found.purpose is None or found.purpose in RULES.purposes
        assert "@" not in (found.account or "")
        assert set(found.fields) <= {name for one in RULES.data_classes.values() for name in one.fields}
    else:
        assert found.word
