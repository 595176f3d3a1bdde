"""Who has read a change and who has not, for officers; what is left to read, for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.access.people import Person, WholeDirectory
from bot.clock import Clock
from bot.database import Database
from bot.notices.announcing import Change, announced_changes, latest_announced, read_change
from bot.notices.telling import plans
from bot.notices.telling.rounds import concerns

MOST_LISTED = 25
"""Changes that are offered to look at, the last announced first."""


@dataclass(frozen=True, slots=True)
class Readers:
    """How far a change was read. `missing` are those who have not, names by user id; whoever left counts in neither.

    `told` is how many were told. Without the directory (ids for names) only those who were told count. `others` are the
    last changes that were announced, this one too if it is among them.
    """

    change: Change
    read: Mapping[str, datetime]
    missing: Mapping[str, str]
    told: int
    others: tuple[Change, ...] = ()

    @property
    def total(self) -> int:
        """All whom it concerns."""
        return len(self.read) + len(self.missing)


@dataclass(frozen=True, slots=True)
class OwnReading:
    """What one person has to read, and when they read the latest change that they were told of."""

    unread: tuple[Change, ...]
    latest: Change | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads it. `people` raises DirectoryUnavailable."""

    database: Database
    clock: Clock
    everybody: WholeDirectory
    acknowledge: bool

    def readers(self, number: int | None = None) -> Readers | None:
        """Of a change, or of the latest that was announced; None: there is none such."""
        return readers_among(self.database, self.everybody.people(), number)

    def own(self, person: Person) -> OwnReading:
        """One's own state."""
        with self.database.reading() as connection:
            unread = plans.unread_by(connection, person.team, person.id) if self.acknowledge else ()
            latest = latest_announced(connection)
            at = plans.read_at(connection, latest.after, person.team, person.id) if latest else None
        return OwnReading(unread, latest, at)


def readers_among(database: Database, people: Sequence[Person], number: int | None) -> Readers | None:
    """Of a change, or of the latest that was announced: how far it was read by those of `people` whom it concerns."""
    with database.reading() as connection:
        change = latest_announced(connection) if number is None else read_change(connection, number)
        if change is None or change.effective_at is None:
            return None
        read = plans.readers_of(connection, change.after)
        told = plans.told_of(connection, change.number)
        others = announced_changes(connection, MOST_LISTED)
    concerned = {one.id: one.name for one in people if concerns(one, change.audience)}
    missing = sorted(((user, name) for user, name in concerned.items() if user not in read), key=_by_name)
    counted = {user: at for user, at in read.items() if user in concerned}
    return Readers(change, counted, dict(missing), len(_people(list(told))), others)


def readers_told(database: Database, number: int | None) -> Readers | None:
    """The same from the database alone, where Slack does not name people: of those who were told, by user id."""
    with database.reading() as connection:
        change = latest_announced(connection) if number is None else read_change(connection, number)
        if change is None or change.effective_at is None:
            return None
        read = plans.readers_of(connection, change.after)
        people = _people(list(plans.told_of(connection, change.number)))
    missing = {user: user for user in sorted(people) if user not in read}
    return Readers(change, read, missing, len(people))


def _by_name(person: tuple[str, str]) -> tuple[str, str]:
    return person[1].casefold(), person[0]


def _people(recipients: Sequence[str]) -> list[str]:
    return [to.removeprefix("person:") for to in recipients if to.startswith("person:")]
