"""What customers ask and the policy does not answer, counted by topic for each month. Topics, and no question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, Connection, func, select
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
    """Count a month. What was no question (empty, abuse, instructions) is not counted."""
    now, then = _by_topic(connection, month), _by_topic(connection, before)
    gaps = [
        Gap(topic, label, now.get(topic, ("", 0))[1], then.get(topic, ("", 0))[1])
        for topic, (label, _) in {**then, **now}.items()
    ]
    return Gaps(
        month=month,
        asked=_asked(connection, month),
        asked_before=_asked(connection, before),
        unanswered=sum(number for _, number in now.values()),
        unanswered_before=sum(number for _, number in then.values()),
        ruled=_ruled(connection, month),
        gaps=tuple(sorted(gaps, key=lambda gap: (-gap.now, -gap.before, gap.label or "~"))),
    )


def _in(month: Month) -> tuple[ColumnElement[bool], ...]:
    at, why = col(PolicyQuestion.at), col(PolicyQuestion.why)
    return at >= month.start, at < month.stop, why != Why.NO_QUESTION.value


def _asked(connection: Connection, month: Month) -> int:
    return int(connection.execute(select(func.count()).select_from(PolicyQuestion).where(*_in(month))).scalar_one())


def _ruled(connection: Connection, month: Month) -> int:
    by_ruling = col(PolicyQuestion.kind) != Kind.QUOTED.value, col(PolicyQuestion.ruling).is_not(None)
    query = select(func.count()).select_from(PolicyQuestion).where(*_in(month), *by_ruling)
    return int(connection.execute(query).scalar_one())


def _by_topic(connection: Connection, month: Month) -> Mapping[str | None, tuple[str | None, int]]:
    topic, label = col(PolicyQuestion.topic), func.max(col(PolicyQuestion.topic_label))
    query = select(topic, label, func.count()).where(*_in(month), col(PolicyQuestion.kind) != Kind.QUOTED.value)
    return {key: (words, int(number)) for key, words, number in connection.execute(query.group_by(topic))}


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
