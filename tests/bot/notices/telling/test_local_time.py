"""Times of day by people's clocks: never early, never outside working hours, in any zone, at any change of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notices.telling.local_time import local_moment, may_disturb, next_working_moment
from bot.notices.telling.settings import Hours

ZONES = (
    "Europe/Riga",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Apia",
    "Antarctica/Troll",
    "UTC",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2010, 1, 1), date(2030, 12, 31))
times = st.times().map(lambda one: one.replace(second=0, microsecond=0))
moments = st.integers(0, 20 * 365 * 1440).map(
    lambda minutes: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    """Some hours of some days."""
    start, end = sorted(draw(st.lists(times, min_size=2, max_size=2, unique=True)))
    week = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Hours(week, start, end, draw(st.frozensets(days, max_size=3)))


@given(days, times, zones)
def test_a_time_of_day_is_the_first_moment_at_which_the_clock_shows_it_or_more(
    day: date, at: time, zone: ZoneInfo
) -> None:
    wall, moment = datetime.combine(day, at), local_moment(day, at, zone)
    assert moment.astimezone(zone).replace(tzinfo=None) >= wall
    assert (moment - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None) < wall


def test_a_time_that_is_left_out_is_the_end_of_the_gap() -> None:
    assert local_moment(date(2026, 3, 29), time(3, 30), ZoneInfo("Europe/Riga")) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    twice = local_moment(date(2026, 10, 25), time(3, 30), ZoneInfo("Europe/Riga"))
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(moments, zones, hours())
def test_nobody_is_disturbed_early_or_outside_hours(moment: datetime, zone: ZoneInfo, working: Hours) -> None:
    found = next_working_moment(moment, zone, working)
    assert found >= moment
    assert may_disturb(found, zone, working)


def test_where_nobody_ever_works_there_is_no_such_moment() -> None:
    monday = date(2026, 3, 2)
    closed = Hours(frozenset({0}), time(9), time(17), frozenset(monday + timedelta(weeks=one) for one in range(60)))
    with pytest.raises(ValueError, match="no working day"):
        next_working_moment(datetime(2026, 3, 2, 9, tzinfo=UTC), ZoneInfo("UTC"), closed)


@given(moments, zones, hours())
def test_no_earlier_working_moment_is_passed_over(moment: datetime, zone: ZoneInfo, working: Hours) -> None:
    found = next_working_moment(moment, zone, working)
    between = (found - moment) / 7
    for part in range(7):
        earlier = moment + between * part
        assert earlier == found or not may_disturb(earlier, zone, working)
