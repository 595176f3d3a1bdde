"""A version that should be in force, and is not: another text is kept for it than its hash is of, or another version
is in force by the last entry about the policy.

Either somebody changed it in the database; or the text came before readings were kept, and this release reads its
original otherwise, for which `steward policy reread` is. Until then no policy is in force and every look-up is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.database import Database
from bot.privacy.kept import is_of_its_hash
from bot.privacy.stated import is_stated
from bot.privacy.versions import IN_FORCE
from models.policy import PolicyVersion
from models.tables import table_of

VERSIONS = table_of(PolicyVersion).c
Tell = Callable[[Connection, str, str], None]


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The version's hash. `unread`: no reading of it was kept, so it may be this release that reads it otherwise.

    `misplaced`: its text is its own, and it is not the version that is in force by the last entry, or not since then.
    """

    version: str
    unread: bool
    misplaced: bool = False


def doubtful_version(connection: Connection, now: datetime) -> Doubtful | None:
    """The version that would be in force now if what is kept of it were as it came. None: there is none such."""
    in_force = connection.execute(IN_FORCE, {"now": now}).one_or_none()
    if in_force is None:
        return None
    query = select(VERSIONS.original, VERSIONS.media_type, VERSIONS.document).where(VERSIONS.id == in_force.id)
    kept = connection.execute(query).one()
    if not is_of_its_hash(in_force.hash, bytes(kept.original), kept.media_type, kept.document):
        return Doubtful(in_force.hash, unread=kept.document is None)
    if is_stated(connection, in_force.stated, in_force.hash, in_force.in_force_from, now):
        return None
    return Doubtful(in_force.hash, unread=False, misplaced=True)


@dataclass(frozen=True, slots=True)
class PolicyInDoubt:
    """Looks whether the policy is in force, and tells the audit channel, once for each version, that it can't be."""

    database: Database
    clock: Clock
    tell: Tell

    def found(self) -> Doubtful | None:
        """Raises SQLAlchemyError."""
        with self.database.reading() as connection:
            return doubtful_version(connection, self.clock())

    def __call__(self) -> None:
        """Raises SQLAlchemyError."""
        if found := self.found():
            with self.database.transaction() as connection:
                self.tell(connection, "ledger.policy", found.version)
