"""A running Steward put together: the Bolt app, the courier, the clockwork, and what says whether they can work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from slack_bolt import App
from slack_sdk import WebClient

from bot.access.deputising import until
from bot.accounts.source import Source
from bot.app import build_services, create_app, work_of
from bot.audit.integration.growth import Keys
from bot.audit.integration.remembered import Remembered
from bot.audit.ledger import Ledger
from bot.audit.proving import Proof
from bot.audit.tamper import LedgerStanding
from bot.building.account_sources import measured_source
from bot.clock import Clock
from bot.database import Database
from bot.delivery.addresses import Addresses
from bot.delivery.courier import Courier, Tempo
from bot.delivery.directory import SlackDirectory
from bot.delivery.outbox import STUCK_AFTER, Outbox
from bot.delivery.slack_client import slack_client
from bot.gate.readiness import Check
from bot.queued import QueuedEffects
from bot.replicas.at_work import SAID_EVERY
from bot.replicas.presence import Presence
from bot.running.answering import ready_answers
from bot.running.integrating import Charge
from bot.running.integrator_part import IntegratorPart
from bot.running.measuring import Counting, Measuring, count, measuring
from bot.running.shared_clock import SharedClock
from bot.running.slack import TokenAccepted
from bot.schedule.clockwork import Clockwork, Observe
from bot.services import Services
from bot.settings import Configuration
from handlers.deliveries.compose import Compose
from handlers.patience import Patience
from migrations.schema import revisions, serves

DIRECTORY_TIMEOUT_S: Final = 2
ANSWER_TIMEOUT_S: Final = 3
WARM_EVERY_S: Final = 15.0
WATCH_EVERY_S: Final = 5.0
PLAN_EVERY_S: Final = 60.0
LOOK_BACK_EVERY_S: Final = 10.0
WITNESS_EVERY_S: Final = 60.0
OVERDUE_EVERY_S: Final = 5.0
REREAD_EVERY_S: Final = 15.0
DEPARTED_EVERY_S: Final = 60.0
LEFT_EVERY_S: Final = 120.0
NOTICES_EVERY_S: Final = 10.0
CLOCK_EVERY_S: Final = 60.0
TEMPO: Final = Tempo(lease=timedelta(seconds=20))
"""A message that a process was sending when it died is another one's after this, soon enough not to be late."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """What runs, not yet started."""

    app: App
    client: WebClient
    courier: Courier
    clockwork: Clockwork
    integrator: IntegratorPart
    checks: tuple[Check, ...]
    patience: Patience
    measuring: Measuring
    ledger: Ledger
    presence: Presence


def assemble(
    configuration: Configuration,
    database: Database,
    client: WebClient,
    clock: Clock,
    keys: Keys,
    source: Source | None = None,
    counting: Counting | None = None,
    *,
    integrates: bool = True,
) -> Assembly:
    """Put everything together. `client` has the bot's token; each use gets one with the patience that it can afford.

    `keys` are the ledger's, `source` is where accounts come from, Steward's own table without one. `integrates`: an
    integrator is begun beside this process.
    """
    quick = _like(client, DIRECTORY_TIMEOUT_S)
    directory = SlackDirectory(quick, configuration.groups, configuration.addresses, clock, alike=configuration.alike)
    outbox, wake, remembered = Outbox(clock), _Wake(), Remembered()
    standing = LedgerStanding(stops=configuration.ledger.stops)
    presence, patience = Presence(database, configuration, clock), Patience()
    measured = measuring(counting or count(configuration), database, outbox, standing, presence, clock)
    metrics = measured.metrics
    ledger = Ledger(database, clock, wake=wake, refusal=standing.refusal, observer=metrics, remember=remembered)
    effects, answers = QueuedEffects(outbox), ready_answers(configuration, database, clock)
    source = measured_source(configuration, source, metrics)
    services = build_services(
        configuration, database, ledger, directory, effects, clock, keys, standing, answers, source
    )
    tells = "audit" in configuration.channels
    integrator = _integrator(database, services.proof, remembered, tells=tells, begins=integrates)
    address = Addresses(client, directory.channel_id)
    courier = Courier(database, client, Compose(services), address, clock, tempo=TEMPO, observe=metrics.delivered)
    wake.target = courier.wake
    clockwork = _clockwork(services, directory, integrator, presence, metrics.worked)
    app = create_app(services, _like(client, ANSWER_TIMEOUT_S), patience)
    checks = _checks(database, outbox, TokenAccepted(client, clock, clock()), standing, services.proof, presence)
    return Assembly(app, client, courier, clockwork, integrator, checks, patience, measured, ledger, presence)


def _integrator(
    database: Database, proof: Proof, remembered: Remembered, *, tells: bool, begins: bool
) -> IntegratorPart:
    charge = Charge.of(database, proof.keys, tells=tells)
    return IntegratorPart(database, charge, proof.standing, begins=begins, remembered=remembered, refuse=proof.refuse)


def _checks(
    database: Database,
    outbox: Outbox,
    slack: TokenAccepted,
    standing: LedgerStanding,
    proof: Proof,
    presence: Presence,
) -> tuple[Check, ...]:
    """What says whether the parts can work. A company's source that is down is no reason to send people elsewhere.

    Nor is what every replica shares, as it would take all of them away at once: it is told of, and requests come.
    """
    return (
        Check("database", lambda: _at_this_schema(database, outbox)),
        Check("slack", slack),
        Check("outbox", lambda: _moves(database, outbox), vital=False),
        Check("ledger", lambda: not standing.open, vital=standing.stops),
        Check("integrator", lambda: proof.overdue.oldest() is None, vital=False),
        Check("policy", lambda: proof.policy.found() is None, vital=False),
        Check("configuration", presence.alike, vital=False),
    )


def _clockwork(
    services: Services, directory: SlackDirectory, integrator: IntegratorPart, presence: Presence, worked: Observe
) -> Clockwork:
    """What is done when it comes due, and what is looked at every few seconds."""
    clockwork = Clockwork(services.database, work_of(services), services.clock, observe=worked)
    at_intervals(clockwork, services, directory)
    _beside_integrating(clockwork, services.proof, integrator, presence)
    return clockwork


def at_intervals(clockwork: Clockwork, services: Services, directory: SlackDirectory) -> None:
    """What is looked at, and what is planned, every few seconds by every replica."""
    if isinstance(services.clock, SharedClock):
        clockwork.every(CLOCK_EVERY_S, "clock", services.clock.again)
    clockwork.every(WARM_EVERY_S, "directory", directory.warm)
    clockwork.every(WARM_EVERY_S, "dates", until.warm)
    clockwork.every(WARM_EVERY_S, "holidays", services.customer_requests.register.warm)
    clockwork.every(WATCH_EVERY_S, "watch", services.watch)
    clockwork.every(DEPARTED_EVERY_S, "departed", services.life.revoke.departed)
    clockwork.every(WATCH_EVERY_S, "clauses", services.special_cases.suspensions.look)
    clockwork.every(DEPARTED_EVERY_S, "least_use", services.approvers.least_use.look)
    clockwork.every(PLAN_EVERY_S, "recertification", services.approvers.recertify.plan)
    clockwork.every(DEPARTED_EVERY_S, "removals", services.approvers.recertify.settle_removals)
    clockwork.every(PLAN_EVERY_S, "digest", services.digests.plan)
    clockwork.every(PLAN_EVERY_S, "gaps", services.questions.gaps.plan)
    clockwork.every(REREAD_EVERY_S, "rereading", services.questions.rereading.look)
    clockwork.every(PLAN_EVERY_S, "policy_watch", services.changes.watching.plan)
    clockwork.every(PLAN_EVERY_S, "customer_requests", services.customer_requests.reminders.plan)
    clockwork.every(LEFT_EVERY_S, "left", services.customer_requests.left.look)
    clockwork.every(NOTICES_EVERY_S, "notices", services.telling.rounds.look)


def _beside_integrating(clockwork: Clockwork, proof: Proof, integrator: IntegratorPart, presence: Presence) -> None:
    """What is done beside integrating; where one replica is enough, by the one that integrates."""
    clockwork.every(LOOK_BACK_EVERY_S, "look_back", lambda: _if_it_integrates(integrator, proof.glance))
    clockwork.every(WITNESS_EVERY_S, "witnesses", lambda: _if_it_integrates(integrator, proof.witnesses))
    clockwork.every(OVERDUE_EVERY_S, "overdue", proof.overdue)
    clockwork.every(REREAD_EVERY_S, "policy", proof.policy)
    clockwork.every(PLAN_EVERY_S, "checkpoint", proof.daily.begin)
    clockwork.every(SAID_EVERY.total_seconds(), "presence", presence.again)


def _if_it_integrates(integrator: IntegratorPart, work: Callable[[], object]) -> None:
    if integrator.mine:
        work()


@dataclass(slots=True)
class _Wake:
    """Wakes the courier, which needs the ledger's services before it can be made."""

    target: Callable[[], None] = lambda: None

    def __call__(self) -> None:
        self.target()


def _like(client: WebClient, timeout_s: int) -> WebClient:
    return slack_client(str(client.token), client.base_url, timeout_s)


def _at_this_schema(database: Database, outbox: Outbox) -> bool:
    """Whether this release may work on it, and what each act queues messages in is there."""
    with database.reading() as connection:
        outbox.health(connection)
        there, ours = revisions(connection)
        return serves(connection, ours, there)


def _moves(database: Database, outbox: Outbox) -> bool:
    """Whether nothing has waited in the outbox for long; what Slack refused for good is for `steward check`."""
    with database.reading() as connection:
        oldest = outbox.health(connection).oldest_waiting
    return oldest is None or oldest < STUCK_AFTER
