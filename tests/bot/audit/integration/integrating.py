"""What the integrator's tests share: a ledger to write to, an integrator to run, and ways to tamper with the tables."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.integration.growth import Keys
from bot.audit.integration.integrated import integrated, latest_checkpoint
from bot.audit.integration.integrator import Integrator
from bot.audit.integration.lease import Lease
from bot.audit.ledger import Ledger, Origin
from bot.audit.merkle.checkpoints import Checkpoint, read_checkpoint
from bot.audit.merkle.notes import Signer
from bot.audit.merkle.tree import root_of
from bot.audit.tamper import LedgerStanding, Refuse
from bot.clock import Clock
from bot.database import Database

SEED = bytes(range(32))
ORIGIN = "postwing.example/audit"
SIGNER = Signer(ORIGIN, SEED)
CLI = Origin(Actor("cli:tests", None, "tests@postwing.example"), Surface.CLI)


@dataclass(slots=True)
class Told:
    """The messages that an integrator queued, instead of the outbox."""

    messages: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, connection: Connection, kind: str, about: str) -> None:
        self.messages.append((kind, about))


def integrator_of(
    database: Database, clock: Clock, told: Told | None = None, *, signer: Signer = SIGNER, batch: int = 1000
) -> Integrator:
    standing = LedgerStanding(stops=True)
    refuse = Refuse(database, clock, standing, told or Told(), secrets.token_bytes)
    return Integrator(database, clock, Keys(signer), standing, refuse, lease=Lease(database, clock), batch=batch)


def record(database: Database, clock: Clock, count: int, *, query: str = "pw-00412") -> list[str]:
    """So many entries in one transaction, each with personal text; their ids, in order."""
    ledger, made = Ledger(database, clock), []
    with ledger.transaction() as connection:
        for _ in range(count):
            entry = ledger.opened(connection, CLI, Action.AUDIT_SEARCH, query=query)
            entry.account = "pw-00412"
            entry.close(Outcome.DISCLOSED, None, ["name"])
            ledger.write(entry)
            made.append(entry.id)
    return made


def stated(database: Database, signer: Signer = SIGNER) -> Checkpoint:
    """What the last checkpoint states, its signature verified."""
    with database.reading() as connection:
        stored = latest_checkpoint(connection)
    assert stored is not None
    checkpoint = read_checkpoint(stored.note, signer.key)
    assert isinstance(checkpoint, Checkpoint), checkpoint
    return checkpoint


def assert_sound(database: Database, ids: Sequence[str] | None = None, signer: Signer = SIGNER) -> None:
    """Every entry has its index, without a gap, and the last checkpoint is signed and states exactly these."""
    with database.reading() as connection:
        rows = list(integrated(connection))
        waiting = connection.scalar(text("SELECT count(*) FROM audit_pending"))
        everything = connection.scalar(text("SELECT count(*) FROM audit_entries"))
    checkpoint = stated(database, signer)
    assert waiting == 0
    assert [row.position for row in rows] == list(range(len(rows)))
    assert (len(rows), checkpoint.size) == (everything, everything)
    assert root_of(row.leaf for row in rows) == checkpoint.root
    if ids is not None:
        assert [row.id for row in rows] == list(ids)


def tamper(database: Database, *statements: str) -> None:
    """Change what is append-only, as somebody could who owns the database. `{hash}` is one that stands nowhere."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            for name, made in connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name <> 'accounts'")
            ).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
                statements = (*statements, made)
        else:
            beside = "(ledger|audit|marketing|role|policy|disclosure)%"
            tables = text(f"SELECT tablename FROM pg_tables WHERE tablename SIMILAR TO '{beside}'")
            for table in list(connection.execute(tables).scalars()):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        another = f"X'{'ab' * 32}'" if database.is_sqlite else f"'\\x{'ab' * 32}'"
        for statement in statements:
            connection.exec_driver_sql(statement.replace("{hash}", another))
