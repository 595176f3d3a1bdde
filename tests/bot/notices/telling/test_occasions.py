"""What somebody is told next: once each, never early, never after they have read it or it was withdrawn."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.notices.telling.local_time import may_disturb
from bot.notices.telling.occasions import (
    Recipient,
    Stage,
    State,
    Telling,
    Told,
    days_of,
    first_stages,
    moved_stages,
    next_occasion,
)
from bot.notices.telling.settings import NoticeSettings
from tests.bot.notices.telling.test_local_time import ZONES

RIGA = ZoneInfo("Europe/Riga")
SETTINGS = NoticeSettings(RIGA, remind_after=timedelta(days=3), reminders=2, acknowledge=True)
moments = st.integers(0, 365 * 1440).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def live(telling: Telling, who: Recipient, start: datetime, days: int, step: timedelta) -> list[Told]:
    """As rounds go: look, tell, note; at intervals."""
    now, told = start, list(who.told)
    while now < start + timedelta(days=days):
        occasion = next_occasion(replace(who, told=tuple(told)), telling, SETTINGS, now)
        if occasion is not None and occasion.due_at <= now:
            told.append(Told(occasion.stage, occasion.due_at, now))
        stages = tuple(replace(stage, looked_at=now) for stage in telling.stages)
        telling = replace(telling, stages=stages)
        now += step
    return told


@settings(deadline=None, max_examples=25)
@given(moments, st.integers(-20, 40), st.sampled_from(ZONES), st.integers(1, 7))
def test_each_notice_comes_once_not_early_and_at_work(decided: datetime, ahead: int, zone: str, hours: int) -> None:
    effective = decided + timedelta(days=ahead)
    telling = Telling(first_stages(1, effective, decided, SETTINGS), effective)
    told = live(telling, Recipient("person:U1", ZoneInfo(zone)), decided, 70, timedelta(hours=hours))
    names = [one.stage for one in told]
    assert len(set(names)) == len(names)
    assert "day" in names
    assert [name for name in names if name.startswith("reminder")] == ["reminder-1", "reminder-2"]
    for one in told:
        assert one.told_at >= one.due_at >= decided
        assert may_disturb(one.due_at, ZoneInfo(zone), SETTINGS.hours)
        assert one.stage != "day" or one.due_at >= effective


@settings(deadline=None, max_examples=15)
@given(moments, st.sampled_from(ZONES))
def test_whoever_has_read_it_is_not_reminded(decided: datetime, zone: str) -> None:
    telling = Telling(first_stages(1, decided + timedelta(days=20), decided, SETTINGS), decided + timedelta(days=20))
    told = live(telling, Recipient("person:U1", ZoneInfo(zone), has_read=True), decided, 60, timedelta(hours=3))
    assert [one.stage for one in told] == ["ahead", "day"]


def test_after_an_outage_only_the_last_notice_is_told() -> None:
    decided = datetime(2026, 3, 2, 9, tzinfo=UTC)
    effective = datetime(2026, 4, 1, tzinfo=UTC)
    telling = Telling(first_stages(1, effective, decided, SETTINGS), effective)
    back = datetime(2026, 4, 2, 9, tzinfo=UTC)
    occasion = next_occasion(Recipient("person:U1", RIGA), telling, SETTINGS, back)
    assert occasion is not None
    assert (occasion.stage, occasion.due_at) == ("day", datetime(2026, 4, 1, 6, tzinfo=UTC))


def test_a_new_date_is_told_to_whoever_knew_the_old_one() -> None:
    decided, now = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 20, 9, tzinfo=UTC)
    effective, later = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC)
    stages = moved_stages(first_stages(1, effective, decided, SETTINGS), frozenset({"ahead"}), later, now, SETTINGS)
    telling = Telling(stages, later)
    knew = Recipient("person:U1", RIGA, (Told("ahead", decided, decided),), has_read=True)
    assert [one.stage for one in live(telling, knew, now, 40, timedelta(hours=1))] == ["ahead", "moved-1", "day"]
    new = Recipient("person:U2", RIGA, has_read=True)
    assert [one.stage for one in live(telling, new, now, 40, timedelta(hours=1))] == ["ahead", "day"]


def test_whoever_joins_later_hears_what_holds_now_unless_it_is_superseded() -> None:
    decided, effective = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    looked = datetime(2026, 5, 4, 9, tzinfo=UTC)
    stages = tuple(replace(one, looked_at=looked) for one in first_stages(1, effective, decided, SETTINGS))
    telling, now = Telling(stages, effective), looked + timedelta(hours=1)
    occasion = next_occasion(Recipient("person:U9", RIGA), telling, SETTINGS, now)
    assert occasion is not None
    assert (occasion.stage, occasion.due_at) == ("day", now)
    assert next_occasion(Recipient("person:U9", RIGA), replace(telling, superseded=True), SETTINGS, now) is None


def test_what_was_stopped_is_not_told_and_what_is_sent_now_is_told_at_night() -> None:
    night = datetime(2026, 3, 7, 1, tzinfo=UTC)  # a Saturday
    stage = Stage(1, "ahead", date(2026, 3, 18), time(9), night, State.NOW, 1)
    who = Recipient("person:U1", RIGA)
    telling = Telling((stage,), datetime(2026, 4, 1, tzinfo=UTC))
    occasion = next_occasion(who, telling, SETTINGS, night)
    assert occasion is not None
    assert occasion.due_at == night
    stopped = replace(telling, stages=(replace(stage, state=State.STOPPED),))
    assert next_occasion(who, stopped, SETTINGS, night) is None


def test_the_days_are_those_of_the_company() -> None:
    assert days_of(datetime(2026, 5, 31, 21, tzinfo=UTC), SETTINGS) == (date(2026, 5, 18), date(2026, 6, 1))
