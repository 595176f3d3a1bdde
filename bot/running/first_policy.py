"""The policy comes first: without a version in force no purpose exists, so the configured source is read by itself."""

from pathlib import Path

import structlog

from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.clock import Clock
from bot.database import Database
from bot.privacy.source import read_source
from bot.privacy.text import PolicyUnreadable
from bot.privacy.versions import Imported, import_policy, policy_in_force
from bot.running.refusals import CannotStart
from bot.settings import Configuration

log = structlog.get_logger(__name__)


def import_first_policy(database: Database, ledger: Ledger, clock: Clock, configuration: Configuration) -> None:
    """Import the configured source if no version is there yet. Raises CannotStart when it can't be read."""
    with database.reading() as connection:
        if policy_in_force(connection, clock()) is not None:
            return
    origin = Origin(Actor("system"), Surface.SCHEDULE)
    imported = import_from(
        configuration.policy.source,
        configuration.folder,
        ledger,
        clock,
        origin,
        allow_private_addresses=configuration.policy.allow_private_addresses,
    )
    log.info("policy.imported", version=imported.version)


def import_from(
    source: str, folder: Path, ledger: Ledger, clock: Clock, origin: Origin, *, allow_private_addresses: bool = False
) -> Imported:
    """Import the policy from a file (a relative name counts from `folder`) or a URL. Raises CannotStart."""
    try:
        published = read_source(source, folder, allow_private_addresses=allow_private_addresses)
        return import_policy(ledger, clock, published.data, published.name, origin, published.declared)
    except PolicyUnreadable as error:
        raise CannotStart(f"The policy could not be imported. {error}") from error
