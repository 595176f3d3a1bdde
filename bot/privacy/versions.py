"""The policy's versions: kept as they were published, one in force at any time.

A version is a text; texts that differ in white space and the typography of quotes and dashes only are the same one. A
text that comes back after another was in force is its old version put in force again: the row's `in_force_from` moves,
and the audit table's policy.change entries keep every time that it was.

A text that was uploaded ahead is in force from its day on, by the clock in the query. `NEVER` is the day of a version
that was to come into force and will not.

A version is kept as it was extracted, and its text stays what it was named by. When a later Steward reads the same
original better, the better text becomes a version of its own with `reading_of` naming the first one: nothing that is
published has changed, and nobody need hear of it. See `EXTRACTION`.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import structlog
from sqlalchemy import Connection, bindparam, insert, select, text, update

from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import Database
from bot.driver import Prepared
from bot.privacy.composition import compose
from bot.privacy.formats.blocks import Document
from bot.privacy.formats.extraction import EXTRACTION, extract, media_type, packed
from bot.privacy.kept import as_kept, is_of_its_hash, reread
from bot.privacy.stated import LAST, is_stated, kept_now, state
from bot.privacy.stated import NEVER as NEVER
from bot.privacy.text import Clause, Heading, PolicyText, find_clause, nearest_sentence
from models.policy import PolicyVersion
from models.tables import table_of

NOTHING: Final = compose(Document(()))
_KEPT_TEXTS = 8
_KEPT_CLAUSES = 256
_TABLE = table_of(PolicyVersion)
_COLUMNS = _TABLE.c
IN_FORCE = (
    select(_COLUMNS.id, _COLUMNS.hash, _COLUMNS.in_force_from, LAST.scalar_subquery().label("stated"))
    .where(_COLUMNS.in_force_from <= bindparam("now"))
    .order_by(_COLUMNS.in_force_from.desc(), _COLUMNS.id.desc())
    .limit(1)
)

_LISTED = [column for column in _COLUMNS if column.name not in {"original", "text", "document"}]

_IN_FORCE_NOW = Prepared(IN_FORCE)

log = structlog.get_logger(__name__)


class Change(StrEnum):
    """What an import came to: the reason code of its audit entry."""

    FIRST = "first_version"
    NEW = "new_version"
    SAME = "same_text"
    AGAIN = "in_force_again"
    COMING = "kept_ahead"  # in force from a later day on
    REREAD = "read_again"  # the same publication as the version in force, which Steward reads better now


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to. `new`: a version that was not kept before. `version` is the hash, in hex.

    `before` is the hash of the version that was in force until then, None for the first one.
    """

    version: str
    change: Change
    title: str
    sentences: int
    before: str | None = None
    new: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The version in force, parsed. Equal versions in force since the same moment are one object while it is kept."""

    version: str
    in_force_from: datetime
    reading: PolicyText = field(repr=False)
    _found: dict[str, Clause | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The policy's title."""
        return self.reading.title

    @property
    def text(self) -> str:
        """The policy as people read it."""
        return self.reading.text

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Its headings, in order."""
        return self.reading.headings

    def clause(self, words: str) -> Clause | None:
        """The passage that a configured clause stands for, word for word; None: it is not in this version."""
        if words not in self._found:
            if len(self._found) >= _KEPT_CLAUSES:
                self._found.clear()
            self._found[words] = find_clause(self.reading, words)
        return self._found[words]

    def nearest(self, words: str) -> Clause | None:
        """The sentence most like words that do not stand in this version."""
        return nearest_sentence(self.reading, words)


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the history. `version` is the hash; `in_force_from` the last time that it came into force.

    `reading_of` is the hash of the version that this one reads again, if it does.
    """

    version: str
    title: str
    source: str
    imported_at: datetime
    imported_by: str
    in_force_from: datetime
    in_force: bool
    media_type: str = ""
    reading_of: str | None = None


def import_policy(
    ledger: Ledger, clock: Clock, data: bytes, source: str, origin: Origin, declared: str = ""
) -> Imported:
    """Keep a published policy and put it in force from now. One transaction with its audit entry (policy.change).

    `source` is the file's name or URL: it tells the kind of file and is kept; `declared` is the Content-Type that the
    bytes came with. Raises PolicyUnreadable (nothing is changed or recorded), and what `Ledger.entry` raises.
    """
    coming = Coming.read(data, source, declared)
    with ledger.entry(origin, Action.POLICY_CHANGE) as entry:
        now = clock()
        before = kept_now(entry.connection, now)
        imported = keep_version(entry, coming, now)
        state(entry, now, before)
        return imported


def read_again(database: Database, ledger: Ledger, clock: Clock, origin: Origin) -> Imported | None:
    """Read the original of the version in force as this Steward reads files; put a better text of it in force.

    None: no version is in force. Raises PolicyUnreadable, and what `Ledger.entry` raises.
    """
    with database.reading() as connection:
        in_force = connection.execute(IN_FORCE, {"now": clock()}).one_or_none()
        if in_force is None:
            return None
        query = select(_COLUMNS.original, _COLUMNS.source, _COLUMNS.media_type).where(_COLUMNS.id == in_force.id)
        kept = connection.execute(query).one()
    return import_policy(ledger, clock, bytes(kept.original), kept.source, origin, kept.media_type)


@dataclass(frozen=True, slots=True)
class Coming:
    """What is to be kept: the bytes and all that was read from them."""

    data: bytes
    source: str
    media_type: str
    document: str
    text: PolicyText

    @classmethod
    def read(cls, data: bytes, source: str, declared: str = "") -> "Coming":
        """Raises PolicyUnreadable."""
        kind = media_type(data, source, declared)
        document = extract(data, kind, source)
        return cls(data, source, kind, packed(document), compose(document))

    def row(self, origin: Origin, now: datetime, in_force_from: datetime, reading_of: str | None) -> dict[str, object]:
        """The row of policy_versions."""
        return {
            "hash": self.text.hash,
            "title": self.text.title,
            "source": self.source,
            "media_type": self.media_type,
            "original": self.data,
            "text": self.text.text,
            "imported_at": now,
            "imported_by": origin.actor.id,
            "in_force_from": in_force_from,
            "extraction": EXTRACTION,
            "document": self.document,
            "reading_of": reading_of,
        }


def keep_version(entry: OpenEntry, coming: Coming, now: datetime, in_force_from: datetime | None = None) -> Imported:
    """Keep a text in an entry's transaction and close the entry. In force at once, or from a later moment on."""
    _take_turn(entry.connection)
    in_force = entry.connection.execute(IN_FORCE, {"now": now}).one_or_none()
    before = in_force.hash if in_force else None
    known = select(_COLUMNS.id).where(_COLUMNS.hash == coming.text.hash)
    kept = entry.connection.execute(known).one_or_none() is not None
    change = _change(entry.connection, coming.text, before, kept=kept)
    starts = in_force_from or now
    if starts > now and change is not Change.SAME:
        change = Change.COMING
    if not kept:
        rereads = before if change is Change.REREAD else None
        entry.connection.execute(insert(PolicyVersion), coming.row(entry.origin, now, starts, rereads))
    elif change is not Change.SAME:
        put_in_force(entry.connection, coming.text.hash, starts)
    entry.policy_version = coming.text.hash
    entry.close(Outcome.DONE, change.value)
    return Imported(coming.text.hash, change, coming.text.title, len(coming.text.sentences), before, not kept)


def _take_turn(connection: Connection) -> None:
    """One import at a time, so that two processes that start together keep one version. SQLite's writers do already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE policy_versions IN SHARE ROW EXCLUSIVE MODE"))


def _change(connection: Connection, reading: PolicyText, before: str | None, *, kept: bool) -> Change:
    if before == reading.hash:
        return Change.SAME
    if kept:
        return Change.AGAIN
    if before is None:
        return Change.FIRST
    better = reread(connection, before)
    return Change.REREAD if better is not None and better.hash == reading.hash else Change.NEW


def put_in_force(connection: Connection, version: str, at: datetime) -> None:
    """A kept version is in force from then on; NEVER takes one out that has not come into force yet.

    The latest `in_force_from` is in force: a version that began at this very moment gives way by a microsecond.
    """
    earlier = at - timedelta(microseconds=1)
    others = update(_TABLE).where(_COLUMNS.in_force_from == at, _COLUMNS.hash != version)
    if at != NEVER:
        connection.execute(others.values(in_force_from=earlier))
    connection.execute(update(_TABLE).where(_COLUMNS.hash == version).values(in_force_from=at))


class _Texts:
    """Parsed policies, the most recently used ones. Safe among threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._policies: OrderedDict[tuple[str, datetime], Policy] = OrderedDict()

    def get(self, key: tuple[str, datetime]) -> Policy | None:
        with self._lock:
            if policy := self._policies.get(key):
                self._policies.move_to_end(key)
            return policy

    def keep(self, key: tuple[str, datetime], policy: Policy) -> Policy:
        with self._lock:
            kept = self._policies.setdefault(key, policy)
            while len(self._policies) > self._size:
                self._policies.popitem(last=False)
            return kept


_texts = _Texts(_KEPT_TEXTS)


def policy_in_force(connection: Connection, now: datetime) -> Policy | None:
    """The version in force: one indexed query, the text parsed once and kept.

    None before the first import, and where another text than the version's own is kept, or another version than the
    last entry about the policy says.
    """
    rows = _IN_FORCE_NOW.lists(connection, {"now": now})
    if not rows:
        return None
    policy = policy_of(connection, rows[0], now)
    return None if policy.reading is NOTHING else policy


def policy_of(connection: Connection, found: Sequence[Any], now: datetime) -> Policy:
    """The version that IN_FORCE has found, by its columns; its text is read where it is not kept.

    Of another text than its hash is of, and of a version that is not in force by the entries, nothing is taken: no
    clause stands in it, so that it permits nothing.
    """
    number, version, in_force_from, stated = found
    key = (version, in_force_from)
    if not is_stated(connection, stated, version, in_force_from, now):
        log.error("access.not_on_record", about="policy_versions")
        return Policy(version, in_force_from, NOTHING)
    if known := _texts.get(key):
        return known
    read = _read(connection, number, *key)
    return read if read.reading is NOTHING else _texts.keep(key, read)


def _read(connection: Connection, number: int, version: str, in_force_from: datetime) -> Policy:
    query = select(_COLUMNS.original, _COLUMNS.media_type, _COLUMNS.document).where(_COLUMNS.id == number)
    kept = connection.execute(query).one()
    text = (bytes(kept.original), kept.media_type, kept.document)
    return Policy(version, in_force_from, as_kept(*text) if is_of_its_hash(version, *text) else NOTHING)


def history(connection: Connection, now: datetime) -> tuple[Version, ...]:
    """All versions, the one that came into force last first."""
    in_force = connection.execute(IN_FORCE, {"now": now}).one_or_none()
    rows = connection.execute(select(*_LISTED).order_by(_COLUMNS.in_force_from.desc(), _COLUMNS.id.desc()))
    return tuple(
        Version(
            version=row.hash,
            title=row.title,
            source=row.source,
            imported_at=row.imported_at,
            imported_by=row.imported_by,
            in_force_from=row.in_force_from,
            in_force=in_force is not None and row.id == in_force.id,
            media_type=row.media_type,
            reading_of=row.reading_of,
        )
        for row in rows
    )
