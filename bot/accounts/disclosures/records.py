"""Disclosures as frozen values, who may do what with them, and reading their tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select
from sqlmodel import col

from bot.access.decide import admit
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.roles import APPROVERS, AUDITORS, PRIVACY
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import Needs, missing
from bot.accounts.disclosures.draft import Basis
from bot.database import still_there
from bot.numbers import whole_number
from models.disclosure import Disclosure as Table
from models.disclosure import DisclosureApproval, DisclosureEntry

NEEDS: Final[Needs] = {APPROVERS: 1, PRIVACY: 1}
"""Two people, of whom one is of the privacy office."""


class Status(StrEnum):
    """Where a disclosure stands."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes, with the roles that counted. `behalf` is whose they are, where a deputy agreed."""

    by: str
    roles: frozenset[str]
    behalf: str | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is to be given to whom, on what basis, and how far it is."""

    number: int
    team: str
    asked_by: str
    account: str | None
    fields: tuple[str, ...]
    recipient: str
    organisation: str
    basis: Basis
    reference: str
    dated: date | None
    given_by: str
    why: str
    policy_version: str
    status: Status
    asked_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    shown_until: datetime | None
    shown_at: datetime | None
    approvals: tuple[Approval, ...] = ()

    @property
    def name(self) -> str:
        """Readable aloud: D-12."""
        return disclosure_name(self.number)

    @property
    def missing(self) -> tuple[str, ...]:
        """The role of each person whose yes is still needed."""
        return missing(NEEDS, [one.roles for one in self.approvals])

    @property
    def withdrawn(self) -> bool:
        """Whether whoever asked took it back: nobody else's no is their own."""
        return self.status is Status.DENIED and self.decided_by == self.asked_by

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be decided."""
        return self.status is Status.PENDING and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Entered:
    """A line of the register."""

    number: int
    entered_at: datetime
    team: str
    asked_by: str
    account: str
    fields: tuple[str, ...]
    recipient: str
    organisation: str
    basis: Basis
    reference: str
    dated: date
    given_by: str
    why: str
    approved_by: tuple[str, ...]
    policy_version: str
    entry: str

    @property
    def name(self) -> str:
        """Readable aloud: D-12."""
        return disclosure_name(self.number)


def disclosure_name(number: int) -> str:
    """D-12: the number of a disclosure for its whole life, and in the register."""
    return f"D-{number}"


def disclosure_number(name: str) -> int | None:
    """The number in "D-12"; None when it is none."""
    return whole_number(name.strip().upper().removeprefix("D-"))


def may_ask(person: Person, conversation: Conversation, rules: Rules) -> Reason | None:
    """Why this person may not ask for a disclosure here, or None: employees with a purpose, and privacy officers."""
    if barred := admit(person, conversation):
        return barred
    if person.standing is not Standing.MEMBER:
        return Reason.NOT_AN_EMPLOYEE
    knows = PRIVACY in person.roles or any(person.roles & one.groups for one in rules.purposes.values())
    return None if knows else Reason.NO_PURPOSE


def may_decide(person: Person, found: Disclosure | None, now: datetime, *, decides: bool) -> Reason | None:
    """Why this person may not decide this disclosure now, or None. Nobody decides their own.

    `decides`: whether they, or somebody for whom they stand in, are of a role that does.
    """
    if found is None or found.team != person.team:
        return Reason.NO_SUCH_REQUEST
    if found.asked_by in person.ids:
        return Reason.OWN_REQUEST
    if person.standing is not Standing.MEMBER or not decides:
        return Reason.NOT_AN_APPROVER
    if found.status is not Status.PENDING:
        return Reason.NOT_PENDING
    return None if found.is_open(now) else Reason.TIMED_OUT


def may_withdraw(person: Person, found: Disclosure | None, now: datetime) -> Reason | None:
    """Why this person may not take this disclosure back now, or None: whoever asked, until it is decided."""
    if found is None or found.team != person.team:
        return Reason.NO_SUCH_REQUEST
    if person.id != found.asked_by:
        return Reason.NOT_YOURS
    if found.status is not Status.PENDING:
        return Reason.NOT_PENDING
    return None if found.is_open(now) else Reason.TIMED_OUT


def may_be_shown(person: Person, found: Disclosure | None, now: datetime) -> Reason | None:
    """Why the values are not shown to this person now, or None: to whoever asked, once, while it is time."""
    if found is None or found.team != person.team:
        return Reason.NO_SUCH_REQUEST
    if person.id != found.asked_by:
        return Reason.NOT_YOURS
    if found.status is not Status.APPROVED or found.missing:
        return Reason.NOT_APPROVED
    if found.shown_at is not None:
        return Reason.SHOWN_ALREADY
    return None if found.shown_until and now < found.shown_until else Reason.TIMED_OUT


def may_list(person: Person, conversation: Conversation) -> Reason | None:
    """Why this person may not read the register here, or None: privacy officers and auditors may."""
    if barred := admit(person, conversation):
        return barred
    return None if person.standing is Standing.MEMBER and person.roles & {PRIVACY, AUDITORS} else Reason.NOT_FOR_YOU


def read_disclosure(connection: Connection, number: int) -> Disclosure | None:
    """One disclosure with who agreed to it."""
    row = connection.execute(select(Table).where(col(Table.number) == number)).one_or_none()
    if row is None:
        return None
    given = select(DisclosureApproval).where(col(DisclosureApproval.disclosure) == number)
    ordered = given.order_by(col(DisclosureApproval.at), col(DisclosureApproval.by))
    approvals = tuple(Approval(one.by, frozenset(one.roles), one.behalf) for one in connection.execute(ordered))
    values = {key: getattr(row, key) for key in Disclosure.__dataclass_fields__ if key != "approvals"}
    values["fields"] = tuple(row.fields)
    values["basis"], values["status"] = Basis(row.basis), Status(row.status)
    return Disclosure(approvals=approvals, **values)


def held_disclosure(connection: Connection, number: int) -> Disclosure:
    """One that this transaction has just written or decided, as it stands. Raises RuntimeError where it is gone."""
    return still_there(read_disclosure(connection, number), "a disclosure")


def read_register(connection: Connection, *, offset: int, limit: int) -> tuple[tuple[Entered, ...], int]:
    """Lines of the register, newest first, and how many there are in all."""
    total = int(connection.execute(select(func.count()).select_from(DisclosureEntry)).scalar_one())
    query = select(DisclosureEntry).order_by(col(DisclosureEntry.number).desc()).offset(offset).limit(limit)
    return tuple(_entered(row) for row in connection.execute(query)), total


def whole_register(connection: Connection) -> Sequence[Entered]:
    """Every line of the register, oldest first."""
    query = select(DisclosureEntry).order_by(col(DisclosureEntry.number))
    return [_entered(row) for row in connection.execute(query)]


def registered_among(connection: Connection, numbers: Sequence[int]) -> Mapping[int, Entered]:
    """The lines of the register of these numbers."""
    query = select(DisclosureEntry).where(col(DisclosureEntry.number).in_(numbers))
    return {row.number: _entered(row) for row in connection.execute(query)}


def _entered(row: Row[Any]) -> Entered:
    values = {key: getattr(row, key) for key in Entered.__dataclass_fields__}
    values["fields"], values["approved_by"] = tuple(row.fields), tuple(row.approved_by)
    values["basis"] = Basis(row.basis)
    return Entered(**values)
