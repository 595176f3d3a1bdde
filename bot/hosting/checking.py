"""`steward check` for a hosted workspace: everything that is looked at for one alone, and its installation."""

from dataclasses import replace
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.check import CountFields, Finding, Look, Report, Subject, check
from bot.checks.database import OTHER_WORKSPACE, home_of, open_database
from bot.checks.findings import fault, ok, warning
from bot.clock import Clock
from bot.hosting.plan import Hosted
from bot.hosting.registry import InstallationRegistry, Lost
from bot.settings import Environment

TOKEN: Final = "SLACK_BOT_TOKEN"  # noqa: S105 - a variable's name


def check_hosted(
    hosted: Hosted,
    shared: Environment,
    registry: InstallationRegistry | Finding,
    clock: Clock,
    *,
    count_fields: CountFields | None = None,
    look: Look | None = None,
) -> Report:
    """The report of one workspace. `registry` is why it can't be read, where it can't."""
    token, installation = _installation(hosted, registry)
    found = check(hosted.environment(shared, token), hosted.configuration, clock, count_fields=count_fields, look=look)
    findings = [one for one in found.findings if token is not None or one.where != TOKEN]
    if token is None:  # what follows from that is not said as if it were a variable's fault
        findings = [one for one in findings if "without a bot token" not in one.what]
    findings = [one for one in findings if one.mend != OTHER_WORKSPACE]  # said of the workspace by name below
    return Report(_by_subject((*map(_worded, findings), *_home(hosted), *installation)))


def _by_subject(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What is about one subject stands together, under one heading."""
    subjects = list(dict.fromkeys(one.subject for one in found))
    return tuple(sorted(found, key=lambda one: subjects.index(one.subject)))


def _installation(hosted: Hosted, registry: InstallationRegistry | Finding) -> tuple[str | None, list[Finding]]:
    if isinstance(registry, Finding):
        return None, [registry]
    there = registry.of(hosted.team)
    if there is None or not there.active:
        what = "The app is not installed in this workspace" if there is None else "The app was removed from here"
        mend = "Open /slack/install of this Steward in a browser; scopes, groups and channels are checked after that."
        return None, [fault(Subject.SLACK, f"{what} ({hosted.team}).", mend)]
    try:
        token = registry.tokens(there).bot
    except Lost:
        what = "No key of STEWARD_TOKEN_KEYS opens the token of this workspace."
        return None, [fault(Subject.SLACK, what, "Put the key back, or install the app there again.")]
    return token, [ok(Subject.SLACK, f"The app is installed, by {there.installer}.")]


def _home(hosted: Hosted) -> list[Finding]:
    """Whether the database is this workspace's; what else is wrong with it has been said."""
    database = open_database(hosted.database_url)
    if isinstance(database, Finding):
        return []
    try:
        owner = home_of(database)
    except SQLAlchemyError:
        return []
    finally:
        database.close()
    if owner is None:
        return [warning(Subject.DATABASE, "The database belongs to no workspace yet.", "The first run claims it.")]
    if owner == hosted.team:
        return [ok(Subject.DATABASE, f"The database belongs to this workspace ({owner}).")]
    what = f"The database belongs to the workspace {owner}, not to {hosted.team}."
    return [fault(Subject.DATABASE, what, "Give each workspace its own database.")]


def _worded(finding: Finding) -> Finding:
    """The token comes from the registry here, and from no variable."""
    return replace(finding, where=None) if finding.where == TOKEN else finding
