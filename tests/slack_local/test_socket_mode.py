"""Socket Mode with the real clients."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from slack_local import LocalSlack, Timing, Workspace
from tests.slack_local.conftest import MANIFEST, WORKSPACE, Served
from tests.slack_local.hanging_up import hang_up
from tests.waiting import until

Json = dict[str, Any]


@pytest.fixture
def quick() -> Iterator[LocalSlack]:
    """Deadlines of half a second, repetitions at once."""
    timing = Timing(deadline=0.5, retry_delays=(0.0, 0.05, 0.05))
    with LocalSlack.start(manifest=MANIFEST, workspace=Workspace.parse(WORKSPACE), timing=timing) as slack:
        yield slack


class Line:
    """A bare socket of the app."""

    def __init__(self, slack: LocalSlack) -> None:
        client = WebClient(base_url=slack.api_url)
        url = client.apps_connections_open(app_token=slack.app_token)["url"]
        self.url = str(url)
        self._leaving = ExitStack()
        self.socket = self._leaving.enter_context(connect(self.url))
        self.hello = self.receive()

    def close(self) -> None:
        self._leaving.close()

    def receive(self, timeout: float = 60) -> Json:
        loaded: Json = json.loads(self.socket.recv(timeout=timeout))
        return loaded

    def ack(self, envelope: Json, payload: Json | None = None) -> None:
        answer = {"envelope_id": envelope["envelope_id"]}
        self.socket.send(json.dumps({**answer, "payload": payload} if payload else answer))


def in_background(work: Any) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_hello_and_a_command(slack: LocalSlack) -> None:
    line = Line(slack)
    assert line.hello["type"] == "hello"
    assert line.hello["connection_info"] == {"app_id": slack.app_id}
    assert slack.connected
    person = slack.as_user("ann")
    typing = in_background(lambda: person.type("/echo hi", "deck"))
    envelope = line.receive()
    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"] is True
    assert envelope["payload"]["text"] == "hi"
    line.ack(envelope, {"text": "said"})
    typing.join()
    assert person.read("deck")[-1].text == "said"
    line.close()
    until(lambda: not slack.connected)


def test_a_ticket_is_good_once(slack: LocalSlack) -> None:
    line = Line(slack)
    with pytest.raises(InvalidStatus), connect(line.url):
        pass
    line.close()


def test_each_payload_goes_to_exactly_one_socket(slack: LocalSlack) -> None:
    lines = [Line(slack), Line(slack), Line(slack)]
    assert [line.hello["num_connections"] for line in lines] == [1, 2, 3]
    got: list[tuple[int, str]] = []

    def serve(number: int, line: Line) -> None:
        try:
            while True:
                envelope = line.receive(timeout=60)
                got.append((number, envelope["payload"]["text"]))
                line.ack(envelope)
        except ConnectionClosed:
            return

    threads = [in_background(lambda n=n, line=line: serve(n, line)) for n, line in enumerate(lines)]
    for number in range(9):
        slack.as_user("ann").type(f"/echo {number}", "deck")
    assert sorted(text for _, text in got) == [str(number) for number in range(9)]
    assert {number for number, _ in got} == {0, 1, 2}
    for line in lines:
        line.close()
    for thread in threads:
        thread.join()


def test_an_event_comes_again_until_it_is_acknowledged(quick: LocalSlack) -> None:
    line = Line(quick)
    opening = in_background(lambda: _open_home(quick))
    first, second, third = line.receive(), line.receive(), line.receive()
    line.ack(third)
    opening.join()
    seen = [(one["retry_attempt"], one["retry_reason"]) for one in (first, second, third)]
    assert seen == [(0, ""), (1, "http_timeout"), (2, "http_timeout")]
    assert {one["payload"]["event_id"] for one in (first, second, third)} == {first["payload"]["event_id"]}
    assert first["accepts_response_payload"] is False
    with pytest.raises(TimeoutError):
        line.receive(timeout=0.8)
    line.close()


def _open_home(slack: LocalSlack) -> None:
    person = slack.as_user("ann")
    with pytest.raises(AssertionError, match="no Home"):
        person.home()


def test_a_dropped_socket_fails_what_it_owed(slack: LocalSlack) -> None:
    line = Line(slack)
    person = slack.as_user("ann")
    typing = in_background(lambda: person.type("/echo hi", "deck"))
    line.receive()
    slack.trouble.drop_sockets()
    typing.join()
    assert 'failed with the error "dispatch_failed"' in person.read("deck")[-1].text
    assert not slack.connected


def test_the_real_client_reconnects_when_it_is_asked_to(slack: LocalSlack) -> None:
    got: list[str] = []

    def answer(client: SocketModeClient, request: SocketModeRequest) -> None:
        got.append(request.payload["text"])
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client = SocketModeClient(
        app_token=slack.app_token, web_client=WebClient(slack.bot_token, base_url=slack.api_url), ping_interval=1
    )
    client.socket_mode_request_listeners.append(answer)  # type: ignore[arg-type]  # the stub knows the base client only
    client.connect()
    try:
        slack.as_user("ann").type("/echo one", "deck")
        slack.trouble.refresh_sockets()
        until(lambda: slack.connected)
        slack.as_user("ann").type("/echo two", "deck")
        assert got == ["one", "two"]
    finally:
        hang_up(client)


def test_a_bolt_app_over_a_socket(slack: LocalSlack, served: Served) -> None:
    app: App = served.app()
    app.command("/echo")(lambda ack, command: ack(f"{command['text']} again"))
    served.by_socket(app)
    until(lambda: slack.connected)
    slack.as_user("ann").type("/echo once", "deck")
    assert slack.as_user("ann").read("deck")[-1].text == "once again"


def test_duplicates_are_the_same_envelope(slack: LocalSlack) -> None:
    line = Line(slack)
    slack.trouble.duplicate()
    typing = in_background(lambda: slack.as_user("ann").type("/echo hi", "deck"))
    first, second = line.receive(), line.receive()
    assert first == second
    line.ack(first)
    typing.join()
    line.close()


def test_a_cut_line_delivers_but_hears_no_answer(slack: LocalSlack) -> None:
    line = Line(slack)
    slack.trouble.cut()
    person = slack.as_user("ann")
    typing = in_background(lambda: person.type("/echo hi", "deck"))
    assert line.receive()["payload"]["text"] == "hi"
    with pytest.raises(ConnectionClosed):
        line.receive()
    typing.join()
    assert "dispatch_failed" in person.read("deck")[-1].text
