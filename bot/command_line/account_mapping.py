"""`steward accounts map`: a first mapping of the company's database, by the names of its tables and columns."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer
from sqlalchemy import Connection, Inspector, inspect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.accounts.company_source import SourceUnusable
from bot.accounts.sql.engine import engine_of, named
from bot.accounts.sql.guessing import Described, Guess, as_toml, guess
from bot.accounts.sql.tables import BrokenView, columns_of, may_not_see
from bot.command_line.console import FAILED, hint, warn
from bot.command_line.opening import begin_logging
from bot.command_line.whole_files import whole_file
from bot.configuration.sql_source import address, without_password
from bot.configuration.to_map import ToMap, read_to_map
from bot.running.refusals import CannotStart
from bot.settings import read_environment

MOST_TABLES: Final = 500
MOST_SCHEMAS: Final = 12
OWN_SCHEMAS: Final = frozenset({"information_schema", "pg_catalog", "performance_schema", "mysql", "sys"})
PASSWORD: Final = "ACCOUNTS_PASSWORD"  # noqa: S105 - the name of a variable
TIMEOUT_S: Final = 30.0


def map_accounts(url: str | None, schema: str | None, output: Path | None) -> None:
    """Write the mapping to standard output or a new file. Names of tables and columns are read, and no row.

    Of steward.toml the data classes are needed, and the database's address without `url`. Raises ConfigurationInvalid.
    """
    begin_logging()
    if output and output.exists():
        raise CannotStart(f"{output} is there already.", "Name a new file: what is written is [accounts] alone.")
    wanted = read_to_map(read_environment().steward_config, with_url=url is None)
    said = url or _configured(wanted)
    tables, left_out, elsewhere, broken = _described(said, schema, wanted)
    for one in broken:
        warn(f"“{one}” was left out: it is a view that works no more.", "Map another, or have it made anew.")
    guessed = guess(tables, wanted.classes)
    if left_out:
        mend = "Use a login that sees only what Steward needs, or name a schema with --schema."
        warn(f"{left_out} of {len(tables) + left_out} tables and views were not looked at.", mend)
    if guessed is None:
        _nothing(len(tables), elsewhere)
        raise typer.Exit(FAILED)
    written = without_password(said, PASSWORD)
    _write(as_toml(guessed, written, wanted.kind_field, wanted.kept), output)
    _summary(guessed, tables)
    if wanted.elsewhere:
        hint(f"steward.toml has {_faults(wanted.elsewhere)}, in nothing that was needed here: see `steward check`.")
    if written != said:
        hint(f"The password was not written: set {PASSWORD} to it, where Steward runs.")


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    with whole_file(output) as file:
        file.write(text.encode())


def _faults(number: int) -> str:
    return "one fault" if number == 1 else f"{number} faults"


def _configured(wanted: ToMap) -> str:
    if wanted.url is None:
        mend = 'Write --url "postgresql://reader:${CRM_PASSWORD}@host/database"; ${…} is taken from the environment.'
        raise CannotStart("Which database?", mend)
    return wanted.url


def _nothing(tables: int, schemas: Sequence[str]) -> None:
    """No table looks like one of accounts, and these other schemas have some."""
    what = f"None of {tables} tables and views looks like one of accounts."
    known = ", ".join(schemas[:MOST_SCHEMAS])
    mend = f"Name another with --schema; this login sees {known}." if known else "May this login see more of them?"
    warn("This login sees no table and no view there." if not tables else what, mend)


def _described(said: str, schema: str | None, wanted: ToMap) -> tuple[list[Described], int, list[str], list[str]]:
    """The tables and views, how many others there are, the schemas that were not looked at, and broken views."""
    try:
        engine = engine_of(address(said, os.environ, wanted.folder), timeout_s=TIMEOUT_S, connections=1)
    except SourceUnusable as error:
        raise CannotStart(str(error), "See docs/accounts.md.") from None
    try:
        with engine.connect() as connection:
            inspector = inspect(connection)
            names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
            found = {name: _one(connection, inspector, schema, name) for name in names[:MOST_TABLES]}
            broken = [name for name, one in found.items() if one is None]
            tables = [one for one in found.values() if one]
            return tables, max(0, len(names) - MOST_TABLES), _elsewhere(inspector, schema), broken
    except SQLAlchemyError as error:
        what = f"The company's database can't be read ({named(error)})."
        raise CannotStart(what, "Check the address and the login, and what it may read.") from None
    finally:
        engine.dispose()


def _elsewhere(inspector: Inspector, schema: str | None) -> list[str]:
    """Schemas that have tables or views, but for the one that is looked at and the database's own."""
    looked_at = schema or inspector.default_schema_name
    others = [one for one in inspector.get_schema_names() if one != looked_at and one not in OWN_SCHEMAS]
    return [one for one in others[:MOST_TABLES] if inspector.get_table_names(one) or inspector.get_view_names(one)]


def _one(connection: Connection, inspector: Inspector, schema: str | None, name: str) -> Described | None:
    """What is known of it; None of a view whose tables are gone or changed."""
    try:
        columns = tuple(columns_of(connection, name, schema))
    except BrokenView:
        return None
    try:
        key = inspector.get_pk_constraint(name, schema).get("constrained_columns", [])
    except DBAPIError as error:
        if not may_not_see(error):
            raise
        key = []
    return Described(f"{schema}.{name}" if schema else name, columns, tuple(key))


def _summary(guessed: Guess, tables: list[Described]) -> None:
    placed = [guessed.main, *guessed.classes.values(), *guessed.lists.values()]
    marks = [one for each in placed for one in (each.key, *each.columns.values())]
    unsure = sum(not one.sure for one in marks)
    hint(
        f"{len(tables)} tables and views were looked at; no row was read. {unsure} of {len(marks)} columns are unsure."
    )
    hint("Put it in the place of [accounts] in steward.toml, look at each line, and run `steward check`.")
