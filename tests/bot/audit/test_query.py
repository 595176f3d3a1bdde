"""What auditors type."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.query import Filter, Unclear, parse

LABELS = {"technical_support": "Technical support", "billing": "Billing"}
RIGA = ZoneInfo("Europe/Riga")
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday; noon in Riga


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=RIGA).astimezone(UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Filter()),
        ("pw-00412", Filter(account="pw-00412")),
        ("<@U123ABC>", Filter(actor="U123ABC")),
        ("by <@U123ABC|inese>", Filter(actor="U123ABC")),
        ("for technical support", Filter(purpose="technical_support")),
        ("billing", Filter(purpose="billing")),
        ("refused", Filter(outcome="refused")),
        ("R-1042", Filter(grant="R-1042")),
        ("r1042", Filter(grant="R-1042")),
        ("since monday", Filter(since=utc(2026, 3, 2))),
        ("since 2026-03-01 until 2026-03-02", Filter(since=utc(2026, 3, 1), until=utc(2026, 3, 2, 23, 59, 59, 999999))),
        ("since 2 hours ago", Filter(since=utc(2026, 3, 4, 10, 0))),
        ("since last 7 days", Filter(since=utc(2026, 2, 25))),
        (
            "pw-1 by <@U1> for billing since yesterday masked",
            Filter("pw-1", "U1", "billing", "masked", None, utc(2026, 3, 3)),
        ),
    ],
)
def test_reading(text: str, expected: Filter) -> None:
    assert parse(text, LABELS, NOW, RIGA) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("pw-1 pw-2", "pw-2"),
        ("by nobody", "nobody"),
        ("by", "by"),
        ("for selling", "selling"),
        ("since", "since"),
        ("since nonsense", "nonsense"),
        ("a@b.example", "a@b.example"),
    ],
)
def test_what_is_unclear_is_named(text: str, word: str) -> None:
    found = parse(text, LABELS, NOW, RIGA)
    assert isinstance(found, Unclear)
    assert found.word == word
    assert found.expected


@given(st.text(max_size=80))
def test_nothing_typed_makes_it_fail(text: str) -> None:
    found = parse(text, LABELS, NOW, RIGA)
    if isinstance(found, Filter):
        assert found.purpose is None or found.purpose in LABELS
        assert "@" not in (found.account or "")
