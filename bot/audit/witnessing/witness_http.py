"""Reaching a witness over HTTP: once, without redirects, within a time, and only where it may be."""

import http.client
import ipaddress
import socket
import ssl
import time
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bot.audit.witnessing.witnesses import Answer, Unreachable, Witness

CONNECT_S: Final = 5.0
WHOLE_S: Final = 15.0
LARGEST: Final = 64 << 10  # bytes; an answer is a few signature lines
PORTS: Final = {"http": 80, "https": 443}


def post(witness: Witness, body: bytes) -> Answer:
    """POST to the witness's add-checkpoint. Raises Unreachable, also for an address that it may not have."""
    parts = urlsplit(witness.url)
    deadline = time.monotonic() + WHOLE_S
    try:
        connection = _connected(parts, private=witness.private)
        try:
            headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "Steward"}
            connection.request("POST", f"{parts.path}/add-checkpoint", body, headers)
            response = connection.getresponse()
            kind = response.headers.get_content_type()
            return Answer(response.status, kind, _whole(response, deadline))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Unreachable(type(error).__name__) from error


def _connected(parts: SplitResult, *, private: bool) -> http.client.HTTPConnection:
    """Connected to an address that was looked at, so that a name can't lead elsewhere the second time."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    plain = socket.create_connection((_address(host, port, private=private), port), CONNECT_S)
    connection = http.client.HTTPConnection(host, port, timeout=CONNECT_S)
    if parts.scheme == "https":
        try:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise
    else:
        connection.sock = plain
    return connection


def _address(host: str, port: int, *, private: bool) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    allowed = [one for one in addresses if private or ipaddress.ip_address(one.partition("%")[0]).is_global]
    if not allowed:
        raise Unreachable("private address")
    return allowed[0]


def _whole(response: http.client.HTTPResponse, deadline: float) -> bytes:
    received = b""
    while piece := response.read1(LARGEST):
        received += piece
        if len(received) > LARGEST:
            raise Unreachable("too long an answer")
        if time.monotonic() > deadline:
            raise Unreachable("too slow an answer")
    return received
