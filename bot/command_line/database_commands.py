"""The commands after `steward db`. What a command needs is loaded when it is run, so that help comes at once."""

from pathlib import Path
from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add them to `steward db`."""
    group.command("upgrade")(upgrade)
    group.command("grant")(grant)
    group.command("backup")(backup)
    group.command("restore")(restore)
    group.command("move")(move)


def upgrade() -> None:
    """Make the database, or bring it to this release's schema."""
    from bot.command_line.databases import bring_up

    bring_up()


def grant(
    role: Annotated[str, typer.Argument(help="The login that `steward run` uses.")],
    *,
    only_print: Annotated[bool, typer.Option("--print", help="Print the SQL and change nothing.")] = False,
) -> None:
    """On PostgreSQL, let a role read and add to the audit table, and change nothing in it."""
    from bot.command_line.databases import grant_to

    grant_to(role, only_print=only_print)


def move(file: Annotated[Path, typer.Argument(help="The SQLite database that Steward has used until now.")]) -> None:
    """Bring all of a SQLite database into the empty PostgreSQL database of DATABASE_URL. Stop Steward before."""
    from bot.command_line.databases import move_from

    move_from(file)


def backup(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Copy the whole database at one moment, also while Steward runs.

    Of several workspaces without --workspace: each to a file with its name in it, and the registry of installations.
    """
    from bot.command_line.backups import write_backup

    write_backup(file)


def restore(
    file: Annotated[
        Path | None, typer.Argument(help="What “backup” wrote; without it, the database was put back by other means.")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in the database's place. Nothing that is there now is lost; say then what is missing."""
    from bot.command_line.backups import restore_backup

    restore_backup(file, yes=yes)
