"""`steward run`: everything that must hold is looked at first, then the parts are started, and ended in order."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog

from bot.audit.tamper import LedgerStanding
from bot.checks.slack import rotation_findings, spelling_findings
from bot.clock import Clock
from bot.gate.guard import Guard
from bot.gate.health import Health
from bot.gate.http import Gate
from bot.gate.readiness import Readiness
from bot.gate.replay import AnsweredRequests
from bot.gate.server import CannotListen, HttpServer, listen
from bot.gate.workers import Workers
from bot.running.assembly import Assembly
from bot.running.measuring import count
from bot.running.parts import Part, work
from bot.running.preparing import background, prepared
from bot.running.refusals import CannotStart, refuse
from bot.running.tracing import traced
from bot.settings import Configuration, Environment

INTEGRATORS: Final = 2

log = structlog.get_logger(__name__)


class Mode(StrEnum):
    """How Slack's requests come in."""

    HTTP = "http"
    SOCKET = "socket"


def mode_of(environment: Environment, wanted: Mode | None) -> Mode:
    """The mode asked for, else Socket Mode when there is a token for it. Raises CannotStart without its secret."""
    for finding in (*spelling_findings(environment), *rotation_findings(environment)):
        raise refuse(finding)
    mode = wanted or (Mode.SOCKET if environment.socket_mode else Mode.HTTP)
    if mode is Mode.SOCKET and environment.slack_app_token is None:
        mend = "Set it to an app-level token (xapp-…) with connections:write, from “Basic Information”."
        raise CannotStart("SLACK_APP_TOKEN is not set, and Socket Mode needs it.", mend)
    if mode is Mode.HTTP and environment.slack_signing_secret is None:
        mend = "Set it to the app's signing secret, from “Basic Information”; or SLACK_APP_TOKEN for Socket Mode."
        raise CannotStart("SLACK_SIGNING_SECRET is not set, and HTTP needs it.", mend)
    return mode


@dataclass(frozen=True, slots=True)
class Place:
    """Which of several workers this process is. They share what was begun to listen on for all of them.

    `started` is called once everything works.
    """

    worker: int = 0
    listening: socket.socket | None = None
    started: Callable[[], object] = lambda: None

    @property
    def integrates(self) -> bool:
        """Two integrators are enough for any number of workers: one at work, one to take over."""
        return self.worker < INTEGRATORS


ALONE: Final = Place()


def run(
    environment: Environment,
    configuration: Configuration,
    mode: Mode | None,
    clock: Clock,
    stop: threading.Event,
    place: Place = ALONE,
) -> None:
    """Run until `stop` is set. Raises CannotStart before anything has begun, PartDied when a part ends by itself."""
    chosen, counting = mode_of(environment, mode), count(configuration)
    with (
        traced(),
        prepared(environment, configuration, clock, counting, integrates=place.integrates) as assembly,
    ):
        parts = (*background(assembly), *_gate(environment, chosen, assembly, clock, place.listening))
        assembly.measuring.metrics.up(chosen.value)
        log.info("steward.starting", mode=chosen.value)
        work(parts, stop, place.started)
        end_soundly(assembly.integrator.standing, "its ledger")


def end_soundly(standing: LedgerStanding, which: str) -> None:
    """A process that ends while a ledger is in doubt ends with a fault, however orderly. Raises CannotStart."""
    if standing.open:
        found = standing.open[0]
        what = f"Steward stopped in order, but {which} was found changed ({found.name}, ref {found.reference})."
        raise CannotStart(what, f"{found.mismatch.what} See “When the ledger was changed” in docs/operating.md.")


def _gate(
    environment: Environment, mode: Mode, assembly: Assembly, clock: Clock, listening: socket.socket | None
) -> Iterator[Part]:
    """Where requests come in; in Socket Mode with a port of its own for whoever watches, if PORT is set."""
    readiness, measuring, workers = Readiness(assembly.checks, clock), assembly.measuring, Workers()
    if mode is Mode.SOCKET and environment.slack_app_token is not None:
        if environment.port_is_set:
            health = Health(readiness, measuring.expose).application()
            yield HttpServer(health, workers, listening=listening or listening_on(environment.port))
        from bot.running.socket_mode import SocketMode  # over HTTP nothing of it is needed

        yield SocketMode(assembly, environment.slack_app_token.get_secret_value())
        return
    secret = environment.slack_signing_secret
    guard = Guard(secret.get_secret_value() if secret else "", clock)
    gate = Gate(
        assembly.app.dispatch,
        guard,
        AnsweredRequests(clock),
        workers,
        readiness,
        expose=measuring.expose,
        observer=measuring.metrics,
    )
    yield HttpServer(gate.application(), workers, listening=listening or listening_on(environment.port))


def listening_on(port: int) -> socket.socket:
    """A socket that listens. Raises CannotStart."""
    try:
        return listen(port)
    except CannotListen as error:
        raise CannotStart(f"Steward can't listen on {error}.", "Set PORT to a free one.") from error
