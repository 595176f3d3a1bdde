"""Leads the year: sets the clock, starts and kills the processes, decides, reads, joins and leaves."""

import multiprocessing
import random
import time
from collections.abc import Iterator
from ctypes import Array, c_uint64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

from sqlalchemy import text
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.access.people import Person, Standing
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Origin
from bot.database import Database
from bot.notices.announcing import read_change
from bot.services import Services
from tests.scenarios.policy.announcing import announced, found, withdrawn
from tests.waiting import until
from tests.year.clock import SharedClock
from tests.year.company import Employee, Planned, text_of
from tests.year.process import main
from tests.year.slack import Recorder

POLL_S = 0.03
PATIENCE_S = 150.0
SKIPPED_S = 5.0
CALL_S = 0.025
"""What a call of Slack's takes of simulated time: 0.3 s, and three processes make twelve at once."""
KILLED_SHARE = 0.2
PENDING = text(
    "SELECT (SELECT count(*) FROM due_work WHERE next_at <= :now)"
    " + (SELECT count(*) FROM deliveries WHERE due_at <= :now)"
    " + (SELECT count(*) FROM delivery_subjects WHERE spread < version)"
).columns()
NEXT = text(
    "SELECT least((SELECT min(next_at) FROM due_work WHERE next_at > :now),"
    " (SELECT min(due_at) FROM deliveries WHERE due_at > :now)) AS at"
).columns(at=UTCDateTime())
OFFICER = Person("UOFFICER", "T1", "officer", None, Standing.MEMBER, frozenset({"privacy"}))


@dataclass(frozen=True, slots=True)
class Outage:
    """Nothing was up from one simulated moment to another."""

    start: datetime
    end: datetime


@dataclass
class Replicas:
    """The processes, each in a place that is filled again when it was killed.

    They are forked from a server that has everything imported, so one that was killed is back within moments.
    """

    given: tuple[str, str, str, str]
    number: int
    running: list[BaseProcess | None] = field(default_factory=list)
    kills: int = 0
    _context: ForkServerContext = field(default_factory=lambda: multiprocessing.get_context("forkserver"))

    def __post_init__(self) -> None:
        self._context.set_forkserver_preload([main.__module__])
        self._rounds: Array[c_uint64] = self._context.RawArray("Q", 2 * self.number)

    def fill(self) -> None:
        """Start what is missing."""
        self.running += [None] * (self.number - len(self.running))
        for place, process in enumerate(self.running):
            if process is None or not process.is_alive():
                self._rounds[2 * place : 2 * place + 2] = [0, 0]
                started = self._context.Process(target=main, args=(*self.given, self._rounds, place))
                started.start()
                self.running[place] = started

    def kill(self, place: int) -> None:
        """SIGKILL, in the middle of whatever it does."""
        process = self.running[place]
        if process is not None:
            process.kill()
            process.join()
            self.running[place] = None
            self.kills += 1

    def rounds(self) -> dict[tuple[BaseProcess, int], int]:
        """How often the clockwork and the courier of each process that runs have done all they found."""
        alive = [(place, one) for place, one in enumerate(self.running) if one is not None and one.is_alive()]
        return {(one, part): self._rounds[2 * place + part] for place, one in alive for part in (0, 1)}

    def kill_all(self) -> None:
        """Everything is down."""
        for place in range(len(self.running)):
            self.kill(place)


@dataclass
class Conductor:
    """One simulated year."""

    database: Database
    services: Services
    clock: SharedClock
    recorder: Recorder
    replicas: Replicas
    staff: list[Employee]
    year: tuple[Planned, ...]
    chance: random.Random
    kills_wanted: int
    end: datetime
    outage_days: tuple[datetime, ...] = ()
    outages: list[Outage] = field(default_factory=list)
    reads: list[tuple[datetime, str, int]] = field(default_factory=list)
    will_read: dict[tuple[str, int], float] = field(default_factory=dict)
    _presses: int = 0

    def run(self) -> None:
        """From the first day to the last."""
        events = sorted(self._events(), key=lambda event: event[0])
        self.replicas.fill()
        self._everything_ready()
        while True:
            self._settle()
            target = min(
                [at for at in (self._next_work(), self._next_read(), *(events[0][:1] if events else ())) if at],
                default=self.end,
            )
            if target >= self.end:
                break
            if self._outage_due(target):
                self._outage(target)
                continue
            self.clock.set(max(target, self.clock()))
            while events and events[0][0] <= self.clock():
                self._do(*events.pop(0)[1:])
            self._read_due()
        self.clock.set(self.end)
        self._settle()

    def _events(self) -> Iterator[tuple[datetime, str, object]]:
        for one in self.year:
            yield one.decided, "decide", one
            if one.withdrawn:
                yield one.withdrawn, "withdraw", one
            if one.moved:
                yield one.moved[0], "move", one
        for person in self.staff:
            if person.joins > self.clock():
                yield person.joins, "join", person
                yield person.joins + timedelta(minutes=61), "pause", None
            if person.leaves:
                yield person.leaves, "leave", person
                yield person.leaves + timedelta(minutes=3), "pause", None

    def _do(self, what: str, about: object) -> None:
        if isinstance(about, Employee):
            with self.recorder.turn:
                if what == "join":
                    self.recorder.people.append(about.row())
                else:
                    next(row for row in self.recorder.people if row["id"] == about.id)["deleted"] = True
        elif isinstance(about, Planned):
            self._decide(what, about)

    def _decide(self, what: str, planned: Planned) -> None:
        now, announcer = self.clock(), self.services.telling.announcer
        if what == "decide":
            change = found(self.database, self.services.ledger, text_of(planned.number), now)
            announced(self.database, announcer, change, planned.day, now)
            return
        with self.database.reading() as connection:
            there = read_change(connection, planned.number)
        if there is None:
            raise RuntimeError("a change of the year is not there")
        if what == "withdraw":
            withdrawn(self.database, announcer, there, now)
        elif planned.moved:
            schedule = self.services.telling.schedule
            schedule.new_date(self._origin(OFFICER.id), OFFICER, there.number, there.revision, planned.moved[1])

    def _origin(self, user: str) -> Origin:
        self._presses += 1
        return Origin(Actor(user, "T1"), Surface.BUTTON, f"year.{self._presses}")

    def _next_work(self) -> datetime | None:
        with self.database.reading() as connection:
            found: datetime | None = connection.execute(NEXT, {"now": self.clock()}).scalar_one()
        return found

    def _pending(self) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(PENDING, {"now": self.clock()}).scalar_one())

    def _settle(self) -> None:
        """Let the processes work until nothing is left, and now and then kill one.

        Time goes on with Slack's calls, so that it does not matter how busy the machine is.
        """
        moved, before = time.monotonic(), self.replicas.rounds()
        seen = (self._calls(), 0)
        polls, kill_at = 0, self._when_to_kill()
        while pending := self._pending():
            calls = self._calls()
            self._go_on((calls - seen[0]) * CALL_S)
            if (calls, pending) != seen:
                seen, moved, before = (calls, pending), time.monotonic(), self.replicas.rounds()
            if time.monotonic() - moved > PATIENCE_S:
                raise RuntimeError(f"the processes do not get on: {pending} left at {self.clock()}")
            if self._nobody_works_since(before):
                self._go_on(SKIPPED_S)
                before = self.replicas.rounds()
            if polls == kill_at and pending > 3:
                self._kill()
            polls += 1
            self.replicas.fill()
            time.sleep(POLL_S)
        self._note_told()

    def _calls(self) -> int:
        return len(self.recorder.posted) + self.recorder.updates

    def _nobody_works_since(self, before: dict[tuple[BaseProcess, int], int]) -> bool:
        """Whether what is left waits for the lease of a process that was killed: all others have looked twice since.

        Only then may time be skipped, for a lease must be longer than a process needs that lives.
        """
        rounds = self.replicas.rounds()
        return bool(rounds) and all(count >= before.get(which, 0) + 2 for which, count in rounds.items())

    def _when_to_kill(self) -> int | None:
        """After so many looks, if at all: often enough for as many kills as are wanted."""
        wanted = self.replicas.kills < self.kills_wanted and self.chance.random() < KILLED_SHARE
        return self.chance.randrange(12) if wanted else None

    def _kill(self) -> None:
        """One of them, or now and then two."""
        for place in self.chance.sample(range(self.replicas.number), 2 if self.chance.random() < 0.2 else 1):
            self.replicas.kill(place)

    def _go_on(self, seconds: float) -> None:
        self.clock.set(self.clock() + timedelta(seconds=seconds))

    def _ready(self) -> int:
        """How many processes work, as far as they are known to the database."""
        query = "SELECT count(DISTINCT pid) FROM pg_stat_activity WHERE application_name LIKE 'year-%'"
        with self.database.reading() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def _everything_ready(self) -> None:
        until(lambda: self._ready() > 0, "no process began to work", every_s=0.05)

    def _outage_due(self, target: datetime) -> bool:
        return (
            bool(self.outage_days)
            and len(self.outages) < len(self.outage_days)
            and (target >= self.outage_days[len(self.outages)])
        )

    def _outage(self, target: datetime) -> None:
        """All are killed just before something is due, and come back hours after it."""
        start = self.clock()
        self.replicas.kill_all()
        self.clock.set(target + timedelta(hours=self.chance.randrange(2, 30), minutes=7))
        self.replicas.fill()
        self._everything_ready()
        self.outages.append(Outage(start, self.clock()))

    def _note_told(self) -> None:
        """Whoever was told for the first time may read it some time later."""
        query = text('SELECT change, "to", min(told_at) AS at FROM policy_notices GROUP BY change, "to"').columns(
            at=UTCDateTime()
        )
        with self.database.reading() as connection:
            rows = connection.execute(query).all() if len(self.recorder.posted) > len(self.will_read) else []
        for row in rows:
            key = (row.to.removeprefix("person:"), row.change)
            if row.to.startswith("person:") and key not in self.will_read:
                self.will_read[key] = self.chance.random()
                if self.will_read[key] < 0.8:
                    later = timedelta(hours=self.chance.expovariate(1 / 96))
                    self.reads.append((_bucket(row.at + later), *key))

    def _next_read(self) -> datetime | None:
        return min((at for at, _, _ in self.reads), default=None)

    def _read_due(self) -> None:
        now = self.clock()
        for one in [one for one in self.reads if one[0] <= now]:
            self.reads.remove(one)
            person = Person(one[1], "T1", one[1], None, Standing.MEMBER)
            self.services.telling.acknowledge(self._origin(person.id), person, one[2])


def _bucket(at: datetime) -> datetime:
    """People read at 05, 11, 17 and 23 past the half hour, so that the clock need not stop for each of them."""
    hours = 6 - at.hour % 6
    return at.replace(minute=33, second=0, microsecond=0) + timedelta(hours=hours - 1)
