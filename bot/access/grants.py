"""Requests and grants as frozen values, and reading them from their tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, func, null, or_, select
from sqlmodel import col

from bot.access.asked import Question, read_questions
from bot.access.people import Person
from bot.access.rules.quorum import Approval, Needs
from bot.driver import Prepared
from bot.numbers import whole_number
from models.access import AccessApproval, AccessGrant, AccessRequest, AccessRequestAccount

T = TypeVar("T")

_IN_ALL = "in_all"


class Status(StrEnum):
    """Where a request stands."""

    PENDING = "pending"
    GRANTED = "granted"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RequestKind(StrEnum):
    """What is asked for: access, more time for a grant, or access at once that is reviewed afterwards."""

    REQUEST = "request"
    EXTENSION = "extension"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Grant:
    """What was given: this person, this account, these data classes, for this purpose, from, until.

    `several` are all of its accounts where there is more than one; `account` is the first.
    """

    number: int
    team: str
    person: str
    account: str
    purpose: str
    data_classes: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    granted_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    extensions: int = 0
    end_note: str | None = None
    several: tuple[str, ...] = ()

    @property
    def accounts(self) -> tuple[str, ...]:
        """All that it opens, by id."""
        return self.several or (self.account,)

    @property
    def name(self) -> str:
        """Readable aloud: R-1042."""
        return request_name(self.number)

    def is_live(self, now: datetime) -> bool:
        """By the clock alone: no job has to run for a grant to be over."""
        return self.ended_at is None and self.starts_at <= now < self.ends_at

    def covers(self, person: Person, account: str, purpose: str, data_class: str, now: datetime) -> bool:
        """Whether this grant opens this class of this account to this person for this purpose now."""
        return (
            self.is_live(now)
            and (self.team, self.person) == (person.team, person.id)
            and account in self.accounts
            and self.purpose == purpose
            and data_class in self.data_classes
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, how it was decided, and the grant if there is one.

    `needs` is what had to be agreed when it was asked (empty: nothing was written down), `approvals` who agreed so far.
    `person` is who is to have the access, `asked_by` who asked on their behalf, if another did. An extension's
    `extends` and `grant` are those of the grant that it is about. `several` are the ids and names of all accounts where
    more than one was asked for. `lapsed` are yeses that were found to count no more while it was being decided.
    """

    number: int
    team: str
    person: str
    account: str
    account_label: str | None
    purpose: str
    data_classes: tuple[str, ...]
    duration: timedelta
    justification: str
    ticket: str | None
    status: Status
    asked_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_note: str | None = None
    grant: Grant | None = None
    needs: Needs = field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    kind: RequestKind = RequestKind.REQUEST
    extends: int | None = None
    asked_by: str | None = None
    starts_at: datetime | None = None
    escalated_at: datetime | None = None
    several: tuple[tuple[str, str | None], ...] = ()
    questions: tuple[Question, ...] = ()
    lapsed: tuple[Approval, ...] = ()

    @property
    def accounts(self) -> tuple[str, ...]:
        """All that were asked for, by id."""
        return tuple(account for account, _ in self.several) or (self.account,)

    @property
    def concerns(self) -> tuple[str, ...]:
        """The accounts that it is about as it stands: those that were given, or that were asked for."""
        return self.grant.accounts if self.grant else self.accounts

    @property
    def labelled(self) -> tuple[tuple[str, str | None], ...]:
        """The same, each with a business's name, where one is kept."""
        return self.several or ((self.account, self.account_label),)

    @property
    def name(self) -> str:
        """Readable aloud: R-1042."""
        return request_name(self.number)

    @property
    def grant_name(self) -> str:
        """The name of the grant that this is about, which audit entries carry: its own, or the extended one's."""
        return request_name(self.number if self.extends is None else self.extends)

    @property
    def requester(self) -> str:
        """Who asked, for themselves or for another: who gave the reason, and answers questions about it."""
        return self.asked_by or self.person

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be decided."""
        return self.status is Status.PENDING and now < self.expires_at


def request_name(number: int) -> str:
    """R-1042: the number of a request and its grant for their whole life."""
    return f"R-{number}"


def request_number(name: str) -> int | None:
    """The number in "R-1042", "r1042" or "1042"; None when it is none."""
    return whole_number(name.partition("+")[0].strip().upper().removeprefix("R").removeprefix("-").strip())


def later_name(number: int, extensions: int) -> str:
    """What work and messages about a grant's end are about: R-1042, and R-1042+1 once the end was moved."""
    return f"{request_name(number)}+{extensions}" if extensions else request_name(number)


def extensions_of(name: str) -> int:
    """The 1 in "R-1042+1"; 0 where the end was not moved."""
    return whole_number(name.partition("+")[2]) or 0


_LIVE = (
    select(AccessGrant)
    .where(
        col(AccessGrant.ended_at).is_(None),
        col(AccessGrant.team) == bindparam("team"),
        col(AccessGrant.person) == bindparam("person"),
        col(AccessGrant.starts_at) <= bindparam("now"),
        col(AccessGrant.ends_at) > bindparam("now"),
    )
    .order_by(col(AccessGrant.ends_at).desc(), col(AccessGrant.number))
)
LIVE_GRANTS = Prepared(_LIVE)
# Read by look-ups. One for several accounts is read whatever they are.
LIVE_GRANTS_NEAR = Prepared(
    _LIVE.where(or_(col(AccessGrant.account) == bindparam("account"), col(AccessGrant.accounts).is_not(null())))
)


def live_grants(connection: Connection, person: Person, now: datetime) -> tuple[Grant, ...]:
    """The person's grants that are live at `now`, the one that ends last first."""
    rows = LIVE_GRANTS.rows(connection, {"team": person.team, "person": person.id, "now": now})
    return tuple(_grant(row) for row in rows)


def live_grants_near(connection: Connection, person: Person, account: str, now: datetime) -> tuple[Grant, ...]:
    """The same, without most of those for other accounts: whoever has very many waits no longer for it."""
    wanted = {"team": person.team, "person": person.id, "now": now, "account": account}
    return tuple(_grant(row) for row in LIVE_GRANTS_NEAR.rows(connection, wanted))


def read_request(connection: Connection, number: int) -> Request | None:
    """One request with its grant."""
    rows = connection.execute(select(AccessRequest).where(col(AccessRequest.number) == number)).mappings().all()
    return next(iter(_requests(connection, rows)), None)


def pending_requests(connection: Connection, now: datetime, *, limit: int) -> tuple[Request, ...]:
    """All that wait for a decision, oldest first."""
    query = (
        select(AccessRequest)
        .where(col(AccessRequest.status) == Status.PENDING, col(AccessRequest.expires_at) > now)
        .order_by(col(AccessRequest.number))
        .limit(limit)
    )
    return _requests(connection, connection.execute(query).mappings().all())


def read_requests(connection: Connection, wanted: ColumnElement[bool], *, limit: int) -> tuple[Request, ...]:
    """The requests that a condition picks, oldest first."""
    query = select(AccessRequest).where(wanted).order_by(col(AccessRequest.number)).limit(limit)
    return _requests(connection, connection.execute(query).mappings().all())


@dataclass(frozen=True, slots=True)
class Leading(Generic[T]):
    """The first of some, and how many there are `in_all`."""

    these: tuple[T, ...]
    in_all: int

    @property
    def beyond(self) -> int:
        """How many are not among the first."""
        return self.in_all - len(self.these)


def own_grants(connection: Connection, person: Person, now: datetime, *, limit: int) -> Leading[Grant]:
    """The person's grants that are live at `now`, the one that ends last first."""
    wanted = {"team": person.team, "person": person.id, "now": now}
    rows, in_all = _leading(connection, _LIVE, limit, wanted)
    return Leading(tuple(_grant(dict(row)) for row in rows), in_all)


def later_grants(connection: Connection, person: Person, now: datetime, *, limit: int) -> Leading[Grant]:
    """The person's grants that begin after `now`, the first to begin first."""
    query = select(AccessGrant).where(
        col(AccessGrant.ended_at).is_(None),
        col(AccessGrant.team) == person.team,
        col(AccessGrant.person) == person.id,
        col(AccessGrant.starts_at) > now,
        col(AccessGrant.ends_at) > now,
    )
    rows, in_all = _leading(connection, query.order_by(col(AccessGrant.starts_at), col(AccessGrant.number)), limit)
    return Leading(tuple(_grant(dict(row)) for row in rows), in_all)


def own_pending(connection: Connection, person: Person, now: datetime, *, limit: int) -> Leading[Request]:
    """What this person asked for, or another for them, and nobody has decided yet, oldest first."""
    mine = or_(col(AccessRequest.person) == person.id, col(AccessRequest.asked_by) == person.id)
    query = select(AccessRequest).where(*_waiting(person, now), mine).order_by(col(AccessRequest.number))
    rows, in_all = _leading(connection, query, limit)
    return Leading(_requests(connection, rows), in_all)


def _leading(
    connection: Connection, query: Select[Any], limit: int, wanted: Mapping[str, object] | None = None
) -> tuple[Sequence[RowMapping], int]:
    """The first rows that a query picks, and how many it picks: whoever has very many waits no longer for them."""
    counted = query.add_columns(func.count().over().label(_IN_ALL)).limit(limit)
    rows = connection.execute(counted, wanted or {}).mappings().all()
    return rows, rows[0][_IN_ALL] if rows else 0


def pending_for(connection: Connection, person: Person, account: str, now: datetime) -> tuple[Request, ...]:
    """What is to be this person's and nobody has decided yet, if the account is one of those asked for."""
    asked_for = col(AccessRequestAccount.account) == account
    among = col(AccessRequest.number).in_(select(col(AccessRequestAccount.request)).where(asked_for))
    near = or_(col(AccessRequest.account) == account, among)
    query = select(AccessRequest).where(*_waiting(person, now), col(AccessRequest.person) == person.id, near)
    return _requests(connection, connection.execute(query.order_by(col(AccessRequest.number))).mappings().all())


def _waiting(person: Person, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(AccessRequest.team) == person.team,
        col(AccessRequest.status) == Status.PENDING,
        col(AccessRequest.expires_at) > now,
    )


def _requests(connection: Connection, rows: Sequence[RowMapping]) -> tuple[Request, ...]:
    granted = [row["extends"] or row["number"] for row in rows if row["extends"] or row["status"] == Status.GRANTED]
    found = connection.execute(select(AccessGrant).where(col(AccessGrant.number).in_(granted))) if granted else ()
    grants = {grant.number: grant for grant in (_grant(dict(row._mapping)) for row in found)}
    numbers = [row["number"] for row in rows]
    approvals, several = _approvals(connection, numbers), _several(connection, numbers)
    asked = read_questions(connection, numbers)
    return tuple(
        replace(
            _request(
                row,
                grants.get(row["extends"] or row["number"]),
                approvals.get(row["number"], ()),
                several.get(row["number"], ()),
            ),
            questions=asked.get(row["number"], ()),
        )
        for row in rows
    )


def _request(
    row: RowMapping, grant: Grant | None, approvals: tuple[Approval, ...], several: tuple[tuple[str, str | None], ...]
) -> Request:
    values = {key: row[key] for key in Request.__dataclass_fields__ if key in row}
    values["several"] = several
    values["data_classes"] = tuple(row["data_classes"])
    values["status"] = Status(row["status"])
    values["kind"] = RequestKind(row["kind"])
    values["needs"] = row["needs"] or {}
    return Request(duration=timedelta(seconds=row["duration_s"]), grant=grant, approvals=approvals, **values)


def _several(connection: Connection, numbers: Sequence[int]) -> Mapping[int, tuple[tuple[str, str | None], ...]]:
    """The accounts of each request for more than one, in their order."""
    if not numbers:
        return {}
    query = select(AccessRequestAccount).where(col(AccessRequestAccount.request).in_(numbers))
    found: dict[int, tuple[tuple[str, str | None], ...]] = {}
    for row in connection.execute(query.order_by(col(AccessRequestAccount.place))):
        found[row.request] = (*found.get(row.request, ()), (row.account, row.label))
    return found


def _approvals(connection: Connection, numbers: Sequence[int]) -> Mapping[int, tuple[Approval, ...]]:
    """Who agreed to each request, in the order in which they did."""
    if not numbers:
        return {}
    query = (
        select(AccessApproval)
        .where(col(AccessApproval.request).in_(numbers))
        .order_by(col(AccessApproval.at), col(AccessApproval.by))
    )
    found: dict[int, tuple[Approval, ...]] = {}
    for row in connection.execute(query):
        classes, duration = tuple(row.data_classes), timedelta(seconds=row.duration_s)
        accounts = None if row.accounts is None else tuple(row.accounts)
        one = Approval(row.by, frozenset(row.roles), row.at, classes, duration, row.note, row.behalf, accounts)
        found[row.request] = (*found.get(row.request, ()), one)
    return found


def _grant(row: Mapping[str, Any]) -> Grant:
    values = {key: row[key] for key in Grant.__dataclass_fields__ if key != "several"}
    values["data_classes"] = tuple(row["data_classes"])
    return Grant(**values, several=tuple(row["accounts"] or ()))
