"""`steward db backup` and `steward db restore`"""

from contextlib import closing
from pathlib import Path

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.audit.entry import Action, Outcome
from bot.audit.faults import entries_of
from bot.audit.integration.integrated import latest_checkpoint, pending_count
from bot.audit.ledger import Ledger
from bot.clock import system_clock
from bot.command_line.console import hint, say
from bot.command_line.opening import begin_logging, typed_here
from bot.command_line.workspaces import environment_here, require_home
from bot.database import Database
from bot.running.backup import Restored, back_up, restore, settle_restored
from bot.running.refusals import CannotStart
from bot.running.schema import upgrade_database


def write_backup(file: Path) -> None:
    """Copy the database to a file. Raises CannotStart."""
    size = back_up(environment_here().database_url, file)
    say(f"The database is in {file} ({size / 1_000_000:.1f} MB).")
    hint("The signing key and steward.toml are not in it. Keep copies of them apart, and a checkpoint elsewhere.")


def restore_backup(file: Path | None, *, yes: bool) -> None:
    """Put a backup in place, bring it to this release's schema, and record it. Raises CannotStart, NotRecorded.

    Without a file the database was put back by other means, and only what follows is done.
    """
    begin_logging()
    url = environment_here().database_url
    if file and not file.exists():
        raise CannotStart(f"There is no file {file}.", "Name what `steward db backup` wrote.")
    if not yes and not typer.confirm(_question(file), err=True):
        raise typer.Abort
    restored = restore(url, file, system_clock()) if file else Restored(None)
    if restored.before:
        say(f"What was there until now is in {restored.before}.")
    upgrade_database(url)
    with closing(Database(url)) as database:
        require_home(database)
        settle_restored(database)
        _tell(database, file)


def _question(file: Path | None) -> str:
    if file is None:
        return "Was the database put back, and is no Steward running on it?"
    return f"Put {file} in the database's place? No Steward may be running on it."


def _tell(database: Database, file: Path | None) -> None:
    """What is there now; that it was put back is an entry of its own."""
    ledger = Ledger(database, system_clock)
    with ledger.entry(typed_here(), Action.RESTORE, query=file.name if file else None) as entry:
        entry.close(Outcome.DONE)
    try:
        with database.reading() as connection:
            signed, waiting = latest_checkpoint(connection), pending_count(connection)
    except SQLAlchemyError as error:
        raise CannotStart("The database was put back and can't be read.", "Run “steward check”.") from error
    size = signed.size if signed else 0
    until = f", the last signed at {signed.at:%Y-%m-%d %H:%M:%S} UTC" if signed else ""
    say(f"The database is back: {entries_of(size)} in the ledger{until}, {waiting} waiting for their place.")
    hint("Now compare it with the last checkpoint from the audit channel: steward audit verify --older CHECKPOINT")
