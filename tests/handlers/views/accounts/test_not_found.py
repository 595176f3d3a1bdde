"""What is said where nothing is found, and what is left of an address in a channel."""

import pytest

from bot.access.asking.exact import as_meant
from handlers.views.accounts.not_found import meant_otherwise
from handlers.views.words import without_addresses

LABELS = {"billing": "Billing", "technical_support": "Technical support"}


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("Coffee for Friends", "`Friends` is no purpose of ours"),
        ("pw-1 for support", "Did you mean `/account pw-1 for technical support`?"),
        ("pw-1 for suport", "Did you mean `/account pw-1 for technical support`?"),
        ("hepl", "Did you mean `/account help`?"),
        ("pw-1 Technical Support", "`/account pw-1 for technical support`"),
        ("Bureau for Technics", "`Technics` is no purpose of ours"),
        ("pw-1 technical_support", "`/account pw-1 for technical support`"),
        ("pw-1 bill", None),
        ("Billing", None),
        ("a@b.example c@d.example", "One account at a time"),
        ("a@b.example", "`/account b.example`"),
        ("Studio 54", None),
        ("pw-1 for `x` <!channel>", "`ˋxˋ &lt;!channel&gt;` is no purpose"),
    ],
)
def test_hints(query: str, hint: str | None) -> None:
    said = meant_otherwise(query, LABELS)
    assert said is None if hint is None else hint in str(said)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pw-1", "pw-1"),
        (" (“pw‑1”), ", "pw-1"),
        ("\ufeffpw\u200b–1\u00ad", "pw-1"),
        ("D'Angelo & Söhne", "D'Angelo & Söhne"),
        ("+371 26 123 478", "+371 26 123 478"),
        ("#7", "#7"),
        ("***", ""),
    ],
)
def test_what_stands_around_is_left_out(typed: str, meant: str) -> None:
    assert as_meant(typed) == meant


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ask anita@inbox.example, please", "ask a•••@inbox.example, please"),
        ("<mailto:anita@inbox.example|anita@inbox.example>", "<mailto:a•••@inbox.example|a•••@inbox.example>"),
        ("@inese in #support at 5 @ noon", "@inese in #support at 5 @ noon"),
    ],
)
def test_addresses_are_masked_in_channels(typed: str, shown: str) -> None:
    assert without_addresses(typed) == shown
