"""Several real Stewards over one PostgreSQL, and a load balancer before them that takes them in turn."""

import base64
import http.client
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Final

from slack_local import LocalSlack
from tests import forked
from tests.forked import Forked
from tests.ports import free_port
from tests.scenarios.harness import ROOT
from tests.waiting import until

PATIENCE_S: Final = 300.0
PASSED_ON: Final = ("Content-Type", "X-Slack-Request-Timestamp", "X-Slack-Signature", "X-Slack-Retry-Num")


@dataclass
class Replica:
    """One process on a port of its own."""

    name: str
    port: int
    log: Path
    process: Forked

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def slack_address(self) -> str:
        """Where it takes Slack's requests."""
        return f"{self.address}/slack/events"

    def get(self, path: str) -> tuple[int, str]:
        """What it answers to whoever watches it. Raises OSError and HTTPException."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def wait(self) -> None:
        """Return when it is ready."""
        until(self._is_ready, lambda: f"{self.name} was never ready: {self.log.read_text()[-3000:]}", every_s=0.05)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            return self.get("/readyz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self) -> None:
        """SIGKILL: no handler, no clean-up."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_S)


def begun(name: str, url: str, slack: LocalSlack, folder: Path, *, changed: tuple[str, str] = ("", "")) -> Replica:
    """A replica that has been started and may not answer yet. `changed`: words of its configuration, and others."""
    port, log = free_port(), folder / f"{name}.log"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "STEWARD_"))}
    slack_own = {key: value for key, value in slack.environment.items() if key != "SLACK_APP_TOKEN"}
    ours = {"DATABASE_URL": url, "PORT": str(port), "STEWARD_CONFIG": str(without_model(folder, changed))}
    key = {"STEWARD_SIGNING_KEY": base64.b64encode(bytes(32)).decode(), "PYTHONPATH": str(ROOT)}
    process = forked.steward(("run", "--http"), {**kept, **slack_own, **ours, **key}, folder, log)
    return Replica(name, port, log, process)


def without_model(folder: Path, changed: tuple[str, str] = ("", "")) -> Path:
    """The reference company's configuration without the sentence model, which takes long to load and is not needed."""
    written = (ROOT / "steward.toml").read_text()
    for before, after in (('embed = "auto"', "embed = false"), ('"policies/', f'"{ROOT}/policies/'), changed):
        assert before in written
        written = written.replace(before, after)
    path = folder / "steward.toml"
    path.write_text(written)
    return path


@contextmanager
def replicas(names: Sequence[str], url: str, slack: LocalSlack, folder: Path) -> Iterator[Mapping[str, Replica]]:
    """As many as there are names, all ready; dead at the end."""
    made = {name: begun(name, url, slack, folder) for name in names}
    try:
        for one in made.values():
            one.wait()
        yield made
    finally:
        for one in made.values():
            one.process.kill()
            one.process.wait()


@contextmanager
def balanced(backends: Sequence[Replica]) -> Iterator[str]:
    """The address of a load balancer: each request goes to the next one; where nobody listens, to the one after."""
    turn, lock = count(), threading.Lock()

    class Balancer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                first = next(turn)
            for n in range(len(backends)):
                if self._passed_on(backends[(first + n) % len(backends)], body):
                    return
            self.send_error(502)

        def _passed_on(self, backend: Replica, body: bytes) -> bool:
            headers = {name: self.headers[name] for name in PASSED_ON if self.headers[name]}
            with closing(http.client.HTTPConnection("127.0.0.1", backend.port, timeout=60)) as connection:
                try:
                    connection.connect()
                except OSError:
                    return False
                try:
                    connection.request("POST", self.path, body, headers)
                    answer = connection.getresponse()
                    content = answer.read()
                except (OSError, http.client.HTTPException):
                    self.send_error(502)  # it may have been done: whoever sent it decides whether to send it again
                    return True
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.getheader("content-type") or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            return True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing."""

    with ExitStack() as running:
        server = running.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Balancer))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.callback(thread.join)
        running.callback(server.shutdown)
        yield f"http://127.0.0.1:{server.server_address[1]}"
