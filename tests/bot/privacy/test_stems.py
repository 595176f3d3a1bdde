"""Lists: which sentence introduces which item, however the list is marked."""

import textwrap

import pytest

from bot.privacy.answering import load
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.quoting import quotes
from bot.privacy.text import PolicyText, read_policy

TOPICS = load(None, embed=False).topics


def stems(policy: PolicyText) -> dict[str, str | None]:
    found = {}
    for one in policy.sentences:
        above = policy.stem(one)
        found[policy.quote(one)] = policy.quote(above) if above else None
    return found


def test_lettered_paragraphs_end_where_the_numbers_go_on() -> None:
    text = """
    1\\. We collect two types of data:

    **a)** Account data.

    **b)** Data of others. It is yours.

    2\\. We hold no cards.
    """
    policy = read_policy(textwrap.dedent(text).encode(), "policy.md")
    two = "We collect two types of data:"
    assert stems(policy) == {
        two: None,
        "Account data.": two,
        "Data of others.": two,
        "It is yours.": two,
        "We hold no cards.": None,
    }
    assert [one.marker for one in policy.paragraphs] == ["1.", "a)", "b)", "2."]


def test_nested_lists_and_the_paragraph_behind_them() -> None:
    text = "We share\n\n- with banks:\n  - ours\n  - yours\n- with courts\n\nNobody else.\n"
    policy = read_policy(text.encode(), "policy.md")
    expected = {"We share": None, "with banks:": "We share", "ours": "with banks:", "yours": "with banks:"}
    assert stems(policy) == {**expected, "with courts": "We share", "Nobody else.": None}


@pytest.mark.parametrize("between", ["## Heading\n\n", "A paragraph.\n\n"])
def test_a_stem_ends_at_a_heading_or_a_paragraph(between: str) -> None:
    policy = read_policy(f"We share with:\n\n{between}- banks\n".encode(), "policy.md")
    assert stems(policy)["banks"] is None


def test_paragraphs_that_go_on_in_lower_case_are_items() -> None:
    policy = read_policy(b"We ask for:\n\nyour name;\n\nyour age.\n\nThen we forget it.\n", "policy.md")
    assert [policy.in_full(one) for one in policy.sentences] == [
        "We ask for:",
        "We ask for: your name;",
        "We ask for: your age.",
        "Then we forget it.",
    ]


def test_a_plain_text_list() -> None:
    policy = read_policy(b"We may ask for:\n- your name\n- your age\n\nThen we forget it.\n", "policy.txt")
    assert stems(policy) == {
        "We may ask for:": None,
        "your name": "We may ask for:",
        "your age": "We may ask for:",
        "Then we forget it.": None,
    }


def test_a_table_of_contents_is_no_statement() -> None:
    text = (
        "# Policy\n\n1. [Do you sell data?](#a)\n2. [Cookies](#b)\n3. [Contact](#c)\n\n## Do you sell data?\n\nNo.\n\n"
    )
    policy = read_policy(f"{text}## 2. Cookies\n\nFew.\n\n## Contact\n\nWrite.\n".encode(), "policy.md")
    assert [policy.quote(one) for one in policy.sentences] == ["No.", "Few.", "Write."]


def test_sections_with_the_same_heading_are_apart() -> None:
    policy = read_policy(b"# P\n\n## More\n\nOne.\n\n## More\n\nTwo.\n", "policy.md")
    assert [one.section for one in policy.sentences] == [0, 1]
    assert [policy.section(index) for index in (-1, 0, 1)] == ["", "One.", "Two."]


@pytest.mark.parametrize(
    ("begins", "items"),
    [
        ("We pass it on only if", ["(a) you agree,", "(b) a court orders it."]),
        ("You have the right to", ["- see it;", "- Correct it."]),
        ("Nie. Wir geben Daten nur weiter, wenn", ["a) Sie einwilligen,", "b) ein Gericht es verlangt."]),
    ],
)
def test_a_sentence_that_breaks_off_begins_a_list(begins: str, items: list[str]) -> None:
    policy = read_policy(
        "\n\n".join(["<p>P", begins, *items, "That is all."]).replace("\n\n", "<p>").encode(), "p.html"
    )
    stem = begins.removeprefix("Nie. ")
    assert [one for one in stems(policy).values() if one] == [stem, stem]
    index = PolicyIndex(policy, TOPICS)
    at = next(i for i, unit in enumerate(index.units) if policy.quote(unit.passage).endswith(stem))
    (whole,) = quotes(index, [at])
    assert whole.quote.startswith(begins[:4])
    assert whole.quote.endswith("\n\n".join([stem, *items]))


def test_a_label_that_breaks_off_begins_none() -> None:
    policy = read_policy(b"<p>P<p>What you can<p>a) You may ask.<p>b) You may object.", "p.html")
    assert set(stems(policy).values()) == {None}
