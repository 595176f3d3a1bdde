"""`steward db …`"""

from pathlib import Path

from sqlalchemy import text

from bot.clock import system_clock
from bot.command_line.console import hint, progress, say
from bot.command_line.opening import begin_logging, opened, typed_here
from bot.command_line.workspace_commands import chosen
from bot.command_line.workspaces import environment_here, plan_of, wanted_of
from bot.database import Database, normalised_url
from bot.running.refusals import CannotStart
from bot.running.schema import upgrade_database
from bot.settings import read_environment
from migrations.privileges import grants_for
from migrations.schema import HERE, REGISTRY


def bring_up() -> None:
    """Make the database or run the migrations that are missing; those of all workspaces. Raises CannotStart."""
    environment = read_environment()
    plan = plan_of(environment)
    if plan is None:
        _bring_up("The database", environment.database_url)
        return
    if chosen() is None:
        _bring_up("The registry of installations", plan.registry_url, of=REGISTRY)
    for hosted in wanted_of(plan):
        _bring_up(f"The database of {hosted.name}", hosted.database_url)


def _bring_up(which: str, url: str, *, of: Path = HERE) -> None:
    before, now = upgrade_database(url, of=of)
    say(f"{which} was up to date ({now})." if before == now else f"{which} is at {now} now.")
    parsed = normalised_url(url)
    if before is None and parsed.get_backend_name() == "sqlite" and parsed.database:
        hint(f"It is a new one: {Path(parsed.database).absolute()}.")  # a relative name counts from where one stands


def grant_to(role: str, *, only_print: bool) -> None:
    """Give the running bot's role what it needs on PostgreSQL; with `only_print`, say the SQL. Raises CannotStart."""
    with opened() as work:
        if work.database.is_sqlite:
            raise CannotStart("SQLite has no roles: whoever may write the file may write all of it.")
        statements = _statements(work.database, role)
        if only_print:
            say("".join(f"{statement};\n" for statement in statements).rstrip())
            return
        with work.database.transaction() as connection:
            for statement in statements:
                connection.execute(text(statement))
    say(f"{role} may read and add to the audit table and the ledger, and change neither.")
    say("Let `steward run` log in as this role, and keep the owner's login for upgrades and acknowledgements.")


def move_from(file: Path) -> None:
    """Bring a SQLite database into the empty PostgreSQL database of this environment. Raises CannotStart."""
    from bot.running.moving import move  # no other command copies databases

    begin_logging()
    with progress("Copying") as bar:
        moved = move(file, environment_here().database_url, typed_here(), system_clock, bar)
    say(f"{moved.rows:,} rows of {moved.tables} tables are in PostgreSQL, and each was compared with the file's.")
    say(f"The file is {moved.file} now, so that no Steward goes on with it.")
    hint(
        "The ledger's key stays the same: STEWARD_SIGNING_KEY names it, also where it was steward.key beside the file."
    )
    hint("Now: steward audit verify, and steward db grant where the bot has a login of its own.")


def _statements(database: Database, role: str) -> list[str]:
    with database.reading() as connection:
        try:
            return grants_for(connection, role)
        except LookupError as error:
            raise CannotStart(
                f"There is no role {role}.", f"CREATE ROLE {role} LOGIN PASSWORD '…' makes it."
            ) from error
