"""A database that Steward can work with, or words about what is in the way."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.checks.database import database_findings, encoding_fault, open_database, unreachable
from bot.checks.findings import Level
from bot.database import Database
from bot.running.refusals import CannotStart, refuse
from bot.running.single import held_alone
from migrations.schema import HERE, revisions, serves, upgrade

UPGRADING: Final = 0x5354455741524421  # "STEWARD!", the key of an advisory lock
_OWNER = (
    "Set DATABASE_URL, for this command, to the login that owns the tables and may make tables and extensions: "
    "one that was given its rights by `steward db grant` may not."
)


def usable_database(url: str, *, writes: bool = True) -> Database:
    """The database, reachable and at this release's schema. Raises CannotStart.

    `writes`: it must take writes too; without, a read-only copy of a server's will do.
    """
    database = open_database(url)
    if not isinstance(database, Database):
        raise refuse(database)
    findings = database_findings(database)
    for finding in findings if writes else findings[:2]:  # reached, schema; then writing
        if finding.level is Level.FAULT:
            database.close()
            raise refuse(finding)
    return database


def upgrade_database(url: str, *, of: Path = HERE) -> tuple[str | None, str | None]:
    """Make the database, or run the migrations that are missing. Returns its revision before and after.

    `of` is a workspace's database, or the REGISTRY of installations.
    Raises CannotStart; nothing is changed then.
    """
    from alembic.util.exc import CommandError  # only to upgrade: Steward runs without Alembic

    database = _new_or_old(url)
    try:
        _require_server(database)
        with held_alone(database.url), database.transaction() as connection:
            _wait_for_other_upgrades(connection)
            if wrong := encoding_fault(connection):
                raise refuse(wrong)
            before, ours = revisions(connection, of=of)
            if before != ours and of == HERE and serves(connection, ours, before):
                return before, before
            upgrade(connection, of=of)
            return before, revisions(connection, of=of)[0]
    except CommandError as error:
        what = "The database is of a newer Steward."
        raise CannotStart(what, "Install that release; there is no way back.") from error
    except SQLAlchemyError as error:
        fault = type(getattr(error, "orig", None) or error).__name__
        mend = _OWNER if fault == "InsufficientPrivilege" else "Look at the server's log, and whether it has room."
        raise CannotStart(f"The database could not be upgraded ({fault}); nothing was changed.", mend) from error
    finally:
        database.close()


def _wait_for_other_upgrades(connection: Connection) -> None:
    """Where several replicas begin at once, one of them upgrades PostgreSQL, and the others find it done.

    However long that takes; all that the migrations themselves wait for is bounded as it was.
    """
    if connection.dialect.name == "postgresql":
        patience = connection.scalar(select(func.current_setting("lock_timeout")))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
        connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": patience})


def _require_server(database: Database) -> None:
    """A file may have yet to be made; a server has to be there, and to take the login."""
    if database.is_sqlite:
        return
    try:
        with database.reading():
            pass
    except SQLAlchemyError as error:
        raise refuse(unreachable(database, error)) from error


def _new_or_old(url: str) -> Database:
    try:
        return Database(url)
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        mend = "Write sqlite:///steward.db or postgresql://user:password@host/name."
        raise CannotStart("DATABASE_URL is no address of a database.", mend) from error
