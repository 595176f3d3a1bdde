"""Erasures as frozen values, reading them from their tables, and who may decide on one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.audit.entry import commit_to
from bot.audit.erasures.disclosures import TEXTS
from bot.audit.erasures.scope import Kind, Value, digest_of
from bot.numbers import whole_number
from models.erasure import AuditErased, ErasureConfirmation
from models.erasure import Erasure as ErasureRow
from models.tables import table_of

NEEDED: Final = 2

ERASURES = table_of(ErasureRow)


class Status(StrEnum):
    """Where an erasure stands."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure. `found` counts values by field; `confirmed_by` are the officers so far, the first one first.

    `subject` is an id, or for an address the hash of it with `salt`, which is there only while the erasure is pending.
    `asked_in` and `carried_out_in` are the ids of the audit entries that say so.
    """

    number: int
    kind: Kind
    subject: str
    salt: bytes | None
    entries: int
    found: Mapping[str, int]
    status: Status
    asked_at: datetime
    asked_by: str
    asked_in: str
    expires_at: datetime
    settled_at: datetime | None = None
    settled_by: str | None = None
    carried_out_in: str | None = None
    confirmed_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Readable aloud: E-3."""
        return erasure_name(self.number)

    @property
    def of_disclosures(self) -> bool:
        """Whether texts of disclosures to outsiders are among it."""
        return not self.found.keys().isdisjoint(TEXTS)

    @property
    def withdrawn(self) -> bool:
        """Whether who had asked for it took it back."""
        return self.status is Status.REFUSED and self.settled_by == self.asked_by

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be decided; by the clock, not because a job ran."""
        return self.status is Status.PENDING and now < self.expires_at

    def concerns(self, person: Person) -> bool:
        """Whether it is this person's own text that would be erased."""
        if self.kind is Kind.PERSON:
            return self.subject in person.ids
        if self.kind is Kind.ADDRESS and self.salt is not None:
            own = [" ".join(text.casefold().split()) for text in (person.email, person.name) if text]
            return self.subject in [commit_to(text, self.salt) for text in own]
        return False


class Taken(NamedTuple):
    """What was erased from one entry by one erasure: the fields, and when."""

    entry_id: str
    fields: tuple[str, ...]
    erasure: str
    at: datetime


def erasure_name(number: int) -> str:
    """E-3."""
    return f"E-{number}"


def erasure_number(name: str) -> int | None:
    """The number in "E-3"; None when it is none."""
    return whole_number(name.removeprefix("E-")) if name.startswith("E-") else None


def words_of_act(number: int, values: Iterable[Value]) -> str:
    """What the entry of the act says as its query: the erasure's name and the digest of what was taken out."""
    return f"{erasure_name(number)} {digest_of(values)}"


def may_withdraw(actor: str, erasure: Erasure | None, now: datetime) -> Reason | None:
    """Why this actor may not take an erasure back now, or None: only who asked for it may, while it waits."""
    if erasure is None:
        return Reason.NO_SUCH_ERASURE
    if erasure.status is not Status.PENDING:
        return Reason.NOT_PENDING
    if actor != erasure.asked_by:
        return Reason.NOT_YOURS
    return None if erasure.is_open(now) else Reason.TIMED_OUT


def may_decide(officer: Person, erasure: Erasure | None, now: datetime) -> Reason | None:
    """Why this person may not confirm or refuse this erasure now, or None.

    Nobody decides about their own text, nor about what they asked for themselves, be it on the command line.
    """
    if erasure is None:
        return Reason.NO_SUCH_ERASURE
    if not is_officer(officer):
        return Reason.NOT_A_PRIVACY_OFFICER
    if erasure.concerns(officer):
        return Reason.CONCERNS_YOU
    if erasure.asked_by in officer.ids:
        return Reason.OWN_REQUEST
    if erasure.status is not Status.PENDING:
        return Reason.NOT_PENDING
    if not erasure.is_open(now):
        return Reason.TIMED_OUT
    return None


def read_erasure(connection: Connection, number: int) -> Erasure | None:
    """One erasure with those who confirmed it."""
    row = connection.execute(select(ERASURES).where(ERASURES.c.number == number)).mappings().one_or_none()
    if row is None:
        return None
    by = (
        select(col(ErasureConfirmation.person))
        .where(col(ErasureConfirmation.erasure) == number)
        .order_by(col(ErasureConfirmation.at), col(ErasureConfirmation.person))
    )
    values = {**row, "kind": Kind(row["kind"]), "status": Status(row["status"])}
    values["salt"] = None if row["salt"] is None else bytes(row["salt"])
    return Erasure(**values, confirmed_by=tuple(connection.execute(by).scalars()))


def waiting_for(connection: Connection, officer: Person, now: datetime) -> tuple[Erasure, ...]:
    """What this officer may decide now and has not confirmed yet, what expires first at the beginning."""
    pending = select(ERASURES.c.number).where(ERASURES.c.status == Status.PENDING.value, ERASURES.c.expires_at > now)
    numbers = connection.execute(pending.order_by(ERASURES.c.expires_at, ERASURES.c.number)).scalars().all()
    found = [one for number in numbers if (one := read_erasure(connection, number)) is not None]
    mine = [one for one in found if may_decide(officer, one, now) is None and officer.ids.isdisjoint(one.confirmed_by)]
    return tuple(mine)


def every_erasure(connection: Connection) -> tuple[Erasure, ...]:
    """All that were ever asked for, the newest first."""
    numbers = select(ERASURES.c.number).order_by(ERASURES.c.number.desc())
    found = [read_erasure(connection, number) for number in connection.execute(numbers).scalars().all()]
    return tuple(one for one in found if one is not None)


def acts_of(connection: Connection) -> Iterator[tuple[Erasure, list[Value]]]:
    """Every erasure that was carried out, with the values that are recorded as taken by it; one at a time."""
    done = select(ERASURES.c.number).where(ERASURES.c.status == Status.DONE.value).order_by(ERASURES.c.number)
    for number in connection.execute(done).scalars().all():
        erasure = read_erasure(connection, number)
        taken = select(col(AuditErased.entry_id), col(AuditErased.field)).where(col(AuditErased.erasure) == number)
        if erasure is not None:
            yield erasure, [Value(entry_id, field) for entry_id, field in connection.execute(taken)]
