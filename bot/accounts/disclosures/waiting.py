"""Which disclosures wait for a person, and which of their own they still have. By id alone: a list is no look-up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.deputising.deputies import Voice
from bot.access.people import Person
from bot.accounts.disclosures.records import Disclosure, Status, may_be_shown, may_decide, read_disclosure
from bot.accounts.disclosures.voices import Voices, may_agree
from bot.clock import Clock
from bot.database import Database
from models.disclosure import Disclosure as Table

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class OfDisclosures:
    """One person's side of it: `to_decide` where their yes would count now, `asked` what they wait for or may open."""

    to_decide: tuple[Disclosure, ...] = ()
    asked: tuple[Disclosure, ...] = ()


NOTHING: Final = OfDisclosures()


@dataclass(frozen=True, slots=True)
class WaitingDisclosures:
    """Reads them. Raises DirectoryUnavailable where Slack has to say who those are for whom the person stands in."""

    database: Database
    clock: Clock
    voices: Voices

    def __call__(self, person: Person) -> OfDisclosures:
        """Oldest first."""
        now = self.clock()
        with self.database.reading() as connection:
            pending, asked = _pending(connection, person, now), _asked(connection, person, now)
        voices = self.voices.of(person, now) if pending else ()
        mine = (one for one in pending if voices and isinstance(may_agree(voices, one), Voice))
        return OfDisclosures(tuple(one for one in mine if may_decide(person, one, now, decides=True) is None), asked)


def _pending(connection: Connection, person: Person, now: datetime) -> tuple[Disclosure, ...]:
    """Other people's that can still be decided."""
    waits = (col(Table.team) == person.team) & (col(Table.status) == Status.PENDING.value)
    others = (col(Table.expires_at) > now) & (col(Table.asked_by) != person.id)
    query = select(col(Table.number)).where(waits, others).order_by(col(Table.number)).limit(MOST)
    return _read(connection, connection.execute(query).scalars().all())


def _asked(connection: Connection, person: Person, now: datetime) -> tuple[Disclosure, ...]:
    """Their own that wait, or that are approved and were not looked at."""
    mine = (col(Table.team) == person.team) & (col(Table.asked_by) == person.id)
    there = (col(Table.status) == Status.PENDING.value) & (col(Table.expires_at) > now)
    there |= (col(Table.status) == Status.APPROVED.value) & (col(Table.shown_until) > now)
    query = select(col(Table.number)).where(mine, there).order_by(col(Table.number)).limit(MOST)
    found = _read(connection, connection.execute(query).scalars().all())
    return tuple(one for one in found if one.is_open(now) or may_be_shown(person, one, now) is None)


def _read(connection: Connection, numbers: Iterable[int | None]) -> tuple[Disclosure, ...]:
    found = (read_disclosure(connection, number or 0) for number in numbers)
    return tuple(one for one in found if one is not None)
