"""What comes along with a sentence of a list, a definition or a table."""

import pytest

from bot.privacy.answering import load
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.quoting import quotes
from bot.privacy.text import read_policy

TOPICS = load(None, embed=False).topics

PAGE = """<h1>Policy</h1><h2>What we hold</h2>
<p>Depending on what you do, we hold:</p>
<ul><li>your name;</li>
<li>where you ride, if<ul><li>you rent a bicycle, or</li><li>you use the map;</li></ul></li>
<li>Letters<p>We keep them for two years.</p></li></ul>
<h2>Your rights</h2>
<ol type="a"><li>You can ask us to erase it.<p>We may keep what the Bookkeeping Act requires.</p></li>
<li>You can complain.</li></ol>
<p>Nobody pays for that.</p>
<h2>Forms</h2>
<dl><dt>Contact form</dt><dd>We keep messages for a year.</dd><dd>Then they go.</dd>
<dt>Survey</dt><dd>We keep nothing.</dd></dl>
<h2>Periods</h2>
<table><tr><th>Data</th><th>Why</th><th>Kept</th></tr>
<tr><td rowspan="2">Location</td><td>finding lost bicycles</td><td>30 days</td></tr>
<tr><td>counting</td><td>1 year</td></tr>
<tr><td>Invoices</td><td>taxes</td><td>7 years</td></tr></table>"""
INDEX = PolicyIndex(read_policy(PAGE.encode(), "policy.html"), TOPICS)
NAMES = "Data | Why | Kept"


@pytest.mark.parametrize(
    ("beginning", "quoted"),
    [
        ("your name;", ["your name;", "Depending on what you do, we hold:"]),
        (
            "where you ride",
            [
                "where you ride, if\n\n- you rent a bicycle, or\n\n- you use the map;",
                "Depending on what you do, we hold:",
            ],
        ),
        ("you use the map", ["you use the map;", "where you ride, if", "Depending on what you do, we hold:"]),
        ("We keep them", ["We keep them for two years.", "Letters", "Depending on what you do, we hold:"]),
        ("You can ask us", ["You can ask us to erase it.\n\nWe may keep what the Bookkeeping Act requires."]),
        ("You can complain", ["You can complain."]),
        ("Nobody pays", ["Nobody pays for that."]),
        ("We keep messages", ["We keep messages for a year.", "Contact form"]),
        ("Then they go", ["Then they go.", "Contact form"]),
        ("We keep nothing", ["We keep nothing.", "Survey"]),
        (
            "Location | counting",
            ["Location | finding lost bicycles | 30 days\n\nLocation | counting | 1 year", NAMES],
        ),
        ("Invoices", ["Invoices | taxes | 7 years", NAMES]),
    ],
)
def test_what_a_passage_is_not_understood_without_comes_along(beginning: str, quoted: list[str]) -> None:
    at = next(i for i, unit in enumerate(INDEX.units) if INDEX.policy.quote(unit.passage).startswith(beginning))
    assert [one.quote for one in quotes(INDEX, [at])] == quoted


def test_a_list_is_quoted_with_the_lists_in_it() -> None:
    at = next(i for i, unit in enumerate(INDEX.units) if unit.opens)
    (whole,) = quotes(INDEX, [at])
    assert whole.quote.startswith("Depending on")
    assert whole.quote.endswith("We keep them for two years.")


def test_an_item_too_long_for_a_quote_is_quoted_without_what_follows_in_it() -> None:
    long = " ".join(["We keep what the law requires us to keep."] * 14)
    page = f"<ul><li>You can ask us to erase it.<p>{long}</p></li><li>You can complain.</li></ul>"
    index = PolicyIndex(read_policy(page.encode(), "policy.html"), TOPICS)
    assert [one.quote for one in quotes(index, [0])] == ["You can ask us to erase it."]


def test_a_short_reply_under_a_heading_that_asks_is_a_statement() -> None:
    asked = "# P\n\n## Where is it stored?\n\nIn Ireland.\n\nOther places.\n\n## Where else?\n\nSee section 4.\n\n"
    text = f"{asked}## Places\n\nIn Ireland.\n"
    index = PolicyIndex(read_policy(text.encode(), "policy.md"), TOPICS)
    assert [(index.policy.quote(unit.passage), unit.bare) for unit in index.units] == [
        ("In Ireland.", False),
        ("Other places.", True),
        ("See section 4.", True),
        ("In Ireland.", True),
    ]


def test_lists_within_lists_end_where_they_end() -> None:
    inner = "<ul><li>on paper, or</li><li>by e-mail;</li></ul>"
    page = f"<p>We keep:<ul><li>your name;</li><li>letters that you send{{}}{inner}</li><li>calls.</li></ul><p>No more."
    for ends in (":", " if", ""):
        index = PolicyIndex(read_policy(page.format(ends).encode(), "policy.html"), TOPICS)
        said = [index.policy.quote(unit.passage) for unit in index.units]
        assert [[said[one] for one in index.stems(number)] for number in range(len(said))] == [
            [],
            ["We keep:"],
            ["We keep:"],
            [f"letters that you send{ends}", "We keep:"],
            [f"letters that you send{ends}", "We keep:"],
            ["We keep:"],
            [],
        ]
        letters = quotes(index, [2])
        assert [one.quote for one in letters] == [
            f"letters that you send{ends}\n\n- on paper, or\n\n- by e-mail;",
            "We keep:",
        ]
        (whole,) = quotes(index, [0])
        assert whole.quote.endswith("calls.")
