"""When somebody is reminded, when nobody is, and which stages a plan has."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.notices.telling.occasions import (
    REMINDERS,
    WITHDRAWN,
    Occasion,
    Recipient,
    Stage,
    State,
    Telling,
    Told,
    due,
    first_stages,
    moved_stages,
    next_occasion,
)
from bot.notices.telling.settings import NoticeSettings

RIGA = ZoneInfo("Europe/Riga")
SETTINGS = NoticeSettings(RIGA, remind_after=timedelta(days=5), reminders=2, acknowledge=True)
DECIDED, EFFECTIVE = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 31, 21, tzinfo=UTC)
STAGES = first_stages(1, EFFECTIVE, DECIDED, SETTINGS)
WEDNESDAY = datetime(2026, 4, 1, 7, 30, tzinfo=UTC)  # 10:30 in Riga
TOLD = (Told("ahead", DECIDED, DECIDED), Told("day", WEDNESDAY, WEDNESDAY))
WHO = Recipient("person:U1", RIGA, TOLD)
PLAN = Telling(STAGES, EFFECTIVE)


def following(
    who: Recipient = WHO, settings: NoticeSettings = SETTINGS, telling: Telling = PLAN, now: datetime = WEDNESDAY
) -> Occasion | None:
    return next_occasion(who, telling, settings, now)


def test_of_days_a_reminder_comes_at_the_usual_time_and_of_hours_to_the_minute() -> None:
    assert following() == Occasion("reminder-1", datetime(2026, 4, 6, 6, tzinfo=UTC))  # Monday, 9:00 in Riga
    hours = replace(SETTINGS, remind_after=timedelta(hours=2))
    assert following(settings=hours) == Occasion("reminder-1", WEDNESDAY + timedelta(hours=2))


def test_each_reminder_waits_twice_as_long_and_there_are_so_many() -> None:
    once = replace(WHO, told=(*TOLD, Told("reminder-1", WEDNESDAY, WEDNESDAY + timedelta(days=5))))
    assert following(once) == Occasion("reminder-2", datetime(2026, 4, 16, 6, tzinfo=UTC))
    twice = replace(once, told=(*once.told, Told("reminder-2", WEDNESDAY, WEDNESDAY + timedelta(days=15))))
    assert following(twice) is None


@pytest.mark.parametrize(
    ("who", "settings"),
    [
        (replace(WHO, to="channel:#general"), SETTINGS),
        (replace(WHO, has_read=True), SETTINGS),
        (WHO, replace(SETTINGS, acknowledge=False)),
        (WHO, replace(SETTINGS, remind_after=None)),
        (WHO, replace(SETTINGS, reminders=0)),
    ],
)
def test_nobody_is_reminded_who_need_not_be(who: Recipient, settings: NoticeSettings) -> None:
    assert following(who, settings) is None


def test_reminders_that_were_stopped_or_never_planned_do_not_come() -> None:
    for stages in (
        tuple(replace(one, state=State.STOPPED) if one.name == REMINDERS else one for one in STAGES),
        tuple(one for one in STAGES if one.name != REMINDERS),
    ):
        assert following(telling=replace(PLAN, stages=stages)) is None


def test_a_reminder_of_the_notice_ahead_comes_before_the_day_itself() -> None:
    ahead = datetime(2026, 3, 18, 7, tzinfo=UTC)
    who = replace(WHO, told=(Told("ahead", ahead, ahead),))
    assert following(who, now=ahead) == Occasion("reminder-1", datetime(2026, 3, 23, 7, tzinfo=UTC))
    read = replace(who, has_read=True)
    assert following(read, now=ahead) == Occasion("day", datetime(2026, 4, 1, 6, tzinfo=UTC))
    assert following(read, telling=replace(PLAN, superseded=True), now=ahead) == following(read, now=ahead)


def test_a_change_that_is_in_force_at_once_has_no_notice_ahead() -> None:
    assert [one.name for one in first_stages(1, DECIDED, DECIDED, SETTINGS)] == ["day", "reminders"]
    assert [one.name for one in STAGES] == ["ahead", "day", "reminders"]


def test_a_new_date_is_a_stage_of_its_own_only_for_what_was_told() -> None:
    later = EFFECTIVE + timedelta(days=14)
    nobody = moved_stages(STAGES, frozenset(), later, DECIDED, SETTINGS)
    assert [one.name for one in nobody] == ["ahead", "day", "reminders"]
    assert [one.day for one in nobody] == [date(2026, 4, 1), date(2026, 4, 15), None]
    told = moved_stages(STAGES, frozenset({"ahead", "day"}), later, DECIDED, SETTINGS)
    assert [one.name for one in told] == ["ahead", "day", "reminders", "day-2", "moved-1"]
    assert next(one.day for one in told if one.name == "day") == date(2026, 4, 1)
    assert next(one.day for one in told if one.name == "day-2") == date(2026, 4, 15)


def test_a_stage_without_its_day_or_its_time_is_due_from_when_it_may_be() -> None:
    for day, at in ((None, time(9)), (date(2026, 5, 1), None), (None, None)):
        stage = Stage(1, "moved-1", day, at, WEDNESDAY, State.PLANNED, 3)
        assert due(stage, PLAN, RIGA, SETTINGS) == WEDNESDAY


def test_a_reminder_after_a_day_comes_at_the_usual_time_too() -> None:
    daily = replace(SETTINGS, remind_after=timedelta(days=1))
    assert following(settings=daily) == Occasion("reminder-1", datetime(2026, 4, 2, 6, tzinfo=UTC))


def test_that_it_was_withdrawn_is_told_to_whoever_heard_of_it_alone() -> None:
    stage = Stage(1, WITHDRAWN, None, None, WEDNESDAY, State.PLANNED, 99)
    taken_back = Telling((stage,), EFFECTIVE)
    assert following(telling=taken_back) == Occasion(WITHDRAWN, WEDNESDAY)
    assert following(replace(WHO, told=()), telling=taken_back) is None


def test_whoever_was_not_there_at_the_moment_itself_is_told_now() -> None:
    at = datetime(2026, 4, 1, 6, tzinfo=UTC)
    looked = replace(PLAN, stages=tuple(replace(one, looked_at=at) for one in STAGES))
    assert following(replace(WHO, told=()), telling=looked) == Occasion("day", WEDNESDAY)


def test_a_date_that_is_moved_twice_is_told_after_all_that_was_told() -> None:
    first, second = EFFECTIVE + timedelta(days=14), EFFECTIVE + timedelta(days=28)
    once = moved_stages(STAGES, frozenset({"ahead"}), first, WEDNESDAY, SETTINGS)
    twice = {one.name: one for one in moved_stages(once, frozenset({"ahead", "moved-1"}), second, WEDNESDAY, SETTINGS)}
    assert list(twice) == ["ahead", "day", "reminders", "moved-1", "moved-2"]
    assert (twice["day"].day, twice["day"].step, twice["day"].not_before) == (date(2026, 4, 29), 2, WEDNESDAY)
    assert twice["moved-2"].rank == twice["moved-1"].rank + 1
    assert twice["moved-1"].rank == twice["ahead"].rank + 1
    assert twice["day"].rank > twice["moved-2"].rank


def test_a_day_that_was_told_is_followed_by_another_and_only_that_one_moves() -> None:
    first, second = EFFECTIVE + timedelta(days=14), EFFECTIVE + timedelta(days=28)
    once = moved_stages(STAGES, frozenset({"day"}), first, WEDNESDAY, SETTINGS)
    moved = {one.name: one for one in moved_stages(once, frozenset({"day"}), second, WEDNESDAY, SETTINGS)}
    assert [moved[name].day for name in ("day", "day-2")] == [date(2026, 4, 1), date(2026, 4, 29)]
    again = {one.name: one for one in moved_stages(once, frozenset({"day", "day-2"}), second, WEDNESDAY, SETTINGS)}
    assert [again[name].day for name in ("day-2", "day-3")] == [date(2026, 4, 15), date(2026, 4, 29)]
    assert again["day"].rank < again["day-2"].rank < again["day-3"].rank


def test_what_was_stopped_stays_stopped_when_the_date_moves() -> None:
    stopped = tuple(replace(one, state=State.STOPPED) if one.name == "day" else one for one in STAGES)
    moved = moved_stages(stopped, frozenset(), EFFECTIVE + timedelta(days=14), WEDNESDAY, SETTINGS)
    assert next(one for one in moved if one.name == "day") == next(one for one in stopped if one.name == "day")
