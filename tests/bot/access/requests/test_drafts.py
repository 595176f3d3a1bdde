"""What is wrong with a request before it is one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.grants import request_number
from bot.access.requests.drafts import Draft, Fault, Part, check, durations_up_to
from bot.access.rules.purposes import Purpose, nearest_purpose, purpose_named
from tests.bot.access.strategies import NOW

PURPOSE = Purpose(
    "billing",
    "Billing",
    "billing",
    frozenset(),
    frozenset(),
    ("contact", "payment"),
    timedelta(hours=4),
    1,
    "approvers",
)
GOOD = Draft("pw-1", "billing", ("contact",), "Ticket HD-2211: a reason", timedelta(hours=1))
durations = st.timedeltas() | st.integers(-1, 241).map(lambda minutes: timedelta(minutes=minutes))


def test_a_good_draft_has_no_fault() -> None:
    assert check(GOOD, PURPOSE, NOW) == {}


@pytest.mark.parametrize(
    ("why", "fault"),
    [
        ("", Fault.MISSING),
        (" \n\t ", Fault.MISSING),
        ("short", Fault.TOO_SHORT),
        ("a" * 40, Fault.ALL_THE_SAME),
        ("a A a A a A a A a A a A a", Fault.ALL_THE_SAME),
        ("x" * 1000 + "y" * 1001, Fault.TOO_LONG),
        ("exactly fifteen", None),
        ('with: colons, "quotes"\nand 🙂', None),
    ],
)
def test_why(why: str, fault: Fault | None) -> None:
    assert check(Draft("pw-1", "billing", ("contact",), why, timedelta(hours=1)), PURPOSE, NOW).get(Part.WHY) == fault


def test_all_faults_at_once() -> None:
    found = check(Draft(" ", "billing", (), "", None, "x" * 101), PURPOSE, NOW)
    assert found == {
        Part.ACCOUNT: Fault.MISSING,
        Part.DATA_CLASSES: Fault.MISSING,
        Part.WHY: Fault.MISSING,
        Part.DURATION: Fault.MISSING,
        Part.TICKET: Fault.TOO_LONG,
    }


@given(st.lists(st.sampled_from(["contact", "payment", "recipients"])).map(tuple), durations)
def test_nothing_beyond_the_purpose_passes(classes: tuple[str, ...], duration: timedelta) -> None:
    found = check(Draft("pw-1", "billing", classes, GOOD.why, duration), PURPOSE, NOW)
    if "recipients" in classes:
        assert found[Part.DATA_CLASSES] is Fault.NOT_IN_PURPOSE
    if duration > PURPOSE.max_duration:
        assert found[Part.DURATION] is Fault.TOO_LONG
    assert (Part.DURATION not in found) is (timedelta(0) < duration <= PURPOSE.max_duration)


@given(st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=30)))
def test_durations_offered_end_with_the_cap(longest: timedelta) -> None:
    offered = durations_up_to(longest)
    assert offered[-1] == longest
    assert list(offered) == sorted(set(offered))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("R-1042", 1042),
        ("r1042", 1042),
        ("1042", 1042),
        (" R-7 ", 7),
        ("R-", None),
        ("x", None),
        ("R-99999999999", None),
    ],
)
def test_numbers_read_aloud(name: str, number: int | None) -> None:
    assert request_number(name) == number


LABELS = {"technical_support": "Technical support", "customer_service": "Customer service", "billing": "Billing"}


@pytest.mark.parametrize(
    ("phrase", "key"),
    [
        ("billing", "billing"),
        ("Technical Support", "technical_support"),
        ("customer-service", "customer_service"),
        ("tech", "technical_support"),
        ("", None),
        ("selling", None),
    ],
)
def test_purposes_by_name(phrase: str, key: str | None) -> None:
    assert purpose_named(phrase, LABELS) == key


def test_a_misspelt_purpose_is_near_one() -> None:
    assert nearest_purpose("tecnical suport", LABELS) == "technical_support"
    assert nearest_purpose("Thought", LABELS) is None
