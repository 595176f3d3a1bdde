"""Versions of the policy that were in force before: what an older audit entry rests on."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.privacy.text import MARKDOWN, Clause, PolicyText, find_clause, read_policy
from models.policy import PolicyVersion


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version by its hash; `in_force_from` is the last time that it came into force."""

    version: str
    title: str
    in_force_from: datetime
    reading: PolicyText

    def clause(self, words: str) -> Clause | None:
        """The passage that a configured clause stands for in this version; None: it is not in it."""
        return find_clause(self.reading, words)


def kept_version(connection: Connection, version: str) -> KeptVersion | None:
    """The version with this hash, or None if none is kept."""
    query = select(
        col(PolicyVersion.title),
        col(PolicyVersion.in_force_from),
        col(PolicyVersion.original),
        col(PolicyVersion.media_type),
    ).where(col(PolicyVersion.hash) == version)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return KeptVersion(version, row.title, row.in_force_from, _read(bytes(row.original), row.media_type))


@lru_cache(maxsize=8)
def _read(original: bytes, media_type: str) -> PolicyText:
    return read_policy(original, "policy.md" if media_type == MARKDOWN else "policy.txt")
