"""`steward db backup` and `steward db restore`"""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.audit.entry import Action, Outcome
from bot.audit.faults import entries_of
from bot.audit.integration.integrated import latest_checkpoint, pending_count
from bot.audit.ledger import Ledger
from bot.clock import system_clock
from bot.command_line.console import FAILED, hint, say, warn
from bot.command_line.opening import begin_logging, typed_here
from bot.command_line.workspace_commands import chosen
from bot.command_line.workspaces import environment_here, plan_of, require_home
from bot.database import Database
from bot.running.backup import REGISTRY, WORKSPACE, Restored, back_up, restore, settle_restored
from bot.running.refusals import CannotStart
from bot.running.schema import upgrade_database
from bot.settings import read_environment

if TYPE_CHECKING:  # one workspace does without
    from bot.hosting.plan import Plan

OF_REGISTRY: Final = "_installations"
"""In the name of its copy; no workspace may be called so."""


def write_backup(file: Path) -> None:
    """Copy the database to a file; of several workspaces, and none named, each to a file of its own.

    Raises CannotStart. Exits with 1 when one of several could not be copied; the others are.
    """
    plan = plan_of(read_environment())
    if plan is not None and chosen() is None:
        _write_each(plan, file)
        return
    _write("The database", environment_here().database_url, file)
    hint("The signing key and steward.toml are not in it. Keep copies of them apart, and a checkpoint elsewhere.")


def _write_each(plan: "Plan", file: Path) -> None:
    """Every workspace's database, and the registry; one that fails keeps none of the others."""
    failed = False
    copies = [(f"The database of {one.name}", one.database_url, one.name, WORKSPACE) for one in plan.workspaces]
    for which, url, name, of in (*copies, ("The registry of installations", plan.registry_url, OF_REGISTRY, REGISTRY)):
        try:
            _write(which, url, file.with_name(f"{file.stem}.{name}{file.suffix}"), of=of)
        except CannotStart as error:
            warn(f"{which} was not copied. {error.what}", error.mend)
            failed = True
    hint("No signing key, steward.toml or token key is in them. Keep copies of them apart, and checkpoints elsewhere.")
    if failed:
        raise typer.Exit(FAILED)


def _write(which: str, url: str, file: Path, *, of: str = WORKSPACE) -> None:
    size = back_up(url, file, of=of)
    say(f"{which} is in {file} ({size / 1_000_000:.1f} MB).")


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
