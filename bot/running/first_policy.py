"""The policy comes first: without a version in force no purpose exists, so the configured source is read by itself."""

from dataclasses import replace
from pathlib import Path

import structlog

from bot.access.clauses.in_force import without_clause
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import BY_ITSELF, AlreadyHandled, Ledger
from bot.building.policy_changes import keeping_of, sources_of
from bot.clock import Clock
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.notices.announcing import NoAnnouncer
from bot.notices.snapshots import fetch_all
from bot.privacy.source import read_source
from bot.privacy.stated import kept_now, last_stated, state
from bot.privacy.text import PolicyUnreadable
from bot.privacy.versions import IN_FORCE, Coming, policy_in_force
from bot.queued import QueuedEffects
from bot.running.refusals import CannotStart
from bot.settings import Configuration

STATED_ONCE = "policy:stated"  # stands in no id of Slack's

log = structlog.get_logger(__name__)


def import_first_policy(database: Database, ledger: Ledger, clock: Clock, configuration: Configuration) -> None:
    """Import the configured sources if no version is there yet. Raises CannotStart when they can't be read."""
    with database.reading() as connection:
        there = connection.execute(IN_FORCE, {"now": clock()}).first() is not None
        said = last_stated(connection)
    if there:
        if said is not None and not said.begins:
            _state_once(ledger, clock)
        return
    coming = read_configured(configuration)
    keeping = keeping_of(configuration, ledger, QueuedEffects(Outbox(clock)), clock, NoAnnouncer())
    kept = keeping.bring_in(coming, BY_ITSELF)
    log.info("policy.imported", version=kept.imported.version)


def _state_once(ledger: Ledger, clock: Clock) -> None:
    """Say in an entry how the policy stands, where a release before wrote the last one. Raises NotRecorded."""
    try:
        with ledger.entry(replace(BY_ITSELF, request=STATED_ONCE), Action.POLICY_CHANGE) as entry:
            now = clock()
            policy = policy_in_force(entry.connection, now)
            entry.policy_version = policy.version if policy else None
            entry.close(Outcome.DONE, "as_kept")
            state(entry, now, kept_now(entry.connection, now))
    except AlreadyHandled:
        return  # another process has, or this one did before an older release wrote a step


def read_configured(configuration: Configuration) -> Coming:
    """The text that the configured sources have now, several as one. Raises CannotStart when they can't be read."""
    published = fetch_all(sources_of(configuration), {})
    if published.coming is None:
        why = published.fault.why if published.fault else ""
        raise CannotStart(f"The policy could not be imported. {why}")
    return published.coming


def tell_what_rests_on_nothing(database: Database, clock: Clock, configuration: Configuration) -> None:
    """Name in the log each purpose that nobody can use. Steward runs: the others can be used, and a policy changes."""
    now = clock()
    with database.reading() as connection:
        policy = policy_in_force(connection, now)
        gone = without_clause(connection, configuration.rules, policy, now) if policy else ()
    for purpose in gone:
        log.warning("purpose.without_clause", about=purpose.key)


def read_coming(source: str, folder: Path, *, allow_private_addresses: bool = False) -> Coming:
    """A text to keep, from a file (a relative name counts from `folder`) or a URL. Raises CannotStart."""
    try:
        published = read_source(source, folder, allow_private_addresses=allow_private_addresses)
        return Coming.read(published.data, published.name, published.declared)
    except PolicyUnreadable as error:
        raise CannotStart(f"The policy could not be imported. {error}") from error
