"""How a difference is told: in three lines, as text, as a page, as JSON, and by what it touches."""

import json
from html.parser import HTMLParser

import pytest

from bot.notices.comparing.difference import Difference, compare
from bot.notices.html import as_html
from bot.notices.rendering import as_json, as_text, rows
from bot.notices.summary import summary
from bot.notices.touched import Named, Resting, State, Touched, names_touched, touched
from bot.privacy.text import Clause, PolicyText, find_clause
from tests.bot.notices.policies import read

BEFORE = """# Privacy policy

Last updated: 1 May 2026

## Sharing

We never sell your data to anybody. Employees see it for legitimate purposes including technical support.

## Keeping

We keep invoices for 30 days. We may contact you by e-mail. Disputes are heard in Latvia.
"""
AFTER = """# Privacy policy

Last updated: 1 June 2026

## Sharing

Employees and partners see it for legitimate purposes including technical support.

## Keeping

We keep invoices for 90 days. We may contact you by e-mail or telephone. Disputes are heard in Latvia.

## Payments

Acme Pay Ltd in India takes payments for us.
"""


def _difference() -> Difference:
    return compare(read(BEFORE), read(AFTER))


def test_three_lines_say_how_much_what_first_and_what_is_named() -> None:
    assert summary(_difference()) == (
        (
            "1 promise removed, 1 promise perhaps weaker, 1 sentence added, 2 sentences reworded, 1 section new, "
            "1 date changed."
        ),
        "Removed: “We never sell your data to anybody.” · Sharing",
        "30 days became 90 days. Newly named: India, telephone.",
    )


def test_nothing_is_said_of_nothing() -> None:
    assert summary(compare(read(BEFORE), read(BEFORE))) == ("Nothing changed.",)
    noise = compare(read(BEFORE), read(BEFORE.replace("buy", "BUY").replace("Sharing", "SHARING")))
    assert summary(noise) == ("Nothing changed but typography, links or what stands around the policy.",)


def test_as_text_it_is_grouped_by_what_matters() -> None:
    text = as_text(_difference())
    assert text.index("Promises removed") < text.index("Added") < text.index("Reworded") < text.index("Dates")
    assert "- We never sell your data to anybody." in text
    assert "We keep invoices for [-30-] {+90+} days." in text


def test_as_json_it_keeps_the_contract() -> None:
    value = json.loads(json.dumps(as_json(_difference())))
    assert set(value) == {"class", "changes"}
    assert value["class"] == "text"
    assert all(list(row) == ["kind", "section", "before", "after"] for row in value["changes"])
    assert value["changes"][0] == {
        "kind": "removed",
        "section": "Sharing",
        "before": "We never sell your data to anybody.",
        "after": None,
    }
    assert {"kind": "added", "section": "Payments", "before": None, "after": "Payments"} in value["changes"]


def test_the_halves_of_a_divided_sentence_each_have_a_row() -> None:
    before = "## Us\n\nWe collect your name when you register and we keep it for one whole year after the end."
    after = "## Us\n\nWe collect your name when you register. We keep it for two whole years after the end."
    rows = as_json(compare(read(before), read(after)))["changes"]
    assert isinstance(rows, list)
    assert [row["after"] for row in rows] == [
        "We collect your name when you register.",
        "We keep it for two whole years after the end.",
    ]


def _rows(before: str, after: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.values()) for row in rows(compare(read(before), read(after)))]


NUMBERED = "## Us\n\nWe may:\n\n1. call you on the phone;\n2. write to you by post."


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        ("Don't call.", "DON’T call.", ("reworded", "Us", "Don't call.", "DON’T call.")),
        ("We opt-out.", "We opt out.", ("reworded", "Us", "We opt-out.", "We opt out.")),
        ("We call. We write. We call.", "We call. We write.", ("removed", "Us", "We call.", None)),
        ("- Cookies\n\nWe bake none.", "## Cookies\n\nWe bake none.", ("moved", "Cookies", "Cookies", "Cookies")),
    ],
)
def test_what_says_nothing_new_has_a_row_and_raises_no_alarm(
    before: str, after: str, row: tuple[str | None, ...]
) -> None:
    old, new = (f"# Policy\n\n## Us\n\nWe are here. {text}" for text in (before, after))
    if before.startswith("-"):
        old, new = (text.replace("here. ", "here.\n\n") for text in (old, new))
    assert row in _rows(old, new)
    assert as_json(compare(read(old), read(new)))["class"] == "noise"


def test_an_item_that_is_counted_otherwise_has_a_row_with_both_numbers() -> None:
    after = NUMBERED.replace("1. call you on the phone;\n2.", "1.")
    assert ("reworded", "Us", "2. write to you by post.", "1. write to you by post.") in _rows(NUMBERED, after)
    assert all("write" not in str(row) for row in _rows(NUMBERED, NUMBERED.replace("on the phone", "at noon")))


def test_every_row_is_words_of_the_texts() -> None:
    old, new = read(NUMBERED + "\n\n## You\n\nYou sign. You pay."), read(NUMBERED.replace("1.", "4.") + "\n\nYou PAY.")
    found = rows(compare(old, new))
    assert found
    assert all(row["before"] is None or row["before"] in old.text for row in found)
    assert all(row["after"] is None or row["after"] in new.text for row in found)


class Tags(HTMLParser):
    """The tags that are open, and every attribute that could load something."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.loads += [str(value) for name, value in attrs if name in {"src", "srcset", "data", "action"}]
        if tag not in {"meta", "link", "br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_as_a_page_it_is_whole_escaped_and_loads_nothing() -> None:
    hostile = AFTER.replace("Acme Pay Ltd", "`<script>alert(1)</script>` & Sons")
    page = as_html(compare(read(BEFORE), read(hostile)), "What <changed>", "before", "after")
    tags = Tags()
    tags.feed(page)
    assert (tags.open, tags.loads) == ([], [])
    assert not {"script", "img", "iframe"} & set(tags.seen)
    assert {"ins", "del", "h1", "h2", "main"} <= set(tags.seen)
    assert "What &lt;changed&gt;" in page
    assert "&lt;script&gt;" in page


def _ask(topic: str, policy: PolicyText) -> tuple[Clause, ...]:
    found = find_clause(policy, topic)
    return (found,) if found else ()


def _touched(**clauses: str) -> Touched:
    before, after = read(BEFORE), read(AFTER)
    passage = find_clause(before, "We keep invoices for 30 days.")
    assert passage is not None
    rulings = {"Q-1": (passage,)}
    resting = Resting(clauses, rulings, ("invoices", "telephone", "sell your data", "heard in Latvia"))
    return touched(before, after, compare(before, after), resting, _ask)


def test_purposes_are_touched_by_their_clauses() -> None:
    found = _touched(
        support="legitimate purposes including technical support",
        billing="Disputes are heard in Latvia",
        marketing="never sell your data",
        payments="takes payments for us",
    ).clauses
    assert {one.purpose: one.state for one in found} == {
        "support": State.REWORDED,
        "marketing": State.GONE,
        "payments": State.NEW,
    }
    assert found[0].now == "Employees and partners see it for legitimate purposes including technical support."


def test_a_ruling_is_touched_by_its_sentence() -> None:
    (ruling,) = _touched().rulings
    assert (ruling.ruling, ruling.state, ruling.now) == ("Q-1", State.REWORDED, "We keep invoices for 90 days.")


def test_topics_names_and_periods_that_are_new_or_gone() -> None:
    found = _touched()
    assert (found.topics.new, found.topics.gone, found.topics.otherwise) == (("telephone",), ("sell your data",), ())
    assert found.media == Named(new=("telephone",))
    assert found.countries == Named(new=("India",))
    assert found.parties == Named(new=("Acme Pay Ltd",))
    assert [(one.before, one.after) for one in found.periods] == [(("30 days",), ("90 days",))]


def test_nouns_of_a_german_policy_are_no_companies() -> None:
    text = "# Datenschutz\n\nWir geben Ihre Daten nicht an Dritte weiter und nutzen sie nur für uns selbst.\n\n{}"
    added = "Eine Übermittlung findet nur mit Ihrer Einwilligung statt. Für den Druck sorgt die Swissprint AG in Zug."
    before, after = read(text.format("")), read(text.format(added))
    named = names_touched(before, after, compare(before, after).changes)[0]
    assert (named.new, named.gone) == (("Swissprint AG",), ())
