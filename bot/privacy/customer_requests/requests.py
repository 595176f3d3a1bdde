"""Customers' requests as frozen values, in their tables and back. No personal text: that is the ledger's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, UnaryExpression, func, or_, select, update
from sqlmodel import col

from bot.audit.entry import Action
from bot.numbers import whole_number
from bot.privacy.answer import Answer
from models.audit import AuditEntry, AuditOpen
from models.customer_request import CustomerRequest as RequestRow
from models.customer_request import CustomerRequestMistake as MistakeRow
from models.customer_request import CustomerRequestTask as TaskRow

ADDED_TITLE = "A task that was added"
ERASED_TITLE = "(erased)"
LINKED = "linked"
"""The reason code of an entry that adds a customer's words to a request that is open."""


class Kind(StrEnum):
    """What a customer asks for."""

    ACCESS = "access"
    ERASURE = "erasure"
    RECTIFICATION = "rectification"
    OBJECTION = "objection"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    COMPLAINT = "complaint"


_BY_TOPIC = {
    "access": Kind.ACCESS,
    "deletion": Kind.ERASURE,
    "rectification": Kind.RECTIFICATION,
    "objection": Kind.OBJECTION,
    "opt_out": Kind.OBJECTION,
    "restriction": Kind.RESTRICTION,
    "portability": Kind.PORTABILITY,
    "complaint": Kind.COMPLAINT,
}
"""The topics of questions by their keys in the table of topics."""


def kind_asked(topic: str | None) -> Kind | None:
    """What a customer may be asking for whose question is on a topic; None where it is on no right of theirs."""
    return _BY_TOPIC.get(topic or "")


def kinds_wished(answer: Answer) -> tuple[Kind, ...]:
    """What a customer asks for in a message, each kind once, in its order."""
    of_each = (next(filter(None, map(kind_asked, wish.topics)), None) for wish in answer.wishes)
    return tuple(dict.fromkeys(kind for kind in of_each if kind is not None))


def kind_in(answer: Answer) -> Kind | None:
    """What a customer may be asking for: what they want to be done, or the right that their question is on."""
    parts = (part.answer.topic for part in answer.parts if part.answer)
    return next(iter((*kinds_wished(answer), *filter(None, map(kind_asked, (answer.topic, *parts))))), None)


class Channel(StrEnum):
    """The way by which it came."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    LETTER = "letter"
    FORM = "form"
    CHAT = "chat"
    IN_PERSON = "in_person"


class Status(StrEnum):
    """Where a request stands. In its row one that was registered by mistake is closed: its mistake stands beside it."""

    OPEN = "open"
    CLOSED = "closed"
    MISTAKE = "mistake"


class Cause(StrEnum):
    """What was the mistake, where a request was registered by one."""

    WRONG_ACCOUNT = "wrong_account"
    NO_REQUEST = "no_request"
    DUPLICATE = "duplicate"
    OTHER = "other"


class TaskStatus(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do for a request, in order from 1. `entry` is the audit entry that settled it, with its reason.

    `round` counts how often it was given to somebody, so that each of them gets a message of their own. `added_in` is
    the entry that added it, with its title, where it is none that every request of its kind has.
    """

    position: int
    title: str
    status: TaskStatus = TaskStatus.OPEN
    assignee: str | None = None
    round: int = 0
    settled_by: str | None = None
    settled_at: datetime | None = None
    entry: str | None = None
    added_in: str | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """That a request was registered by mistake. `entry` is the audit entry with the reason; `same_as` a duplicate's."""

    cause: Cause
    at: datetime
    by: str
    entry: str
    same_as: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerRequest:
    """One request: C-77. `due_on` is the last day of its term in the company's time zone, `due_at` that day's end.

    `identity` are the ways in which the customer's identity was checked, none before that; `entry` is the audit entry
    that registered it, with the customer's words; `version` counts the changes.
    """

    number: int
    team: str
    kind: Kind
    account: str
    law: str
    channel: Channel
    received_on: date
    recorded_at: datetime
    recorded_by: str
    entry: str
    due_on: date
    due_at: datetime
    status: Status = Status.OPEN
    version: int = 0
    media: tuple[str, ...] = ()
    owner: str | None = None
    identity: tuple[str, ...] = ()
    identity_by: str | None = None
    extended_at: datetime | None = None
    extended_in: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    tasks: tuple[Task, ...] = ()
    mistake: Mistake | None = None

    @property
    def name(self) -> str:
        """Readable aloud: C-77."""
        return request_name(self.number)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.status is Status.OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Whether its term is over and it is not closed."""
        return self.is_open and now >= self.due_at

    def task(self, position: int) -> Task | None:
        """The task of this number."""
        return next((one for one in self.tasks if one.position == position), None)


@dataclass(frozen=True, slots=True)
class Added:
    """What a customer wrote again about a request, and who registered it when.

    `words` are empty where nothing was typed, None where they were erased.
    """

    at: datetime
    by: str
    words: str | None


def request_name(number: int) -> str:
    """C-77."""
    return f"C-{number}"


def request_number(name: str) -> int | None:
    """The number in "C-77" or "c77"; None when it is none."""
    typed = name.strip().upper()
    return whole_number(typed.removeprefix("C").removeprefix("-")) if typed.startswith("C") else None


def task_name(number: int, task: Task) -> str:
    """C-77.3.1: the third task of C-77, as it was first given to somebody."""
    return f"{request_name(number)}.{task.position}.{task.round}"


def read_request(connection: Connection, number: int) -> CustomerRequest | None:
    """The request as it stands."""
    return next(iter(_read(connection, col(RequestRow.number) == number, limit=1)), None)


def open_requests(
    connection: Connection,
    team: str,
    limit: int,
    person: str | None = None,
    offset: int = 0,
    *,
    nobodys: bool = False,
) -> tuple[CustomerRequest, ...]:
    """What is open, the most urgent first: of `person`, what they own or have an open task of; None: everything.

    `nobodys`: what nobody owns yet, besides.
    """
    return _read(connection, *_open(team, person, nobodys=nobodys), limit=limit, offset=offset)


def number_open(connection: Connection, team: str, person: str | None = None) -> int:
    """How many of these there are."""
    query = select(func.count()).select_from(RequestRow).where(*_open(team, person))
    return int(connection.execute(query).scalar_one())


def _open(team: str, person: str | None, *, nobodys: bool = False) -> tuple[ColumnElement[bool], ...]:
    everything = col(RequestRow.team) == team, col(RequestRow.status) == Status.OPEN.value
    if person is None:
        return everything
    tasks = select(col(TaskRow.request)).where(
        col(TaskRow.assignee) == person, col(TaskRow.status) == TaskStatus.OPEN.value
    )
    theirs = [col(RequestRow.owner) == person, col(RequestRow.number).in_(tasks)]
    return (*everything, or_(*theirs, col(RequestRow.owner).is_(None)) if nobodys else or_(*theirs))


def ended_requests(
    connection: Connection, team: str, limit: int, person: str | None = None, offset: int = 0
) -> tuple[CustomerRequest, ...]:
    """What was closed or registered by mistake, the last ended first: of `person`, what they owned or had a task of."""
    last = col(RequestRow.closed_at).desc(), col(RequestRow.number).desc()
    return _read(connection, *_ended(team, person), limit=limit, offset=offset, order=last)


def number_ended(connection: Connection, team: str, person: str | None = None) -> int:
    """How many of these there are."""
    query = select(func.count()).select_from(RequestRow).where(*_ended(team, person))
    return int(connection.execute(query).scalar_one())


def _ended(team: str, person: str | None) -> tuple[ColumnElement[bool], ...]:
    everything = col(RequestRow.team) == team, col(RequestRow.status) == Status.CLOSED.value
    if person is None:
        return everything
    tasks = select(col(TaskRow.request)).where(col(TaskRow.assignee) == person)
    return (*everything, or_(col(RequestRow.owner) == person, col(RequestRow.number).in_(tasks)))


def of_account(connection: Connection, team: str, account: str, limit: int) -> tuple[CustomerRequest, ...]:
    """What an account asked for, whatever became of it, the last registered first."""
    own = col(RequestRow.team) == team, col(RequestRow.account) == account
    return _read(connection, *own, limit=limit, order=(col(RequestRow.number).desc(),))


def standing_for(connection: Connection, number: int) -> tuple[CustomerRequest, ...]:
    """Which duplicates this request stands for: those that ended as the same as this one, and were not opened again."""
    same = select(col(MistakeRow.request)).where(col(MistakeRow.same_as) == number)
    found = _read(connection, col(RequestRow.number).in_(same), limit=20)
    return tuple(one for one in found if one.mistake is not None and one.mistake.same_as == number)


def same_and_open(connection: Connection, team: str, account: str, kind: Kind) -> tuple[CustomerRequest, ...]:
    """What is open for the same account and of the same kind."""
    same = (col(RequestRow.account) == account, col(RequestRow.kind) == kind.value, col(RequestRow.team) == team)
    return _read(connection, *same, col(RequestRow.status) == Status.OPEN.value, limit=20)


def overdue_requests(connection: Connection, now: datetime, limit: int) -> tuple[CustomerRequest, ...]:
    """Whose term is over, the longest overdue first."""
    return _read(connection, col(RequestRow.status) == Status.OPEN.value, col(RequestRow.due_at) <= now, limit=limit)


def set_if_unchanged(connection: Connection, request: CustomerRequest, **values: Any) -> bool:
    """Compare and set: False when somebody else changed the request since it was read."""
    unchanged = col(RequestRow.number) == request.number, col(RequestRow.version) == request.version
    changed = connection.execute(update(RequestRow).where(*unchanged).values(version=request.version + 1, **values))
    return changed.rowcount == 1


def added_to(connection: Connection, request: CustomerRequest) -> tuple[Added, ...]:
    """What was written about a request after it was registered, the oldest first."""
    query = (
        select(col(AuditEntry.at), col(AuditEntry.actor), col(AuditEntry.entry), col(AuditOpen.opened))
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
        .where(col(AuditEntry.account) == request.account, col(AuditEntry.at) >= request.recorded_at)
        .where(col(AuditEntry.action) == Action.CUSTOMER_REQUEST.value)
        .order_by(col(AuditEntry.at), col(AuditEntry.id))
    )
    found = []
    for at, actor, entry, opened in connection.execute(query):
        said = orjson.loads(entry)
        if (said["reason"], said["ticket"]) == (LINKED, request.name):
            found.append(Added(at, actor, _justification(opened) if said["justification"] is not None else ""))
    return tuple(found)


def words_of(connection: Connection, entry: str | None) -> str | None:
    """The personal text of an audit entry (what a customer wrote, why a task was refused); None once it is erased."""
    if entry is None:
        return None
    return _justification(
        connection.execute(select(col(AuditOpen.opened)).where(col(AuditOpen.entry_id) == entry)).scalar()
    )


def identity_row(ways: Sequence[str], by: str) -> dict[str, str | None]:
    """The columns that say how an identity was checked, and by whom: a way a line, of which none has a line's end."""
    return {"identity": "\n".join(ways) or None, "identity_by": by if ways else None}


def _justification(stored: str | None) -> str | None:
    opened = orjson.loads(stored).get("justification") if stored else None
    return str(opened["value"]) if opened else None


_URGENT = col(RequestRow.due_at).asc(), col(RequestRow.number).asc()


def _read(
    connection: Connection,
    *which: ColumnElement[bool],
    limit: int,
    offset: int = 0,
    order: tuple[UnaryExpression[Any], ...] = _URGENT,
) -> tuple[CustomerRequest, ...]:
    query = select(RequestRow).where(*which).order_by(*order)
    rows = connection.execute(query.limit(limit).offset(offset)).mappings().all()
    tasks = _tasks(connection, [row["number"] for row in rows])
    ended = {row["number"]: row["closed_at"] for row in rows if row["closed_at"] is not None}
    mistakes = _mistakes(connection, ended)
    return tuple(_request(dict(row), tasks.get(row["number"], ()), mistakes.get(row["number"])) for row in rows)


def _mistakes(connection: Connection, ended: Mapping[int, datetime]) -> dict[int, Mistake]:
    """Of requests and when they ended, those that ended by a mistake: at that very moment."""
    if not ended:
        return {}
    rows = connection.execute(select(MistakeRow).where(col(MistakeRow.request).in_(ended))).mappings()
    return {
        row["request"]: Mistake(Cause(row["cause"]), row["at"], row["by"], row["entry"], row["same_as"])
        for row in rows
        if ended[row["request"]] == row["at"]
    }


def _tasks(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Task]]:
    grouped: dict[int, list[Task]] = {}
    if numbers:
        query = select(TaskRow).where(col(TaskRow.request).in_(numbers)).order_by(col(TaskRow.position))
        rows = connection.execute(query).mappings().all()
        titles = _titles(connection, [row["added_in"] for row in rows if row["added_in"] is not None])
        for row in rows:
            values = {name: row[name] for name in Task.__dataclass_fields__ if name != "status"}
            values["title"] = titles.get(row["added_in"], row["title"])
            grouped.setdefault(row["request"], []).append(Task(**values, status=TaskStatus(row["status"])))
    return grouped


def _titles(connection: Connection, entries: Sequence[str]) -> dict[str, str]:
    """What is to be done, of the entries that added tasks; that it was erased where it was."""
    if not entries:
        return {}
    query = select(col(AuditOpen.entry_id), col(AuditOpen.opened)).where(col(AuditOpen.entry_id).in_(entries))
    said = {entry: _justification(opened) for entry, opened in connection.execute(query)}
    return {entry: said.get(entry) or ERASED_TITLE for entry in entries}


def _request(row: Mapping[str, Any], tasks: Sequence[Task], mistake: Mistake | None) -> CustomerRequest:
    values = {name: row[name] for name in CustomerRequest.__dataclass_fields__ if name in row}
    status = Status.MISTAKE if mistake else Status(row["status"])
    values |= {"kind": Kind(row["kind"]), "channel": Channel(row["channel"]), "status": status, "mistake": mistake}
    identity = tuple(row["identity"].split("\n")) if row["identity"] else ()
    return CustomerRequest(**values | {"media": tuple(row["media"]), "identity": identity, "tasks": tuple(tasks)})
