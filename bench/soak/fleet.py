"""Several real Stewards over one PostgreSQL, killed and started again, and a load balancer in front of them."""

import base64
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bench.company import ROOT
from slack_local import LocalSlack
from tests.promises.deliveries import Payload, Reply, send, signed

PATIENCE_S = 60.0
START_S = 300.0
BETWEEN_TRIES_S = 0.05
ANSWER_S = 20.0
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000  # below those that systems give out by themselves


class DidNotStart(Exception):
    """A replica did not come up, or ended by itself. The text is the end of its log."""


class Unanswered(Exception):
    """Nobody acknowledged a payload, however often it was delivered."""


@dataclass
class Replica:
    """One process at a time, at the same port."""

    port: int
    log: Path
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    up: bool = False

    def start(self) -> float:
        """Returns when it is ready, with how long that took, in s. Raises DidNotStart."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo.tethered", "tests.promises.steward_process", "0"],
                stdin=subprocess.PIPE,
                cwd=ROOT,
                env={**self.environment, "PORT": str(self.port)},
                stdout=log,
                stderr=log,
            )
        while time.monotonic() - began < START_S:
            self.require()
            if _answers(self.port, "/readyz"):
                self.up = True
                return time.monotonic() - began
            time.sleep(BETWEEN_TRIES_S)
        raise DidNotStart("A replica is not ready.")

    def require(self) -> None:
        """Raises DidNotStart when it ended by itself."""
        if self.process is None or self.process.poll() is not None:
            raise DidNotStart(self.log.read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        """SIGKILL: no handler, no clean-up. The balancer notices by itself."""
        self.require()
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self._ended()

    def stop(self) -> None:
        """In order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
        self._ended()

    def _ended(self) -> None:
        self.up = False
        if self.process is not None:
            self.process.wait()
            if self.process.stdin:
                self.process.stdin.close()
            self.process = None


@dataclass
class Fleet:
    """Replicas, and a balancer that takes turns and goes on to the next where nobody answers."""

    replicas: list[Replica]
    slack: LocalSlack
    turns: Iterator[int] = field(default_factory=count)
    again: Iterator[int] = field(default_factory=count)
    lock: threading.Lock = field(default_factory=threading.Lock)
    given_up: threading.Event = field(default_factory=threading.Event)

    def said(self, about: str) -> list[str]:
        """What the replicas' logs hold about deliveries of something, each with the port of who said it."""
        wanted = f'"about":"{about}"'
        return [
            f"replica {one.port}: {line.strip()}"
            for one in self.replicas
            for line in one.log.read_text(errors="replace").splitlines()
            if wanted in line and '"delivery.' in line
        ]

    def processes(self) -> list[int]:
        """Those that are there now, by id."""
        return [one.process.pid for one in self.replicas if one.process is not None]

    def deliver(self, payload: Payload) -> Reply:
        """Until one acknowledges. The same payload may so reach two of them. Raises Unanswered."""
        patience = time.monotonic() + PATIENCE_S
        while time.monotonic() < patience and not self.given_up.is_set():
            replica = self._next()
            if replica is not None and (reply := self._try(replica, payload)):
                return reply
            time.sleep(BETWEEN_TRIES_S if replica is None else 0)
        raise Unanswered

    def _next(self) -> Replica | None:
        with self.lock:
            there = [one for one in self.replicas if one.up]
            return there[next(self.turns) % len(there)] if there else None

    def _try(self, replica: Replica, payload: Payload) -> Reply | None:
        body, headers = signed(payload, self.slack.signing_secret, self.slack.platform.clock)
        try:
            reply = send(f"http://127.0.0.1:{replica.port}", body, headers, timeout=ANSWER_S)
        except (OSError, http.client.HTTPException):
            return None
        return reply if reply.status == 200 else None


@contextmanager
def fleet(url: str, slack: LocalSlack, folder: Path, replicas: int) -> Iterator[Fleet]:
    """All of them up; all of them down afterwards."""
    made = Fleet([Replica(port, folder / f"{port}.log", _environment(url, slack)) for port in _free(replicas)], slack)
    try:
        for replica in made.replicas:
            replica.start()
        yield made
    finally:
        made.given_up.set()
        for replica in made.replicas:
            replica.stop()


def kill_by_turns(
    fleet: Fleet, every_s: float, down_s: float, over: threading.Event, tell: Callable[[float], None]
) -> int:
    """Kill one replica after the other until it is over, each started again after a while; returns how many."""
    killed = 0
    while not over.wait(every_s):
        replica = fleet.replicas[killed % len(fleet.replicas)]
        replica.kill()
        killed += 1
        over.wait(down_s)
        tell(replica.start())
    return killed


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free(wanted: int) -> list[int]:
    """Ports that nobody listens at."""
    tried = random.sample(range(LOWEST_PORT, HIGHEST_PORT), 20 * wanted)
    return [port for port in tried if not _answers(port, "/")][:wanted]


def _environment(url: str, slack: LocalSlack) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "STEWARD_"))}
    own = {name: value for name, value in slack.environment.items() if name != "SLACK_APP_TOKEN"}
    ours = {"DATABASE_URL": url, "STEWARD_CONFIG": str(ROOT / "steward.toml"), "PYTHONPATH": str(ROOT)}
    return {**kept, **own, **ours, "STEWARD_SIGNING_KEY": base64.b64encode(bytes(32)).decode()}
