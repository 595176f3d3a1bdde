"""`steward db …`"""

from sqlalchemy import text

from bot.command_line.console import say
from bot.command_line.opening import opened
from bot.database import Database
from bot.running.refusals import CannotStart
from bot.running.schema import upgrade_database
from bot.settings import read_environment
from migrations.privileges import grants_for


def bring_up() -> None:
    """Make the database or run the migrations that are missing. Raises CannotStart."""
    before, now = upgrade_database(read_environment().database_url)
    say(f"The database was up to date ({now})." if before == now else f"The database is at {now} now.")


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


def _statements(database: Database, role: str) -> list[str]:
    with database.reading() as connection:
        try:
            return grants_for(connection, role)
        except LookupError as error:
            raise CannotStart(
                f"There is no role {role}.", f"CREATE ROLE {role} LOGIN PASSWORD '…' makes it."
            ) from error
