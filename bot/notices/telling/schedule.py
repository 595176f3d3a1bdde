"""`/policy schedule`: what is still to be told, and an officer's hand on it: move, stop, send now, another date.

Every press is an audit entry (policy.announce): its reason says what was done, `query` the change and the stage.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Connection

from bot.access.people import Person, WholeDirectory
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock, zone_named
from bot.database import Database
from bot.effects import Effects
from bot.notices.announcement import effective_moment, out_of_order, set_day
from bot.notices.announcing import Change, Status, read_change
from bot.notices.changing import move_on, one_at_a_time
from bot.notices.telling import plans
from bot.notices.telling.announcer import refresh_told
from bot.notices.telling.occasions import (
    REMINDERS,
    Recipient,
    Stage,
    State,
    Telling,
    moved_stages,
    next_occasion,
)
from bot.notices.telling.rounds import ROUND, concerns, telling_of
from bot.notices.telling.settings import NoticeSettings
from bot.privacy.stated import kept_now, state


class Step(StrEnum):
    """What an officer did: the reason code of the entry."""

    MOVED = "moved"
    STOPPED = "stopped"
    SENT_NOW = "sent_now"
    NEW_DATE = "new_date"


class NotChanged(StrEnum):
    """Why a press changed nothing, beside the reasons that look-ups have too."""

    NO_SUCH_NOTICE = "no_such_notice"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOTHING_LEFT = "nothing_left"
    IN_THE_PAST = "in_the_past"
    OUT_OF_ORDER = "out_of_order"  # a text would hold before one that it goes on from


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A stage that is still to be told: how many hear of it, the first and the last of them when."""

    stage: Stage
    number: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A change with what is still to be told of it."""

    change: Change
    told: int
    upcoming: tuple[Upcoming, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """This press was the step. `entry` is the record."""

    entry: str
    step: Step
    change: Change


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing was changed, and why."""

    entry: str
    reason: Reason | NotChanged


Act = Callable[[Connection, Change, datetime], NotChanged | None]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What officers see and do. All that write raise NotRecorded and AlreadyHandled like the ledger."""

    database: Database
    ledger: Ledger
    effects: Effects
    clock: Clock
    everybody: WholeDirectory
    settings: NoticeSettings

    def overview(self) -> tuple[Planned, ...]:
        """Every announced change of which something is still to be told. Raises DirectoryUnavailable."""
        people, now = self.everybody.people(), self.clock()
        with self.database.reading() as connection:
            changes = plans.announced(connection)
            found = [self._planned(connection, change, people, now) for change in changes]
        return tuple(one for one in found if one.upcoming)

    def move(
        self, origin: Origin, person: Person, number: int, stage: str, step: int, to: tuple[date, time]
    ) -> Done | NotDone:
        """Tell it on another day, or at another time of day, by everybody's own clock."""

        def moved(connection: Connection, change: Change, now: datetime) -> NotChanged | None:
            return self._set(connection, change, stage, step, now, state=State.PLANNED, day=to[0], at=to[1])

        return self._do(origin, person, number, stage, Step.MOVED, moved)

    def stop(self, origin: Origin, person: Person, number: int, stage: str, step: int) -> Done | NotDone:
        """Do not tell it; whoever had it has had it."""

        def stopped(connection: Connection, change: Change, now: datetime) -> NotChanged | None:
            return self._set(connection, change, stage, step, now, state=State.STOPPED)

        return self._do(origin, person, number, stage, Step.STOPPED, stopped)

    def send_now(self, origin: Origin, person: Person, number: int, stage: str, step: int) -> Done | NotDone:
        """Tell it at once, whatever the time of day where people are."""

        def sent(connection: Connection, change: Change, now: datetime) -> NotChanged | None:
            if stage == REMINDERS:
                return NotChanged.NO_SUCH_NOTICE
            return self._set(connection, change, stage, step, now, state=State.NOW)

        return self._do(origin, person, number, stage, Step.SENT_NOW, sent)

    def new_date(self, origin: Origin, person: Person, number: int, revision: int, day: date) -> Done | NotDone:
        """The change takes effect on another day: the plan is made anew, and whoever was told hears of it."""

        def put_off(connection: Connection, change: Change, now: datetime) -> NotChanged | None:
            return self._new_date(connection, change, revision, day, now)

        return self._do(origin, person, number, None, Step.NEW_DATE, put_off)

    def _do(
        self, origin: Origin, person: Person, number: int, stage: str | None, step: Step, act: Act
    ) -> Done | NotDone:
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.POLICY_ANNOUNCE)
            one_at_a_time(connection)
            there = plans.take(connection, number)
            change = read_change(connection, number)
            entry.query = "/".join(part for part in (change.name if change else None, stage) if part) or None
            entry.policy_version = change.after if change else None
            if not is_officer(person):
                return self._refused(entry, Reason.NOT_A_PRIVACY_OFFICER)
            if change is None or not there or change.status is not Status.ANNOUNCED:
                return self._refused(entry, NotChanged.NO_SUCH_NOTICE)
            now = self.clock()
            before = kept_now(connection, now)
            if reason := act(connection, change, now):
                return self._refused(entry, reason)
            plans.look_again(connection, number, now)
            self.effects.due(connection, ROUND, change.name, now)
            entry.close(Outcome.DONE, step)
            state(entry, now, before, number)
            self.ledger.write(entry)
            return Done(entry.id, step, read_change(connection, number) or change)

    def _refused(self, entry: OpenEntry, reason: Reason | NotChanged) -> NotDone:
        entry.close(Outcome.REFUSED, reason)
        self.ledger.write(entry)
        return NotDone(entry.id, reason)

    def _set(
        self,
        connection: Connection,
        change: Change,
        name: str,
        step: int,
        now: datetime,
        *,
        state: State,
        day: date | None = None,
        at: time | None = None,
    ) -> NotChanged | None:
        stage = next((one for one in plans.stages_of(connection, change.number) if one.name == name), None)
        if stage is None or stage.state is State.STOPPED:
            return NotChanged.NO_SUCH_NOTICE
        if stage.step != step:
            return NotChanged.CHANGED_MEANWHILE
        if day is not None and day < now.astimezone(self.settings.zone).date():
            return NotChanged.IN_THE_PAST
        made = replace(
            stage,
            state=state,
            day=day or stage.day,
            at=at or stage.at,
            not_before=max(stage.not_before, now),
            step=step + 1,
            looked_at=None if state is not State.STOPPED else stage.looked_at,
        )
        plans.keep_stages(connection, [made])
        return None

    def _new_date(
        self, connection: Connection, change: Change, revision: int, day: date, now: datetime
    ) -> NotChanged | None:
        if change.revision != revision:
            return NotChanged.CHANGED_MEANWHILE
        if day < now.astimezone(self.settings.zone).date():
            return NotChanged.IN_THE_PAST
        at = effective_moment(connection, change, day, now, self.settings.zone)
        if at == change.effective_at:
            return NotChanged.NOTHING_LEFT
        if out_of_order(connection, change, at, now):
            return NotChanged.OUT_OF_ORDER
        moved = move_on(connection, change, Status.ANNOUNCED, {"effective_at": at})
        if moved is None:
            return NotChanged.CHANGED_MEANWHILE
        set_day(connection, moved, at, now)
        told = frozenset(one.stage for had in plans.told_of(connection, change.number).values() for one in had)
        stages = moved_stages(plans.stages_of(connection, change.number), told, at, now, self.settings)
        plans.keep_stages(connection, stages)
        refresh_told(connection, self.effects, moved)
        return None

    def _planned(self, connection: Connection, change: Change, people: Sequence[Person], now: datetime) -> Planned:
        telling = telling_of(connection, change, now)
        told = plans.told_of(connection, change.number)
        read = plans.readers_of(connection, change.after)
        recipients = [
            Recipient(
                f"person:{one.id}",
                zone_named(one.timezone, self.settings.zone),
                told.get(f"person:{one.id}", ()),
                one.id in read,
            )
            for one in people
            if concerns(one, change.audience)
        ]
        recipients += [
            Recipient(f"channel:#{name}", self.settings.zone, told.get(f"channel:#{name}", ()))
            for name in self.settings.channels
        ]
        upcoming = [self._upcoming(stage, recipients, telling, now) for stage in telling.stages]
        return Planned(change, len(told), tuple(one for one in upcoming if one.number))

    def _upcoming(self, stage: Stage, recipients: Sequence[Recipient], telling: Telling, now: datetime) -> Upcoming:
        """As if nothing else were told: each stage by itself."""
        alone = replace(telling, stages=(stage,))
        if stage.name != REMINDERS and stage.state is not State.STOPPED:
            ranks = {one.name: one.rank for one in telling.stages}
            recipients = [who for who in recipients if all(ranks.get(one.stage, 0) < stage.rank for one in who.told)]
        moments = [
            occasion.due_at
            for who in recipients
            if (occasion := next_occasion(who, alone, self.settings, now)) is not None
        ]
        return Upcoming(stage, len(moments), min(moments, default=None), max(moments, default=None))
