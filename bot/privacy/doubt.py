"""A version that should be in force, and is not, because the text that is kept for it is another than its hash is of.

Either somebody changed it in the database; or it came before readings were kept, and this release reads its original
otherwise, for which `steward policy reread` is. Until then no policy is in force and every look-up is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.database import Database
from bot.privacy.kept import is_of_its_hash
from bot.privacy.versions import IN_FORCE
from models.policy import PolicyVersion
from models.tables import table_of

VERSIONS = table_of(PolicyVersion).c
Tell = Callable[[Connection, str, str], None]


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The version's hash. `unread`: no reading of it was kept, so it may be this release that reads it otherwise."""

    version: str
    unread: bool


def doubtful_version(connection: Connection, now: datetime) -> Doubtful | None:
    """The version that would be in force now if the text that is kept for it were its own. None: there is none."""
    in_force = connection.execute(IN_FORCE, {"now": now}).one_or_none()
    if in_force is None:
        return None
    query = select(VERSIONS.original, VERSIONS.media_type, VERSIONS.document).where(VERSIONS.id == in_force.id)
    kept = connection.execute(query).one()
    if is_of_its_hash(in_force.hash, bytes(kept.original), kept.media_type, kept.document):
        return None
    return Doubtful(in_force.hash, unread=kept.document is None)


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
