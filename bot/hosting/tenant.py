"""One hosted workspace at work: a whole Steward with everything of its own, which shares a process with others."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.errors import SlackApiError

from bot.audit.tamper import LedgerStanding
from bot.clock import Clock
from bot.configuration.reading import load_configuration
from bot.delivery.faults import SLACK_FAULTS
from bot.delivery.slack_client import slack_client
from bot.hosting.plan import Hosted
from bot.hosting.registry import Installed, Tokens
from bot.installation import record_installation, record_removal
from bot.running.assembly import Assembly
from bot.running.measuring import count_apart
from bot.running.parts import Part
from bot.running.preparing import background, prepared
from bot.settings import Environment

GRACE_S: Final = 10.0
ASK_S: Final = 5
GONE: Final = frozenset({"account_inactive", "invalid_auth", "token_revoked"})
"""What Slack answers for a token of an app that was removed, or whose token was taken back."""

log = structlog.get_logger(__name__)


class Leaving(Exception):
    """The workspace is being stopped and takes no more requests."""


class Tenant:
    """What runs for one workspace between `start` and `stop`. No other workspace's data can be reached from it."""

    def __init__(self, hosted: Hosted, installed: Installed) -> None:
        self.hosted = hosted
        self.installed = installed
        self.numbers = CollectorRegistry()
        self._assembly: Assembly | None = None
        self._parts: tuple[Part, ...] = ()
        self._running = ExitStack()
        self._turn = threading.Condition()
        self._answering = 0
        self._open = False

    def start(self, shared: Environment, tokens: Tokens, clock: Clock) -> None:
        """Look at everything that must hold, put it together and begin. Raises CannotStart, ConfigurationInvalid."""
        environment = self.hosted.environment(shared, tokens.bot)
        configuration = load_configuration(environment.steward_config)
        with ExitStack() as begun:
            counting = count_apart(configuration)
            assembly = begun.enter_context(prepared(environment, configuration, clock, counting, team=self.hosted.team))
            self.numbers, self._assembly, self._parts = counting.registry, assembly, background(assembly)
            for part in self._parts:
                part.start()
                begun.callback(part.stop)
            record_installation(assembly.ledger, self.hosted.team, self.installed.installer, self._installation)
            self._running = begun.pop_all()
        self._open = True

    def stop(self) -> None:
        """Answer what has begun, stop the parts in order, and let go of the database."""
        with self._turn:
            self._open = False
            if not self._turn.wait_for(lambda: not self._answering, GRACE_S):
                log.error("workspace.cut", running=self._answering)
        self._running.close()

    @property
    def standing(self) -> LedgerStanding | None:
        """What is known of faults of its ledger; stays after it has stopped."""
        return self._assembly.integrator.standing if self._assembly else None

    @property
    def alive(self) -> bool:
        """Whether all parts work."""
        return all(part.alive for part in self._parts)

    def dispatch(self, request: BoltRequest) -> BoltResponse:
        """Let this workspace's app answer. Raises Leaving."""
        assembly = self._assembly
        with self._turn:
            if not self._open or assembly is None:
                raise Leaving
            self._answering += 1
        began = time.perf_counter()
        try:
            answer = assembly.app.dispatch(request)
            assembly.measuring.metrics.answered(kind_of(request.body), answer.status, time.perf_counter() - began)
            return answer
        finally:
            with self._turn:
                self._answering -= 1
                self._turn.notify_all()

    def faulty(self) -> str | None:
        """The name of the first check that does not hold."""
        checks = self._assembly.checks if self._assembly else ()
        return next((check.name for check in checks if not _holds(check.holds)), None)

    def refusal(self) -> str | None:
        """Ask Slack whether the installation is still there: the code with which it says that it is not."""
        client = self._assembly.client if self._assembly else None
        if client is None:
            return None
        try:
            slack_client(str(client.token), client.base_url, ASK_S).auth_test()
        except SLACK_FAULTS as error:
            code = error.response.get("error") if isinstance(error, SlackApiError) else None
            if code in GONE:
                return str(code)
            log.warning("slack.not_accepted", exc_info=error)
        return None

    def record_end(self, reason: str) -> None:
        """Write that the app was removed. Raises NotRecorded."""
        if self._assembly is not None:
            record_removal(self._assembly.ledger, self.hosted.team, reason, self._installation)

    @property
    def _installation(self) -> str:
        return self.installed.installed_at.isoformat()


def kind_of(body: Mapping[str, Any]) -> str:
    """The command's name, or the payload's type."""
    return str(body.get("command") or body.get("type"))


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:
        log.warning("readiness.failed", exc_info=error)
        return False
