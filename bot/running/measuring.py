"""The numbers of a running Steward, ready to be counted and to be read."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry

from bot.audit.tamper import LedgerStanding
from bot.clock import Clock
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.gate.payload import EVENTS, INTERACTIONS
from bot.observability.exposition import Build, Expose, WorksBy, exposed, is_shared, registry_for
from bot.observability.metrics import Metrics
from bot.observability.state import StateCollector
from bot.replicas.presence import Presence
from bot.settings import Configuration
from migrations.schema import newest

COMMANDS: Final = frozenset({"/access", "/account", "/audit", "/policy", "/privacy"})
"""The manifest's; a test compares them."""
KINDS: Final = COMMANDS | INTERACTIONS | EVENTS | {"events_api"}


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts in this process, and where it is kept."""

    metrics: Metrics
    registry: CollectorRegistry


@dataclass(frozen=True, slots=True)
class Measuring:
    """What counts in this process, and what writes all numbers down."""

    metrics: Metrics
    expose: Expose


def count(configuration: Configuration) -> Counting:
    """Counts begin at nothing, or where the files stand that are shared with other workers."""
    shared = is_shared()
    registry = registry_for(shared=shared)
    sources = {one.name for one in configuration.accounts.sources}
    metrics = Metrics(configuration.rules.purposes, KINDS, sources, None if shared else registry)
    return Counting(metrics, registry)


def count_apart(configuration: Configuration) -> Counting:
    """Counts of one of several workspaces that share this process: in a registry with nothing else in it."""
    registry = CollectorRegistry()
    sources = {one.name for one in configuration.accounts.sources}
    return Counting(Metrics(configuration.rules.purposes, KINDS, sources, registry), registry)


def measuring(
    counting: Counting,
    database: Database,
    outbox: Outbox,
    standing: LedgerStanding,
    presence: Presence,
    clock: Clock,
) -> Measuring:
    """What is counted, what waits in the database, and what this process works by, to be read at /metrics."""
    state = StateCollector(database, outbox, standing, clock)
    works_by = WorksBy(lambda: presence.terms.configuration, lambda: presence.terms.policy_files)
    collectors = [state, Build(version("steward"), newest()), works_by]
    return Measuring(counting.metrics, exposed(counting.registry, collectors))
