"""What comes along with a sentence that is quoted, and what a person may choose from."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy.answering import Answers, load
from bot.privacy.answering.leaning import adds, answers_an_invitation, goes_on, leans, others
from bot.privacy.answering.quoting import candidates, quotes
from bot.privacy.text import PolicyText, read_policy

_PATH = Path(__file__).parents[4] / "policies" / "postwing.md"
POSTWING = read_policy(_PATH.read_bytes(), _PATH.name)
ANSWERS: Answers = load(None, embed=False)


def policy_of(text: str) -> PolicyText:
    return read_policy(text.encode(), "policy.md")


@pytest.mark.parametrize(
    "quote",
    [
        "They are deleted after a year.",
        "We use these readings to see when the hall is full.",
        "We do this to measure what works.",
        "You may also take it with you.",
        "You may read all of them.",
        "You decide whether it is shown.",
        "Should you not wish to have it, drop us a line.",
        "If it raises an alarm, one of us looks at the text.",
        "When such a request reaches us by mistake, we pass it on.",
        "Documents containing such data are sent by courier.",
        "Otherwise nobody opens your letters.",
        "In addition, the bank sees your name.",
        "After that it is erased.",
        "If this does not help, write to the regulator.",
    ],
)
def test_a_sentence_that_speaks_of_what_it_does_not_name_leans_on_the_one_before(quote: str) -> None:
    assert leans(quote)


@pytest.mark.parametrize(
    "quote",
    [
        "We keep your photos for two years.",
        "Customers choose a password, and they may change it.",
        "We share data with partners such as printers.",
        "No such list exists.",
        "Invoices are written in such a form that nobody can change them.",
        "You agree to offers in these three ways: by post, by telephone and by e-mail.",
        "This policy tells what we hold.",
        "If this notice changes, a new sheet hangs at the desk.",
        "In addition to your name we ask for your town.",
        "We use cookies; these expire after a week.",
        "We believe that privacy matters.",
    ],
)
def test_a_sentence_that_names_what_it_speaks_of_stands_alone(quote: str) -> None:
    assert not leans(quote)


@pytest.mark.parametrize(
    ("quote", "added"),
    [
        ("Third parties that we have engaged may see it as well: a company that bills, for example.", True),
        ("We also keep the invoices.", True),
        ("There are other uses, too, for all of it.", True),
        ("Your name as well as your town is shown.", False),
        ("We set a cookie, which also remembers your language.", False),
        ("The card opens the door and also pays for lunch.", False),
        ("Web beacons (also known as pixels) count visits.", False),
        ("Nobody keeps it too long.", False),
    ],
)
def test_what_says_that_it_comes_to_something_else_is_known(quote: str, *, added: bool) -> None:
    assert adds(quote) is added


def test_an_invitation_follows_from_the_question_before_it() -> None:
    assert answers_an_invitation("Would you like to see it?", "Please write to us.")
    assert not answers_an_invitation("Would you like to see it?", "We answer within a month.")
    assert not answers_an_invitation("You may see it.", "Please write to us.")
    policy = policy_of("# Us\n\n## Asking\n\nWould you like to know what we hold? Please write to ask@here.example.\n")
    found = quotes(ANSWERS.index(policy), [1])
    assert [one.quote for one in found] == ["Would you like to know what we hold? Please write to ask@here.example."]


SEEN = """# Us

## Who sees it

Data is open to those employees who need it for support. Third parties that we engage may see it as well.

## Lists

Our press is old. Lists also have columns.
"""


@pytest.mark.parametrize("number", [0, 1])
def test_a_sentence_that_adds_is_quoted_with_what_it_adds_to_on_the_asked_topic(number: int) -> None:
    index = ANSWERS.index(policy_of(SEEN))
    whole = "Data is open to those employees who need it for support. Third parties that we engage may see it as well."
    assert [one.quote for one in quotes(index, [number], (), {"employees", "sharing"})] == [whole]
    assert [one.quote for one in quotes(index, [3], (), {"employees"})] == ["Lists also have columns."]


def test_who_may_see_it_is_answered_with_all_that_see_it() -> None:
    answer = ANSWERS("Who has access to my data?", POSTWING)
    assert "employees" in answer.quotes[0].quote
    assert "Third parties" in answer.quotes[0].quote


def test_sentences_that_lean_on_one_another_come_along_as_far_as_they_stay_short() -> None:
    policy = policy_of("A register lists visits. It is kept in a safe. It is read by nobody. We never copy it.\n")
    index = ANSWERS.index(policy)
    assert [one.quote for one in quotes(index, [3])] == [policy.text]
    long = policy_of(f"A register lists visits {'and calls ' * 50}of guests. We never copy it.\n")
    assert [one.quote for one in quotes(ANSWERS.index(long), [1])] == ["We never copy it."]


def test_others_are_quoted_with_those_that_they_are_told_from() -> None:
    policy = policy_of(
        "Our hall is old. Calls to the hotline are recorded. Tapes go after a day. Other calls are not.\n"
    )
    index = ANSWERS.index(policy)
    whole = "Calls to the hotline are recorded. Tapes go after a day. Other calls are not."
    assert [one.quote for one in quotes(index, [3])] == [whole]
    assert [others(words) for words in ("Other calls are not.", "Other members see it.", "No other calls.")] == [
        "calls",
        None,
        None,
    ]
    apart = policy_of("Calls are recorded.\n\nOther calls are not.\n")
    assert [one.quote for one in quotes(ANSWERS.index(apart), [1])] == ["Other calls are not."]


KEPT = """# Us

## How long

Letters are kept for two years. Invoices are kept for seven years.

Photos are deleted after a month.

## Post

We keep a newsletter list for ten years.
"""


def test_a_broad_question_is_answered_with_what_else_stands_on_it_under_the_heading() -> None:
    broad = ANSWERS("How long do you keep my data?", policy_of(KEPT))
    text = " ".join(one.quote for one in broad.quotes)
    assert "Letters are kept for two years. Invoices are kept for seven years." in text
    assert "Photos are deleted after a month." in text


def test_of_a_question_on_one_thing_the_others_are_left_out() -> None:
    narrow = ANSWERS("How long are photos kept in the album before they vanish?", policy_of(KEPT))
    assert all("Invoices" not in one.quote for one in narrow.quotes)


LISTED = """# Us

We wrote this notice so that you understand what we hold.

We ask for:

- your name,
- your town.

Staff read letters. Guests read nothing.
"""


def test_candidates_are_whole_lists_and_do_not_overlap() -> None:
    index = ANSWERS.index(policy_of(LISTED))
    found = candidates(index, [2, 3, 1, 0, 4, 5])
    assert [one.quote for one in found] == [
        "We ask for:\n\n- your name,\n\n- your town.",
        "Staff read letters.",
        "We wrote this notice so that you understand what we hold.",
    ]


_SENTENCES = [
    "We keep names.",
    "They are safe.",
    "We also keep towns.",
    "However, a judge may read it.",
    "Any questions?",
    "Please write to us.",
    "Guests may see these as well.",
    "We ask for:",
    "In such a case we tell you.",
    "It is erased.",
]
POLICIES = st.lists(
    st.lists(st.sampled_from(_SENTENCES), min_size=1, max_size=5).map(" ".join)
    | st.sampled_from(["## Who", "- your name", "- your town", "Kind | Kept\n--- | ---\nName | a year"]),
    max_size=9,
).map(lambda parts: "\n\n".join(["We keep names.", *parts]))


def test_a_list_takes_in_its_beginning_and_its_items_wherever_they_were_quoted() -> None:
    index = ANSWERS.index(policy_of("We keep names.\n\nWe ask for:\n\n- your name"))
    assert [one.quote for one in quotes(index, [2, 0, 1])] == ["We ask for:\n\n- your name", "We keep names."]


@settings(deadline=None, max_examples=150)
@given(POLICIES, st.data())
def test_quotes_are_whole_sentences_of_the_text_and_nothing_twice(text: str, data: st.DataObject) -> None:
    index = ANSWERS.index(policy := policy_of(text))
    numbers = data.draw(st.lists(st.integers(0, len(index.units) - 1), min_size=1, max_size=4, unique=True))
    asked = data.draw(st.sets(st.sampled_from(["employees", "sharing", "retention", "access"])))
    starts = {one.start for one in policy.sentences}
    ends = {one.end for one in policy.sentences}
    for found in (quotes(index, numbers, index.neighbours(numbers[0]), asked), candidates(index, numbers, asked)):
        assert len(found) <= 5
        assert all(policy.text[one.start : one.end] == one.quote and one.version == policy.hash for one in found)
        assert all(one.start in starts and one.end in ends for one in found)
        spans = sorted((one.start, one.end) for one in found)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(st.text(max_size=200))
def test_any_text_is_told(text: str) -> None:
    assert leans(text) in {True, False}
    assert goes_on(text) in {True, False}
    assert adds(text) in {True, False}
    assert (others(text) or "") in text.lower()


def test_a_list_and_its_beginning_are_quoted_once() -> None:
    index = ANSWERS.index(policy_of("We keep names.\n\nWe ask for:\n\n- your name"))
    whole = next(one for one, unit in enumerate(index.units) if unit.opens)
    for numbers in ([whole + 1, whole], [whole, whole + 1]):
        assert [one.quote for one in quotes(index, numbers)] == ["We ask for:\n\n- your name"]


def test_a_list_behind_a_table_is_none_of_its_rows() -> None:
    rows = "<table><tr><th>Kind</th><th>Kept</th><th>Why</th></tr><tr><td>Bills</td><td>8 years</td><td>tax</td></tr>"
    rows += "<tr><td>Logs</td><td>3 weeks</td><td>safety</td></tr></table>"
    behind = "<ol><li>After that we erase it.</li></ol><h2>Rights</h2><ol><li>You can object at any time.</li></ol>"
    index = ANSWERS.index(read_policy(f"<h2>Terms</h2>{rows}{behind}".encode(), "p.html"))
    units = {index.policy.quote(unit.passage): unit for unit in index.units}
    assert units["Logs | 3 weeks | safety"].stem == units["Bills | 8 years | tax"].stem is not None
    assert units["After that we erase it."].stem is units["You can object at any time."].stem is None
