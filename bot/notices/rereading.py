"""Old snapshots read again as this release reads files. The bytes say what was published; a better reading no more."""

import zlib
from dataclasses import dataclass

from sqlalchemy import select, update

from bot.database import Database
from bot.privacy.formats.extraction import EXTRACTION
from bot.privacy.text import PolicyUnreadable, read_policy
from models.policy_watch import PolicySnapshot, SnapshotBytes
from models.tables import table_of

_SNAPSHOT = table_of(PolicySnapshot)
_BYTES = table_of(SnapshotBytes)


@dataclass(frozen=True, slots=True)
class Reread:
    """How many different snapshots were read, gave another text than before, and could not be read."""

    read: int
    otherwise: int
    unreadable: int


def read_snapshots_again(database: Database) -> Reread:
    """Read every snapshot that an older release read; each in a short transaction, so that nobody waits."""
    columns = _SNAPSHOT.c.sha256, _SNAPSHOT.c.url, _SNAPSHOT.c.content_type, _SNAPSHOT.c.version
    old = select(*columns).distinct().where(_SNAPSHOT.c.sha256.is_not(None), _SNAPSHOT.c.extraction < EXTRACTION)
    with database.reading() as connection:
        rows = connection.execute(old).all()
    otherwise = unreadable = 0
    for row in rows:
        with database.reading() as connection:
            packed = connection.execute(select(_BYTES.c.data).where(_BYTES.c.sha256 == row.sha256)).scalar_one()
        version = _version(zlib.decompress(packed), row.url or "", row.content_type or "")
        otherwise += version not in (None, row.version)
        unreadable += version is None
        same = _SNAPSHOT.c.sha256 == row.sha256, _SNAPSHOT.c.url.is_not_distinct_from(row.url)
        again = update(_SNAPSHOT).where(*same).values(version=version, extraction=EXTRACTION)
        with database.transaction() as connection:
            connection.execute(again)
    return Reread(len(rows), otherwise, unreadable)


def _version(data: bytes, name: str, declared: str) -> str | None:
    try:
        return read_policy(data, name, declared).hash
    except PolicyUnreadable:
        return None
