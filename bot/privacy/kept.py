"""Versions of the policy that were in force before: what an older audit entry rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import structlog
from sqlalchemy import Connection, select
from sqlmodel import col

from bot.privacy.composition import compose
from bot.privacy.faults import PolicyUnreadable
from bot.privacy.formats.extraction import EXTRACTION, unpacked
from bot.privacy.text import Clause, PolicyText, find_clause, read_policy
from models.policy import PolicyVersion
from models.policy_change import PolicyChange

NO_DOCUMENT: Final = (ValueError, TypeError, LookupError, AttributeError)
"""What comes of text that is not as `packed` writes it."""
DRAFT: Final = "draft"  # brought ahead of its day: found_how of models.policy_change
WITHDRAWN: Final = "withdrawn"

log = structlog.get_logger(__name__)

_OF_CHANGE: Final = ("found_how", "status", "found_at", "decided_at", "effective_at")
_CHANGES: Final[Any] = select(*(col(getattr(PolicyChange, name)) for name in _OF_CHANGE))


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version by its hash; `in_force_from` is the last time that it came into force.

    `reading_of` is the hash of the version that this one reads again: the same publication, better extracted.
    """

    version: str
    title: str
    in_force_from: datetime
    reading: PolicyText
    reading_of: str | None = None

    def clause(self, words: str) -> Clause | None:
        """The passage that a configured clause stands for in this version; None: it is not in it."""
        return find_clause(self.reading, words)


def kept_version(connection: Connection, version: str) -> KeptVersion | None:
    """The version with this hash, or None if none is kept, or another text in its place: nobody is shown that."""
    query = select(
        col(PolicyVersion.title),
        col(PolicyVersion.in_force_from),
        col(PolicyVersion.original),
        col(PolicyVersion.media_type),
        col(PolicyVersion.document),
        col(PolicyVersion.reading_of),
    ).where(col(PolicyVersion.hash) == version)
    row = connection.execute(query).one_or_none()
    if row is None or not is_of_its_hash(version, bytes(row.original), row.media_type, row.document):
        return None
    reading = as_kept(bytes(row.original), row.media_type, row.document)
    return KeptVersion(version, row.title, row.in_force_from, reading, row.reading_of)


def begins_of(connection: Connection, version: str) -> tuple[datetime, ...]:
    """The moments from which a version was, or is to be, in force, earliest first: also before it gave way once.

    The row of a version holds the last one alone; the changes that led to it hold the others, where there are any.
    """
    columns = (PolicyVersion.in_force_from, PolicyVersion.imported_at)
    kept = connection.execute(select(*map(col, columns)).where(col(PolicyVersion.hash) == version)).one_or_none()
    changes = connection.execute(_CHANGES.where(col(PolicyChange.after) == version)).all()
    found = {kept.in_force_from} if kept else set()
    if kept and not changes:
        found.add(kept.imported_at)
    for change in changes:
        found.update(_moments(change))
    return tuple(sorted(found))


def _moments(change: Any) -> Iterator[datetime]:
    """When a change put its version in force: as it was found, but for a draft; and at the day that was set for it.

    A draft whose day had passed when it was announced is in force from then on. One that was taken back is so never.
    """
    draft, day = change.found_how == DRAFT, change.effective_at
    if not draft:
        yield change.found_at
    if day is not None and day > change.found_at and change.status != WITHDRAWN:
        yield max(day, change.decided_at) if draft and change.decided_at else day


def in_force_since(begins: Sequence[datetime], at: datetime) -> datetime | None:
    """Since when a version was in force that was so at a moment; None where that is not known any more. Pure."""
    return max((one for one in begins if one <= at), default=None)


@lru_cache(maxsize=64)
def is_of_its_hash(version: str, original: bytes, media_type: str, document: str | None) -> bool:
    """Whether what was read from a version's original, or is read from it now where that was not kept, is its text."""
    try:
        found = as_kept(original, media_type, document).hash
    except (*NO_DOCUMENT, PolicyUnreadable):
        found = None
    if found != version:
        log.critical("policy.text_changed", version=version)
    return found == version


@lru_cache(maxsize=8)
def as_kept(original: bytes, media_type: str, document: str | None) -> PolicyText:
    """A version's text as it was extracted when it came; the original is read where no extraction was kept."""
    return compose(unpacked(document)) if document else read_policy(original, "", media_type)


def reread(connection: Connection, version: str) -> PolicyText | None:
    """A version's original as this Steward reads files now, to compare a newly fetched text with.

    A difference between the two is one of the policy; a difference to the text that was kept may be one of reading.
    None: no such version, or it was read in the present way already, or the original can't be read any more.
    """
    query = select(col(PolicyVersion.original), col(PolicyVersion.source), col(PolicyVersion.media_type)).where(
        col(PolicyVersion.hash) == version, col(PolicyVersion.extraction) < EXTRACTION
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    try:
        return read_policy(bytes(row.original), row.source, row.media_type)
    except PolicyUnreadable:
        return None
