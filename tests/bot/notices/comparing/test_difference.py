"""Comparing two versions: every sentence is accounted for, and noise is never announced."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.notices.comparing.difference import Change, ChangeKind, Difference, DifferenceKind, Noise, Urgency, compare
from bot.notices.comparing.units import words_of
from tests.bot.notices.policies import Draft, drafts, normalised, read

QUIET = {DifferenceKind.SAME, DifferenceKind.NOISE, DifferenceKind.MOVED}


def _all(difference: Difference) -> list[Change]:
    return [*difference.changes, *difference.headings, *difference.noise]


def _key(sentence: str) -> str:
    return " ".join(words_of(sentence))


def _policy(*sentences: str, heading: str = "Sharing") -> str:
    return f"# Policy\n\nThis is our policy.\n\n## {heading}\n\n{' '.join(sentences)}\n"


def _compared(before: str, after: str) -> Difference:
    return compare(read(before), read(after))


@given(drafts())
@settings(max_examples=30, deadline=None)
def test_a_text_is_the_same_as_itself(draft: Draft) -> None:
    difference = _compared(draft.markdown, draft.markdown)
    assert difference.kind is DifferenceKind.SAME
    assert not _all(difference)


@given(drafts(), drafts())
@settings(max_examples=80, deadline=None)
def test_everything_that_a_plain_difference_of_sentences_finds_is_found(one: Draft, other: Draft) -> None:
    before, after = read(one.markdown), read(other.markdown)
    changes = _all(compare(before, after))
    gone = {_key(sentence) for change in changes if change.before for sentence in change.before.sentences}
    new = {_key(sentence) for change in changes if change.after for sentence in change.after.sentences}
    assert normalised(before) - normalised(after) <= gone
    assert normalised(after) - normalised(before) <= new


@given(drafts(), drafts())
@settings(max_examples=60, deadline=None)
def test_every_passage_stands_in_at_most_one_change_and_as_it_is_in_the_text(one: Draft, other: Draft) -> None:
    before, after = read(one.markdown), read(other.markdown)
    changes = _all(compare(before, after))
    for text, quotes in ((before.text, [c.before for c in changes]), (after.text, [c.after for c in changes])):
        places = [(quote.start, quote.end) for quote in quotes if quote]
        assert max(Counter(places).values(), default=0) <= 1
        assert all(text[quote.start : quote.end] == quote.text for quote in quotes if quote)
    for change in changes:
        assert (change.before is None) == (change.kind is ChangeKind.ADDED)
        assert (change.after is None) == (change.kind is ChangeKind.REMOVED)


@given(drafts(), drafts())
@settings(max_examples=60, deadline=None)
def test_the_other_way_round_added_is_removed(one: Draft, other: Draft) -> None:
    there = compare(read(one.markdown), read(other.markdown))
    back = compare(read(other.markdown), read(one.markdown))
    assert (there.kind, {_text(c.after) for c in there.of(ChangeKind.ADDED)}) == (
        back.kind,
        {_text(c.before) for c in back.of(ChangeKind.REMOVED)},
    )


def _text(quote: object) -> str:
    return str(getattr(quote, "text", ""))


def _louder(text: str) -> str:
    return text.upper()


def _wider(text: str) -> str:
    return text.replace(" ", "  \u00a0")


def _comma(text: str) -> str:
    return re.sub(r"(\w) (under rule)", r"\1, – \2", text)


def _quoted(text: str) -> str:
    return text.replace("'", "’").replace("account", "“account”")


def _linked(text: str) -> str:
    return text.replace("data", "[data](https://postwing.example/data?utm=1)").replace(" law", " **law**")


def _listed(text: str) -> str:
    return re.sub(r"(?<=\.) ", "\n\n- ", text)


@pytest.mark.parametrize("noise", [_louder, _wider, _comma, _quoted, _linked, _listed])
@given(draft=drafts())
@settings(max_examples=15, deadline=None)
def test_noise_is_never_announced(noise: object, draft: Draft) -> None:
    assert callable(noise)
    changed = Draft(tuple((heading, tuple(map(noise, sentences))) for heading, sentences in draft.sections))
    assert _compared(draft.markdown, changed.markdown).kind in {DifferenceKind.SAME, DifferenceKind.NOISE}


@given(drafts(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_is_never_announced(draft: Draft, chance: random.Random) -> None:
    sentences = draft.sentences
    chance.shuffle(sentences)
    refilled = iter(sentences)
    shuffled = Draft(tuple((heading, tuple(next(refilled) for _ in some)) for heading, some in draft.sections))
    difference = _compared(draft.markdown, shuffled.markdown)
    assert difference.kind in QUIET
    if sentences != draft.sentences:
        assert difference.of(ChangeKind.MOVED)


def test_a_reworded_sentence_has_both_wordings_and_its_section() -> None:
    before = _policy("We keep invoices for 30 days.", "We share data with our bank.", heading="Keeping")
    difference = _compared(before, before.replace("30 days", "90 days"))
    (change,) = difference.changes
    assert (difference.kind, change.kind, change.section) == (DifferenceKind.TEXT, ChangeKind.REWORDED, "Keeping")
    assert (_text(change.before), _text(change.after)) == (
        "We keep invoices for 30 days.",
        "We keep invoices for 90 days.",
    )


def test_a_removed_promise_comes_first_and_a_weakened_one_next() -> None:
    before = _policy(
        "We use cookies on our pages.",
        "We will never sell your data to anyone else.",
        "We will ask for your consent before calls.",
        "Partners help us to send letters out.",
    )
    after = _policy(
        "We use cookies and pixels on our pages.",
        "We may ask for your opinion before calls.",
        "Partners help us to send letters out.",
        "Something else entirely is written at this place.",
    )
    difference = _compared(before, after)
    assert [change.urgency for change in difference.changes] == [
        Urgency.PROMISE_REMOVED,
        Urgency.PROMISE_WEAKENED,
        Urgency.ADDED,
        Urgency.REWORDED,
    ]


def test_a_sentence_that_was_divided_says_nothing_new() -> None:
    before = _policy("We collect your name and we keep it for a year; nobody else sees it.")
    after = _policy("We collect your name and we keep it for a year. Nobody else sees it.")
    difference = _compared(before, after)
    assert (difference.kind, [change.noise for change in difference.noise]) == (DifferenceKind.NOISE, [Noise.DIVIDED])


def test_a_sentence_that_was_divided_and_reworded_loses_neither_half() -> None:
    before = _policy("We collect your name when you register and we keep it for one whole year after the end.")
    after = _policy("We collect your name when you register. We keep it for two whole years after the end.")
    (change,) = _compared(before, after).changes
    assert change.kind is ChangeKind.REWORDED
    assert change.after is not None
    assert len(change.after.sentences) == 2


def test_what_went_to_another_section_and_was_reworded_stays_one_change() -> None:
    sentence = "Billing partners may see the last four digits of your card and its brand."
    before = f"## One\n\n{sentence} First stays here.\n\n## Two\n\nSecond stays there."
    after = f"## One\n\nFirst stays here.\n\n## Two\n\nSecond stays there. {sentence.replace('four', 'six')}"
    (change,) = _compared(before, after).changes
    assert (change.kind, change.section) == (ChangeKind.REWORDED, "Two")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Last updated: 1 May 2020", "Last updated: 12 June 2021"),
        ("Effective May 25, 2018", "Effective as of 2019-01-01"),
        ("This policy was last revised on 3rd March 2020.", "This policy was last revised on 04/05/2021."),
        ("Version 2.1 of June 2020", "Version 2.2 of July 2020"),
    ],
)
def test_a_date_of_the_policy_is_shown_apart(before: str, after: str) -> None:
    difference = _compared(_policy("We share nothing.", f"\n\n{before}"), _policy("We share nothing.", f"\n\n{after}"))
    assert (difference.kind, len(difference.dates)) == (DifferenceKind.DATE, 1)


def test_a_date_that_a_promise_rests_on_is_text() -> None:
    before = _policy("We will delete what we collected before 1 May 2020.")
    assert _compared(before, before.replace("2020", "2027")).kind is DifferenceKind.TEXT


def test_what_applies_where_changed_though_its_date_did_not() -> None:
    before = _policy("Effective date outside the EEA: 13 March 2024")
    after = _policy("Effective date outside the EEA and Switzerland: 13 March 2024")
    assert _compared(before, after).kind is DifferenceKind.TEXT


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ("Skip to main content", Noise.BOILERPLATE),
        ("Back to top", Noise.BOILERPLATE),
        ("Print this page", Noise.BOILERPLATE),
        ("We use cookies to give you a better experience.\n\nAccept all cookies", Noise.BOILERPLATE),
        ("Home | Products | Contact us | Careers", Noise.BOILERPLATE),
        ("https://postwing.example/privacy?version=3", Noise.LINK),
    ],
)
def test_what_stands_around_a_policy_is_listed_and_not_announced(added: str, reason: Noise) -> None:
    text = _policy("We share nothing with anybody, and nobody shares anything with us.")
    difference = _compared(text, f"{added}\n\n{text}")
    assert difference.kind is DifferenceKind.NOISE
    assert {change.noise for change in difference.noise} <= {reason, Noise.TYPOGRAPHY}


STATED = "We share nothing with anybody, and nobody shares anything with us."


@pytest.mark.parametrize(
    "around",
    [
        '- [Cards](javascript:void(0); "Send free online cards to all your friends")\n- Studio\n- Mobile App\n\nPOLICY',
        "POLICY\n\nStay Connected B'day Reminders Newsletter Editor Bob's Blog\n\nSite Map | Connect | Contact Us",
        "POLICY\n\n## Read on\n\n- What is 5G and how does it work?\n- Why is it tilted?\n- The best phones: a guide",
    ],
)
def test_menus_and_titles_of_other_articles_are_listed_and_not_announced(around: str) -> None:
    text = _policy(STATED)
    difference = _compared(text, around.replace("POLICY", text))
    assert difference.kind is DifferenceKind.NOISE
    assert {change.noise for change in difference.noise} == {Noise.BOILERPLATE}


@pytest.mark.parametrize(
    "added",
    [
        "## Read on\n\n- Do we sell your data?\n- Who is told?\n- How long is it kept?",
        "## Read on\n\n- Who is told?\n- How long is it kept?\n- What is sold?\n\nAll of it is sold.",
        "## We sell\n\n- Names\n- Addresses\n- Numbers of phones",
        "Products And Help Are Sold To The Press By Postwing",
        "Postwing Brivibas Street Riga Support Desk Latvia",
    ],
)
def test_what_may_be_the_policys_own_is_announced(added: str) -> None:
    text = _policy(STATED)
    assert _compared(text, f"{text}\n\n{added}").kind is DifferenceKind.TEXT


def test_a_button_far_away_makes_no_banner_of_a_sentence() -> None:
    sections = "".join(f"\n\n## Part {word}\n\nWe say something about {word} here." for word in ("one", "two", "three"))
    before = _policy(STATED) + sections
    after = f"Print this page\n\n{before} We use cookies to show you what others want you to buy."
    (change,) = _compared(before, after).changes
    assert change.section == "Part three"


def test_numbering_is_noise_and_a_number_in_a_promise_is_not() -> None:
    before = "## 1. Sharing\n\n1. We share nothing.\n2. We keep 2 copies."
    assert _compared(before, before.replace("1.", "4.").replace("2.", "5.")).kind is DifferenceKind.NOISE
    assert _compared(before, before.replace("2 copies", "3 copies")).kind is DifferenceKind.TEXT


def test_headings_are_changes_of_their_own() -> None:
    before = "## Sharing\n\nWe share nothing.\n\n## Keeping\n\nWe keep nothing."
    after = "## Sharing with partners\n\nWe share nothing.\n\n## Cookies\n\nWe bake none."
    difference = _compared(before, after)
    assert {(change.kind, _text(change.before), _text(change.after)) for change in difference.headings} == {
        (ChangeKind.REWORDED, "Sharing", "Sharing with partners"),
        (ChangeKind.REMOVED, "Keeping", ""),
        (ChangeKind.ADDED, "", "Cookies"),
    }
    assert not any(change.heading for change in difference.changes)


def test_a_bold_line_that_became_a_heading_is_noise() -> None:
    before = "We write this.\n\n- Cookies\n\nWe bake none of them."
    assert _compared(before, before.replace("- Cookies", "## Cookies")).kind is DifferenceKind.NOISE


def test_a_sentence_said_twice_is_noise() -> None:
    text = _policy("We share nothing.", "We keep nothing.")
    difference = _compared(text, f"{text}\n\nWe share nothing.")
    assert (difference.kind, [change.noise for change in difference.noise]) == (DifferenceKind.NOISE, [Noise.REPEATED])


def test_no_is_an_answer_and_not_a_button() -> None:
    before = "## Do you sell data?\n\nNo.\n\n## Do you keep data?\n\nWe keep what the law wants us to keep."
    assert _compared(before, before.replace("No.\n", "Yes.\n")).kind is DifferenceKind.TEXT


def test_lines_in_another_order_say_nothing_new() -> None:
    before = "## Kept\n\nyour name and address;\\\nyour card's brand;\\\nyour tickets and calls."
    after = "## Kept\n\nyour tickets and calls.\\\nyour name and address;\\\nyour card's brand;"
    assert _compared(before, after).kind is DifferenceKind.NOISE
