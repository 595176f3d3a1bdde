"""The commands after `steward accounts`. What a command needs is loaded when it is run, so that help comes at once."""

from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.options import AsJson


def register(group: typer.Typer) -> None:
    """Add them to `steward accounts`."""
    group.command("import")(import_)
    group.command("map")(map_)
    group.command("conform")(conform)


def import_(
    file: Annotated[Path, typer.Argument(help="CSV or JSONL.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Import accounts; bad rows are named with their lines, and then nothing is imported."""
    from bot.command_line.accounts import import_file

    import_file(file, as_json=as_json)


def map_(
    *,
    url: Annotated[str | None, typer.Option(help="The database; ${NAME} is taken from the environment.")] = None,
    schema: Annotated[str | None, typer.Option(help="Look at this schema's tables and views.")] = None,
    output: Annotated[Path | None, typer.Option(help="A new file, instead of standard output.")] = None,
) -> None:
    """Write a first mapping of the company's database, guessed by names; no row is read."""
    from bot.command_line.account_mapping import map_accounts

    map_accounts(url, schema, output)


def conform(ids: Annotated[list[str], typer.Argument(help="Accounts that the source has.")]) -> None:
    """Try whether the company's own source does what Steward relies on; recorded as a look-up of these accounts."""
    from bot.command_line.conforming import conform

    conform(ids)
