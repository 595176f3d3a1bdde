"""The boundary between what was decided about a change of the policy and the telling of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Row, bindparam, select

from bot.numbers import whole_number
from models.policy_change import PolicyChange
from models.tables import table_of

EVERYONE: Final = "everyone"
"""An audience that is no role of [groups]."""

FIRST: Final = "first"
"""The kind of a policy's first version: there was none to compare it with."""

_TABLE = table_of(PolicyChange)


class Status(StrEnum):
    """Where a change stands: found, then announced or dismissed; announced, then perhaps withdrawn. Never back."""

    FOUND = "found"
    ANNOUNCED = "announced"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class FoundHow(StrEnum):
    """How a change came: fetched from where the policy is published, imported by hand, or uploaded ahead."""

    PAGE = "page"
    IMPORT = "import"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Change:
    """One version giving way to another, as it stands: see models.policy_change.

    `before` and `after` are hashes of kept versions; `kind` is the class of their difference, or "first". `audience`
    are roles of [groups] or EVERYONE; `note` says why it was dismissed or withdrawn.
    """

    number: int
    before: str | None
    after: str
    kind: str
    found_how: FoundHow
    found_at: datetime
    found_by: str
    status: Status
    material: bool | None
    effective_at: datetime | None
    audience: tuple[str, ...]
    summary: str | None
    decided_at: datetime | None
    decided_by: str | None
    incident: bool
    note: str | None
    revision: int

    @property
    def name(self) -> str:
        """What people call it: N-12."""
        return change_name(self.number)

    @property
    def late(self) -> bool:
        """Whether it was in force already when it was announced."""
        return self.decided_at is not None and self.effective_at is not None and self.effective_at <= self.decided_at


class Announcer(Protocol):
    """What is told of a decision, in the transaction that records it."""

    def plan(self, connection: Connection, change: Change) -> None:
        """The change is announced: lay out its notices. Called once a change."""

    def withdraw(self, connection: Connection, change: Change) -> None:
        """Its announcement is taken back: stop what is to come, tell those who heard. Called once a change at most."""


class NoAnnouncer:
    """Tells nobody: for command lines that keep versions and decide nothing."""

    def plan(self, connection: Connection, change: Change) -> None:
        """Nothing is planned."""

    def withdraw(self, connection: Connection, change: Change) -> None:
        """Nothing was planned."""


def change_name(number: int) -> str:
    """N-12."""
    return f"N-{number}"


def change_number(name: str) -> int | None:
    """The number in "N-12" or "12", None for anything else."""
    return whole_number(name.strip().upper().removeprefix("N-"))


def read_change(connection: Connection, number: int) -> Change | None:
    """The change with this number."""
    row = connection.execute(_BY_NUMBER, {"number": number}).one_or_none()
    return change_of(row) if row else None


def latest_announced(connection: Connection) -> Change | None:
    """The change that was announced last and not withdrawn."""
    row = connection.execute(_LATEST).one_or_none()
    return change_of(row) if row else None


def announced_changes(connection: Connection, most: int) -> tuple[Change, ...]:
    """Changes that were announced and not withdrawn, the last announced first, at most so many."""
    rows = connection.execute(_ANNOUNCED.limit(most))
    return tuple(change_of(row) for row in rows)


def change_of(row: Row[Any]) -> Change:
    """A row of policy_changes as a value."""
    return Change(
        number=row.number,
        before=row.before,
        after=row.after,
        kind=row.kind,
        found_how=FoundHow(row.found_how),
        found_at=row.found_at,
        found_by=row.found_by,
        status=Status(row.status),
        material=row.material,
        effective_at=row.effective_at,
        audience=tuple(row.audience or ()),
        summary=row.summary,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        incident=row.incident,
        note=row.note,
        revision=row.revision,
    )


_BY_NUMBER = select(_TABLE).where(_TABLE.c.number == bindparam("number"))
_ANNOUNCED = (
    select(_TABLE)
    .where(_TABLE.c.status == Status.ANNOUNCED.value)
    .order_by(_TABLE.c.decided_at.desc(), _TABLE.c.number.desc())
)
_LATEST = _ANNOUNCED.limit(1)
