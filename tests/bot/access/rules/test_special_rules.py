"""Duty, ticket patterns, emergencies and starts: the pure decisions."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.asking.ask import may_ask_for_others
from bot.access.asking.emergency import purpose_for
from bot.access.asking.starting import read_start
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.duty import OnDuty, Shift
from bot.access.rules.purposes import Rules
from bot.access.rules.tickets import TicketRule, pattern_fault
from bot.audit.reviews.unusual import WorkingHours
from handlers.views.access.form import begun_with
from tests.bot.access.strategies import NOW, people, role_sets, rules

RIGA = ZoneInfo("Europe/Riga")
NIGHT = Shift(WorkingHours(frozenset({4}), time(20), time(8)), RIGA)  # Friday night, into Saturday


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2026, 3, 6, 17, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 6, 18, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 7, 5, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 7, 6, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 7, 18, 0, tzinfo=UTC), False),
    ],
)
def test_a_night_shift_ends_the_next_morning(at: datetime, on: bool) -> None:
    assert OnDuty(shifts=(NIGHT,)).holds({"support"}, at) is on


@given(role_sets, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_duty_needs_group_and_hours_and_never_holds_for_nobody(roles: frozenset[str], at: datetime) -> None:
    both = OnDuty("support", (NIGHT,))
    assert both.holds(roles, at) == ("support" in roles and OnDuty(shifts=(NIGHT,)).holds(roles, at))
    assert not OnDuty().holds(roles, at)
    assert OnDuty("support").holds(roles, at) is ("support" in roles)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$", r"(a*)*b", r"(a|a)*b", r"(a|aa)+$", r"([a-z]+)*\d", r"(\d+|\w+)+x", r"a*a*a*a*b", r".*.*.*.*=",
        r"(a{1,50}){1,50}b", r"(.)\1", r"(?=a+)b", r"(?P<x>a)", "[", "(", "a{2,1}", "?",
        "(a|b)" * 13, "a?" * 13 + "a" * 13,
    ],
)  # fmt: skip
def test_patterns_that_are_wrong_or_explode_are_faults(pattern: str) -> None:
    assert pattern_fault(pattern) is not None


@pytest.mark.parametrize(
    ("pattern", "example"),
    [(r"^[A-Z]+-\d+$", "HD-2211"), (r"(?:HD|CS)-\d{1,8}", "HD-2211"), (r"#?\d{3,7}", "2211"),
     (r"INC\d{7}", "INC0012211"), (r"^LB-\d{4}/\d{5}$", "LB-1111/11111"), (r"T[ .][A-F]{2}\d{6,}", "T.AA111111"),
     (r"[^\s)(]+", "HD-2211"), (r"((AB){2}-\d)?", None), (r"zz-\d{40}", None)],
)  # fmt: skip
def test_usual_patterns_are_fine_and_have_an_example(pattern: str, example: str | None) -> None:
    assert pattern_fault(pattern) is None
    assert TicketRule(pattern).example == example


@given(st.from_regex(r"[A-C0-9+*?|(){},^$-]{0,14}", fullmatch=True), st.sampled_from("ABC1-"))
def test_what_passes_is_quick_on_long_texts(pattern: str, letter: str) -> None:
    """A pattern that is let through is held against a hundred characters; an explosion would never end."""
    if pattern_fault(pattern) is None:
        with no_longer_than(30):
            re.fullmatch(pattern, letter * 99 + "!")


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    """Ends what does not end by itself."""
    former = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


@given(people(), rules(), st.none() | st.sampled_from(["billing", "marketing", "nothing"]))
def test_emergencies_are_for_own_purposes_that_allow_them(person: Person, rules: Rules, asked: str | None) -> None:
    able = {key: replace(one, emergency=timedelta(hours=1)) for key, one in rules.purposes.items() if key != "billing"}
    rules = replace(rules, purposes={**rules.purposes, **able})
    found = purpose_for(person, asked, rules)
    if not isinstance(found, Reason):
        assert all(one.emergency and one.groups & person.roles for one in found)
        assert asked is None or [one.key for one in found] == [asked]


@given(people(), rules())
def test_asking_for_others_needs_the_purpose_or_its_decision(person: Person, rules: Rules) -> None:
    for purpose in rules.purposes.values():
        has_or_decides = bool(person.roles & {*purpose.groups, purpose.approvers})
        assert may_ask_for_others(person, purpose) is (has_or_decides and person.standing is Standing.MEMBER)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("14:00", datetime(2026, 3, 2, 12, 0, tzinfo=UTC)),
        ("9:00", datetime(2026, 3, 3, 7, 0, tzinfo=UTC)),  # past today: the next one
        ("tomorrow 9:00", datetime(2026, 3, 3, 7, 0, tzinfo=UTC)),
        ("tomorrow at 9", datetime(2026, 3, 3, 7, 0, tzinfo=UTC)),
        ("monday 8am", datetime(2026, 3, 9, 6, 0, tzinfo=UTC)),
        ("03.04.2026 8:00", datetime(2026, 4, 3, 5, 0, tzinfo=UTC)),  # the third of April, wherever dots are written
        ("tomorrow", None),
        ("banana", None),
        ("9" * 70, None),
    ],
)
def test_starts_are_read_in_the_persons_zone(typed: str, expected: datetime | None) -> None:
    assert read_start(typed, NOW, "Europe/Riga") == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (
            datetime(2026, 10, 25, 0, 15, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),  # 3:15 at first
        (datetime(2026, 10, 25, 1, 15, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # 3:15 again
        (datetime(2026, 3, 29, 0, 45, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # 3:30 is left out
    ],
)
def test_a_start_in_an_hour_that_comes_twice_or_never_is_still_to_come(now: datetime, expected: datetime) -> None:
    assert read_start("3:30", now, "Europe/Riga") == expected


def test_a_zone_that_nobody_knows_is_no_fault_of_the_persons() -> None:
    assert read_start("14:00", NOW, "Mars/Olympus") == read_start("14:00", NOW, "UTC")


@given(st.text(), st.integers(0, 3))
def test_nothing_typed_is_lost_when_a_usual_reason_is_chosen(typed: str, chosen: int) -> None:
    reasons = ("Bounce: analysis", "Bounce", "Billing")
    once = begun_with(reasons, chosen, typed)
    if chosen:
        assert once.startswith(f"{reasons[chosen - 1]}: ")
        assert begun_with(reasons, chosen, once) == once
        if not typed.strip().startswith(reasons):
            assert once.endswith(typed.strip())
    else:
        assert once == typed
