"""`steward run` for several workspaces: one gate, one registry, and a keeper for each workspace."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Final

import structlog
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from bot.checks.database import open_database
from bot.checks.findings import Finding
from bot.checks.shipped import MANIFEST, bot_scopes, shipped
from bot.checks.slack import spelling_findings
from bot.clock import Clock
from bot.database import Database
from bot.gate.guard import Guard
from bot.gate.http import Gate
from bot.gate.readiness import Check, Readiness
from bot.gate.replay import AnsweredRequests
from bot.gate.server import HttpServer
from bot.gate.workers import Workers
from bot.hosting.flow import Client, InstallationFlow, InstallationPages
from bot.hosting.keeper import Keeper, State
from bot.hosting.numbers import Apart, HostMetrics, States
from bot.hosting.plan import Hosted, Plan
from bot.hosting.reception import Reception
from bot.hosting.registry import InstallationRegistry
from bot.hosting.renewal import Renewal
from bot.hosting.sealing import Seal
from bot.hosting.store import Installations, InstallationStates
from bot.observability.exposition import exposed, registry_for
from bot.running.parts import work
from bot.running.process import Mode, end_soundly, listening_on
from bot.running.refusals import CannotStart, refuse
from bot.running.tracing import traced
from bot.settings import Environment, load_configuration
from migrations.schema import REGISTRY, revisions

log = structlog.get_logger(__name__)


class Keepers:
    """All keepers as one part: they start and stop side by side."""

    name = "workspaces"

    def __init__(self, keepers: Sequence[Keeper]) -> None:
        self.all = tuple(keepers)

    def wake(self) -> None:
        """The app may just have been installed somewhere: look now."""
        for keeper in self.all:
            keeper.wake()

    @property
    def alive(self) -> bool:
        """Whether every workspace is looked after."""
        return all(keeper.alive for keeper in self.all)

    def numbers(self) -> dict[str, CollectorRegistry]:
        """What is counted in the workspaces that run, by name."""
        found = ((keeper.hosted.name, keeper.numbers) for keeper in self.all)
        return {name: registry for name, registry in found if registry is not None}

    def states(self) -> dict[str, State]:
        """How things stand with each workspace, by name."""
        return {keeper.hosted.name: keeper.state for keeper in self.all}

    def start(self) -> None:
        """Begin to look after them."""
        for keeper in self.all:
            keeper.start()

    def stop(self) -> None:
        """Stop them at the same time, for each may have something to finish."""
        stopping = [threading.Thread(target=keeper.stop) for keeper in self.all]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()


def host(environment: Environment, plan: Plan, clock: Clock, stop: threading.Event) -> None:
    """Host all workspaces of the plan until `stop` is set. Raises CannotStart, ConfigurationInvalid, PartDied."""
    require_apart(plan)
    with traced(), opened_registry(environment, plan, clock) as registry:
        client = slack_app(environment, plan)
        renewal = Renewal(registry, client, clock)
        keepers = Keepers([Keeper(one, environment, registry, clock, renewal) for one in plan.workspaces])
        server = _gate(environment, plan, registry, client, keepers, clock)
        log.info("steward.starting", mode="http", count=len(keepers.all))
        work((keepers, server), stop)
        for keeper in keepers.all:
            if keeper.standing is not None:
                end_soundly(keeper.standing, f"the ledger of {keeper.hosted.name}")


@contextmanager
def opened_registry(environment: Environment, plan: Plan, clock: Clock) -> Iterator[InstallationRegistry]:
    """The registry, at this release's schema. Raises CannotStart."""
    seal = Seal.of(_secret(environment.steward_token_keys))
    with closing(registry_database(plan.registry_url)) as database:
        yield InstallationRegistry(database, seal, clock)


def registry_database(url: str) -> Database:
    """The registry's database. Raises CannotStart when it does not answer or is of another release."""
    database = open_database(url)
    if isinstance(database, Finding):
        raise refuse(database)
    try:
        with database.reading() as connection:
            there, ours = revisions(connection, of=REGISTRY)
    except SQLAlchemyError as error:
        what = f"The registry of installations does not answer ({type(error).__name__})."
        raise CannotStart(what, "Check its address, and that the server runs.") from error
    if there != ours:
        database.close()
        raise CannotStart(
            f"The registry of installations is {f'at {there}' if there else 'empty'}, not at {ours}.", _UPGRADE
        )
    return database


def require_apart(plan: Plan) -> None:
    """No two ledgers may bear the same name: a proof of one would pass for the other's. Raises CannotStart."""
    names: dict[str, Hosted] = {}
    for one in plan.workspaces:
        origin = load_configuration(one.configuration).ledger.origin
        if other := names.get(origin):
            what = f"The ledgers of {other.name} and {one.name} have the same name, {origin}."
            raise CannotStart(what, f"Write another [ledger] origin into {one.configuration.name} of {one.name}.")
        names[origin] = one


def slack_app(environment: Environment, plan: Plan) -> Client:
    """The Slack app that all workspaces install. Raises CannotStart."""
    for variable in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        if getattr(environment, variable.lower()) is None:
            mend = "It stands under “Basic Information” of the app's page at api.slack.com/apps."
            raise CannotStart(f"{variable} is not set, and several workspaces need it.", mend)
    for finding in spelling_findings(environment):
        raise refuse(finding)
    if environment.slack_bot_token is not None:
        what = "SLACK_BOT_TOKEN is set, but with several workspaces each has the token of its installation."
        raise CannotStart(what, "Unset it, or unset STEWARD_WORKSPACES to run for one workspace.")
    if (manifest := shipped(MANIFEST)) is None:
        what = f"This installation has no {MANIFEST}, which says what Steward asks for."
        raise CannotStart(what, "Install Steward again: it comes with it.")
    secret = _secret(environment.slack_client_secret) or ""
    scopes = bot_scopes(manifest)
    return Client(environment.slack_client_id or "", secret, scopes, environment.slack_api_url, plan.redirect_url)


def _gate(
    environment: Environment,
    plan: Plan,
    registry: InstallationRegistry,
    client: Client,
    keepers: Keepers,
    clock: Clock,
) -> HttpServer:
    enterprises = {one.team: one.enterprise for one in plan.workspaces}
    store = Installations(registry, enterprises.__getitem__, keepers.wake)
    workers = Workers()
    counted = CollectorRegistry()
    metrics = HostMetrics(counted)
    metrics.up(Mode.HTTP.value)
    pages = InstallationPages(InstallationFlow(client, store, InstallationStates(registry)), workers)
    reception = Reception({keeper.hosted.team: keeper for keeper in keepers.all}, client.api_url)
    gate = Gate(
        reception,
        Guard(_secret(environment.slack_signing_secret) or "", clock),
        AnsweredRequests(clock),
        workers,
        Readiness(_checks(registry, keepers.all), clock),
        expose=exposed(registry_for(shared=False), [Apart(keepers.numbers, counted), States(keepers.states)]),
        observer=metrics,
        pages=pages.routes(),
        whose=reception.whose,
    )
    return HttpServer(gate.application(), workers, listening=listening_on(environment.port))


def _checks(registry: InstallationRegistry, keepers: tuple[Keeper, ...]) -> list[Check]:
    """Trouble of one workspace is told of, and takes no other's requests away; when all are in trouble it does."""
    known = (State.RUNNING, State.ABSENT, State.REMOVED)
    return [
        Check("registry", lambda: registry.all() is not None),
        Check("workspaces", lambda: any(keeper.state in known for keeper in keepers)),
        *(Check(f"workspace {keeper.hosted.name}", keeper.well, vital=False) for keeper in keepers),
    ]


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None


_UPGRADE: Final = "Run `steward db upgrade`."
