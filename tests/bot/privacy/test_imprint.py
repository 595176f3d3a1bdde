"""A line with a text's date is cited when that is asked, however it is set on the page; headings stay headings."""

import pytest

from bot.privacy.answer import Kind
from bot.privacy.answering import Answers
from bot.privacy.imprint import dates_the_text
from bot.privacy.text import read_policy

AFTER = "We keep orders for seven years and erase them then."


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.md", "# Privacy\n\n**", f"**\n\n{AFTER}\n"),
        ("a.md", "# Privacy\n\n### ", f"\n\n{AFTER}\n"),
        ("a.html", "<h1>Privacy</h1><h4>", f"</h4><p>{AFTER}</p>"),
        ("a.html", "<h1>Privacy</h1><p><b>", f"</b></p><p>{AFTER}</p>"),
        ("a.txt", "PRIVACY\n\n", f"\n\n{AFTER}\n\nAsk us.\n"),
        ("a.txt", "", f"\n-----\n\n{AFTER}\n\nAsk us.\n"),
    ],
)
@pytest.mark.parametrize(
    "line", ["Last updated: May 24, 2024", "Version 4.2, in force as of 1 September 2025", "Effective 3 March 2026"]
)
def test_the_date_of_a_text_is_quoted_when_it_is_asked(name: str, before: str, after: str, line: str) -> None:
    policy = read_policy(f"{before}{line}{after}".encode(), name)
    answer = Answers()("Since when is this policy in force?", policy)
    assert answer.kind is Kind.QUOTED
    assert answer.quotes[0].quote == line


@pytest.mark.parametrize(
    ("line", "dates"),
    [
        ("Last updated: May 24, 2024", True),
        ("Version 4.2", True),
        ("Changes to clause 7", False),
        ("Changes to this policy", False),
        ("Updates", False),
        ("2024 and after", False),
        ("Review of your request within 30 days", False),
    ],
)
def test_a_heading_is_no_date(line: str, dates: bool) -> None:
    assert dates_the_text(line) is dates
