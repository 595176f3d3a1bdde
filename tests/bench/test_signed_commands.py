"""Slack's side of a command, as the gate's own guard sees it, and reading answers in pieces."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from bench.signed_commands import Commands, KeptConnection, UnexpectedAnswer
from bot.gate.guard import Guard

PERSON = {"user_id": "U1", "team_id": "T1", "channel_id": "C1"}


def parts(request: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line.partition(b": ") for line in head.split(b"\r\n")[1:]]
    return [(name.lower(), value) for name, _, value in lines], body


def test_commands_are_signed_as_slack_signs_them_and_each_is_another() -> None:
    commands = Commands("secret", PERSON)
    guard = Guard("secret", lambda: datetime.now(UTC))
    triggers = set()
    for _ in range(3):
        headers, body = parts(commands.signed("pw-00412", "127.0.0.1:1"))
        guard.confirm(guard.claim(headers), body)
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        triggers.add(fields.pop("trigger_id"))
        assert fields == {"command": "/account", "text": "pw-00412", **PERSON}
        assert dict(headers)[b"content-length"] == b"%d" % len(body)
    assert len(triggers) == 3


@contextmanager
def answering(*pieces: bytes) -> Iterator[KeptConnection]:
    """A connection to a server that answers one request in these pieces, then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)

        def answer() -> None:
            peer, _ = listening.accept()
            with peer:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                peer.recv(65536)
                for piece in pieces:
                    peer.sendall(piece)

        thread = threading.Thread(target=answer)
        thread.start()
        connection = KeptConnection(listening.getsockname()[1])
        try:
            yield connection
        finally:
            connection.close()
            thread.join(20)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"],
        [b"HTTP/1.1 200 OK\r\nconte", b"nt-length:5\r\n\r\nhe", b"ll", b"o"],
    ],
)
def test_an_answer_is_read_to_its_last_byte(pieces: list[bytes]) -> None:
    with answering(*pieces) as connection:
        answer = connection.ask(b"x")
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.ms > 0


@pytest.mark.parametrize("pieces", [[], [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"], [b"HTTP/1.1 200"]])
def test_an_answer_that_is_cut_is_no_measurement(pieces: list[bytes]) -> None:
    with answering(*pieces) as connection, pytest.raises((UnexpectedAnswer, ConnectionError)):
        connection.ask(b"x")
