"""Which calls are repeated when the connection is lost. A server of its own, because it must break off."""

import socket
import threading
from collections.abc import Iterator
from http.client import HTTPException
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery.slack_client import slack_client

LIMITED = b"HTTP/1.1 429 Too Many\r\nRetry-After: %d\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


class Broken:
    """Accepts connections, and ends each with the same bytes (or none) after the request has come."""

    def __init__(self) -> None:
        self.answer: bytes | None = b""
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api/"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        with socket.create_connection(self._listener.getsockname()):
            self._listener.close()
        self._thread.join(30)

    def _serve(self) -> None:
        held = []
        while self._listener.fileno() >= 0:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                break
            if self._listener.fileno() < 0:
                connection.close()
                break
            connection.recv(65536)
            self.connections += 1
            if self.answer is None:
                held.append(connection)
                continue
            connection.sendall(self.answer)
            connection.close()
        for connection in held:
            connection.close()


@pytest.fixture
def broken() -> Iterator[Broken]:
    server = Broken()
    yield server
    server.stop()


def ask(broken: Broken, method: str, *, timeout: int = 30, patience: float = 0.0) -> None:
    slack_client("xoxb-test", broken.url, timeout, patience=patience).api_call(method)


@pytest.mark.parametrize(("method", "tries"), [("chat.postMessage", 1), ("users.info", 2), ("chat.update", 2)])
def test_a_lost_connection_is_tried_again_only_where_that_can_do_nothing_twice(
    broken: Broken, method: str, tries: int
) -> None:
    with pytest.raises((URLError, HTTPException, ConnectionError)):
        ask(broken, method)
    assert broken.connections == tries


def test_a_time_out_is_not_tried_again(broken: Broken) -> None:
    broken.answer = None
    with pytest.raises((TimeoutError, URLError)):
        ask(broken, "users.info", timeout=1)
    assert broken.connections == 1


@pytest.mark.parametrize(("asked_for", "patience", "tries"), [(0, 0.0, 2), (1, 0.0, 1), (30, 5.0, 1)])
def test_a_rate_limit_is_waited_for_with_patience_only(
    broken: Broken, asked_for: int, patience: float, tries: int
) -> None:
    broken.answer = LIMITED % asked_for
    with pytest.raises(SlackApiError):
        ask(broken, "users.info", patience=patience)
    assert broken.connections == tries


def test_slacks_answers_are_not_in_the_clients_own_log(broken: Broken, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    broken.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n" + b"maija@balticbeans.example     "
    with pytest.raises(SlackApiError):
        ask(broken, "users.info")
    assert "maija" not in caplog.text
