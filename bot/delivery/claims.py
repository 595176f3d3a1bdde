"""What the courier reads and writes of the outbox: each step one short transaction, none open while Slack is called."""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import uuid_utils
from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, null, or_, select, update

from bot.clock import Clock
from bot.database import Database
from bot.delivery.pauses import Paused, Work
from bot.effects import Message
from bot.leases import is_free
from models.delivery import Delivery, DeliverySubject
from models.tables import table_of

SUBJECTS_AT_ONCE = 100
DELIVERIES = table_of(Delivery)
SUBJECTS = table_of(DeliverySubject)
ROW, SUBJECT = DELIVERIES.c, SUBJECTS.c
READ = (ROW.id, ROW.key, ROW.kind, ROW.about, ROW.to, ROW.attempts, ROW.attempted_at, ROW.channel, ROW.ts, ROW.shown)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is this worker's until its lease ends.

    `in_doubt_since` is when the first post began whose outcome is not known; `shown` the version it was composed at.
    `place` is Slack's channel and ts once it was posted.
    """

    id: int
    token: str
    key: str
    message: Message
    attempts: int
    in_doubt_since: datetime | None
    shown: int
    place: tuple[str, str] | None

    @property
    def named(self) -> dict[str, str]:
        """What a log may say of it."""
        return {"kind": self.message.kind, "about": self.message.about}

    @property
    def work(self) -> Work:
        """A message is posted once, and updated from then on."""
        return Work.UPDATE if self.place else Work.POST

    @property
    def in_doubt(self) -> bool:
        """Whether Slack may have it already."""
        return self.in_doubt_since is not None


class Claims:
    """The steps of a delivery, safe against the same in another process and against dying after any of them."""

    def __init__(
        self, database: Database, clock: Clock, lease: timedelta, new_token: Callable[[], object] = uuid_utils.uuid7
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._new_token = new_token

    def spread(self) -> None:
        """Tell the deliveries of each subject that has changed since that they are to show it."""
        with self._database.reading() as connection:
            unspread = connection.execute(_unspread(SUBJECT.about)).scalars().all()
        if not unspread:
            return
        chosen = _unspread(SUBJECT.about, SUBJECT.version)
        chosen = chosen.where(SUBJECT.about.in_(unspread)).with_for_update(skip_locked=True)
        with self._database.transaction() as connection:
            for about, version in connection.execute(chosen).all():
                self._spread_one(connection, about, version)

    def _spread_one(self, connection: Connection, about: str, version: int) -> None:
        now = self._clock()
        of_subject = update(DELIVERIES).where(ROW.about == about, ROW.wanted < version)
        connection.execute(of_subject.where(ROW.ts.is_(None)).values(wanted=version))
        behind = of_subject.where(ROW.ts.is_not(None), ROW.shown < version)
        connection.execute(
            behind.values(
                wanted=version,
                status="sent",
                due_at=func.coalesce(ROW.due_at, now),
                waiting_since=func.coalesce(ROW.waiting_since, now),
            )
        )
        subject = update(SUBJECTS).where(SUBJECT.about == about)
        connection.execute(subject.values(spread=version))

    def claim(self, limit: int, paused: Paused, without: Set[int] = frozenset()) -> list[Claim]:
        """Take up to `limit` deliveries that are due, oldest first, on a lease; none that is paused or in `without`.

        Of several messages to one recipient about one subject only the first unsent is taken, so that they keep their
        order.
        """
        now, token = self._clock(), str(self._new_token())
        with self._database.transaction() as connection:
            ids = connection.execute(_due(now, self._lease, paused, limit, without)).scalars().all()
            if not ids:
                return []
            taken = update(DELIVERIES).where(ROW.id.in_(ids))
            taken = taken.values(claimed_by=token, claimed_until=now + self._lease)
            rows = connection.execute(taken.returning(*READ)).all()
        return [_claim(row, token) for row in sorted(rows)]

    def begin(self, claim: Claim) -> int | None:
        """Renew the lease and mark a post as begun; before composing, so that the words are of this version or later.

        Returns the subject's version, or None when the lease was lost and another worker has it.
        """
        now = self._clock()
        values: dict[str, Any] = {"claimed_until": now + self._lease}
        with self._database.transaction() as connection:
            subject = select(SUBJECT.version).where(SUBJECT.about == claim.message.about)
            version = connection.execute(subject).scalar() or 0
            if claim.work is Work.POST:
                values |= {"status": "sending", "attempted_at": claim.in_doubt_since or now}
                values |= {} if claim.in_doubt else {"shown": version}
            same_work = ROW.ts.is_(None) if claim.work is Work.POST else ROW.ts.is_not(None)
            begun = update(DELIVERIES).where(_held(claim), same_work).values(**values)
            return version if connection.execute(begun).rowcount else None

    def posted(self, claim: Claim, channel: str, ts: str, version: int) -> bool:
        """Slack has it, composed at this version. False when another worker had recorded it as posted before.

        Holds even if the lease was lost meanwhile: whoever has the claim now finds it posted.
        """
        unposted = update(DELIVERIES).where(ROW.id == claim.id, ROW.ts.is_(None))
        values = self._settled(version) | {"status": "sent", "channel": channel, "ts": ts, "sent_at": self._clock()}
        return self._write(unposted.values(**values, attempted_at=None, fault=None))

    def updated(self, claim: Claim, version: int, fault: str | None = None) -> bool:
        """The message shows this version. False when the lease was lost: then it is updated once more.

        For an update that was held up may have overwritten a later one of the worker that took over.
        """
        if self._write(update(DELIVERIES).where(_held(claim)).values(**self._settled(version), fault=fault)):
            return True
        now = self._clock()
        due = {
            "due_at": func.coalesce(ROW.due_at, now),
            "waiting_since": func.coalesce(ROW.waiting_since, now),
        }
        self._write(update(DELIVERIES).where(ROW.id == claim.id, ROW.status == "sent").values(**due))
        return False

    def later(self, claim: Claim, at: datetime | None, fault: str, *, in_doubt: bool, counted: bool = True) -> bool:
        """Try again then; None: it keeps its place. `in_doubt`: a post may have reached Slack; `counted`: it failed."""
        values: dict[str, Any] = {"fault": fault, "claimed_by": None, "claimed_until": None}
        if at is not None:
            values["due_at"] = at
        if counted:
            values["attempts"] = ROW.attempts + 1
        if claim.work is Work.POST and not in_doubt:
            values |= {"status": "queued", "attempted_at": None}
        return self._write(update(DELIVERIES).where(_held(claim)).values(**values))

    def line_up(self, ids: Iterable[int]) -> None:
        """Those of these that wait are due since they began to wait, as if none had been tried."""
        waiting = update(DELIVERIES).where(ROW.id.in_(sorted(ids)), ROW.due_at.is_not(None))
        self._write(waiting.values(due_at=func.coalesce(ROW.waiting_since, ROW.due_at)))

    def parked(self, claim: Claim, status: str, fault: str | None) -> bool:
        """Nothing more is tried by itself: `obsolete` or `failed`."""
        values: dict[str, Any] = {"status": status, "fault": fault, "due_at": None, "waiting_since": None}
        values |= {"claimed_by": None, "claimed_until": None, "attempted_at": None}
        return self._write(update(DELIVERIES).where(_held(claim)).values(**values))

    def release(self, claim: Claim) -> bool:
        """Give back what was not begun."""
        return self._write(update(DELIVERIES).where(_held(claim)).values(claimed_by=None, claimed_until=None))

    def _settled(self, version: int) -> dict[str, Any]:
        """Showing this version, which may be behind again already."""
        due = case((ROW.wanted > version, self._clock()), else_=null())
        free: dict[str, Any] = {"claimed_by": None, "claimed_until": None}
        return free | {"shown": version, "attempts": 0, "due_at": due, "waiting_since": due}

    def _write(self, statement: Any) -> bool:
        with self._database.transaction() as connection:
            return connection.execute(statement).rowcount > 0


def _unspread(*columns: Any) -> Select[Any]:
    behind = SUBJECT.spread < SUBJECT.version
    return select(*columns).where(behind).order_by(SUBJECT.about).limit(SUBJECTS_AT_ONCE)


def _due(now: datetime, lease: timedelta, paused: Paused, limit: int, without: Set[int]) -> Select[Any]:
    earlier = DELIVERIES.alias("earlier").c
    in_line = exists().where(
        earlier.about == ROW.about,
        earlier.to == ROW.to,
        earlier.id < ROW.id,
        earlier.status.in_(("queued", "sending")),
    )
    free = is_free(ROW.claimed_until, now, lease)
    first = or_(ROW.ts.is_not(None), ~in_line)
    chosen = select(ROW.id).where(ROW.due_at <= now, free, first, *_not(paused))
    if without:
        chosen = chosen.where(ROW.id.not_in(sorted(without)))
    return chosen.order_by(ROW.due_at, ROW.id).limit(limit).with_for_update(skip_locked=True, of=DELIVERIES)


def _not(paused: Paused) -> list[ColumnElement[bool]]:
    """Conditions that leave out what is paused."""
    kinds = {Work.POST: ROW.ts.is_(None), Work.UPDATE: ROW.ts.is_not(None)}
    whole = [~kinds[work] for work in paused.all]
    return whole + [~and_(kinds[work], ROW.to == to) for work, to in sorted(paused.to)]


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(ROW.id == claim.id, ROW.claimed_by == claim.token)


def _claim(row: Any, token: str) -> Claim:
    return Claim(
        id=row.id,
        token=token,
        key=row.key,
        message=Message(row.kind, row.about, row.to),
        attempts=row.attempts,
        in_doubt_since=row.attempted_at,
        shown=row.shown,
        place=(row.channel, row.ts) if row.ts is not None else None,
    )
