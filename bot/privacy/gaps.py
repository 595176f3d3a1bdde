"""What customers ask and the policy does not answer, counted by topic for each month. Topics, and no question."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, func, null, select
from sqlmodel import col

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.database import Database
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.answer import Kind, Why
from bot.privacy.desk_items import may_rule
from models.questions import PolicyQuestion

MONTHLY = "questions.month"
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the company's calendar: 2026-03. `start` is inclusive, `stop` exclusive, in UTC."""

    first: date
    start: datetime
    stop: datetime

    @property
    def name(self) -> str:
        """As it is asked for."""
        return f"{self.first:%Y-%m}"


def month_of(day: date, zone: tzinfo) -> Month:
    """The month that has this day in it."""
    first, following = day.replace(day=1), (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    start, stop = (datetime.combine(one, time.min, tzinfo=zone).astimezone(UTC) for one in (first, following))
    return Month(first, start, stop)


def month_before(month: Month, zone: tzinfo) -> Month:
    """The month before it."""
    return month_of(month.first - timedelta(days=1), zone)


def month_named(name: str, zone: tzinfo) -> Month:
    """The month of this name. Raises ValueError for what is no month's name."""
    return month_of(date.fromisoformat(f"{name}-01"), zone)


def first_working_day(month: Month) -> date:
    """The first day of the month from Monday to Friday."""
    days = (month.first + timedelta(days=ahead) for ahead in range(3))
    return next(day for day in days if day.weekday() <= FRIDAY)


@dataclass(frozen=True, slots=True)
class Gap:
    """One topic that the policy did not answer: how often in the month and in the one before. `label` None: unknown."""

    topic: str | None
    label: str | None
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """A month's questions in numbers. `asked`: all questions; `unanswered`: those that the policy did not answer, of
    which `ruled` were answered by a ruling. `gaps` are the topics of the unanswered ones, the most frequent first.
    """

    month: Month
    asked: int
    asked_before: int
    unanswered: int
    unanswered_before: int
    ruled: int
    gaps: tuple[Gap, ...]


def read_gaps(connection: Connection, month: Month, before: Month) -> Gaps:
    """Count a month. What was no question (empty, abuse, instructions) is not counted; a message that asks several
    things counts as so many questions.
    """
    now, then = _tally(connection, month), _tally(connection, before)
    labels = {**then.labels, **now.labels}
    gaps = [Gap(topic, label, now.unanswered[topic], then.unanswered[topic]) for topic, label in labels.items()]
    return Gaps(
        month=month,
        asked=now.asked,
        asked_before=then.asked,
        unanswered=now.unanswered.total(),
        unanswered_before=then.unanswered.total(),
        ruled=now.ruled,
        gaps=tuple(sorted(gaps, key=lambda gap: (-gap.now, -gap.before, gap.label or "~"))),
    )


@dataclass(slots=True)
class _Tally:
    """Questions of one month; those that the policy did not answer by topic, with the topics' labels."""

    asked: int = 0
    ruled: int = 0
    unanswered: Counter[str | None] = field(default_factory=Counter)
    labels: dict[str | None, str | None] = field(default_factory=dict)

    def count(self, number: int, kind: str, topic: str | None, label: str | None, *, ruled: bool) -> None:
        self.asked += number
        if kind != Kind.QUOTED.value:
            self.ruled += number if ruled else 0
            self.unanswered[topic] += number
            self.labels[topic] = label


def _tally(connection: Connection, month: Month) -> _Tally:
    tally = _Tally()
    for kind, topic, label, ruled, number in connection.execute(_single(month)):
        tally.count(int(number), kind, topic, label, ruled=bool(ruled))
    several = select(col(PolicyQuestion.parts), _RULED).where(*_in(month), col(PolicyQuestion.parts).is_not(null()))
    for parts, ruled in connection.execute(several):
        for one in parts or ():
            if one["why"] != Why.NO_QUESTION.value:
                tally.count(1, str(one["kind"]), one["topic"], one["label"], ruled=bool(ruled))
    return tally


_RULED: Final = col(PolicyQuestion.ruling).is_not(None)


def _single(month: Month) -> Select[str, str | None, str | None, bool, int]:
    """Messages that ask one thing, counted by what came of them."""
    kind, topic, ruled = col(PolicyQuestion.kind), col(PolicyQuestion.topic), _RULED.label("ruled")
    found = select(kind, topic, func.max(col(PolicyQuestion.topic_label)), ruled, func.count())
    return found.where(*_in(month), col(PolicyQuestion.parts).is_(null())).group_by(kind, topic, ruled)


def _in(month: Month) -> tuple[ColumnElement[bool], ...]:
    at, why = col(PolicyQuestion.at), col(PolicyQuestion.why)
    return at >= month.start, at < month.stop, why != Why.NO_QUESTION.value


@dataclass(frozen=True, slots=True)
class GapLists:
    """Sends each month's list once, on the first working day of the next, at a time of day in `zone`; shows the current
    month to officers who ask. `posts`: whether there is a channel for the officers.
    """

    database: Database
    ledger: Ledger
    effects: Effects
    clock: Clock
    zone: tzinfo
    at: time
    posts: bool

    def plan(self) -> None:
        """See to it that the next list is due. It does no harm to do so again, or in several processes."""
        if self.posts:
            with self.ledger.transaction() as connection:
                self._plan(connection)

    def send(self, name: str) -> None:
        """Send the list of the month of this name."""
        month_named(name, self.zone)
        with self.ledger.transaction() as connection:
            self.effects.send(connection, Message(MONTHLY, name, PRIVACY_DESK))
            self._plan(connection)

    def of(self, name: str) -> Gaps:
        """The month of this name in numbers."""
        return self._read(month_named(name, self.zone))

    def now(self, person: Person, conversation: Conversation) -> Sequence[Gaps] | Reason:
        """The current month and the one before it, for a privacy officer."""
        if reason := may_rule(person, conversation):
            return reason
        month = month_of(self.clock().astimezone(self.zone).date(), self.zone)
        return self._read(month), self._read(month_before(month, self.zone))

    def _read(self, month: Month) -> Gaps:
        with self.database.reading() as connection:
            return read_gaps(connection, month, month_before(month, self.zone))

    def _plan(self, connection: Connection) -> None:
        now = self.clock()
        month = month_of(now.astimezone(self.zone).date(), self.zone)
        for _ in range(2):
            moment = datetime.combine(first_working_day(month), self.at, tzinfo=self.zone).astimezone(UTC)
            if moment > now:
                self.effects.due(connection, MONTHLY, month_before(month, self.zone).name, moment)
                return
            month = month_of(month.first + timedelta(days=32), self.zone)
