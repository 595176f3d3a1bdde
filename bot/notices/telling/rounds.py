"""Going round: whoever is to hear of a change by now is put into the outbox, once, and the next time is planned.

A round reads Slack's directory first and then takes the plan's lock; what is told is written down in the same
transaction as the message. Whoever dies in between has told nobody, and the next one does it. A plan is looked at when
its next notice is due, when an officer changed it, and once an hour, for people who joined meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.access.people import Person, Standing, WholeDirectory
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger
from bot.clock import Clock, zone_named
from bot.database import Database
from bot.effects import Effects, Message
from bot.notices.announcing import EVERYONE, Change, Status, read_change
from bot.notices.telling import plans
from bot.notices.telling.occasions import Occasion, Recipient, Telling, Told, next_occasion
from bot.notices.telling.on_record import told_written
from bot.notices.telling.settings import NoticeSettings
from bot.privacy.stated import kept_now, state

ROUND: Final = "policy.round"
NOTICE: Final = "policy.notice"
AT_LEAST_EVERY: Final = timedelta(hours=1)

log = structlog.get_logger(__name__)


def concerns(person: Person, audience: Sequence[str]) -> bool:
    """Whether a change is told to this person: employees if all are, else whoever holds one of the roles."""
    if person.standing not in (Standing.MEMBER, Standing.GUEST):
        return False
    if EVERYONE in audience and person.standing is Standing.MEMBER:
        return True
    return not person.roles.isdisjoint(audience)


def about_notice(change: Change, stage: str, to: str) -> str:
    """What a notice speaks of, for the outbox: "N-12/ahead/person:U1". One recipient's alone, to be refreshed alone."""
    return f"{change.name}/{stage}/{to}"


@dataclass(frozen=True, slots=True)
class Rounds:
    """Tells people. Both raise DirectoryUnavailable, and NotRecorded as the ledger does."""

    database: Database
    ledger: Ledger
    effects: Effects
    clock: Clock
    everybody: WholeDirectory
    settings: NoticeSettings

    def round(self, about: str) -> None:
        """Work of the schedule: tell whoever is to hear of the change "N-12" by now."""
        with self.database.reading() as connection:
            change = read_change(connection, int(about.removeprefix("N-")))
        if change is not None and change.status in (Status.ANNOUNCED, Status.WITHDRAWN):
            self._tell(change.number, self.everybody.people())

    def look(self) -> None:
        """Every plan that is to be looked at by now, also where the process that was to do it is gone."""
        with self.database.reading() as connection:
            numbers = plans.due_plans(connection, self.clock())
        if numbers:
            people = self.everybody.people()
            for number in numbers:
                self._tell(number, people)

    def _tell(self, number: int, people: Sequence[Person]) -> None:
        with self.ledger.transaction() as connection:
            now = self.clock()
            if not plans.take(connection, number) or not plans.is_due(connection, number, now):
                return  # another process has looked meanwhile
            change = read_change(connection, number)
            if change is None or change.effective_at is None:
                return
            telling = telling_of(connection, change, now)
            recipients = self._recipients(connection, change, people)
            told: list[tuple[str, Occasion]] = []
            later: list[datetime] = []
            for who in recipients:
                occasion = next_occasion(who, telling, self.settings, now)
                if occasion is not None and occasion.due_at <= now:
                    told.append((who.to, occasion))
                    had = (*who.told, Told(occasion.stage, occasion.due_at, now))
                    occasion = next_occasion(replace(who, told=had), telling, self.settings, now)
                later += [occasion.due_at] if occasion else []
            self._send(connection, change, told, now)
            self._plan(connection, change, telling, min(later, default=None), now)
            if told:
                self._record(connection, change, now)
        if told:
            log.info("policy.told", about=change.name, count=len(told))

    def _recipients(self, connection: Connection, change: Change, people: Sequence[Person]) -> list[Recipient]:
        """Channels, and the people whom it concerns; those who were told hear of it also when it concerns them no more,
        as long as they are there.
        """
        told = plans.told_of(connection, change.number)
        read = plans.readers_of(connection, change.after)
        found = [
            Recipient(to, self.settings.zone, told.get(to, ()))
            for to in (f"channel:#{name}" for name in self.settings.channels)
        ]
        for person in people:
            to = f"person:{person.id}"
            here = person.standing in (Standing.MEMBER, Standing.GUEST)
            if concerns(person, change.audience) or (here and to in told):
                zone = zone_named(person.timezone, self.settings.zone)
                found.append(Recipient(to, zone, told.get(to, ()), person.id in read))
        return found

    def _send(
        self, connection: Connection, change: Change, told: Sequence[tuple[str, Occasion]], now: datetime
    ) -> None:
        messages = (Message(NOTICE, about_notice(change, occasion.stage, to), to) for to, occasion in told)
        self.effects.send(connection, *messages)
        rows = [(to, Told(occasion.stage, occasion.due_at, now)) for to, occasion in told]
        plans.keep_told(connection, change.number, rows)

    def _record(self, connection: Connection, change: Change, now: datetime) -> None:
        """The round's entry: whom it told nobody can take back, or people would not have to read what they heard of."""
        entry = self.ledger.opened(connection, BY_ITSELF, Action.POLICY_ANNOUNCE)
        entry.query, entry.policy_version = change.name, change.after
        entry.close(Outcome.DONE, "told", [told_written(connection, change.number, now)])
        state(entry, now, kept_now(connection, now))
        self.ledger.write(entry)

    def _plan(
        self, connection: Connection, change: Change, telling: Telling, later: datetime | None, now: datetime
    ) -> None:
        """When to look again: for the next notice, and for people who join."""
        over = later is None and (telling.superseded or change.status is Status.WITHDRAWN)
        hourly = None if over else now + AT_LEAST_EVERY
        next_at = min((at for at in (later, hourly) if at is not None), default=None)
        plans.looked(connection, change.number, now, next_at)
        if later is not None:
            self.effects.due(connection, ROUND, change.name, later)


def telling_of(connection: Connection, change: Change, now: datetime) -> Telling:
    """A change as far as its notices go."""
    if change.effective_at is None:
        raise ValueError("this change was not announced")
    stages = plans.stages_of(connection, change.number)
    return Telling(stages, change.effective_at, plans.superseded(connection, change, now))
