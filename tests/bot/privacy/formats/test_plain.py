"""Plain text as it is sent in e-mails and kept in files: lines broken by hand, lists by indentation, capitals."""

import pytest

from bot.privacy.text import PolicyText, read_policy

WRAPPED = """\
WREN & SONS, INC.
PRIVACY NOTICE

1. WHAT WE DO

Wir speichern Ihre Daten nur, soweit es nötig ist, und löschen sie zum
31. Dezember des dritten Jahres.

You may ask us to:
  i.   see what we
       hold;
  ii.  correct it, in these
       ways:
         a) by e-mail,
         b) by telephone;
  iii. delete it.
To do so, write to us. We answer
within thirty days.

WE DO NOT SELL YOUR DATA, AND WE DO NOT LET
OTHERS USE IT.

COOKIES
We use two.
"""


def plain(text: str) -> PolicyText:
    return read_policy(text.encode(), "policy.txt")


def stemmed(policy: PolicyText) -> list[tuple[str, str]]:
    stems = [(one, policy.stem(one)) for one in policy.sentences]
    return [(policy.quote(one), policy.quote(stem) if stem else "") for one, stem in stems]


def test_a_hard_wrapped_text_has_its_headings_lists_and_sentences() -> None:
    policy = plain(WRAPPED)
    assert policy.title == "WREN & SONS, INC. PRIVACY NOTICE"
    assert [one.text for one in policy.headings] == ["1. WHAT WE DO", "COOKIES"]
    assert stemmed(policy) == [
        ("Wir speichern Ihre Daten nur, soweit es nötig ist, und löschen sie zum 31. Dezember des dritten Jahres.", ""),
        ("You may ask us to:", ""),
        ("see what we hold;", "You may ask us to:"),
        ("correct it, in these ways:", "You may ask us to:"),
        ("by e-mail,", "correct it, in these ways:"),
        ("by telephone;", "correct it, in these ways:"),
        ("delete it.", "You may ask us to:"),
        ("To do so, write to us.", ""),
        ("We answer within thirty days.", ""),
        ("WE DO NOT SELL YOUR DATA, AND WE DO NOT LET OTHERS USE IT.", ""),
        ("We use two.", ""),
    ]


@pytest.mark.parametrize("line", ["z. B. Namen und Anschriften", "i. e. names and addresses", "d.h. Ihren Namen"])
def test_an_abbreviation_at_the_beginning_of_a_line_begins_no_item(line: str) -> None:
    policy = plain(f"Title\n\nWe keep what you give us,\n{line}, for a year.\n")
    assert stemmed(policy) == [(f"We keep what you give us, {line}, for a year.", "")]


def test_items_of_one_list_follow_one_another_without_a_full_stop() -> None:
    policy = plain("Title\n\nWe collect\n1. names\n2. addresses\n7. that you know of\n")
    assert [policy.quote(one) for one in policy.paragraphs] == ["We collect 1. names 2. addresses 7. that you know of"]
    policy = plain("Title\n\nWe collect:\n1. names\n2. addresses\n7. that you know of\n")
    assert [policy.quote(one) for one in policy.paragraphs] == [
        "We collect:",
        "names",
        "addresses 7. that you know of",
    ]


def test_a_paragraph_below_an_item_belongs_to_it_and_one_further_left_does_not() -> None:
    policy = plain("Title\n\nWe hold:\n\n  - messages;\n\n    They are kept.\n\n  - calls.\n\nNothing else.\n")
    assert [(policy.quote(one), one.depth, one.stem is not None) for one in policy.paragraphs] == [
        ("We hold:", 0, False),
        ("messages;", 1, True),
        ("They are kept.", 1, True),
        ("calls.", 1, True),
        ("Nothing else.", 0, False),
    ]
