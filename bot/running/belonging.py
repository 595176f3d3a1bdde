"""A database belongs to one workspace, and keeps to it: a mistaken address can't mix two companies' data."""

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from bot.checks.database import OTHER_WORKSPACE, home_of
from bot.clock import Clock
from bot.database import Database
from bot.running.refusals import CannotStart
from models.workspace import HomeWorkspace


def keep_to(team: str, database: Database, clock: Clock) -> None:
    """Claim the database for the workspace (Slack's team id) for good. Raises CannotStart when it is another's."""
    owner = home_of(database)
    if owner is None:
        owner = _claimed(team, database, clock)
    if owner != team:
        what = f"This database belongs to the workspace {owner}, not to {team}."
        raise CannotStart(what, OTHER_WORKSPACE)


def _claimed(team: str, database: Database, clock: Clock) -> str | None:
    """Whose the database is now; another process may have come first."""
    try:
        with database.transaction() as connection:
            connection.execute(insert(HomeWorkspace).values(number=1, team=team, since=clock()))
    except IntegrityError:
        return home_of(database)
    return team
