"""Writing the audit table. An entry is open while its transaction is, and committed before anything is shown."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from typing import Final, Protocol

import orjson
import structlog
import uuid_utils
from sqlalchemy import ColumnElement, Connection, Integer, Text, bindparam, func, insert, literal_column, select
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlmodel import col

from bot.audit.entry import SYSTEM, Action, Actor, Entry, Outcome, Random, Surface, further_request, leaf_hash, seal
from bot.clock import Clock
from bot.database import Database, is_full
from bot.driver import Prepared
from bot.observability import tracing
from models.audit import AuditEntry, AuditOpen
from models.ledger import AuditPending

log = structlog.get_logger(__name__)

ONCE = re.compile(r"audit_entries[._]once")  # the unique column as SQLite names it, its constraint as PostgreSQL does

SHOW_ACCOUNTS = frozenset({Action.LOOK_UP, Action.REVEAL, Action.DISCLOSE})

INSERT_ENTRY = Prepared(insert(AuditEntry))
INSERT_OPEN = Prepared(insert(AuditOpen))
INSERT_MARK = Prepared(insert(AuditPending))

# One round trip for all rows of an entry: PostgreSQL only. Each insert takes its id from the one before it. Where a
# trigger or a rule dropped one and said that all is well, there is no mark, and to divide by none undoes the others.
_WRITTEN = insert(AuditEntry).returning(col(AuditEntry.id)).cte("written")
_OPENED = (
    insert(AuditOpen)
    .from_select(["entry_id", "opened"], select(_WRITTEN.c.id, bindparam("opened", type_=Text)))
    .returning(col(AuditOpen.entry_id))
    .cte("opened")
)
DIVIDED_BY_NONE = "22012"


def _whole(kept: ColumnElement[str]) -> Prepared:
    marked = insert(AuditPending).from_select(["entry_id"], select(kept)).returning(col(AuditPending.entry_id))
    return Prepared(
        select((literal_column("1", Integer) // func.count()).label("whole")).select_from(marked.cte("marked"))
    )


INSERT_MARKED, INSERT_ALL = _whole(_WRITTEN.c.id), _whole(_OPENED.c.entry_id)


@dataclass(frozen=True, slots=True)
class Written:
    """A committed entry as it is counted, with nothing in it about anybody.

    `waited` is how long a request had waited for this decision.
    """

    action: Action
    outcome: Outcome
    purpose: str | None = None
    waited: timedelta | None = None


class Observer(Protocol):
    """Who counts what is written."""

    def written(self, entry: Written) -> None:
        """An entry was committed."""

    def not_written(self) -> None:
        """A transaction could not be."""


class NoObserver:
    """Nobody counts."""

    def written(self, entry: Written) -> None:
        """Let it pass."""

    def not_written(self) -> None:
        """Let it pass."""


class NotRecorded(Exception):
    """The entry could not be committed, so nothing may be shown and nothing has changed."""


class Tampered(NotRecorded):
    """The ledger was found changed, and look-ups are to stop until somebody has looked. `reference` names what."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


class AlreadyHandled(Exception):
    """Slack delivered the same thing again: its entry is there, and so its effect."""


class Keep(Protocol):
    """Inserts an entry's row, with what it opens to as JSON or None; whether the database kept all of it.

    `alone`: it is all that its transaction writes.
    """

    def __call__(
        self, connection: Connection, row: Mapping[str, object], opened: str | None, *, alone: bool
    ) -> bool: ...


def time_ordered_id() -> str:
    """A UUIDv7 (RFC 9562): rises with time, also within a millisecond of one process."""
    return str(uuid_utils.uuid7())


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something came from: who, through which surface, and Slack's id of that one delivery."""

    actor: Actor
    surface: Surface
    request: str | None = None


BY_ITSELF: Final = Origin(Actor(SYSTEM), Surface.SCHEDULE)
"""What no one pressed."""


@dataclass(slots=True)
class OpenEntry:
    """An entry being written. Use cases fill it in and close it; account sources answer only while it is open.

    What concerns several accounts is one entry an account: `account` is the first, `further` are the others.
    `id` is the entry's, `connection` its transaction: all that belongs to the entry is written with it.
    """

    id: str
    connection: Connection
    origin: Origin
    action: Action
    query: str | None = None
    ticket: str | None = None
    justification: str | None = None
    account: str | None = None
    purpose: str | None = None
    grant: str | None = None
    policy_version: str | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    fields: tuple[str, ...] = field(default=())
    waited: timedelta | None = None  # counted, and no part of what is written
    further: tuple[str, ...] = field(default=())

    def about(self, accounts: Sequence[str]) -> None:
        """Say which accounts it concerns: there will be an entry for each."""
        self.account, self.further = (accounts[0], tuple(accounts[1:])) if accounts else (None, ())

    @property
    def is_open(self) -> bool:
        """Whether account data may still be read under this entry."""
        return self.outcome is None

    def close(self, outcome: Outcome, reason: str | None = None, fields: Sequence[str] = ()) -> None:
        """Say what came of it; `fields` are the names of what was shown, after those that were noted before."""
        if self.outcome is not None:
            raise RuntimeError("an audit entry is closed once")
        self.outcome, self.reason, self.fields = outcome, reason, (*self.fields, *fields)


class Ledger:
    """The audit table's only writer.

    `keep` inserts an entry's rows and says whether they were kept; it is another one in measurements only.
    `wake` is called after a commit that queued effects, so that they need not wait for the next look at the outbox.
    `refusal` gives the reference to name when nothing about accounts may be shown now; None: it may.
    `observer` hears of each entry once it is committed, and `remember` of its id and hash, by which it is missed where
    somebody takes it away before it has its index.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Random = secrets.token_bytes,
        new_id: Callable[[], str] = time_ordered_id,
        wake: Callable[[], None] = lambda: None,
        refusal: Callable[[], str | None] = lambda: None,
        keep: Keep | None = None,
        observer: Observer | None = None,
        remember: Callable[[Sequence[tuple[str, bytes]]], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._new_id = new_id
        self._wake = wake
        self._refusal = refusal
        self._keep = keep or _kept
        self._observer = observer or NoObserver()
        self._remember = remember

    @contextmanager
    def entry(self, origin: Origin, action: Action, *, query: str | None = None) -> Iterator[OpenEntry]:
        """One transaction with one entry in it, committed on leaving.

        Raises NotRecorded when it can't be committed, AlreadyHandled when this delivery was recorded before. An
        exception of the caller's passes through and leaves neither entry nor change behind.
        """
        with tracing.span("decision", action=action.value) as span, self.transaction() as connection:
            yield (entry := self.opened(connection, origin, action, query=query))
            span.note(outcome=entry.outcome, purpose=entry.purpose, reason=entry.reason)
            self.write(entry, last=True)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction for several entries, or for one that may turn out not to be needed. Raises like `entry`."""
        queued, written, kept, committing = False, list[Written](), list[tuple[str, bytes]](), 0
        try:
            with self._database.transaction() as connection:
                info = connection.info
                info.update(effects=False, written=written, kept=kept)
                yield connection
                queued = info.pop("effects", False)
                info.pop("written", None)
                info.pop("kept", None)
                committing = tracing.now()
        except SQLAlchemyError as error:
            if isinstance(error, IntegrityError) and ONCE.search(str(error.orig)):
                raise AlreadyHandled from None
            log.error("audit.not_recorded", fault=_fault(error))
            tracing.record("commit", committing, failed=True)
            self._observer.not_written()
            raise NotRecorded from None
        tracing.record("commit", committing)
        self._remember(kept)
        if queued:
            self._wake()
        for one in written:
            self._observer.written(one)

    def opened(self, connection: Connection, origin: Origin, action: Action, *, query: str | None = None) -> OpenEntry:
        """An open entry within a transaction that the caller holds. Raises Tampered when look-ups are stopped."""
        if action in SHOW_ACCOUNTS and (reference := self._refusal()):
            raise Tampered(reference)
        return OpenEntry(self._new_id(), connection, origin, action, query=query)

    def write(self, entry: OpenEntry, *, last: bool = False) -> None:
        """Insert a closed entry in its own transaction; one that concerns several accounts once for each of them.

        `last`: nothing follows but the commit, so that an entry before which nothing was written can stand by itself.
        Raises RuntimeError when nobody said what came of it, NotRecorded when the database took the row and kept none.
        """
        value = self._write(entry, alone=last and not entry.further)
        if (written := entry.connection.info.get("written")) is not None:
            written.append(Written(value.action, value.outcome, value.purpose, entry.waited))
        for place, account in enumerate(entry.further, start=1):
            origin = replace(entry.origin, request=further_request(entry.origin.request, place))
            self._write(replace(entry, id=self._new_id(), origin=origin, account=account, further=()), alone=False)

    def _write(self, entry: OpenEntry, *, alone: bool) -> Entry:
        value = self._value(entry)
        sealed, opened = seal(value, self._random)
        leaf = leaf_hash(sealed)
        row = {
            "id": value.id,
            "at": value.at,
            "actor": value.actor,
            "action": str(value.action),
            "outcome": str(value.outcome),
            "account": value.account,
            "purpose": value.purpose,
            "grant": value.grant,
            "entry": sealed,
            "leaf": leaf,
            "once": value.request,
        }
        if not self._keep(entry.connection, row, orjson.dumps(opened).decode() if opened else None, alone=alone):
            log.error("audit.not_recorded", fault="row_not_kept")
            self._observer.not_written()
            raise NotRecorded
        if (kept := entry.connection.info.get("kept")) is not None:
            kept.append((value.id, leaf))
        return value

    def _value(self, entry: OpenEntry) -> Entry:
        if entry.outcome is None:
            raise RuntimeError("an audit entry was left open")
        actor = entry.origin.actor
        return Entry(
            id=entry.id,
            at=self._clock().astimezone(UTC),
            actor=actor.id,
            team=actor.team,
            actor_email=actor.email,
            action=entry.action,
            outcome=entry.outcome,
            reason=entry.reason,
            account=entry.account,
            query=entry.query,
            purpose=entry.purpose,
            fields=entry.fields,
            grant=entry.grant,
            ticket=entry.ticket,
            justification=entry.justification,
            policy_version=entry.policy_version,
            request=entry.origin.request,
            surface=entry.origin.surface,
        )


def _kept(connection: Connection, row: Mapping[str, object], opened: str | None, *, alone: bool) -> bool:
    """Insert the rows of an entry, and its mark for the integrator.

    A trigger or a rule can drop one and say that all is well; then the entry is not kept.
    """
    if connection.dialect.name == "postgresql":
        return _kept_at_once(connection, row, opened, alone=alone)
    key = {"entry_id": row["id"]}
    written = INSERT_ENTRY.write(connection, row) == 1 and INSERT_MARK.write(connection, key) == 1
    return written and (opened is None or INSERT_OPEN.write(connection, {**key, "opened": opened}) == 1)


def _kept_at_once(connection: Connection, row: Mapping[str, object], opened: str | None, *, alone: bool) -> bool:
    try:
        if opened is None:
            return INSERT_MARKED.write(connection, row, alone=alone) == 1
        return INSERT_ALL.write(connection, {**row, "opened": opened}, alone=alone) == 1
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == DIVIDED_BY_NONE:
            return False
        raise


def _fault(error: SQLAlchemyError) -> str:
    """The driver's type of error, without its text, which could carry values."""
    if is_full(error):
        return "TooManyConnections"  # as PostgreSQL calls the error that it does not name here
    return type(getattr(error, "orig", None) or error).__name__
