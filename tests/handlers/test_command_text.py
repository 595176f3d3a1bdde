"""What people type after a command."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.command_text import Typed, nearest_subcommand, read, subcommand, unescape

LABELS = {"technical_support": "Technical support", "customer_service": "Customer service", "billing": "Billing"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pw-1", Typed("pw-1")),
        ("pw-1 for billing", Typed("pw-1", "billing")),
        ("pw-1 FOR Technical Support", Typed("pw-1", "technical_support")),
        ("pw-1 for technical_support 2h", Typed("pw-1", "technical_support", timedelta(hours=2))),
        ("pw-1 for tech 90 min", Typed("pw-1", "technical_support", timedelta(minutes=90))),
        ("pw-1 for billing 1h 30m", Typed("pw-1", "billing", timedelta(minutes=90))),
        ("Food for Thought", Typed("Food for Thought", unknown="Thought")),
        ("Food for Thought for billing", Typed("Food for Thought", "billing")),
        ("pw-1 for biling", Typed("pw-1", None, None, "billing")),
        ("for billing", Typed("", "billing")),
        ("  a   b  ", Typed("a b")),
        ("<mailto:a@b.example|a@b.example>", Typed("a@b.example")),
        ("<https://acme.example|acme.example> for billing", Typed("acme.example", "billing")),
        ("D&amp;G", Typed("D&G")),
    ],
)
def test_reading(text: str, expected: Typed) -> None:
    assert read(text, LABELS) == expected


pieces = st.sampled_from(["pw-1", " for ", "billing", "tehnical suport", " 2h", " 0.4 s", " 0 min", " 1e3h", " from "])


@given(st.text(max_size=300) | st.lists(pieces | st.text(max_size=4), max_size=8).map("".join))
def test_nothing_typed_makes_it_fail(text: str) -> None:
    typed = read(text, LABELS)
    assert typed.purpose is None or typed.purpose in LABELS
    assert typed.duration is None or typed.duration > timedelta(0)
    unescape(text)


def test_subcommands() -> None:
    assert subcommand("mine", ("mine", "end")) == ("mine", "")
    assert subcommand("END R-1042", ("mine", "end")) == ("end", "R-1042")
    assert subcommand("pw-1", ("mine", "end")) == (None, "pw-1")
    assert nearest_subcommand("mien", ("mine", "pending")) == "mine"
    assert nearest_subcommand("acme", ("mine", "pending")) is None
