"""Clauses found in a policy, word for word."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.text import PolicyText, find_clause, nearest_sentence, read_policy
from bot.privacy.typography import folded, normalised

SHARED = Path(__file__).parents[4] / "shared" / "policies"

POLICY = read_policy(
    "# Policy\n\nWe keep _**Acme’s**_ data – all of it – safe. We never sell data.\n\n## Use\n\nEmployees who need it "
    "may see it for support, service and billing. Third parties may not.\n\nBilling is done by us.\n".encode(),
    "policy.md",
)


@pytest.mark.parametrize(
    ("clause", "quote", "heading"),
    [
        ("never sell data", "never sell data", "Policy"),
        ("  NEVER \n sell   data ", "never sell data", "Policy"),
        ("we keep acme's data - all of it", "We keep Acme’s data – all of it", "Policy"),
        ("We keep **Acme's** [data](https://x.example)", "We keep Acme’s data", "Policy"),
        ("safe. We never", "safe. We never", "Policy"),
        ("Employees … billing", "Employees who need it may see it for support, service and billing", "Use"),
        (
            "…employees who ... service […] billing.",
            "Employees who need it may see it for support, service and billing.",
            "Use",
        ),
        ("billing", "billing", "Use"),
    ],
)
def test_found(clause: str, quote: str, heading: str) -> None:
    found = find_clause(POLICY, clause)
    assert found is not None
    assert (found.quote, found.heading, found.version) == (quote, heading, POLICY.hash)
    assert POLICY.text[found.start : found.end] == quote


@pytest.mark.parametrize(
    "clause",
    [
        "",
        " … ",
        "*_*",
        "bill",
        "we ever sell data",
        "Employees … done by us",
        "We keep … never sell",
        "billing … support",
        "not. Billing is",
        "Use",
        "Policy We keep",
    ],
)
def test_not_found(clause: str) -> None:
    """Half words, other words, ellipses over a sentence's end, wrong order, other paragraphs, headings."""
    assert find_clause(POLICY, clause) is None


def test_a_single_word_of_a_clause_is_not_the_nearest_sentence() -> None:
    policy = read(
        "# Terms\n\nCustomer\n\nSomebody who pays us.\n\n# Who\n\nStaff: to answer a customer's letters.", "p.md"
    )
    near = nearest_sentence(policy, "Staff: to answer the letters of a customer")
    assert near is not None
    assert near.quote == "Staff: to answer a customer's letters."


def test_the_nearest_sentence_is_suggested() -> None:
    near = nearest_sentence(POLICY, "employees that need the data may see it for billing")
    assert near is not None
    assert near.quote.startswith("Employees who need it")
    assert nearest_sentence(POLICY, "qqq zzz xxx") is None


texts = st.lists(
    st.sampled_from(
        [
            "# One",
            "## Two",
            "We may.",
            "Data “is” kept",
            "a) it’s - yours.",
            "e.g. Ltd. x_y",
            "…",
            "**B**",
            "- li",
            "> q",
            "\n",
            "\n\n",
        ]
    )
    | st.text(max_size=20),
    max_size=25,
).map(" \n".join)


def read(text: str, name: str) -> PolicyText:
    return read_policy(("Kept.\n\n" + text).encode("utf-8", "ignore"), name)


@given(texts, st.sampled_from(["policy.md", "policy.txt"]))
def test_offsets_always_give_the_verbatim_text(text: str, name: str) -> None:
    if "\x00" in text:
        return
    policy = read(text, name)
    for heading in policy.headings:
        assert policy.text[heading.start : heading.end] == heading.text
    for sentence in policy.sentences:
        quote = policy.quote(sentence)
        assert quote
        assert quote == quote.strip()
        assert any(one.start <= sentence.start < sentence.end <= one.end for one in policy.paragraphs)
    ends = [place for one in policy.sentences for place in (one.start, one.end)]
    assert ends == sorted(ends)


@given(texts, st.sampled_from(["policy.md", "policy.txt"]))
def test_every_sentence_is_found_as_a_clause_and_quoted_from_the_text(text: str, name: str) -> None:
    if "\x00" in text:
        return
    policy = read(text, name)
    for sentence in policy.sentences:
        found = find_clause(policy, policy.quote(sentence))
        if any(
            character.isalnum() for character in folded(policy.quote(sentence).replace("…", "").replace("...", "")).text
        ):
            assert found is not None
        if found:
            assert found.quote == policy.text[found.start : found.end]


words = st.sampled_from(["Kept", "We", "may", "Data", "“is”", "kept", "it's", "yours", "Ltd", "and", "none"])
phrases = st.lists(words, min_size=1, max_size=2).map(" ".join)


@given(st.lists(phrases, min_size=1, max_size=6).map(" ".join), phrases, phrases)
def test_an_elision_is_found_where_both_its_parts_stand_in_their_order_and_nowhere_else(
    text: str, first: str, second: str
) -> None:
    found = find_clause(read(f"{text}.", "policy.txt"), f"{first} … {second}")
    said, (one, other) = folded(text).text.split(), (folded(part).text.split() for part in (first, second))
    places = [
        (at, after)
        for at in range(len(said))
        for after in range(at + len(one), len(said))
        if said[at : at + len(one)] == one and said[after : after + len(other)] == other
    ]
    if found is None:
        assert not places
    else:
        assert folded(found.quote).text.split()[: len(one)] == one
        assert folded(found.quote).text.split()[-len(other) :] == other
        assert places or found.quote.startswith("Kept")


@pytest.mark.parametrize(
    ("file", "count", "first", "last"),
    [
        ("mailigen-2010-09-24.md", 17, "Mailigen Privacy Policy", "Privacy Policy Changes"),
        ("mailigen-2011-05-30.md", 54, "Mailigen Privacy Policy", "Privacy Policy Changes"),
    ],
)
def test_policies_as_they_are_found(file: str, count: int, first: str, last: str) -> None:
    if not (SHARED / file).is_file():
        pytest.skip(f"{file} is not beside this checkout")
    policy = read_policy((SHARED / file).read_bytes(), file)
    assert len(policy.sentences) == count
    assert (policy.headings[0].text, policy.headings[-1].text) == (first, last)
    assert policy.provenance
    assert "archived" not in policy.text
    assert "â€™" not in policy.text
    assert "care with wich we intend" in normalised(policy.text)
    clause = find_clause(policy, "legitimate business purposes including the provision of technical support")
    assert clause is not None
    assert clause.heading == "Information Sharing and Disclosure"
    assert find_clause(policy, "The following text is extracted") is None
