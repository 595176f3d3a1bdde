"""Who is to be told what of a change, and when: a decision from the plan, the person and what they were told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.notices.telling.local_time import local_moment, next_working_moment
from bot.notices.telling.settings import NoticeSettings

AHEAD: Final = "ahead"
DAY: Final = "day"
WITHDRAWN: Final = "withdrawn"
REMINDERS: Final = "reminders"
_MOVED: Final = "moved-"
_REMINDER: Final = "reminder-"
RANK_AHEAD: Final = 1
RANK_DAY: Final = 1000
RANK_WITHDRAWN: Final = 1_000_000
LATE: Final = timedelta(seconds=60)
"""A notice that goes out later than this says so."""


class State(StrEnum):
    """How a stage stands: planned, stopped by an officer, or told at once, whatever the time of day."""

    PLANNED = "planned"
    STOPPED = "stopped"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Stage:
    """One notice of a change as planned: see models.policy_notice."""

    change: int
    name: str
    day: date | None
    at: time | None
    not_before: datetime
    state: State
    rank: int
    step: int = 0
    looked_at: datetime | None = None

    @property
    def only_for_those_told(self) -> bool:
        """Whether it takes back or corrects what was said before, and is for nobody else."""
        return self.name == WITHDRAWN or self.name.startswith(_MOVED)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told, when it was due and when it was put into the outbox."""

    stage: str
    due_at: datetime
    told_at: datetime

    @property
    def reminder(self) -> bool:
        """Whether it was a reminder."""
        return self.stage.startswith(_REMINDER)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who hears of a change: a person, or a channel by its name, which has the company's time zone."""

    to: str
    zone: ZoneInfo
    told: tuple[Told, ...] = ()
    has_read: bool = False

    @property
    def is_person(self) -> bool:
        """Whether it is a person."""
        return self.to.startswith("person:")


@dataclass(frozen=True, slots=True)
class Occasion:
    """A notice to one recipient, and when it is due."""

    stage: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """A change as far as its notices go. `superseded`: a later one has taken effect, so newcomers need not hear."""

    stages: tuple[Stage, ...]
    effective_at: datetime
    superseded: bool = False


def moved_stage(number: int) -> str:
    """What the notice is called that says of a new date for the first, second, … time."""
    return f"{_MOVED}{number}"


def due(stage: Stage, telling: Telling, zone: ZoneInfo, settings: NoticeSettings) -> datetime:
    """When people in a zone are to be told. The notice of the day itself never comes before the change does."""
    if stage.state is State.NOW:
        return stage.not_before
    earliest = stage.not_before
    if stage.day is not None and stage.at is not None:
        earliest = max(earliest, local_moment(stage.day, stage.at, zone))
    if stage.name.startswith(DAY):
        earliest = max(earliest, telling.effective_at)
    return next_working_moment(earliest, zone, settings.hours)


def next_occasion(who: Recipient, telling: Telling, settings: NoticeSettings, now: datetime) -> Occasion | None:
    """What this recipient is to be told next; it may be due already. None: nothing more.

    Of several notices that are due by now only the last one is told: it says all that the earlier ones would.
    """
    planned = sorted(_planned(who, telling, settings, now), key=lambda pair: pair[0].due_at)
    overdue = [pair for pair in planned if pair[0].due_at <= now]
    if overdue:
        return max(overdue, key=lambda pair: pair[1])[0]
    coming = [occasion for occasion, _ in planned[:1]]
    if reminder := _reminder(who, telling, settings):
        coming.append(reminder)
    return min(coming, key=lambda one: one.due_at, default=None)


def _planned(who: Recipient, telling: Telling, settings: NoticeSettings, now: datetime) -> list[tuple[Occasion, int]]:
    """Notices that this recipient has not had, and no later one either, with their ranks."""
    ranks = {stage.name: stage.rank for stage in telling.stages}
    had = max((ranks.get(told.stage, 0) for told in who.told), default=0)
    if not who.told and telling.superseded:
        return []
    found = []
    for stage in telling.stages:
        missing = stage.only_for_those_told and not any(one.told_at <= stage.not_before for one in who.told)
        if stage.state is State.STOPPED or stage.name == REMINDERS or stage.rank <= had or missing:
            continue
        at = due(stage, telling, who.zone, settings)
        if stage.looked_at is not None and at <= stage.looked_at:  # whoever was not there when others were told
            at = next_working_moment(max(now, stage.looked_at), who.zone, settings.hours)
        found.append((Occasion(stage.name, at), stage.rank))
    return found


def _reminder(who: Recipient, telling: Telling, settings: NoticeSettings) -> Occasion | None:
    """The next reminder: so long after the last notice, twice as long after each one, at the usual time of day."""
    after = settings.remind_after
    stage = next((one for one in telling.stages if one.name == REMINDERS), None)
    if stage is None or stage.state is State.STOPPED or after is None or not who.told:
        return None
    sent = sum(told.reminder for told in who.told)
    if not who.is_person or who.has_read or not settings.acknowledge or sent >= settings.reminders:
        return None
    last = max(told.told_at for told in who.told)
    at = last + after * (2**sent)
    if after >= timedelta(days=1):
        at = local_moment(at.astimezone(who.zone).date(), settings.at, who.zone)
    due_at = next_working_moment(max(at, stage.not_before), who.zone, settings.hours)
    return Occasion(f"{_REMINDER}{sent + 1}", due_at)


def first_stages(
    change: int, effective_at: datetime, decided_at: datetime, settings: NoticeSettings
) -> tuple[Stage, ...]:
    """The plan of a change that was just announced."""
    ahead, day = days_of(effective_at, settings)
    planned = State.PLANNED
    stages = [Stage(change, DAY, day, settings.at, decided_at, planned, RANK_DAY)]
    if effective_at > decided_at:
        stages.insert(0, Stage(change, AHEAD, ahead, settings.at, decided_at, planned, RANK_AHEAD))
    return (*stages, Stage(change, REMINDERS, None, None, decided_at, planned, 0))


def days_of(effective_at: datetime, settings: NoticeSettings) -> tuple[date, date]:
    """The dates of the notice ahead and of the one on the day; the day is the one in the company's time zone."""
    day = effective_at.astimezone(settings.zone).date()
    return day - timedelta(days=settings.ahead), day


def moved_stages(
    stages: Sequence[Stage], told: frozenset[str], effective_at: datetime, now: datetime, settings: NoticeSettings
) -> tuple[Stage, ...]:
    """The plan for another effective date. `told` are stages that somebody has had: those hear of the new date."""
    ahead, day = days_of(effective_at, settings)
    change = stages[0].change
    made = [_on(stage, {AHEAD: ahead}.get(stage.name), now, settings) for stage in stages]
    top = max((stage.rank for stage in stages if stage.name in told), default=0)
    number = sum(stage.name.startswith(_MOVED) for stage in stages) + 1
    days = [stage for stage in made if stage.name.startswith(DAY)]
    latest = max(days, key=lambda stage: stage.rank)
    if latest.name in told:
        renewed = Stage(change, f"{DAY}-{number + 1}", day, settings.at, now, State.PLANNED, latest.rank + RANK_DAY)
        made.append(renewed)
    else:
        made = [_on(stage, day if stage is latest else None, now, settings) for stage in made]
    if told:
        made.append(Stage(change, moved_stage(number), None, None, now, State.PLANNED, top + 1))
    return tuple(made)


def _on(stage: Stage, day: date | None, now: datetime, settings: NoticeSettings) -> Stage:
    if day is None or stage.state is State.STOPPED:
        return stage
    not_before = max(stage.not_before, now)
    return replace(
        stage, day=day, at=settings.at, not_before=not_before, state=State.PLANNED, step=stage.step + 1, looked_at=None
    )
