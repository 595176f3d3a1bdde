"""Slack's side of a slash command: signed requests over one connection that is kept, timed to the last byte."""

import hashlib
import hmac
import re
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

TIMEOUT_S = 30
KEPT_S = 2  # uvicorn hangs up after 5 seconds without a request
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class UnexpectedAnswer(Exception):
    """The server answered something that was not to be measured."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and how long it took, in ms, from the first byte sent to the last byte received."""

    status: int
    body: bytes
    ms: float


@dataclass(frozen=True, slots=True)
class Commands:
    """Signed `/account` commands of one person in one channel.

    Each has a trigger of its own, also among others' commands to the same database: a trigger that was seen before is
    a delivery that is answered as such, and not another command.
    """

    secret: str
    person: Mapping[str, str]
    series: str = field(default_factory=lambda: uuid4().hex)
    triggers: Iterator[int] = field(default_factory=lambda: count(1))

    def signed(self, text: str, host: str) -> bytes:
        """The whole HTTP request.

        https://docs.slack.dev/interactivity/implementing-slash-commands,
        https://docs.slack.dev/authentication/verifying-requests-from-slack
        """
        fields = {"command": "/account", "text": text, "trigger_id": self._trigger(), **self.person}
        body, at = urlencode(fields).encode(), b"%d" % time.time()
        signature = hmac.digest(self.secret.encode(), b"v0:" + at + b":" + body, hashlib.sha256).hex()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
            "Accept: application/json,*/*\r\nAccept-Encoding: gzip,deflate\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"X-Slack-Request-Timestamp: {at.decode()}\r\nX-Slack-Signature: v0={signature}\r\n\r\n"
        )
        return head.encode() + body

    def _trigger(self) -> str:
        return f"bench.{next(self.triggers)}.{self.series}"


class KeptConnection:
    """One connection to a server on 127.0.0.1, made anew where the server may have tired of waiting for a request."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self._address = ("127.0.0.1", port)
        self._connect()

    def refresh(self) -> None:
        """Connect again if nothing was asked for a while. Not part of any request's time."""
        if time.monotonic() - self._used_at > KEPT_S:
            self.close()
            self._connect()

    def ask(self, request: bytes) -> Answer:
        """Send a request and read its answer. Raises UnexpectedAnswer when the connection ends, OSError in time."""
        started = time.perf_counter()
        self._socket.sendall(request)
        received = self._socket.recv(65536)
        while (missing := _missing(received)) != 0:
            more = self._socket.recv(65536 if missing is None else missing)
            if not more:
                raise UnexpectedAnswer("the connection ended within an answer")
            received += more
        ms = (time.perf_counter() - started) * 1000
        self._used_at = time.monotonic()
        head, _, body = received.partition(b"\r\n\r\n")
        return Answer(int(head.split(b" ", 2)[1]), body, ms)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _connect(self) -> None:
        self._socket = socket.create_connection(self._address, TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._used_at = time.monotonic()


def _missing(received: bytes) -> int | None:
    """How many bytes of the answer are yet to come; None while its head is not whole."""
    if not received:
        raise UnexpectedAnswer("the connection ended without an answer")
    head = received.find(b"\r\n\r\n")
    if head < 0:
        return None
    length = LENGTH.search(received, 0, head + 2)
    return (int(length[1]) if length else 0) - (len(received) - head - 4)
