"""Whether those who certify groups, and deputies who are named now, are people who may."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.access.deputising.absences import current_absences
from bot.access.deputising.deputies import Absence, approving_roles
from bot.checks.database import open_database
from bot.checks.findings import Finding, Subject, fault, ok, warning
from bot.checks.workspace import Workspace
from bot.configuration.values import Configuration


def owner_findings(configuration: Configuration, workspace: Workspace) -> Iterator[Finding]:
    """Each owner of a group is somebody active; an address is told by its group, since a report may be kept."""
    if workspace.emails is None:
        return
    for role, address in configuration.recertification.owners.items():
        where = f"recertification.owners.{role}"
        line = configuration.line(where) or configuration.line("recertification.owners")
        if address.casefold() not in workspace.emails:
            what = f"The owner of “{role}” is nobody active in Slack, so the privacy office gets the list."
            yield fault(Subject.SLACK, what, "Write the address of somebody, as Slack has it.", where, line)
        else:
            yield ok(Subject.SLACK, f"“{role}” has an owner.", where)


def deputy_findings(
    configuration: Configuration, workspace: Workspace, database_url: str, now: datetime
) -> Iterator[Finding]:
    """Each deputy of this moment works here, and stands in for somebody who approves."""
    active, database = workspace.active, open_database(database_url)
    if active is None or isinstance(database, Finding):
        return
    try:
        with database.reading() as connection:
            absences = current_absences(connection, now)
    except SQLAlchemyError:
        return
    finally:
        database.close()
    for absence in absences:
        yield from _deputy(configuration, workspace, active, absence)


def _deputy(
    configuration: Configuration, workspace: Workspace, active: frozenset[str], absence: Absence
) -> Iterator[Finding]:
    mend = "Let them name somebody else: `/access away UNTIL @name`."
    if absence.deputy not in active:
        what = f"{absence.name}: the deputy is nobody active in Slack, so nobody decides in that place."
        yield fault(Subject.SLACK, what, mend, absence.name)
    groups = (workspace.members(configuration.groups[role]) for role in approving_roles(configuration.rules))
    if not any(absence.person in (members or ()) for members in groups):
        what = f"{absence.name}: who is away approves nothing any more, so the deputy does not either."
        yield warning(Subject.SLACK, what, "Nothing needs to be done; it ends by itself.", absence.name)
