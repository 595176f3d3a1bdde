"""The review queue's items as frozen values, and reading them from their tables."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlmodel import col

from bot.access.people import Person
from bot.audit.entry import Outcome
from bot.audit.read import Stored
from bot.audit.reviews.unusual import Rule
from models.audit import AuditEntry, AuditOpen
from models.review import ReviewItem, ReviewLink, ReviewStep


class Kind(StrEnum):
    """Why an entry is in the queue."""

    SAMPLE = "sample"
    EMERGENCY = "emergency"
    ALERT = "alert"


class Status(StrEnum):
    """Where an item stands. Open and answered wait for a reviewer, asked for the person."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    IN_ORDER = "in_order"
    VIOLATION = "violation"


GROUNDS = ("access.request", "access.approve", "access.extend", "access.emergency")
FOR_A_REVIEWER = frozenset({Status.OPEN, Status.ANSWERED})
CLOSED = frozenset({Status.IN_ORDER, Status.VIOLATION})


class Verdict(StrEnum):
    """A step about an item; the audit entry's reason."""

    IN_ORDER = "in_order"
    NEEDS_EXPLANATION = "needs_explanation"
    VIOLATION = "violation"
    ANSWERED = "answered"  # by the person who was asked

    @property
    def leads_to(self) -> Status:
        """The item's status afterwards."""
        return Status.ASKED if self is Verdict.NEEDS_EXPLANATION else Status(self.value)


@dataclass(frozen=True, slots=True)
class Step:
    """Who did what about an item, and when. `text` is the comment, question or answer; None when it was erased."""

    number: int
    verdict: Verdict
    by: str
    at: datetime
    entry: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to review. `entry` is what it is about, `links` the ids of what that rests on, oldest first.

    `grounds` are the entries in which the access was asked for, given and extended; empty for an alert.
    """

    number: int
    kind: Kind
    entry: Stored
    team: str
    person: str
    status: Status
    version: int
    queued_at: datetime
    due_at: datetime | None
    overdue: int
    rule: Rule | None = None
    facts: Mapping[str, int] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    grounds: tuple[Stored, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def name(self) -> str:
        """Readable aloud: V-12."""
        return item_name(self.number)

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is awaited."""
        return self.status in CLOSED

    @property
    def last(self) -> Step | None:
        """The newest step."""
        return self.steps[-1] if self.steps else None

    def step(self, number: int) -> Step | None:
        """The step of this number, counted from 1."""
        return self.steps[number - 1] if 0 < number <= len(self.steps) else None


def item_name(number: int) -> str:
    """V-12."""
    return f"V-{number}"


def round_name(number: int, version: int) -> str:
    """An item after so many steps: V-12.1. Messages that may repeat for an item speak of one of its rounds."""
    return f"{item_name(number)}.{version}"


def item_number(name: str) -> tuple[int, int | None] | None:
    """Number and round of "V-12" or "V-12.1"; None for anything else."""
    head, _, tail = name.removeprefix("V-").partition(".")
    if not name.startswith("V-") or not head.isdecimal() or (tail and not tail.isdecimal()):
        return None
    return int(head), int(tail) if tail else None


def read_item(connection: Connection, number: int) -> Item | None:
    """The item as it stands."""
    return next(iter(_read(connection, [number])), None)


def emergency_item(connection: Connection, grant: str) -> Item | None:
    """The review of an emergency access by its request's number, "R-1001"; None while it is not in the queue."""
    taken = (
        select(col(ReviewItem.number))
        .join(AuditEntry, col(AuditEntry.id) == col(ReviewItem.entry_id))
        .where(col(AuditEntry.grant) == grant, col(ReviewItem.kind) == Kind.EMERGENCY.value)
    )
    number = connection.execute(taken).scalars().first()
    return read_item(connection, number) if number is not None else None


def waiting_items(connection: Connection, reviewer: Person, limit: int) -> tuple[Item, ...]:
    """What waits for this reviewer, the most urgent first."""
    due = select(col(ReviewItem.number)).where(waits_for(reviewer))
    due = due.order_by(col(ReviewItem.due_at), col(ReviewItem.number)).limit(limit)
    return _read(connection, [int(number) for number in connection.execute(due).scalars() if number is not None])


def asked_items(connection: Connection, person: Person, limit: int) -> tuple[Item, ...]:
    """What this person is asked to explain and has not explained, the first that is due first."""
    asked = (
        select(col(ReviewItem.number))
        .where(
            col(ReviewItem.due_at).is_not(None),
            col(ReviewItem.status) == Status.ASKED.value,
            col(ReviewItem.team) == person.team,
            col(ReviewItem.person) == person.id,
        )
        .order_by(col(ReviewItem.due_at), col(ReviewItem.number))
        .limit(limit)
    )
    return _read(connection, [int(number) for number in connection.execute(asked).scalars() if number is not None])


def waiting_number(connection: Connection, reviewer: Person) -> int:
    """How many items wait for this reviewer."""
    counted = select(func.count()).select_from(ReviewItem).where(waits_for(reviewer))
    return int(connection.execute(counted).scalar_one())


def waits_for(reviewer: Person) -> ColumnElement[bool]:
    """Items that a reviewer should judge and this one may: not about them, and no grant of it went through them.

    A question that was not answered in time is a reviewer's again; the person may answer still.
    """
    return and_(
        col(ReviewItem.due_at).is_not(None),
        or_(col(ReviewItem.status).in_(sorted(FOR_A_REVIEWER)), _not_explained_in_time()),
        col(ReviewItem.team) == reviewer.team,
        col(ReviewItem.person).not_in(reviewer.ids),
        ~_had_a_hand(reviewer.ids),
    )


def _not_explained_in_time() -> ColumnElement[bool]:
    return and_(col(ReviewItem.status) == Status.ASKED.value, col(ReviewItem.overdue) > 0)


def had_a_hand(connection: Connection, number: int, accounts: Set[str]) -> bool:
    """Whether who has these accounts asked for, decided, extended, ended or used a grant that the item rests on."""
    asked = select(col(ReviewItem.number)).where(col(ReviewItem.number) == number, _had_a_hand(accounts))
    return connection.execute(asked).first() is not None


def _had_a_hand(accounts: Set[str]) -> ColumnElement[bool]:
    """As the audit table says, so that every future way of having a hand in a grant counts by itself."""
    acts = or_(col(AuditEntry.action).startswith("access."), col(AuditEntry.action).startswith("account."))
    return exists().where(
        col(ReviewLink.item) == col(ReviewItem.number),
        col(AuditEntry.grant) == col(ReviewLink.grant),
        col(AuditEntry.actor).in_(accounts),
        col(AuditEntry.outcome) != Outcome.REFUSED.value,
        acts,
    )


def _read(connection: Connection, numbers: Sequence[int]) -> tuple[Item, ...]:
    """The items, in the order of the numbers."""
    if not numbers:
        return ()
    found = connection.execute(select(ReviewItem).where(col(ReviewItem.number).in_(numbers))).mappings().all()
    rows = {row["number"]: dict(row) for row in found}
    links = _grouped(connection, ReviewLink, numbers)
    steps = _grouped(connection, ReviewStep, numbers)
    wanted = [row["entry_id"] for row in rows.values()]
    wanted += [row["entry_id"] for of_item in steps.values() for row in of_item]
    entries = {one.id: one for one in _entries(connection, col(AuditEntry.id).in_(wanted))}
    grounds = _grounds(connection, [entries[row["entry_id"]] for row in rows.values()])
    return tuple(
        _item(rows[number], links.get(number, ()), steps.get(number, ()), entries, grounds)
        for number in numbers
        if number in rows
    )


def _grounds(connection: Connection, reviewed: Iterable[Stored]) -> dict[str, list[Stored]]:
    """By grant, the entries in which it was asked for, given and extended, oldest first."""
    named = {grant for one in reviewed if (grant := one.entry["grant"])}
    found: dict[str, list[Stored]] = {}
    if named:
        chosen = (
            col(AuditEntry.grant).in_(sorted(named)),
            col(AuditEntry.action).in_(GROUNDS),
            col(AuditEntry.outcome) != Outcome.REFUSED.value,
        )
        for one in _entries(connection, *chosen):
            found.setdefault(one.entry["grant"], []).append(one)
    return found


def _grouped(
    connection: Connection, table: type[ReviewLink | ReviewStep], numbers: Sequence[int]
) -> dict[int, list[Mapping[str, Any]]]:
    order = col(table.step) if issubclass(table, ReviewStep) else col(table.entry_id)
    chosen = select(table).where(col(table.item).in_(numbers)).order_by(order)
    grouped: dict[int, list[Mapping[str, Any]]] = {}
    for row in connection.execute(chosen).mappings():
        grouped.setdefault(row["item"], []).append(dict(row))
    return grouped


def _entries(connection: Connection, *chosen: ColumnElement[bool]) -> list[Stored]:
    """Audit entries, oldest first."""
    columns = (AuditEntry.id, AuditEntry.at, AuditEntry.entry, AuditEntry.leaf, AuditOpen.opened)
    rows = connection.execute(
        select(*(col(column) for column in columns))
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
        .where(*chosen)
        .order_by(col(AuditEntry.at), col(AuditEntry.id))
    )
    return [Stored(row.id, row.at, row.entry, row.leaf, row.opened) for row in rows]


def _item(
    row: Mapping[str, Any],
    links: Sequence[Mapping[str, Any]],
    steps: Sequence[Mapping[str, Any]],
    entries: Mapping[str, Stored],
    grounds: Mapping[str, Sequence[Stored]],
) -> Item:
    reviewed = entries[row["entry_id"]]
    return Item(
        number=row["number"],
        kind=Kind(row["kind"]),
        entry=reviewed,
        team=row["team"],
        person=row["person"],
        status=Status(row["status"]),
        version=row["version"],
        queued_at=row["queued_at"],
        due_at=row["due_at"],
        overdue=row["overdue"],
        rule=Rule(row["rule"]) if row["rule"] else None,
        facts=row["facts"] or {},
        links=tuple(link["entry_id"] for link in links),
        grounds=tuple(one for one in grounds.get(reviewed.entry["grant"], ()) if one.id != reviewed.id),
        steps=tuple(_step(step, entries[step["entry_id"]]) for step in steps),
    )


def _step(row: Mapping[str, Any], entry: Stored) -> Step:
    opened = entry.opened.get("justification")
    text = opened["value"] if opened else None
    return Step(row["step"], Verdict(row["verdict"]), row["by"], row["at"], row["entry_id"], text)
