"""The plan of a change's notices in the database, who was told, and who has read it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from bot.notices.announcing import Change, Status, change_of
from bot.notices.telling.occasions import Stage, State, Told
from models.policy_change import PolicyChange
from models.policy_notice import PolicyAcknowledgement, PolicyNotice, PolicyPlan, PolicyStage
from models.tables import table_of

_CHANGES = table_of(PolicyChange)
_PLANS = table_of(PolicyPlan)
_STAGES = table_of(PolicyStage)
_NOTICES = table_of(PolicyNotice)
_READ = table_of(PolicyAcknowledgement)


def make_plan(connection: Connection, stages: Sequence[Stage], now: datetime) -> None:
    """Write a plan down; it is looked at once as soon as possible."""
    connection.execute(insert(_PLANS).values(change=stages[0].change, next_at=now))
    connection.execute(insert(_STAGES), [_row(stage) for stage in stages])


def take(connection: Connection, change: int) -> bool:
    """Lock a plan for this transaction: in a statement of its own, so that what is read next is the latest."""
    return (
        connection.execute(select(_PLANS.c.change).where(_PLANS.c.change == change).with_for_update()).first()
        is not None
    )


def stages_of(connection: Connection, change: int) -> tuple[Stage, ...]:
    """By rank."""
    rows = connection.execute(select(_STAGES).where(_STAGES.c.change == change).order_by(_STAGES.c.rank))
    return tuple(_stage(row) for row in rows)


def keep_stages(connection: Connection, stages: Iterable[Stage]) -> None:
    """Write stages down, new ones and changed ones, in a plan that is locked."""
    for stage in stages:
        key = _STAGES.c.change == stage.change, _STAGES.c.stage == stage.name
        row = _row(stage)
        if connection.execute(update(_STAGES).where(*key).values(row)).rowcount == 0:
            connection.execute(insert(_STAGES).values(row))


def looked(connection: Connection, change: int, at: datetime, next_at: datetime | None) -> None:
    """It was looked whom to tell."""
    later = (_STAGES.c.looked_at.is_(None)) | (_STAGES.c.looked_at < at)
    connection.execute(update(_STAGES).where(_STAGES.c.change == change, later).values(looked_at=at))
    look_again(connection, change, next_at)


def look_again(connection: Connection, change: int, at: datetime | None) -> None:
    """When to look next whom to tell."""
    connection.execute(update(_PLANS).where(_PLANS.c.change == change).values(next_at=at))


def is_due(connection: Connection, change: int, now: datetime) -> bool:
    """Whether this plan is to be looked at by now."""
    due = select(_PLANS.c.change).where(_PLANS.c.change == change, _PLANS.c.next_at <= now)
    return connection.execute(due).first() is not None


def due_plans(connection: Connection, now: datetime) -> tuple[int, ...]:
    """Changes whose plans are to be looked at."""
    due = select(_PLANS.c.change).where(_PLANS.c.next_at <= now).order_by(_PLANS.c.next_at)
    return tuple(connection.execute(due).scalars())


def told_of(connection: Connection, change: int) -> dict[str, tuple[Told, ...]]:
    """What each recipient was told of a change, in order."""
    found: dict[str, list[Told]] = defaultdict(list)
    rows = connection.execute(select(_NOTICES).where(_NOTICES.c.change == change).order_by(_NOTICES.c.told_at))
    for row in rows:
        found[row.to].append(Told(row.stage, row.due_at, row.told_at))
    return {to: tuple(told) for to, told in found.items()}


def told_to(connection: Connection, change: int, to: str) -> tuple[Told, ...]:
    """What one recipient was told of a change, in order."""
    mine = select(_NOTICES).where(_NOTICES.c.change == change, _NOTICES.c.to == to).order_by(_NOTICES.c.told_at)
    return tuple(Told(row.stage, row.due_at, row.told_at) for row in connection.execute(mine))


def keep_told(connection: Connection, change: int, told: Sequence[tuple[str, Told]]) -> None:
    """Write down who is told, in a plan that is locked."""
    if told:
        rows = [
            {"change": change, "to": to, "stage": one.stage, "due_at": one.due_at, "told_at": one.told_at}
            for to, one in told
        ]
        connection.execute(insert(_NOTICES), rows)


def readers_of(connection: Connection, version: str) -> dict[str, datetime]:
    """Who has read a version, by user id, and when."""
    rows = connection.execute(select(_READ.c.person, _READ.c.read_at).where(_READ.c.version == version))
    return {row.person: row.read_at for row in rows}


def read_at(connection: Connection, version: str, team: str, person: str) -> datetime | None:
    """When somebody has read a version; None: not yet."""
    mine = _READ.c.version == version, _READ.c.team == team, _READ.c.person == person
    found: datetime | None = connection.execute(select(_READ.c.read_at).where(*mine)).scalar_one_or_none()
    return found


def superseded(connection: Connection, change: Change, now: datetime) -> bool:
    """Whether a change that came into force after this one was announced too; of one moment the later one holds."""
    at_once = and_(_CHANGES.c.effective_at == change.effective_at, _CHANGES.c.number > change.number)
    later = select(_CHANGES.c.number).where(
        _CHANGES.c.status == Status.ANNOUNCED.value,
        _CHANGES.c.effective_at <= now,
        or_(_CHANGES.c.effective_at > change.effective_at, at_once),
    )
    return connection.execute(later.limit(1)).first() is not None


def announced(connection: Connection) -> tuple[Change, ...]:
    """Every change that is announced and not withdrawn, the latest to take effect first."""
    rows = connection.execute(
        select(_CHANGES)
        .where(_CHANGES.c.status == Status.ANNOUNCED.value)
        .order_by(_CHANGES.c.effective_at.desc(), _CHANGES.c.number.desc())
    )
    return tuple(map(change_of, rows))


def unread_by(connection: Connection, team: str, person: str) -> tuple[Change, ...]:
    """Announced changes that somebody was told of and has not read, the oldest first."""
    told = select(_NOTICES.c.change).where(_NOTICES.c.to == f"person:{person}")
    read = select(_READ.c.version).where(_READ.c.team == team, _READ.c.person == person)
    rows = connection.execute(
        select(_CHANGES)
        .where(_CHANGES.c.status == Status.ANNOUNCED.value, _CHANGES.c.number.in_(told), _CHANGES.c.after.not_in(read))
        .order_by(_CHANGES.c.number)
    )
    return tuple(map(change_of, rows))


def _row(stage: Stage) -> dict[str, object]:
    return {
        "change": stage.change,
        "stage": stage.name,
        "day": stage.day,
        "at": stage.at,
        "not_before": stage.not_before,
        "state": stage.state.value,
        "rank": stage.rank,
        "step": stage.step,
        "looked_at": stage.looked_at,
    }


def _stage(row: Any) -> Stage:
    return Stage(
        row.change, row.stage, row.day, row.at, row.not_before, State(row.state), row.rank, row.step, row.looked_at
    )
