"""The rules of unusual use, one by one."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.reviews.unusual import Rule, Seen, Thresholds, WorkingHours, usual
from bot.audit.reviews.unusual_words import why
from tests.bot.audit.reviews.seen import ALONE, MONDAY, RIGA, findings, fired, look_ups, seen


def test_many_accounts_in_an_hour_without_a_past() -> None:
    assert fired(Rule.BREADTH, look_ups(MONDAY, 14, timedelta(minutes=1))) == []
    one = fired(Rule.BREADTH, look_ups(MONDAY, 20, timedelta(minutes=1)))
    assert [(finding.at, finding.facts["count"], finding.facts["usual"]) for finding in one] == [
        (MONDAY + timedelta(minutes=14), 15, 0)
    ]
    assert fired(Rule.BREADTH, look_ups(MONDAY, 40, timedelta(minutes=5))) == []


def test_the_same_account_again_and_again_is_no_breadth() -> None:
    same = [seen(n, MONDAY + timedelta(minutes=n), "a-1", action=Action.LOOK_UP) for n in range(50)]
    assert fired(Rule.BREADTH, same) == []


def test_many_accounts_are_usual_for_whoever_always_has_many() -> None:
    past = [
        look
        for day in range(1, 11)
        for look in look_ups(MONDAY - timedelta(days=day), 10, timedelta(minutes=2), first=100 * day)
    ]
    past.sort(key=lambda one: one.at)
    day = MONDAY.date()
    assert usual(past, day, Thresholds(), RIGA) == 10
    busy = [*past, *look_ups(MONDAY, 29, timedelta(minutes=1))]
    assert findings(busy, MONDAY, {}, ALONE[Rule.BREADTH], RIGA) == []
    busier = [*past, *look_ups(MONDAY, 30, timedelta(minutes=1))]
    (one,) = findings(busier, MONDAY, {}, ALONE[Rule.BREADTH], RIGA)
    assert (one.facts["count"], one.facts["usual"]) == (30, 10)


def test_what_is_usual_is_known_from_so_many_days_and_no_more() -> None:
    first = look_ups(MONDAY - timedelta(days=28), 9, timedelta(minutes=1))
    earlier = [look_ups(MONDAY - timedelta(days=day), 30, timedelta(minutes=1), first=100 * day) for day in (30, 29)]
    before = [one for day in earlier for one in day]
    assert usual([*before, *first], MONDAY.date(), Thresholds(), RIGA) == 9
    past = [*before, *first]
    assert findings([*past, *look_ups(MONDAY, 26, timedelta(minutes=1))], MONDAY, {}, ALONE[Rule.BREADTH], RIGA) == []
    busy = [*past, *look_ups(MONDAY, 27, timedelta(minutes=1))]
    (one,) = findings(busy, MONDAY, {}, ALONE[Rule.BREADTH], RIGA)
    assert one.facts["usual"] == 9


def test_what_was_refused_in_the_past_makes_nothing_usual() -> None:
    tried = look_ups(MONDAY - timedelta(days=1), 30, timedelta(minutes=1), first=100)
    refused = [replace(one, outcome=Outcome.REFUSED) for one in tried]
    busy = [*refused, *look_ups(MONDAY, 15, timedelta(minutes=1))]
    (one,) = findings(busy, MONDAY, {}, ALONE[Rule.BREADTH], RIGA)
    assert (one.facts["count"], one.facts["usual"]) == (15, 0)


def test_one_burst_does_not_make_the_next_one_usual() -> None:
    days = [look_ups(MONDAY - timedelta(days=day), 3, timedelta(minutes=1), 100 * day) for day in range(2, 9)]
    burst = look_ups(MONDAY - timedelta(days=1), 50, timedelta(minutes=1), 100)
    history = sorted([*burst, *(one for day in days for one in day)], key=lambda one: one.at)
    assert usual(history, MONDAY.date(), Thresholds(), RIGA) == 3


@pytest.mark.parametrize(
    ("local", "within"),
    [
        ("2026-03-02 06:59", False),
        ("2026-03-02 07:00", True),
        ("2026-03-02 19:59", True),
        ("2026-03-02 20:00", False),
        ("2026-03-07 12:00", False),
        ("2026-03-29 12:00", False),
        ("2026-03-30 07:00", True),  # the day after clocks went forward
    ],
)
def test_working_hours_are_local(local: str, within: bool) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=RIGA).astimezone(UTC)
    assert WorkingHours().hold(at, RIGA) is within


def test_a_night_shift_belongs_to_the_day_it_began() -> None:
    night = WorkingHours(frozenset({4}), time(22), time(6))  # Fridays from 22:00
    held = {hour: night.hold(datetime(2026, 3, 6, hour, tzinfo=UTC), ZoneInfo("UTC")) for hour in (5, 21, 22, 23)}
    assert held == {5: False, 21: False, 22: True, 23: True}
    assert night.hold(datetime(2026, 3, 7, 5, 59, tzinfo=UTC), ZoneInfo("UTC"))
    assert not night.hold(datetime(2026, 3, 7, 6, 0, tzinfo=UTC), ZoneInfo("UTC"))


def test_outside_working_hours_depends_on_where_the_person_is() -> None:
    looks = [seen(n, datetime(2026, 3, 2, 18, n, tzinfo=UTC), ticket=True) for n in range(3)]
    (late,) = fired(Rule.OUTSIDE_HOURS, looks)  # 20:00 in Riga
    assert late.entries == ("e0000", "e0001", "e0002")
    assert fired(Rule.OUTSIDE_HOURS, looks, ZoneInfo("America/Toronto")) == []


def test_reveals_without_a_ticket_count_accounts() -> None:
    twice_each = [seen(n, MONDAY + timedelta(minutes=n), f"a-{n // 2}") for n in range(6)]
    (one,) = fired(Rule.WITHOUT_TICKET, twice_each)
    assert (one.at, one.facts["count"], one.facts["looks"]) == (MONDAY + timedelta(minutes=4), 3, 5)
    named_ones = [seen(n, MONDAY + timedelta(minutes=n), f"a-{n}", ticket=True) for n in range(9)]
    assert fired(Rule.WITHOUT_TICKET, named_ones) == []


def test_refusals() -> None:
    refused = [seen(n, MONDAY + timedelta(minutes=n), None, outcome=Outcome.REFUSED) for n in range(5)]
    (one,) = fired(Rule.REFUSALS, refused)
    assert one.facts["count"] == 5
    assert fired(Rule.REFUSALS, refused[:4]) == []
    for slip in (Reason.UNCLEAR_QUERY, Reason.NOT_AWAY, Reason.NOT_IN_FUTURE):
        assert fired(Rule.REFUSALS, [replace(one, reason=slip) for one in refused]) == []
    assert fired(Rule.REFUSALS, [replace(one, reason=Reason.NO_PURPOSE) for one in refused])


def test_searches_for_what_is_not_there() -> None:
    looking = (Action.LOOK_UP, Action.REVEAL)
    asking = (Action.REQUEST, Action.EMERGENCY, Action.CUSTOMER_REQUEST, Action.DISCLOSE)
    actions = (*looking, *asking)
    tried = [
        seen(n, MONDAY + timedelta(minutes=n), None, action=actions[n % 6], outcome=Outcome.NOT_FOUND)
        for n in range(15)
    ]
    (one,) = fired(Rule.GUESSES, tried)
    assert why(one.rule, one.facts) == "Searched 15 times within 1 hour for what is not there."
    assert fired(Rule.GUESSES, tried[1:]) == []
    others = [replace(one, action=Action.AUDIT_SEARCH) for one in tried]
    assert fired(Rule.GUESSES, others) == []


def test_reveals_right_after_their_grants() -> None:
    def reveal(n: int, after: timedelta) -> Seen:
        at = MONDAY + timedelta(minutes=10 * n)
        return seen(n, at, f"a-{n}", ticket=True, granted_at=at - after)

    quick = [reveal(n, timedelta(minutes=10)) for n in range(4)]
    (one,) = fired(Rule.AFTER_GRANT, quick)
    assert one.facts == {"count": 4, "looks": 4, "within_s": 3600, "soon_s": 600}
    slow = [reveal(n, timedelta(minutes=10, seconds=1)) for n in range(4)]
    assert fired(Rule.AFTER_GRANT, slow) == []


def test_a_rule_that_is_off_finds_nothing() -> None:
    everything = look_ups(MONDAY, 60, timedelta(seconds=1))
    assert findings(everything, MONDAY, {}, Thresholds(off=frozenset(Rule)), RIGA) == []


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
ZONES = st.sampled_from(["Europe/Riga", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))


@given(MOMENTS, ZONES.map(ZoneInfo), st.frozensets(st.integers(0, 6)), TIMES, TIMES)
def test_spans_of_working_hours_hold_and_leave_out_little(
    at: datetime, zone: ZoneInfo, days: frozenset[int], start: time, end: time
) -> None:
    hours = WorkingHours(days, start, end)
    before, after = at - timedelta(hours=1), at + timedelta(hours=1)
    surely = any(begin <= at < stop for begin, stop in hours.surely(before, after, zone))
    changed = {(at + timedelta(days=day)).astimezone(zone).utcoffset() for day in (-2, 2)}
    if surely or len(changed) == 1:
        assert surely == hours.hold(at, zone)
