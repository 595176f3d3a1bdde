"""The terms of customers' requests: months, leap years, holidays, the hour that a clock change takes or gives."""

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.customer_requests.terms import GDPR, Term, days_off, due_day, end_of, months_after

RIGA = ZoneInfo("Europe/Riga")
LATVIA = days_off("LV")
CCPA = Term("ccpa", "CCPA", days=45, extension_days=45)
ZONES = ("Europe/Riga", "UTC", "America/Toronto", "Pacific/Apia", "Asia/Kolkata", "America/Sao_Paulo", "Asia/Tehran")

dates = st.dates(date(2000, 1, 1), date(2090, 1, 1))


def never(_: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-31", "2026-03-02"),  # 28 February is a Saturday
        ("2027-01-31", "2027-03-01"),  # 28 February is a Sunday
        ("2028-01-31", "2028-02-29"),  # a leap year, a Tuesday
        ("2025-01-30", "2025-02-28"),
        ("2026-03-05", "2026-04-07"),  # 5 April is Easter Sunday, and Monday is a holiday
        ("2026-05-18", "2026-06-18"),
        ("2026-05-23", "2026-06-25"),  # Līgo and Jāņi, 23 and 24 June
        ("2026-08-31", "2026-09-30"),
        ("2026-11-25", "2026-12-28"),  # Christmas, then a weekend
        ("2026-12-01", "2027-01-04"),  # New Year's Day, then a weekend
    ],
)
def test_one_calendar_month_and_the_next_working_day(received: str, due: str) -> None:
    assert due_day(date.fromisoformat(received), GDPR, LATVIA) == date.fromisoformat(due)


def test_one_month_and_two_more_count_from_receipt() -> None:
    assert due_day(date(2026, 1, 31), GDPR, never, extended=True) == date(2026, 4, 30)
    assert due_day(date(2026, 11, 30), GDPR, never, extended=True) == date(2027, 2, 28)


def test_days_of_another_law_are_days() -> None:
    assert due_day(date(2026, 3, 2), CCPA, LATVIA) == date(2026, 4, 16)
    assert due_day(date(2026, 3, 2), CCPA, LATVIA, extended=True) == date(2026, 5, 31)
    assert due_day(date(2026, 2, 18), CCPA, LATVIA).weekday() == calendar.SATURDAY


@given(dates, st.integers(0, 40))
def test_months_keep_the_day_or_take_the_last(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    last = calendar.monthrange(after.year, after.month)[1]
    assert after.day == min(day.day, last)


@given(dates)
def test_due_is_a_working_day_never_earlier_than_the_month(day: date) -> None:
    due = due_day(day, GDPR, LATVIA)
    assert not LATVIA(due)
    assert due >= months_after(day, 1)
    between = (months_after(day, 1) + timedelta(days=n) for n in range((due - months_after(day, 1)).days))
    assert all(LATVIA(one) for one in between)
    assert (due - day).days <= 31 + 7


@given(dates, dates)
def test_whoever_comes_later_is_due_no_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert due_day(first, GDPR, LATVIA) <= due_day(second, GDPR, LATVIA)


@given(dates)
def test_an_extension_never_shortens(day: date) -> None:
    for term in (GDPR, CCPA):
        assert due_day(day, term, LATVIA, extended=True) > due_day(day, term, LATVIA)


@given(dates, st.sampled_from(ZONES))
def test_a_term_ends_with_the_last_hour_of_its_day_whatever_the_clocks_do(day: date, zone: str) -> None:
    moment = end_of(day, ZoneInfo(zone))
    assert moment.tzinfo is UTC
    assert (moment - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() <= day
    assert moment.astimezone(ZoneInfo(zone)).date() >= day + timedelta(days=1) or zone == "Pacific/Apia"


def test_the_day_on_which_clocks_change_is_an_hour_shorter() -> None:
    """29 March 2026: Riga goes from 03:00 to 04:00."""
    assert end_of(date(2026, 3, 29), RIGA) - end_of(date(2026, 3, 28), RIGA) == timedelta(hours=23)
    assert end_of(date(2026, 10, 25), RIGA) - end_of(date(2026, 10, 24), RIGA) == timedelta(hours=25)
    assert end_of(date(2026, 3, 29), RIGA) == datetime(2026, 3, 29, 21, 0, tzinfo=UTC)


def test_without_a_country_only_weekends_are_off() -> None:
    off = days_off(None)
    assert off(date(2026, 3, 7))
    assert not off(date(2026, 12, 25))
    assert days_off("DE", "BY")(date(2026, 1, 6))
    assert not days_off("DE", "BE")(date(2026, 1, 6))
