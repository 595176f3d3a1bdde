"""`steward db …`"""

from bot.command_line.console import say
from bot.running.schema import upgrade_database
from bot.settings import read_environment


def bring_up() -> None:
    """Make the database or run the migrations that are missing. Raises CannotStart."""
    before, now = upgrade_database(read_environment().database_url)
    say(f"The database was up to date ({now})." if before == now else f"The database is at {now} now.")
