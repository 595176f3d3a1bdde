"""Socket Mode against the local Slack: answers, lost connections, and an end that loses no acknowledgement."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.gate.socket import SocketGate, end_for_good, is_hung_up
from slack_local import LocalSlack
from tests.bot.captured_logs import captured_logs
from tests.waiting import until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml") as running:
        yield running


def _app(slack: LocalSlack) -> App:
    return App(
        client=WebClient(slack.bot_token, base_url=slack.api_url),
        process_before_response=True,
        request_verification_enabled=False,
        token_verification_enabled=False,
    )


@pytest.fixture
def app(slack: LocalSlack) -> App:
    made = _app(slack)
    made.command("/account")(lambda ack, command: ack(f"looked up {command['text']}"))
    return made


@pytest.fixture
def gate(slack: LocalSlack, app: App) -> Iterator[SocketGate]:
    made = SocketGate(app, slack.app_token, app.client)
    made.start()
    yield made
    made.stop()


def _looks_up(slack: LocalSlack, what: str) -> None:
    inese = slack.as_user("inese")
    inese.type(f"/account {what}", channel="general")
    assert inese.read("general")[-1].text == f"looked up {what}"


def test_a_command_is_answered_and_logged_with_slacks_id(slack: LocalSlack, gate: SocketGate) -> None:
    assert gate.connected
    with captured_logs() as lines:
        _looks_up(slack, "pw-00412")
        until(lambda: bool(lines.entries()))
    (entry,) = lines.entries()
    assert (entry["event"], entry["kind"], entry["status"]) == ("request.answered", "/account", 200)
    assert entry["request"]
    assert "pw-00412" not in lines.getvalue()


def test_a_connection_that_is_lost_without_a_word_is_replaced(slack: LocalSlack, gate: SocketGate) -> None:
    slack.trouble.drop_sockets()
    until(lambda: not slack.connected)
    until(lambda: slack.connected and gate.connected)
    _looks_up(slack, "after")


def test_a_connection_that_slack_refreshes_is_replaced(slack: LocalSlack, gate: SocketGate) -> None:
    slack.trouble.refresh_sockets()
    until(lambda: slack.connected and gate.connected)
    _looks_up(slack, "refreshed")


def test_an_app_token_that_slack_does_not_take_is_an_error_at_once(slack: LocalSlack, app: App) -> None:
    gate = SocketGate(app, "xapp-wrong", app.client)
    with pytest.raises(SlackApiError):
        gate.start()
    gate.stop()


def test_stopping_acknowledges_what_has_begun(slack: LocalSlack) -> None:
    begun, let_go = threading.Event(), threading.Event()
    app = _app(slack)

    @app.command("/account")
    def hold(ack: Callable[[str], None]) -> None:
        begun.set()
        assert let_go.wait(30)
        ack("held and answered")

    gate = SocketGate(app, slack.app_token, app.client)
    gate.start()
    inese = slack.as_user("inese")
    with ThreadPoolExecutor(2) as pool:
        typed = pool.submit(inese.type, "/account x", "general")
        assert begun.wait(30)
        stopping = pool.submit(gate.stop)
        let_go.set()
        typed.result()
        stopping.result()
    assert inese.read("general")[-1].text == "held and answered"
    assert not gate.connected
    assert not gate.alive


def test_an_end_without_a_word_is_noticed() -> None:
    """The other end of a TCP connection goes away and sends no WebSocket frame."""
    ours, theirs = socket.socketpair()
    with ours:
        assert not is_hung_up(ours)
        theirs.close()
        assert is_hung_up(ours)
    assert is_hung_up(ours)
    assert not is_hung_up(None)


def test_a_reader_that_looks_in_between_ends_as_well(slack: LocalSlack, app: App) -> None:
    """It found the session still open, sets its state back as the client does, and reads on."""
    client = SocketModeHandler(app, slack.app_token).client
    client.connect()
    before, session = client.current_session_state, client.current_session
    assert session is not None
    end_for_good(client)
    client.current_session_state.terminated = False
    assert before.terminated
    session.run_until_completion(client.current_session_state)
    client.close()


def test_nothing_is_left_running(slack: LocalSlack, app: App) -> None:
    before = set(threading.enumerate())
    gate = SocketGate(app, slack.app_token, app.client)
    gate.start()
    gate.stop()
    until(lambda: not {thread for thread in set(threading.enumerate()) - before if not thread.daemon})
