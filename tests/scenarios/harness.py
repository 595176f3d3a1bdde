"""A whole Steward in a test: the real Bolt app behind the real gate, on a local Slack, with a clock to set."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

import yaml
from slack_sdk import WebClient
from sqlalchemy import select, text

from bot.access.people import Person
from bot.accounts.importing import import_accounts
from bot.accounts.measured import MeasuredSource
from bot.accounts.source import Source
from bot.app import build_services, create_app, work_of
from bot.audit.entry import Actor, Surface
from bot.audit.integration.growth import Keys
from bot.audit.integration.integrator import Integrator
from bot.audit.ledger import Ledger, Origin
from bot.audit.merkle.notes import Signer
from bot.audit.query import Filter
from bot.audit.read import Stored, in_order
from bot.audit.tamper import LedgerStanding
from bot.building.account_sources import account_layout, account_source
from bot.clock import Clock
from bot.database import Database
from bot.delivery.addresses import Addresses
from bot.delivery.claims import ROW
from bot.delivery.courier import Courier
from bot.delivery.directory import SlackDirectory
from bot.delivery.outbox import Outbox
from bot.gate.guard import Guard
from bot.gate.http import Gate
from bot.gate.readiness import Readiness
from bot.gate.replay import AnsweredRequests
from bot.gate.server import HttpServer
from bot.gate.workers import Workers
from bot.privacy.versions import import_policy
from bot.queued import QueuedEffects
from bot.replicas.presence import Presence
from bot.running.measuring import count, measuring
from bot.schedule.clockwork import Clockwork
from bot.services import Services
from bot.settings import Configuration, load_configuration
from handlers.deliveries.compose import Compose
from handlers.patience import Patience
from slack_local import AsUser, LocalSlack, Timing, Workspace
from tests.waiting import until

ROOT = Path(__file__).parents[2]
ACCOUNTS = Path(__file__).with_name("accounts.jsonl")
CLI = Origin(Actor("cli:tests"), Surface.CLI)
PATIENCE_S = 60
"""How long answers and deliveries may take: a slow machine is not what these tests are about."""


@dataclass(frozen=True, slots=True)
class Steward:
    """Steward on a local Slack. `deliver` and `tick` do what its threads do, when a test wants it."""

    slack: LocalSlack
    services: Services
    database: Database
    courier: Courier
    clockwork: Clockwork
    integrator: Integrator
    address: str

    def person(self, name: str) -> AsUser:
        """What this employee can do and see."""
        return self.slack.as_user(name)

    def deliver(self) -> None:
        """Bring all that waits in the outbox to Slack, updates too; wait for what another courier has begun."""
        give_up = monotonic() + PATIENCE_S
        while self.courier.work_once() or self._being_sent():
            assert monotonic() < give_up, "a message is being sent all the time"

    def _being_sent(self) -> bool:
        """Whether a courier that works in a thread of its own has a message in its hands."""
        held = select(ROW.id).where(ROW.claimed_until > self.services.clock())
        with self.database.reading() as connection:
            return connection.execute(held).first() is not None

    def tick(self) -> None:
        """Do the work that is due, and bring what it says to Slack."""
        self.clockwork.tick()
        self.deliver()

    def entries(self, **wanted: Any) -> list[Stored]:
        """The audit table, oldest first."""
        with self.database.reading() as connection:
            return list(in_order(connection, Filter(**wanted)))

    def audit(self, **wanted: Any) -> list[dict[str, Any]]:
        """The entries as auditors read them."""
        return [stored.readable for stored in self.entries(**wanted)]

    def last(self) -> dict[str, Any]:
        """The newest entry by id, which rises also while the clock stands still."""
        return max(self.audit(), key=lambda entry: str(entry["id"]))

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.database.reading() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def answered(person: AsUser, command: str) -> str:
    """The answer to it, also if making it took longer than Slack waits."""
    person.type(command, channel="general")
    until(lambda: not person.read("general")[-1].text.startswith("Looking"))
    return person.read("general")[-1].text


def person_of(steward: Steward, name: str) -> Person:
    return steward.services.directory.person(steward.slack.team_id, steward.slack.people[name].id)


def files_of(person: AsUser) -> dict[str, bytes]:
    """The newest files in this person's direct message, by name."""
    kept = person.background.platform.files
    ids = [file["id"] for message in person.dm() for file in message.body.get("files", ())]
    found = [kept.find(one) for one in ids]
    return {file.name: file.bytes for file in found if file}


@cache
def _manifest() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_bytes())
    return found


@cache
def _workspace(path: Path) -> Workspace:
    return Workspace.read(path)


@cache
def _configuration(path: Path, _: bytes) -> Configuration:
    """The same for the same file: to read it takes longer than many a test."""
    return load_configuration(path)


@contextmanager
def running(
    database: Database,
    clock: Clock,
    *,
    folder: Path = ROOT,
    accounts: Path = ACCOUNTS,
    workspace: Path | Workspace = ROOT / "demo" / "workspace.toml",
    patience_s: float = PATIENCE_S,
) -> Iterator[Steward]:
    """Steward with a company's configuration, policy and accounts, answering signed requests of a local Slack.

    `accounts` are imported unless the configuration says that they come from the company's own source.
    """
    file = folder / "steward.toml"
    configuration = _configuration(file, file.read_bytes())
    ledger = Ledger(database, clock)
    import_policy(ledger, clock, (folder / configuration.policy.source).read_bytes(), configuration.policy.source, CLI)
    if configuration.accounts.embedded:
        import_accounts(database, ledger, account_layout(configuration), accounts, CLI, lambda *_: None)
    with (
        closing(account_source(configuration, os.environ)) as source,
        LocalSlack.start(
            manifest=_manifest(),
            workspace=workspace if isinstance(workspace, Workspace) else _workspace(workspace),
            clock=lambda: clock().timestamp(),
            timing=Timing(deadline=PATIENCE_S),
        ) as slack,
    ):
        yield from _served(configuration, database, source, slack, clock, patience_s)


@contextmanager
def restarted(steward: Steward, clock: Clock, folder: Path) -> Iterator[Steward]:
    """The same Steward started anew with another configuration: same database, same workspace."""
    configuration = load_configuration(folder / "steward.toml")
    with closing(account_source(configuration, os.environ)) as source:
        yield from _served(configuration, steward.database, source, steward.slack, clock, PATIENCE_S)


def _served(
    configuration: Configuration,
    database: Database,
    source: Source,
    slack: LocalSlack,
    clock: Clock,
    patience_s: float,
) -> Iterator[Steward]:
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    directory = SlackDirectory(client, configuration.groups, configuration.addresses, clock, alike=configuration.alike)
    outbox = Outbox(clock)
    keys, standing = Keys(Signer(configuration.ledger.origin, bytes(32))), LedgerStanding(stops=True)
    presence = Presence(database, configuration, clock)
    measured = measuring(count(configuration), database, outbox, standing, presence, clock)
    metrics = measured.metrics
    ledger = Ledger(database, clock, refusal=standing.refusal, observer=metrics)
    effects = QueuedEffects(outbox)
    source = MeasuredSource(source, metrics)
    services = build_services(configuration, database, ledger, directory, effects, clock, keys, standing, source=source)
    integrator = Integrator(database, clock, keys, standing, services.proof.refuse)
    patience = Patience(patience_s=patience_s)
    app = create_app(services, client, patience)
    workers = Workers()
    guard, answered, ready = Guard(slack.signing_secret, clock), AnsweredRequests(clock), Readiness([], clock)
    gate = Gate(
        app.dispatch,
        guard,
        answered,
        workers,
        ready,
        expose=measured.expose,
        observer=metrics,
        answers_in_s=patience_s,
    )
    server = HttpServer(gate.application(), workers, port=0, host="127.0.0.1")
    server.start()
    address = f"http://127.0.0.1:{server.address[1]}"
    slack.deliver_to(f"{address}/slack/events")
    address_of = Addresses(client, directory.channel_id)
    courier = Courier(database, client, Compose(services), address_of, clock, observe=metrics.delivered)
    clockwork = Clockwork(database, work_of(services), clock, observe=metrics.worked)
    try:
        yield Steward(slack, services, database, courier, clockwork, integrator, address)
    finally:
        server.stop()
        patience.close()
