"""`steward check`: what is wrong with an installation, where, and how to mend it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.audit.ledger import Ledger, Origin
from bot.checks.accounts import CountFields, account_findings
from bot.checks.approvers import deputy_findings, owner_findings
from bot.checks.configuration import configuration_findings
from bot.checks.database import database_findings, home_findings, open_database
from bot.checks.deliveries import delivery_findings
from bot.checks.findings import Finding, Level, Report, Subject, fault, of_fault, ok, warning
from bot.checks.ledger import ledger_findings
from bot.checks.policy import policy_findings, policy_in_doubt, published
from bot.checks.replicas import replica_findings
from bot.checks.shipped import MANIFEST, shipped
from bot.checks.slack import (
    authenticate,
    client_for,
    clock_findings,
    scope_findings,
    socket_findings,
    token_findings,
)
from bot.checks.sources import source_findings
from bot.checks.watching import watch_findings
from bot.checks.workspace import (
    approver_findings,
    channel_findings,
    erasure_findings,
    group_findings,
    read_workspace,
)
from bot.clock import Clock
from bot.database import Database
from bot.privacy.doubt import doubtful_version
from bot.privacy.text import PolicyUnreadable
from bot.privacy.versions import Policy, policy_in_force
from bot.replicas.at_work import at_work
from bot.replicas.presence import terms_of
from bot.running.shared_clock import shared
from bot.settings import Configuration, ConfigurationInvalid, Environment, load_configuration

__all__ = ["CountFields", "Finding", "Level", "Look", "Report", "Subject", "check"]


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at the company's own source of accounts, the variables with its secrets, and at which account."""

    origin: Origin
    environment: Mapping[str, str] = field(repr=False)
    account: str | None = None


def check(
    environment: Environment,
    configuration_path: Path,
    clock: Clock,
    *,
    count_fields: CountFields | None = None,
    manifest: Path | None = None,
    look: Look | None = None,
) -> Report:
    """Look at everything that can be looked at; what depends on something broken is left out.

    Changes nothing, but records that it looked at an account of the company's own source. `count_fields` says how many
    accounts of Steward's table carry a field, `look` is who looks at the company's; without them neither is looked at.
    `manifest` is the one that came with Steward, if no other is named.
    """
    configuration, findings = _configuration(configuration_path)
    findings += _stored(environment, configuration, clock, count_fields, look)
    findings += _slack(environment, configuration, manifest or shipped(MANIFEST), clock)
    return Report(tuple(findings))


def _configuration(path: Path) -> tuple[Configuration | None, list[Finding]]:
    try:
        configuration = load_configuration(path)
    except ConfigurationInvalid as invalid:
        return None, [of_fault(found) for found in invalid.faults]
    return configuration, list(configuration_findings(configuration))


def _stored(
    environment: Environment,
    configuration: Configuration | None,
    clock: Clock,
    count_fields: CountFields | None,
    look: Look | None,
) -> list[Finding]:
    """The database, and what is in it: the ledger, the policy and the accounts."""
    database = open_database(environment.database_url)
    if isinstance(database, Finding):
        policy = list(policy_findings(configuration, None, published(configuration))) if configuration else []
        return [database, *policy]
    try:
        findings = list(database_findings(database))
        usable = all(finding.level is not Level.FAULT for finding in findings)
        if configuration and usable:
            findings += _replicas(configuration, database, clock)
            findings += ledger_findings(environment, configuration, database)
        if configuration:
            findings += _policy(configuration, database if usable else None, clock)
        if configuration and usable and count_fields and configuration.accounts.embedded:
            findings += _accounts(configuration, database, count_fields)
        if configuration and look:
            ledger = Ledger(database, clock) if usable else None
            findings += source_findings(configuration, look.environment, ledger, look.origin, look.account)
        if usable:
            findings += _deliveries(database, clock)
        return findings
    finally:
        database.close()


def _replicas(configuration: Configuration, database: Database, clock: Clock) -> Iterator[Finding]:
    """On an older schema that serves, nobody has said that they are at work."""
    try:
        with database.reading() as connection:
            there = at_work(connection, shared(database, clock)())
    except SQLAlchemyError:
        what, mend = "Which processes are at work can't be read.", "Run `steward db grant` for the bot's own login."
        yield fault(Subject.DATABASE, what, mend)
    else:
        yield from replica_findings(there, terms_of(configuration), str(configuration.path))


def _policy(configuration: Configuration, database: Database | None, clock: Clock) -> Iterator[Finding]:
    in_force: Policy | None = None
    if database:
        try:
            with database.reading() as connection:
                in_force = policy_in_force(connection, clock())
                if doubtful := doubtful_version(connection, clock()):
                    yield policy_in_doubt(doubtful)
                yield from watch_findings(configuration, connection)
        except (SQLAlchemyError, PolicyUnreadable):
            mend = "Import the policy again with `steward policy import`."
            yield fault(Subject.POLICY, "The version in force can't be read from the database.", mend)
    yield from policy_findings(configuration, in_force, published(configuration))


def _deliveries(database: Database, clock: Clock) -> list[Finding]:
    try:
        with database.reading() as connection:
            return list(delivery_findings(connection, clock))
    except SQLAlchemyError:
        return [
            fault(Subject.SLACK, "What waits for Slack can't be read.", "Check the database's rights on its tables.")
        ]


def _accounts(configuration: Configuration, database: Database, count_fields: CountFields) -> list[Finding]:
    try:
        with database.reading() as connection:
            return list(account_findings(configuration, connection, count_fields))
    except SQLAlchemyError:
        return [fault(Subject.ACCOUNTS, "The accounts can't be read.", "Check the database's rights on its tables.")]


def _slack(
    environment: Environment, configuration: Configuration | None, manifest: Path | None, clock: Clock
) -> Iterator[Finding]:
    """Tokens first; without a bot token that Slack takes there is nothing more to ask."""
    tokens = list(token_findings(environment))
    yield from tokens
    if any(finding.where == "SLACK_BOT_TOKEN" for finding in tokens):
        mend = "Set the token and check again."
        yield warning(Subject.SLACK, "Scopes, groups and channels are not checked without a bot token.", mend)
        return
    client = client_for(environment)
    granted = authenticate(client)
    if isinstance(granted, Finding):
        yield granted
        return
    yield ok(Subject.SLACK, f"Slack takes the bot token: {granted.user} in {granted.team}.", "SLACK_BOT_TOKEN")
    yield from home_findings(environment.database_url, granted.team_id)
    yield from clock_findings(granted, clock())
    yield from scope_findings(granted, manifest)
    yield from socket_findings(client, environment)
    if configuration:
        workspace, refused = read_workspace(client)
        yield from refused
        yield from group_findings(configuration, workspace)
        yield from channel_findings(configuration, workspace)
        yield from approver_findings(configuration, workspace)
        yield from erasure_findings(configuration, workspace)
        yield from owner_findings(configuration, workspace)
        yield from deputy_findings(configuration, workspace, environment.database_url, clock())
