"""Signed HTTP: what arrives at the app's request URL, and what Slack makes of its answers."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from slack_local import CannotDo, LocalSlack, Timing, Workspace
from tests.slack_local.conftest import MANIFEST, WORKSPACE
from tests.waiting import until


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes


@dataclass
class Endpoint:
    """A request URL that keeps what it gets and answers `status`, `content_type` and `body`."""

    status: int = 200
    content_type: str = "text/plain"
    body: bytes = b""
    delay: float = 0.0
    got: list[Received] = field(default_factory=list)
    url: str = ""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.got.append(Received({k.lower(): v for k, v in request.headers.items()}, body))
        time.sleep(self.delay)
        request.send_response(self.status)
        request.send_header("Content-Type", self.content_type)
        request.send_header("Content-Length", str(len(self.body)))
        request.end_headers()
        request.wfile.write(self.body)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    kept = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.answer(self)

        def log_message(self, *args: Any) -> None:
            """Stays quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/slack/events"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def quick() -> Iterator[LocalSlack]:
    timing = Timing(deadline=0.5, retry_delays=(0.0, 0.02, 0.02))
    with LocalSlack.start(manifest=MANIFEST, workspace=Workspace.parse(WORKSPACE), timing=timing) as slack:
        yield slack


def test_a_command_is_a_signed_form(quick: LocalSlack, endpoint: Endpoint) -> None:
    quick.deliver_to(endpoint.url)
    quick.as_user("ann").type("/echo Šī & tā", "deck")
    (request,) = endpoint.got
    verifier = SignatureVerifier(quick.signing_secret)
    headers = {name: value for name, value in request.headers.items() if name.startswith("x-slack")}
    assert verifier.is_valid_request(request.body, headers)
    assert not SignatureVerifier("other").is_valid_request(request.body, headers)
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    form = parse_qs(request.body.decode())
    assert form["text"] == ["Šī &amp; tā"]
    assert form["is_enterprise_install"] == ["false"]


def test_an_event_is_repeated_with_its_headers(quick: LocalSlack, endpoint: Endpoint) -> None:
    endpoint.status = 500
    quick.deliver_to(endpoint.url)
    with pytest.raises(AssertionError):
        quick.as_user("ann").home()
    until(lambda: len(endpoint.got) == 4)
    numbers = [request.headers.get("x-slack-retry-num") for request in endpoint.got]
    reasons = {request.headers.get("x-slack-retry-reason") for request in endpoint.got[1:]}
    assert (numbers, reasons) == ([None, "1", "2", "3"], {"http_error"})
    assert len({json.loads(request.body)["event_id"] for request in endpoint.got}) == 1
    assert endpoint.got[0].headers["content-type"] == "application/json"


def test_an_event_that_is_acknowledged_comes_once(quick: LocalSlack, endpoint: Endpoint) -> None:
    quick.deliver_to(endpoint.url)
    with pytest.raises(AssertionError):
        quick.as_user("ann").home()
    time.sleep(0.2)
    assert len(endpoint.got) == 1


def test_a_command_is_never_repeated(quick: LocalSlack, endpoint: Endpoint) -> None:
    endpoint.status = 500
    quick.deliver_to(endpoint.url)
    quick.as_user("ann").type("/echo x", "deck")
    assert quick.as_user("ann").read("deck")[-1].text == '/echo failed with the error "http_service_error"'
    time.sleep(0.2)
    assert len(endpoint.got) == 1


def test_an_endpoint_that_is_slow(quick: LocalSlack, endpoint: Endpoint) -> None:
    endpoint.delay = 1.0
    quick.deliver_to(endpoint.url)
    with pytest.raises(CannotDo, match="did not answer in time"):
        quick.as_user("ann").shortcut("Start")
    quick.as_user("ann").type("/echo x", "deck")
    assert 'operation_timeout"' in quick.as_user("ann").read("deck")[-1].text


def test_an_endpoint_that_is_not_there(quick: LocalSlack) -> None:
    quick.deliver_to("http://127.0.0.1:9/slack/events")
    quick.as_user("ann").type("/echo x", "deck")
    assert 'dispatch_failed"' in quick.as_user("ann").read("deck")[-1].text


def test_duplicates_and_late_ones(quick: LocalSlack, endpoint: Endpoint) -> None:
    quick.deliver_to(endpoint.url)
    quick.trouble.duplicate()
    quick.as_user("ann").type("/echo x", "deck")
    first, second = endpoint.got
    assert first.body == second.body
    quick.trouble.late(0.7)
    quick.as_user("ann").type("/echo late", "deck")
    assert 'operation_timeout"' in quick.as_user("ann").read("deck")[-1].text
    until(lambda: len(endpoint.got) == 3)
    assert b"late" in endpoint.got[2].body


def test_payloads_of_interactions_are_json_in_a_form(quick: LocalSlack, endpoint: Endpoint) -> None:
    quick.deliver_to(endpoint.url)
    quick.as_user("ann").shortcut("Start")
    payload = json.loads(parse_qs(endpoint.got[0].body.decode())["payload"][0])
    assert payload["type"] == "shortcut"
    assert payload["user"]["id"] == quick.people["ann"].id
