"""Comparing what arrived with what had to arrive."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.database import Database
from tests.year.company import Employee, Planned
from tests.year.conductor import Outage
from tests.year.oracle import next_due
from tests.year.slack import Recorder

MOST_LATE = timedelta(seconds=60)
DELIVERED = text("SELECT key, about, \"to\", status FROM deliveries WHERE kind = 'policy.notice'")
TOLD = text('SELECT change, "to", stage, told_at FROM policy_notices ORDER BY told_at').columns(told_at=UTCDateTime())
READ = text("SELECT change, person, read_at FROM policy_acknowledgements").columns(read_at=UTCDateTime())


@dataclass
class Verdict:
    """What was counted. `faults` are in words, the first of each kind."""

    arrived: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    latest: timedelta = timedelta()
    marked_late: int = 0
    newcomers: int = 0

    def fault(self, kind: str, what: str) -> None:
        """One fault."""
        self.faults[kind] += 1
        self.examples.setdefault(kind, what)


def judge(
    database: Database,
    recorder: Recorder,
    staff: Sequence[Employee],
    year: Sequence[Planned],
    outages: Sequence[Outage],
    end: datetime,
) -> Verdict:
    """Every recipient, every change."""
    verdict = Verdict()
    arrived, told, read = _arrived(database, recorder, verdict), defaultdict(list), {}
    with database.reading() as connection:
        for row in connection.execute(TOLD):
            told[(row.change, row.to)].append((row.stage, row.told_at))
        for row in connection.execute(READ):
            read[(row.change, row.person)] = row.read_at
    people = {f"person:{one.id}": one for one in staff}
    recipients = [*people, "channel:#general", "channel:#news"]
    for planned in year:
        for to in recipients:
            walk = _Walk(verdict, planned, to, people.get(to), outages, end)
            walk.walk(told[(planned.number, to)], arrived, read.get((planned.number, to.removeprefix("person:"))))
    return verdict


def _arrived(database: Database, recorder: Recorder, verdict: Verdict) -> dict[str, list[tuple[datetime, str]]]:
    """What arrived by what it is about; every message once."""
    by_key = defaultdict(list)
    for one in recorder.posted:
        by_key[one.key].append((one.at, one.text))
    found = {}
    with database.reading() as connection:
        for row in connection.execute(DELIVERED):
            found[row.about] = by_key.pop(row.key, [])
            if row.status == "obsolete" and not found[row.about]:
                found[row.about] = []
    for key in by_key:
        verdict.fault("unknown", f"a message that nobody sent: {key}")
    return found


@dataclass
class _Walk:
    """One recipient's notices of one change, in order."""

    verdict: Verdict
    planned: Planned
    to: str
    person: Employee | None
    outages: Sequence[Outage]
    end: datetime

    def walk(
        self,
        told: Sequence[tuple[str, datetime]],
        arrived: dict[str, list[tuple[datetime, str]]],
        read: datetime | None,
    ) -> None:
        had: list[tuple[str, datetime]] = []
        for stage, at in told:
            where = f"N-{self.planned.number}/{stage}/{self.to}"
            self._arrived_once(where, stage, at, arrived.get(where, []), self._due(had, stage, at, read, where))
            had.append((stage, at))
        self._nothing_missing(had, read)

    def _due(
        self, had: Sequence[tuple[str, datetime]], stage: str, at: datetime, read: datetime | None, where: str
    ) -> datetime | None:
        """When this one was due; None for somebody who joined when it was over."""
        zone = self.person.zone if self.person else "Europe/Riga"
        seen = None if read is not None and read > at else read
        coming = next_due(self.planned, zone, had, seen, self.person is not None)
        if not had and self.person and self.person.joins > self.planned.decided:
            if at < self.person.joins:
                self.verdict.fault("early", f"{where} before they joined")
            self.verdict.newcomers += 1
            due = next((one.at for one in coming if one.stage == stage), None)
            return due if due is not None and due > self.person.joins + timedelta(hours=2) else None
        due = next((one.at for one in coming if one.stage == stage), None)
        if due is None:
            self.verdict.fault("unexpected", f"{where} at {at}")
            return None
        for other in coming:
            if other.stage != stage and self._excused(other.at) + MOST_LATE < at and other.at < due:
                self.verdict.fault("missed", f"N-{self.planned.number}/{other.stage}/{self.to} due {other.at}")
        return due

    def _arrived_once(
        self, where: str, stage: str, at: datetime, came: Sequence[tuple[datetime, str]], due: datetime | None
    ) -> None:
        if len(came) > 1:
            self.verdict.fault("twice", f"{where}: {len(came)} times")
        if not came:
            gone = self.person is not None and self.person.leaves is not None and self.person.leaves <= at + MOST_LATE
            if not gone:
                self.verdict.fault("lost", f"{where} told at {at}")
            return
        self.verdict.arrived[stage.partition("-")[0]] += 1
        if due is None:
            return
        moment, said = came[0]
        if moment < due:
            self.verdict.fault("early", f"{where}: {moment} before {due}")
        late = moment - self._excused(due)
        self.verdict.latest = max(self.verdict.latest, late)
        if late > MOST_LATE:
            self.verdict.fault("late", f"{where}: {late} after {due}")
        if moment - due > MOST_LATE:
            self.verdict.marked_late += 1
            if "This comes late" not in said:
                self.verdict.fault("late without saying so", where)

    def _nothing_missing(self, had: Sequence[tuple[str, datetime]], read: datetime | None) -> None:
        if self.person is not None and not had and self.person.joins > self.planned.decided:
            return
        zone = self.person.zone if self.person else "Europe/Riga"
        gone = self.person.leaves if self.person and self.person.leaves else self.end
        for one in next_due(self.planned, zone, had, read, self.person is not None):
            if self._excused(one.at) + MOST_LATE < min(gone, self.end):
                self.verdict.fault("missing", f"N-{self.planned.number}/{one.stage}/{self.to} due {one.at}")
                return

    def _excused(self, due: datetime) -> datetime:
        """When it could be told: as soon as something was up again."""
        return max((one.end for one in self.outages if one.start <= due <= one.end), default=due)
