"""What was found not to agree in the ledger: kept in the database, so that every replica and every restart knows.

A fault is open until an operator has acknowledged it. While one is open nothing is signed, and look-ups are refused if
the configuration says so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from bot.access.recertification.taken import RolesOnRecord
from bot.audit.entry import Action, Outcome, Random
from bot.audit.found import FAULTS, found_of, words_of
from bot.audit.found import Found as Found
from bot.audit.found import Kind as Kind
from bot.audit.found import Mismatch as Mismatch
from bot.audit.found import Place as Place
from bot.audit.found import is_known as is_known
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.recorded_acknowledgements import acknowledged
from bot.audit.rows import ENTRY_COLUMNS, entry_row, row_fault, row_state
from bot.clock import Clock
from bot.database import Database
from bot.references import reference
from models.audit import AuditEntry, AuditOpen
from models.ledger import AuditPending, LedgerAcknowledgement, LedgerFault

LONGEST_NOTE: Final = 1000  # characters

log = structlog.get_logger(__name__)


class Unacknowledged(Exception):
    """Nothing was acknowledged: there is no such fault, or somebody did it before. Its text says which."""


def record(connection: Connection, mismatch: Mismatch, reference: str, now: datetime) -> Found:
    """Keep a mismatch; the open fault that says the same already, if there is one."""
    for known in open_faults(connection):
        if is_known(mismatch, {known.mismatch.place}):
            return known
    values = {"kind": mismatch.kind.value, "about": mismatch.about, "what": mismatch.what}
    new = insert(LedgerFault).values(found_at=now, reference=reference, state=mismatch.state or None, **values)
    kept = connection.execute(new.returning(FAULTS.c.id))
    return Found(kept.scalar_one(), now, mismatch, reference)


def open_faults(connection: Connection) -> tuple[Found, ...]:
    """The faults that nobody has acknowledged, the first found first."""
    faults = every_fault(connection)
    known = acknowledged(connection, faults).faults
    return tuple(one for one in faults if one.id not in known)


def every_fault(connection: Connection) -> tuple[Found, ...]:
    """All that were ever found, the first found first."""
    return tuple(found_of(row) for row in connection.execute(select(FAULTS).order_by(FAULTS.c.id)))


def fault_named(connection: Connection, name: str) -> Found | None:
    """The fault that is called so ("F-3"), open or not."""
    letter, _, number = name.partition("-")
    if letter.upper() != "F" or not number.isascii() or not number.isdecimal() or len(number) > 9:
        return None
    row = connection.execute(select(FAULTS).where(FAULTS.c.id == int(number))).one_or_none()
    return found_of(row) if row else None


def acknowledged_places(connection: Connection) -> frozenset[Place]:
    """What somebody has investigated. Entries among them stay out of the tree as long as they disagree."""
    faults = every_fault(connection)
    known = acknowledged(connection, faults).faults
    return frozenset(one.mismatch.place for one in faults if one.id in known)


def set_aside(connection: Connection, known: Collection[Place]) -> frozenset[str]:
    """The ids of entries that wait, were found wrong and acknowledged, and are wrong still as they were then.

    One that is as it was written has its place in the ledger, whatever is said of it: else whoever writes to the tables
    of faults could keep entries out of the ledger, and of every export, with nothing wrong to be seen.
    """
    ids = sorted(about for kind, about, _ in known if kind == Kind.ENTRY.value)
    marked = col(AuditPending.entry_id)
    query = (
        select(*ENTRY_COLUMNS, marked.label("marked"))
        .select_from(AuditPending)
        .outerjoin(AuditEntry, col(AuditEntry.id) == marked)
        .outerjoin(AuditOpen, col(AuditOpen.entry_id) == marked)
        .where(marked.in_(ids))
    )
    rows = [(row.marked, entry_row(row)) for row in connection.execute(query)] if ids else []
    wrong = [(entry_id, row) for entry_id, row in rows if row is None or row_fault(row, 0) is not None]
    return frozenset(
        entry_id for entry_id, row in wrong if is_known(Mismatch(Kind.ENTRY, entry_id, "", row_state(row)), known)
    )


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """An operator says what a fault was, after investigating it; then the integrator looks again.

    Their entry's query is the fault's name and its digest: what was acknowledged is the fault as it was kept then.
    """

    ledger: Ledger
    clock: Clock

    def __call__(self, origin: Origin, name: str, note: str) -> Found:
        """Once for each fault, and an entry of its own. Raises Unacknowledged, NotRecorded."""
        with self.ledger.entry(origin, Action.AUDIT_ACKNOWLEDGE, query=name) as entry:
            entry.justification = note[:LONGEST_NOTE]
            found = fault_named(entry.connection, name)
            if found is None:
                raise Unacknowledged(f"There is no fault {name}.")
            if found.id not in {one.id for one in open_faults(entry.connection)}:
                raise Unacknowledged(f"{found.name} was acknowledged before.")
            entry.query = words_of(found)
            self._insert(entry, found)
            entry.close(Outcome.DONE, found.mismatch.kind.value)
        log.warning("ledger.acknowledged", fault=found.name, reference=found.reference)
        return found

    def _insert(self, entry: OpenEntry, found: Found) -> None:
        by = entry.origin.actor.id
        values = {"fault": found.id, "at": self.clock(), "by": by, "note": "", "entry_id": entry.id}
        try:
            entry.connection.execute(insert(LedgerAcknowledgement).values(**values))
        except IntegrityError:
            what = f"{found.name} was acknowledged just now, or its acknowledgement is one that no entry says."
            raise Unacknowledged(
                f"{what} That is a fault by itself: to acknowledge it is to acknowledge both."
            ) from None


class Tell(Protocol):
    """Queues a message to the audit channel, in the caller's transaction; `about` names what it speaks of."""

    def __call__(self, connection: Connection, kind: str, about: str) -> None:
        """The same message is sent once, ever."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Keeps what was found, and says so to everyone: from then on nothing is signed."""

    database: Database
    clock: Clock
    standing: "LedgerStanding"
    tell: Tell
    random: Random

    def __call__(self, mismatch: Mismatch) -> Found:
        """Raises SQLAlchemyError."""
        with self.database.transaction() as connection:
            found = record(connection, mismatch, reference(self.random), self.clock())
            self.tell(connection, "ledger.fault", found.name)
        self.standing.add(found)
        log.critical("ledger.tampered", reference=found.reference, fault=found.name, kind=mismatch.kind.value)
        return found


class LedgerStanding:
    """What this process knows of open faults, so that a look-up need not ask the database. Refreshed every second.

    `roles`: whose, by the ledger's entries, were taken from them.
    """

    def __init__(self, *, stops: bool) -> None:
        self._stops = stops
        self._open: tuple[Found, ...] = ()
        self._known: frozenset[Place] = frozenset()
        self._aside: frozenset[str] = frozenset()
        self._doubts: tuple[Mismatch, ...] = ()
        self._sure: frozenset[str] = frozenset()
        self.roles = RolesOnRecord()

    @property
    def stops(self) -> bool:
        """Whether look-ups are refused while a fault is open."""
        return self._stops

    @property
    def open(self) -> tuple[Found, ...]:
        """The open faults, the first found first."""
        return self._open

    @property
    def known(self) -> frozenset[Place]:
        """What was acknowledged and is not told again."""
        return self._known

    @property
    def set_aside(self) -> frozenset[str]:
        """Ids of entries that were found wrong and acknowledged, and are wrong still: they get no index."""
        return self._aside

    @property
    def doubts(self) -> tuple[Mismatch, ...]:
        """What is wrong with acknowledgements that no entry says, and nobody was told of yet: those do not count."""
        told = {one.mismatch.place for one in self._open}
        return tuple(one for one in self._doubts if one.place not in told)

    def refusal(self) -> str | None:
        """The reference to name when a look-up is refused now; None when it may go on."""
        return self._open[0].reference if self._stops and self._open else None

    def refresh(self, connection: Connection) -> None:
        """Take over the database's state. What cannot be read leaves what is known as it is."""
        faults = every_fault(connection)
        seen = acknowledged(connection, faults, self._sure)
        known = frozenset(one.mismatch.place for one in faults if one.id in seen.faults)
        self._aside = set_aside(connection, known)
        self._known, self._open = known, tuple(one for one in faults if one.id not in seen.faults)
        self._doubts, self._sure = seen.doubts, seen.sure
        self.roles.refresh(connection)

    def add(self, found: Found) -> None:
        """Know at once what this process has found."""
        if found.id not in {one.id for one in self._open}:
            self._open = (*self._open, found)
