"""A gate on a real port of this machine, with a Bolt app behind it that writes down what reached it."""

import hashlib
import hmac
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot.gate.guard import Guard
from bot.gate.http import Gate
from bot.gate.readiness import Check, Readiness
from bot.gate.replay import AnsweredRequests
from bot.gate.server import HttpServer
from bot.gate.workers import Workers
from tests.conftest import SettableClock

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

Dispatch = Callable[[BoltRequest], BoltResponse]


@dataclass(frozen=True)
class Answer:
    """Status, headers (lower case) and body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class RunningGate:
    """The gate, as Slack sees it."""

    server: HttpServer
    clock: SettableClock
    workers: Workers
    reached: list[BoltRequest] = field(default_factory=list)

    def headers(self, body: bytes, content_type: str = FORM) -> dict[str, str]:
        """What Slack would send with this body now."""
        at = str(int(self.clock.now.timestamp()))
        made = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        return {"content-type": content_type, "x-slack-request-timestamp": at, "x-slack-signature": f"v0={made}"}

    def send(self, body: bytes, headers: dict[str, str], method: str = "POST", path: str = "/slack/events") -> Answer:
        """One request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.address[1], timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def signed(self, body: bytes, content_type: str = FORM, **headers: str) -> Answer:
        """A request as Slack would send it, with more headers if given."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(body, self.headers(body, content_type) | more)

    def command(self, **headers: str) -> Answer:
        """A signed slash command."""
        return self.signed(command_body(), **headers)

    def get(self, path: str) -> Answer:
        """A GET without anything."""
        return self.send(b"", {}, "GET", path)

    def connect(self) -> socket.socket:
        """A bare connection, to send bytes as one likes."""
        return socket.create_connection(("127.0.0.1", self.server.address[1]), timeout=60)

    def begun(self, headers: dict[str, str]) -> socket.socket:
        """A connection on which the head of a POST has been sent."""
        connection = self.connect()
        lines = ["POST /slack/events HTTP/1.1", "host: steward", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        return connection


def command_body(**fields: str) -> bytes:
    """The form of a slash command."""
    usual = {"command": "/account", "text": "pw-00412", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    return urlencode(usual | {"trigger_id": "1.2.3"} | fields).encode()


def interaction_body(payload: dict[str, Any]) -> bytes:
    """The form of a press or a submission."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def status_of(connection: socket.socket) -> int:
    """The status of the answer on a bare connection; 0 when it was closed without one."""
    with connection.makefile("rb") as lines:
        first: bytes = lines.readline()
    return int(first.split()[1]) if first else 0


def bolt_app() -> App:
    """A real Bolt app with one command that answers with what was typed."""
    app = App(authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id="T1"), process_before_response=True)
    app.command("/account")(lambda ack, command: ack(f"looked up {command['text']}"))
    return app


def start_gate(
    clock: SettableClock,
    dispatch: Dispatch | None = None,
    *,
    checks: tuple[Check, ...] = (),
    patience_s: float = 5.0,
    threads: int = 4,
    waiting: int = 8,
    **further: Any,
) -> RunningGate:
    """A gate on a free port; `dispatch` stands where the real Bolt app would. `further` are the gate's."""
    behind = dispatch or bolt_app().dispatch
    reached: list[BoltRequest] = []

    def note(request: BoltRequest) -> BoltResponse:
        reached.append(request)
        return behind(request)

    workers = Workers(threads, waiting)
    ready = Readiness(checks, clock)
    gate = Gate(note, Guard(SECRET, clock), AnsweredRequests(clock), workers, ready, patience_s, **further)
    server = HttpServer(gate.application(), workers, port=0, host="127.0.0.1")
    server.start()
    return RunningGate(server, clock, workers, reached)


MakeGate = Callable[..., RunningGate]


@pytest.fixture
def make_gate(clock: SettableClock) -> Iterator[MakeGate]:
    """Starts gates, with what `start_gate` takes, and stops them."""
    running: list[RunningGate] = []

    def make(*given: Any, **by_name: Any) -> RunningGate:
        running.append(start_gate(clock, *given, **by_name))
        return running[-1]

    yield make
    for gate in running:
        gate.server.stop()


@pytest.fixture
def gate(make_gate: MakeGate) -> RunningGate:
    return make_gate()


@pytest.fixture(scope="module")
def standing_gate() -> Iterator[RunningGate]:
    """One gate for many requests that must all stay outside."""
    gate = start_gate(SettableClock())
    yield gate
    gate.server.stop()
