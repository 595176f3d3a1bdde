"""A real Steward in a process of its own that is killed and started again, and people who never notice."""

import base64
import http.client
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from slack_local import LocalSlack
from tests.forked import Beginning, Forked
from tests.promises import steward_process
from tests.promises.deliveries import Payload, Reply, send, signed
from tests.scenarios.harness import ROOT
from tests.waiting import until

LEASE_S = 61.0  # longer than any claim of a process that is dead
PATIENCE_S = 300.0
BETWEEN_TRIES_S = 0.05


@dataclass
class Mortal:
    """One Steward at a time. `ahead` is how far its clock, and Slack's, is ahead of the machine's.

    `given_up` is set when it can't be started again: then nobody need wait for it.
    """

    url: str
    slack: LocalSlack
    ahead: list[float]
    log: Path
    port: int
    process: Forked | None = None
    delivered: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)
    given_up: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers."""
        beginning = Beginning((str(self.ahead[0]),), self._environment(), ROOT, self.log, self.log)
        self.process = Forked(steward_process.main, beginning)
        self._wait_until_it_answers()

    def kill(self) -> None:
        """SIGKILL: no handler, no clean-up. A minute passes."""
        if self.process is not None:
            alive = self.process.poll() is None
            if alive:
                self.process.kill()
            self.process.wait()
            self.process = None
            assert alive or self.given_up.is_set(), f"Steward ended by itself: {self.log.read_text()[-2000:]}"
        self.ahead[0] += LEASE_S

    def deliver(self, payload: Payload) -> Reply:
        """As Slack does it: the same again, signed anew, until it is acknowledged."""
        patience = time.monotonic() + PATIENCE_S
        attempt = 0
        while time.monotonic() < patience and not self.given_up.is_set():
            if reply := self._try(payload, attempt):
                return reply
            attempt += 1
            time.sleep(BETWEEN_TRIES_S)
        raise AssertionError(f"{payload.body.get('type')} was never acknowledged; see {self.log.read_text()[-2000:]}")

    def _try(self, payload: Payload, attempt: int) -> Reply | None:
        body, headers = signed(payload, self.slack.signing_secret, self.slack.platform.clock)
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_error"}
        with self.turn:
            self.delivered += 1
        try:
            reply = send(self.address, body, headers, timeout=20)
        except (OSError, http.client.HTTPException):
            return None
        return reply if reply.status == 200 else None

    def _wait_until_it_answers(self) -> None:
        until(self._answers, "Steward does not answer", every_s=BETWEEN_TRIES_S)

    def _answers(self) -> bool:
        running = self.process is not None and self.process.poll() is None
        assert running, f"Steward did not start: {self.log.read_text()[-2000:]}"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "STEWARD_"))}
        own = {name: value for name, value in self.slack.environment.items() if name != "SLACK_APP_TOKEN"}
        ours = {"DATABASE_URL": self.url, "PORT": str(self.port), "STEWARD_CONFIG": str(ROOT / "steward.toml")}
        return {**kept, **own, **ours, "STEWARD_SIGNING_KEY": base64.b64encode(bytes(32)).decode()}


@contextmanager
def mortal(url: str, folder: Path) -> Iterator[Mortal]:
    """Started once; dead at the end."""
    ahead = [0.0]
    slack = LocalSlack.start(
        manifest=ROOT / "manifest.yml",
        workspace=ROOT / "demo" / "workspace.toml",
        clock=lambda: time.time() + ahead[0],
    )
    made = Mortal(url, slack, ahead, folder / "steward.log", _free_port())
    try:
        yield made
    finally:
        made.given_up.set()
        made.kill()
        slack.stop()


def _free_port() -> int:
    """Below the range that systems give out by themselves, so that nobody takes it while Steward is dead."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
