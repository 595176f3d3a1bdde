"""What is quoted, and what only stands around it."""

import pytest

from bot.privacy.answering import load
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.quoting import candidates, quotes
from bot.privacy.answering.statements import is_header, leads_in, points_elsewhere, runs_in
from bot.privacy.answering.words import words
from bot.privacy.imprint import is_imprint
from bot.privacy.text import PolicyText, read_policy

TOPICS = load(None, embed=False).topics

TEXT = """# Policy

*Effective: 14 March 2011*

| In short | Where to read more |
| --- | --- |
| Cookies and the like | Section 4 |
| We never sell addresses | Section 5 |

## What we keep

| What | Kept for |
| --- | --- |
| Orders and invoices of our shop | 10 years |
| Log files of our web server | 14 days |

## More

**How long.** We keep tickets for two years. They are then erased. We like cats.

**Who can see your tickets.**

Other data is kept as follows.

- letters: one year
- calls: a week

We record no calls. However, calls to the hotline are recorded. Unless you object, we keep these for a day.

The following things are ours:
"""


def index_of(text: str) -> PolicyIndex:
    policy: PolicyText = read_policy(text.encode(), "policy.md")
    return PolicyIndex(policy, TOPICS)


INDEX = index_of(TEXT)
SAID = [INDEX.policy.quote(unit.passage) for unit in INDEX.units]


def number(beginning: str) -> int:
    return next(place for place, said in enumerate(SAID) if said.startswith(beginning))


def first_quote(beginning: str) -> str:
    return quotes(INDEX, [number(beginning)])[0].quote


@pytest.mark.parametrize(
    "beginning", ["In short", "Cookies and the like", "What | Kept", "Who can see", "The following things"]
)
def test_what_states_nothing_is_not_ranked(beginning: str) -> None:
    assert number(beginning) not in INDEX.stating
    assert number("We never sell addresses") in INDEX.stating
    assert INDEX.units[number("Effective")].imprint


def test_a_row_is_read_with_the_names_of_its_columns_and_quoted_without() -> None:
    row = number("Log files")
    assert INDEX.units[row].stem == number("What | Kept")
    assert [one.quote for one in quotes(INDEX, [row])] == ["Log files of our web server | 14 days"]


def test_a_heading_that_runs_into_its_paragraph_is_one_passage_with_what_comes_next_everywhere() -> None:
    assert first_quote("How long.") == "How long. We keep tickets for two years. They are then erased."
    assert candidates(INDEX, [number("How long.")])[0].quote == first_quote("How long.")


def test_a_list_comes_with_the_sentence_that_leads_into_it_whatever_that_ends_with() -> None:
    assert first_quote("Other data") == "Other data is kept as follows.\n\n- letters: one year\n\n- calls: a week"


def test_what_limits_a_sentence_comes_along_and_so_does_what_it_points_back_to() -> None:
    whole = (
        "We record no calls. However, calls to the hotline are recorded. Unless you object, we keep these for a day."
    )
    assert first_quote("We record") == whole
    assert first_quote("However") == whole
    it = index_of("# P\n\nWe log each visit. It is kept for a day. We like cats. This policy is short.\n")
    assert [one.quote for one in quotes(it, [1])] == ["We log each visit. It is kept for a day."]
    assert [one.quote for one in quotes(it, [2])] == ["We like cats."]


def test_what_follows_is_left_away_where_the_passage_would_get_long() -> None:
    long = index_of(f"# P\n\nWe log each visit. It is {'very ' * 100}short. However, we forget.\n")
    assert [one.quote for one in quotes(long, [0])] == ["We log each visit."]


@pytest.mark.parametrize(
    ("quote", "imprint", "leading", "pointing"),
    [
        ("Effective: 14 March 2011", True, False, False),
        ("Version 4, in force from 2 May 2024.", True, False, False),
        ("We keep invoices until 2030.", False, False, False),
        ("Our updated terms of 2024 say that we delete it.", False, False, False),
        ("Other information is retained as follows.", False, True, False),
        ("We collect:", False, True, False),
        ("What follows is short.", False, False, False),
        ("See section 4.2 below.", False, False, True),
        ("Sharing | Section 5", False, False, True),
        ("We sell nothing | Section 5", False, False, False),
        ("Cookies | 90 days", False, False, False),
        ("Section 4 applies to children.", False, False, False),
        ("See our list at acme.example/partners.", False, False, False),
    ],
)
def test_kinds_of_sentences(quote: str, imprint: bool, leading: bool, pointing: bool) -> None:
    assert (is_imprint(quote), leads_in(quote), points_elsewhere(quote)) == (imprint, leading, pointing)


def test_headers_and_headings() -> None:
    assert is_header("Data | Used for | Kept", "Name and address of the person | sending parcels | 2 years")
    assert not is_header("Name | 2 years", "Address and house number | 3 years")
    assert not is_header("Name | parcels", "Address | 3 years | no")
    assert runs_in("How we use it.", words("How we use it."), "We sell nothing at all.")
    assert runs_in("Do you sell it?", words("Do you sell it?"), "No.")
    assert not runs_in("Do you sell it?", words("Do you sell it?"), "We sell nothing at all.")
    assert not runs_in("We sell nothing.", words("We sell nothing."), "We like cats.")


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Quill, the writing assistant.", True),
        ("Tracking Our Letters to Our Readers.", True),
        ("Right to Delete.", True),
        ("Furthermore, the data is stored.", False),
        ("Boards lie in the bin.", False),
        ("We Never Sell It to Anybody at All.", False),
    ],
)
def test_a_line_that_only_names_what_comes_next_is_quoted_with_it(line: str, *, label: bool) -> None:
    index = index_of(f"# P\n\n## S\n\n{line} Letters are drafted by it for a fee.\n")
    assert (index.units[0].passage.end == len(index.policy.text)) is label
