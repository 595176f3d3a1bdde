"""Roles that were taken from people at a recertification: Slack still shows them there, but they count no more."""

from collections.abc import Sequence, Set
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from bot.access.people import Conversation, Person, WholeDirectory
from bot.access.recertification.taken import RolesOnRecord
from bot.database import Database
from bot.driver import Prepared
from models.recertification import RoleRemoval

REMOVED = Prepared(
    select(col(RoleRemoval.role)).where(
        col(RoleRemoval.ended).is_(None),
        col(RoleRemoval.team) == bindparam("team"),
        col(RoleRemoval.person) == bindparam("person"),
    )
)


def without(person: Person, taken: Set[str]) -> Person:
    """The person with the roles that count: without those that were taken from them. Pure."""
    removed = person.roles & taken
    return replace(person, roles=person.roles - removed, removed=person.removed | removed) if removed else person


def still_without(connection: Connection, person: Person, on_record: RolesOnRecord) -> Person:
    """The person without the roles either that entries say were taken, whatever the table says. Raises SQLAlchemyError.

    Nothing is read for those from whom none of the roles that they have was ever taken.
    """
    doubtful = person.roles & on_record.ever_taken(person.id)
    return without(person, on_record.still_taken(connection, person.id, doubtful)) if doubtful else person


class WithoutRemoved:
    """Slack's directory, in which nobody holds a role that was taken from them. What is removed counts at once.

    `members` stays Slack's word: whether somebody left a group is seen there.
    """

    def __init__(self, directory: WholeDirectory, database: Database, on_record: RolesOnRecord) -> None:
        self._directory = directory
        self._database = database
        self._on_record = on_record

    def person(self, team: str, user: str, *, fresh: bool = False) -> Person:
        """The person with the roles that count. Raises DirectoryUnavailable, SQLAlchemyError."""
        found = self._directory.person(team, user, fresh=fresh)
        if not found.roles:
            return found
        with self._database.reading() as connection:
            rows = REMOVED.rows(connection, {"team": found.team, "person": found.id})
            left = without(found, {str(row["role"]) for row in rows})
            return still_without(connection, left, self._on_record)

    def listed(self, team: str, user: str) -> Person:
        """The person with all roles that Slack gives them. Raises DirectoryUnavailable.

        For look-ups alone: those read, in the transaction of their entry, which roles were taken from the person.
        """
        return self._directory.person(team, user)

    def members(self, role: str, *, fresh: bool = False) -> Sequence[str]:
        """User ids of the role's group, as Slack has them. Raises DirectoryUnavailable."""
        return self._directory.members(role, fresh=fresh)

    def others(self, user: str) -> frozenset[str]:
        """The other accounts of whoever's account this is."""
        return self._directory.others(user)

    def people(self) -> Sequence[Person]:
        """Everyone of the workspace, as Slack has them. Raises DirectoryUnavailable."""
        return self._directory.people()

    def find(self, user: str) -> Person | None:
        """The one of them with this id. Raises DirectoryUnavailable."""
        return self._directory.find(user)

    def conversation(self, channel: str) -> Conversation:
        """Whether this channel is shared with another company. Raises DirectoryUnavailable."""
        return self._directory.conversation(channel)
