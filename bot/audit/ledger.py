"""Writing the audit table. An entry is open while its transaction is, and committed before anything is shown."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC

import orjson
import structlog
import uuid_utils
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.audit.entry import Action, Actor, Entry, Outcome, Random, Surface, leaf_hash, seal
from bot.clock import Clock
from bot.database import Database
from models.audit import AuditEntry, AuditOpen

log = structlog.get_logger(__name__)


class NotRecorded(Exception):
    """The entry could not be committed, so nothing may be shown and nothing has changed."""


class AlreadyHandled(Exception):
    """Slack delivered the same thing again: its entry is there, and so its effect."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something came from: who, through which surface, and Slack's id of that one delivery."""

    actor: Actor
    surface: Surface
    request: str | None = None


@dataclass(slots=True)
class OpenEntry:
    """An entry being written. Use cases fill it in and close it; account sources answer only while it is open.

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

    @property
    def is_open(self) -> bool:
        """Whether account data may still be read under this entry."""
        return self.outcome is None

    def close(self, outcome: Outcome, reason: str | None = None, fields: Sequence[str] = ()) -> None:
        """Say what came of it; `fields` are the names of what was shown."""
        if self.outcome is not None:
            raise RuntimeError("an audit entry is closed once")
        self.outcome, self.reason, self.fields = outcome, reason, tuple(fields)


class Ledger:
    """The audit table's only writer."""

    def __init__(self, database: Database, clock: Clock, random: Random = secrets.token_bytes) -> None:
        self._database = database
        self._clock = clock
        self._random = random

    @contextmanager
    def entry(self, origin: Origin, action: Action, *, query: str | None = None) -> Iterator[OpenEntry]:
        """One transaction with one entry in it, committed on leaving.

        Raises NotRecorded when it can't be committed, AlreadyHandled when this delivery was recorded before. An
        exception of the caller's passes through and leaves neither entry nor change behind.
        """
        try:
            with self._database.transaction() as connection:
                yield (open_entry := self.opened(connection, origin, action, query=query))
                self.write(open_entry)
        except IntegrityError as error:
            if "once" in str(error.orig):
                raise AlreadyHandled from error
            raise NotRecorded from error
        except SQLAlchemyError as error:
            log.error("audit.not_recorded", action=action.value, fault=type(error.orig if hasattr(error, "orig") else error).__name__)
            raise NotRecorded from error

    def opened(
        self, connection: Connection, origin: Origin, action: Action, *, query: str | None = None
    ) -> OpenEntry:
        """An open entry within a transaction that the caller holds."""
        return OpenEntry(str(uuid_utils.uuid7()), connection, origin, action, query=query)

    def write(self, entry: OpenEntry) -> None:
        """Insert a closed entry in its own transaction."""
        sealed, opened = seal(self._finished(entry), self._random)
        row = {
            "id": entry.id,
            "at": self._clock().astimezone(UTC),
            "actor": entry.origin.actor.id,
            "action": entry.action.value,
            "outcome": entry.outcome,
            "account": entry.account,
            "purpose": entry.purpose,
            "grant": entry.grant,
            "entry": sealed,
            "leaf": leaf_hash(sealed),
            "once": entry.origin.request,
        }
        entry.connection.execute(insert(AuditEntry), row)
        if opened:
            entry.connection.execute(insert(AuditOpen), {"entry_id": entry.id, "opened": orjson.dumps(opened).decode()})
