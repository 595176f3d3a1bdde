"""The rulings in force, a page at a time, for the officers who may withdraw them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.clock import Clock
from bot.database import Database
from bot.privacy.desk_items import may_rule
from bot.privacy.passages import unmarked
from bot.privacy.rereading import ToReread, to_reread
from bot.privacy.rulings import Ruling, Standing, held_against, number_in_force, rulings_in_force
from bot.privacy.rulings_on_record import on_record
from bot.privacy.versions import Policy, policy_in_force
from models.policy import PolicyVersion

A_PAGE: Final = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """One ruling as it stands under the version in force.

    `again` is what an officer reads before confirming it. `words` are a written one's, with only that version's words
    in quotation marks; `since`: when the version came into force that the ruling was made or last confirmed for.
    """

    again: ToReread
    standing: Standing
    words: str | None
    since: datetime | None

    @property
    def ruling(self) -> Ruling:
        """The ruling itself."""
        return self.again.ruling


@dataclass(frozen=True, slots=True)
class RulingPage:
    """A page, counted from 1; `total` rulings are in force in all."""

    lines: tuple[Listed, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class RulingList:
    """Reads the rulings of an officer's workspace. What they say every employee can be answered with: no entry."""

    database: Database
    clock: Clock

    def page(self, person: Person, conversation: Conversation, number: int) -> RulingPage | Reason:
        """The newest first. A page behind the last one is the last one: rulings are withdrawn meanwhile."""
        if reason := may_rule(person, conversation):
            return reason
        with self.database.reading() as connection:
            policy = policy_in_force(connection, self.clock())
            if policy is None:
                return Reason.NO_POLICY
            total = number_in_force(connection, person.team)
            pages = max(1, -(-total // A_PAGE))
            number = min(max(1, number), pages)
            kept = rulings_in_force(connection, person.team, most=A_PAGE, skip=(number - 1) * A_PAGE)
            found = tuple(on_record(connection, one) for one in kept)
            return RulingPage(tuple(_listed(connection, found, policy)), number, pages, total)


def _listed(connection: Connection, rulings: tuple[Ruling, ...], policy: Policy) -> Iterator[Listed]:
    versions = select(col(PolicyVersion.hash), col(PolicyVersion.in_force_from))
    wanted = versions.where(col(PolicyVersion.hash).in_({one.version for one in rulings}))
    since = {row[0]: row[1] for row in connection.execute(wanted)}
    for ruling in rulings:
        words = unmarked(ruling.text, policy.reading) if ruling.text else None
        stands = held_against(connection, ruling, policy.reading)
        yield Listed(to_reread(connection, ruling, policy.reading), stands, words, since.get(ruling.version))
