"""Suspensions of purposes whose clause is gone, as frozen values, and reading them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, select
from sqlmodel import col

from bot.numbers import whole_number
from bot.privacy.text import Clause, PolicyText
from models.clause import ClauseSuspension

CANDIDATES: Final = 5


class Standing(StrEnum):
    """Where a suspension stands."""

    SUSPENDED = "suspended"
    RESTORED = "restored"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Suspension:
    """One purpose, the clause that it rested on, the version that does not say it, and how far its restoring is."""

    number: int
    purpose: str
    clause: str
    version: str
    noticed_at: datetime
    ended: tuple[str, ...]
    waiting: tuple[str, ...]
    status: Standing
    proposed: str | None
    proposed_for: str | None
    proposed_by: str | None
    proposed_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None

    @property
    def name(self) -> str:
        """Readable aloud: S-3."""
        return suspension_name(self.number)


def suspension_name(number: int) -> str:
    """S-3."""
    return f"S-{number}"


def suspension_number(name: str) -> int | None:
    """The number in "S-3"; None when it is none."""
    return whole_number(name.strip().upper().removeprefix("S-"))


def read_suspension(connection: Connection, number: int) -> Suspension | None:
    """One of them."""
    row = connection.execute(select(ClauseSuspension).where(col(ClauseSuspension.number) == number)).one_or_none()
    return _suspension(row) if row else None


def open_suspensions(connection: Connection) -> Sequence[Suspension]:
    """Those that nobody has settled, oldest first."""
    query = select(ClauseSuspension).where(col(ClauseSuspension.status) == Standing.SUSPENDED.value)
    return [_suspension(row) for row in connection.execute(query.order_by(col(ClauseSuspension.number)))]


def restored_words(connection: Connection, purpose: str, clause: str) -> str | None:
    """What officers last pointed to in the place of this clause of this purpose, if they did."""
    query = (
        select(col(ClauseSuspension.proposed))
        .where(
            col(ClauseSuspension.purpose) == purpose,
            col(ClauseSuspension.clause) == clause,
            col(ClauseSuspension.status) == Standing.RESTORED.value,
        )
        .order_by(col(ClauseSuspension.number).desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def candidates(policy: PolicyText, clause: str) -> tuple[Clause, ...]:
    """The sentences of a version that come nearest to a clause, best first."""
    from rapidfuzz import fuzz, process  # few clauses go missing

    quotes = [policy.quote(sentence) for sentence in policy.sentences]
    found = process.extract(clause, quotes, scorer=fuzz.token_set_ratio, limit=CANDIDATES)
    return tuple(
        Clause(
            quote,
            policy.sentences[index].heading,
            policy.sentences[index].start,
            policy.sentences[index].end,
            policy.hash,
        )
        for quote, _, index in found
    )


def _suspension(row: Row[Any]) -> Suspension:
    values = {key: getattr(row, key) for key in Suspension.__dataclass_fields__}
    values["ended"], values["waiting"] = tuple(row.ended), tuple(row.waiting)
    values["status"] = Standing(row.status)
    return Suspension(**values)
