"""The weekly digest for the privacy office: a week in numbers. About customers it knows how many, never who."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import orjson
from sqlalchemy import Connection, String, cast, exists, func, literal, select
from sqlmodel import col

from bot.access.roles import PRIVACY
from bot.access.rules.purposes import Rules
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger
from bot.audit.reviews.items import Kind, Status
from bot.audit.reviews.unusual import LOOKS, SHOWN, Rule
from bot.clock import Clock
from bot.effects import PRIVACY_DESK, Effects, Message
from models.access import AccessGrant
from models.audit import AuditEntry
from models.review import ReviewItem

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the company's calendar, from Monday's first moment to the next one's.

    `days` are the eight midnights in UTC: in the weeks in which clocks change, one day is an hour longer or shorter.
    """

    name: str
    monday: date
    days: tuple[datetime, ...]

    @property
    def start(self) -> datetime:
        """Inclusive."""
        return self.days[0]

    @property
    def stop(self) -> datetime:
        """Exclusive."""
        return self.days[-1]

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)


def week_of(day: date, zone: tzinfo) -> Week:
    """The week that has this day in it. Its name is ISO 8601's, 2026-W10."""
    year, number, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    midnights = (datetime.combine(monday + timedelta(days=n), time.min, tzinfo=zone) for n in range(8))
    return Week(f"{year}-W{number:02}", monday, tuple(midnight.astimezone(UTC) for midnight in midnights))


def week_named(name: str, zone: tzinfo) -> Week:
    """The week of this name. Raises ValueError for what is no week's name."""
    year, _, number = name.partition("-W")
    return week_of(date.fromisocalendar(int(year), int(number), 1), zone)


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When the digest goes out: day of the week (0 is Monday) and local time of day."""

    day: int = 0
    at: time = time(8, 30)

    def after(self, now: datetime, zone: tzinfo) -> datetime:
        """The next such moment after `now`, in UTC.

        Where clocks skip that time of day, it is as much later as they skip; where they show it twice, the first.
        """
        today = now.astimezone(zone).date()
        ahead = (self.day - today.weekday()) % 7
        for days in (ahead, ahead + 7):
            moment = datetime.combine(today + timedelta(days=days), self.at, tzinfo=zone).astimezone(UTC)
            if moment > now:
                return moment
        raise RuntimeError("a week has every day once")


@dataclass(frozen=True, slots=True)
class Digest:
    """One week in numbers.

    `people`: (team, user id, looks, reveals), the busiest first; `by_day` has seven numbers from Monday on; `by_class`
    counts reveals. `over` and `unused` are of grants that ended in the week; `waiting` and `late` are of reviews now.
    """

    week: Week
    looks: int
    looks_before: int
    accounts: int
    by_day: tuple[int, ...]
    by_purpose: Mapping[str, int]
    by_class: Mapping[str, int]
    people: tuple[tuple[str, str, int, int], ...]
    granted: int
    over: int
    unused: int
    refusals: Mapping[str, int]
    alerts: Mapping[Rule, int]
    verdicts: Mapping[Status, int]
    waiting: int
    late: int


@dataclass(slots=True)
class _Tally:
    """What is counted entry by entry."""

    by_class: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    reveals: Counter[tuple[str, str]] = field(default_factory=Counter)


def read_digest(connection: Connection, week: Week, before: Week, rules: Rules) -> Digest:
    """Count the week. Memory is bounded by the numbers of people, purposes and reasons, not of entries."""
    tally = _tally(connection, week, rules)
    over, unused = _grants_over(connection, week)
    people = tuple((*who, number, tally.reveals[who]) for who, number in tally.people.most_common())
    waiting, late = _reviews_now(connection)
    return Digest(
        week=week,
        looks=_looks(connection, week.start, week.stop),
        looks_before=_looks(connection, before.start, before.stop),
        accounts=_accounts(connection, week),
        by_day=tuple(_looks(connection, *day) for day in zip(week.days, week.days[1:], strict=False)),
        by_purpose=_by_purpose(connection, week),
        by_class=dict(tally.by_class.most_common()),
        people=people,
        granted=_granted(connection, week),
        over=over,
        unused=unused,
        refusals=dict(tally.refusals.most_common()),
        alerts=_alerts(connection, week),
        verdicts=_verdicts(connection, week),
        waiting=waiting,
        late=late,
    )


def _within(start: datetime, stop: datetime) -> tuple[Any, ...]:
    return col(AuditEntry.at) >= start, col(AuditEntry.at) < stop


def _looking(start: datetime, stop: datetime) -> tuple[Any, ...]:
    """Entries that showed something of an account."""
    actions, outcomes = sorted(LOOKS), sorted(SHOWN)
    shown = col(AuditEntry.action).in_(actions), col(AuditEntry.outcome).in_(outcomes)
    return (*_within(start, stop), *shown, col(AuditEntry.account).is_not(None))


def _looks(connection: Connection, start: datetime, stop: datetime) -> int:
    counted = select(func.count()).select_from(AuditEntry).where(*_looking(start, stop))
    return int(connection.execute(counted).scalar_one())


def _accounts(connection: Connection, week: Week) -> int:
    counted = select(func.count(func.distinct(col(AuditEntry.account)))).where(*_looking(week.start, week.stop))
    return int(connection.execute(counted).scalar_one())


def _by_purpose(connection: Connection, week: Week) -> dict[str, int]:
    number = func.count().label("number")
    counted = select(col(AuditEntry.purpose), number).where(*_looking(week.start, week.stop))
    counted = counted.group_by(col(AuditEntry.purpose)).order_by(number.desc(), col(AuditEntry.purpose))
    return {purpose or "": int(number) for purpose, number in connection.execute(counted)}


def _tally(connection: Connection, week: Week, rules: Rules) -> _Tally:
    """Who looked, which classes were revealed, and why people were refused: these stand in the canonical text alone."""
    tally = _Tally()
    classes = {name: one.key for one in rules.data_classes.values() for name in one.fields}
    for entry in _entries(connection, week):
        if entry["outcome"] == Outcome.REFUSED:
            tally.refusals[entry["reason"] or "refused"] += 1
            continue
        who = (entry["team"] or "", entry["actor"])
        tally.people[who] += 1
        if entry["action"] == Action.REVEAL:
            tally.reveals[who] += 1
            tally.by_class.update({classes.get(name, name) for name in entry["fields"]})
    return tally


def _entries(connection: Connection, week: Week) -> Iterator[dict[str, Any]]:
    """Looks and refusals, streamed."""
    looks = _looking(week.start, week.stop)
    refused = (*_within(week.start, week.stop), col(AuditEntry.outcome) == Outcome.REFUSED.value)
    for condition in (looks, refused):
        rows = connection.execution_options(yield_per=BATCH).execute(select(col(AuditEntry.entry)).where(*condition))
        for row in rows:
            yield orjson.loads(row.entry)


def _granted(connection: Connection, week: Week) -> int:
    began = col(AccessGrant.starts_at) >= week.start, col(AccessGrant.starts_at) < week.stop
    return int(connection.execute(select(func.count()).select_from(AccessGrant).where(*began)).scalar_one())


def _grants_over(connection: Connection, week: Week) -> tuple[int, int]:
    """How many grants ended in the week, and how many of them were never used."""
    ended = func.coalesce(col(AccessGrant.ended_at), col(AccessGrant.ends_at))
    of_week = select(func.count()).select_from(AccessGrant).where(ended >= week.start, ended < week.stop)
    used = exists().where(
        col(AuditEntry.grant) == literal("R-").concat(cast(col(AccessGrant.number), String)),
        col(AuditEntry.action) == Action.REVEAL.value,
        col(AuditEntry.outcome) == Outcome.DISCLOSED.value,
    )
    over = int(connection.execute(of_week).scalar_one())
    return over, int(connection.execute(of_week.where(~used)).scalar_one())


def _alerts(connection: Connection, week: Week) -> dict[Rule, int]:
    fired = col(ReviewItem.queued_at) >= week.start, col(ReviewItem.queued_at) < week.stop
    counted = select(col(ReviewItem.rule), func.count()).where(*fired, col(ReviewItem.kind) == Kind.ALERT.value)
    found = {rule: int(number) for rule, number in connection.execute(counted.group_by(col(ReviewItem.rule)))}
    return {rule: found[rule] for rule in Rule if rule in found}


def _verdicts(connection: Connection, week: Week) -> dict[Status, int]:
    """What became of the items that were queued in the week, as far as it is known."""
    queued = col(ReviewItem.queued_at) >= week.start, col(ReviewItem.queued_at) < week.stop
    counted = select(col(ReviewItem.status), func.count()).where(*queued).group_by(col(ReviewItem.status))
    found = {status: int(number) for status, number in connection.execute(counted)}
    return {status: found[status] for status in Status if status in found}


def _reviews_now(connection: Connection) -> tuple[int, int]:
    """How many reviews are open, and how many of them are late."""
    still = select(func.count()).select_from(ReviewItem).where(col(ReviewItem.due_at).is_not(None))
    late = still.where(col(ReviewItem.overdue) > 0)
    return int(connection.execute(still).scalar_one()), int(connection.execute(late).scalar_one())


@dataclass(frozen=True, slots=True)
class Digests:
    """Sends each week's digest once: the message is unique by its week."""

    ledger: Ledger
    effects: Effects
    clock: Clock
    zone: tzinfo
    time: DigestTime
    channels: frozenset[str]

    def plan(self) -> None:
        """See to it that the next digest is due. It does no harm to do so again, or in several processes."""
        if PRIVACY in self.channels:
            with self.ledger.transaction() as connection:
                self._plan(connection)

    def send(self, name: str) -> None:
        """Send the digest of the week of this name."""
        week_named(name, self.zone)
        with self.ledger.transaction() as connection:
            self.effects.send(connection, Message("digest.week", name, PRIVACY_DESK))
            self._plan(connection)

    def weeks(self, name: str) -> Sequence[Week]:
        """The week of this name and the one before it."""
        week = week_named(name, self.zone)
        return week, week_of(week.monday - timedelta(days=7), self.zone)

    def _plan(self, connection: Connection) -> None:
        at = self.time.after(self.clock(), self.zone)
        covered = week_of(at.astimezone(self.zone).date() - timedelta(days=7), self.zone)
        self.effects.due(connection, "digest.week", covered.name, at)
