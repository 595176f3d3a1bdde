"""The numbers of a running Steward, ready to be counted and to be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from bot.audit.tamper import LedgerStanding
from bot.clock import Clock
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.gate.payload import EVENTS, INTERACTIONS
from bot.observability.exposition import Build, Expose, exposed, is_shared, registry_for
from bot.observability.metrics import Metrics
from bot.observability.state import StateCollector
from migrations.schema import newest

COMMANDS: Final = frozenset({"/access", "/account", "/audit", "/policy", "/privacy"})
"""The manifest's; a test compares them."""
KINDS: Final = COMMANDS | INTERACTIONS | EVENTS | {"events_api"}


@dataclass(frozen=True, slots=True)
class Measuring:
    """What counts in this process, and what writes all numbers down."""

    metrics: Metrics
    expose: Expose


def measuring(
    purposes: Iterable[str], database: Database, outbox: Outbox, standing: LedgerStanding, clock: Clock
) -> Measuring:
    """Counts begin at nothing, or where the files stand that are shared with other workers."""
    shared = is_shared()
    registry = registry_for(shared=shared)
    metrics = Metrics(frozenset(purposes), KINDS, None if shared else registry)
    state = StateCollector(database, outbox, standing, clock)
    return Measuring(metrics, exposed(registry, [state, Build(version("steward"), newest())]))
