"""What keeps one workspace running: it starts when the app is installed there, and stops when it is removed.

Each workspace has a keeper with a thread of its own, so that trouble in one delays no other.
"""

import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry
from slack_bolt import BoltRequest, BoltResponse
from sqlalchemy.exc import SQLAlchemyError
from structlog.contextvars import bind_contextvars, bound_contextvars

from bot.audit.ledger import NotRecorded
from bot.audit.tamper import LedgerStanding
from bot.clock import Clock
from bot.hosting.plan import Hosted
from bot.hosting.registry import InstallationRegistry, Installed, Lost
from bot.hosting.tenant import Leaving, Tenant
from bot.running.refusals import CannotStart
from bot.settings import ConfigurationInvalid, Environment

LOOK_S: Final = 1.0
ASKED_EVERY: Final = timedelta(minutes=1)
SHORTEST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(minutes=1)

log = structlog.get_logger(__name__)

Renew = Callable[[Installed], bool]
"""Gets new tokens when it is time to; whether there are new ones now."""


class State(StrEnum):
    """How things stand with a workspace."""

    ABSENT = "absent"  # the app is not installed there
    STARTING = "starting"
    RUNNING = "running"
    FAILING = "failing"  # it could not be started, and is tried again
    REMOVED = "removed"  # the app was installed, and is not any more


@dataclass(slots=True)
class _Trying:
    """When to try again, and how long to wait after that."""

    at: datetime | None = None
    wait: timedelta = SHORTEST_WAIT

    def failed(self, now: datetime) -> None:
        self.at = now + self.wait
        self.wait = min(self.wait * 2, LONGEST_WAIT)


class Keeper:
    """Keeps what runs for a workspace the same as what the registry says.

    `standing` is what is known of faults of its ledger, since it ran last.
    """

    def __init__(
        self,
        hosted: Hosted,
        shared: Environment,
        registry: InstallationRegistry,
        clock: Clock,
        renew: Renew = lambda _: False,
    ) -> None:
        self.hosted = hosted
        self.state = State.ABSENT
        self._shared = shared
        self._registry = registry
        self._clock = clock
        self._renew = renew
        self.standing: LedgerStanding | None = None
        self._tenant: Tenant | None = None
        self._known: Installed | None = None
        self._trying = _Trying()
        self._asked_at: datetime | None = None
        self._stop = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._keep,), name=hosted.name, daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the workspace is looked after."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to look after it."""
        self._thread.start()

    def stop(self) -> None:
        """Stop what runs, in order."""
        self._stop.set()
        self._woken.set()
        self._thread.join()

    def wake(self) -> None:
        """The app may just have been installed: look now."""
        self._trying = _Trying()
        self._woken.set()

    def suspect(self) -> None:
        """The app may just have been removed: ask Slack now. An event alone changes nothing; it may come late."""
        self._asked_at = None
        self._woken.set()

    def serves(self, enterprise: str | None) -> bool:
        """Whether a payload of this Enterprise Grid can be this workspace's."""
        known = self._known.enterprise if self._known else None
        return enterprise is None or all(one in (None, enterprise) for one in (self.hosted.enterprise, known))

    def dispatch(self, request: BoltRequest) -> BoltResponse:
        """Let this workspace's Steward answer. Raises Leaving when it does not run."""
        tenant = self._tenant
        if tenant is None:
            raise Leaving
        with bound_contextvars(workspace=self.hosted.name):
            return tenant.dispatch(request)

    @property
    def numbers(self) -> CollectorRegistry | None:
        """What is counted in this workspace, while it runs."""
        tenant = self._tenant
        return tenant.numbers if tenant is not None else None

    def well(self) -> bool:
        """Whether there is nothing to do, or everything that must hold does."""
        tenant = self._tenant
        if tenant is None:
            return self.state in (State.ABSENT, State.REMOVED)
        faulty = tenant.faulty()
        if faulty:
            log.warning("workspace.unwell", workspace=self.hosted.name, check=faulty)
        return faulty is None

    def _keep(self) -> None:
        bind_contextvars(workspace=self.hosted.name)
        while not self._stop.is_set():
            self._woken.clear()
            try:
                self.look()
            except SQLAlchemyError as error:  # the registry does not answer: what runs goes on
                log.error("workspace.registry_failed", exc_info=error)
            except Exception as error:
                log.error("workspace.failed", exc_info=error)
                self.state = State.RUNNING if self._tenant else State.FAILING
            if not self._stop.is_set():
                self._woken.wait(LOOK_S)
        self._let_go()

    def look(self) -> None:
        """Compare what runs with what the registry says, and mend the difference. Raises SQLAlchemyError."""
        there = self._registry.of(self.hosted.team)
        if there and there.active and self._renew(there):
            there = self._registry.of(self.hosted.team)
        self._known = there
        if self._tenant and (there is None or there.number != self._tenant.installed.number or not self._tenant.alive):
            log.warning("workspace.stopping", status=self.state.value)
            self._let_go()
        if there is None or not there.active:
            self._let_go()
            self.state = State.REMOVED if there else State.ABSENT
        elif self._tenant is None:
            self._try_to_start(there)
        else:
            self._ask_whether_it_is_there(self._tenant)

    def _let_go(self) -> None:
        tenant, self._tenant = self._tenant, None
        if tenant is not None:
            tenant.stop()
            log.info("workspace.stopped")

    def _try_to_start(self, there: Installed) -> None:
        now = self._clock()
        if self._trying.at is not None and now < self._trying.at:
            return
        self.state = State.STARTING
        self._trying.failed(now)  # unless it comes to its end
        tenant = Tenant(self.hosted, there)
        try:
            tenant.start(self._shared, self._registry.tokens(there), self._clock)
        except (CannotStart, ConfigurationInvalid, Lost) as error:
            log.error("workspace.not_started", **_why(error))
            self.state = State.FAILING
            return
        self._trying, self._asked_at = _Trying(), now
        self._tenant, self.state, self.standing = tenant, State.RUNNING, tenant.standing
        log.info("workspace.started", version=there.number)

    def _ask_whether_it_is_there(self, tenant: Tenant) -> None:
        """Slack's word counts: an event may be late, doubled, or never come."""
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < ASKED_EVERY:
            return
        self._asked_at = now
        if (code := tenant.refusal()) is None:
            return
        try:
            tenant.record_end(code)
        except NotRecorded:
            log.warning("workspace.end_not_recorded")
            self._asked_at = None  # the entry comes first; it is tried again at the next look
            return
        if self._registry.end(tenant.installed, code):
            log.warning("workspace.removed", reason=code)
        self._let_go()
        self.state = State.REMOVED


def _why(error: CannotStart | ConfigurationInvalid | Lost) -> dict[str, Any]:
    """Why a workspace could not be started, for the log."""
    match error:
        case CannotStart():
            return {"reason": str(error)[:200]}
        case ConfigurationInvalid():
            return {"reason": "configuration", "faults": [one.where for one in error.faults][:20]}
        case _:
            return {
                "reason": "No key of STEWARD_TOKEN_KEYS opens its token. Put the key back, or install the app again."
            }
