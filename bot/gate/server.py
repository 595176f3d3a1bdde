"""Serving the HTTP gate: uvicorn in a thread of its own, so that the process's signals stay with whoever runs it."""

import socket
import threading
from typing import Final

import uvicorn
from starlette.applications import Starlette

from bot.gate.workers import Workers

MOST_CONNECTIONS: Final = 1000
GRACE_S: Final = 10  # for requests that have begun, when the process is told to stop


class CannotListen(Exception):
    """The port is taken, or not ours to take."""


def listen(port: int, host: str = "") -> socket.socket:
    """A socket on which connections wait from now on. Raises CannotListen."""
    try:
        made = socket.create_server((host, port), backlog=512)
    except OSError as error:
        raise CannotListen(f"port {port}: {error.strerror}") from error
    # Inherited by connections. Without it the body of an answer waits some 40 ms until its head is acknowledged:
    # asyncio sets it only on sockets that were made with their protocol's number, which create_server's are not.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


class HttpServer:
    """The gate on a port. `port` 0 takes a free one; `address` says which it became.

    `listening` is a socket that listens already, which several processes share: whoever is free takes the next.
    """

    name = "http"

    def __init__(
        self,
        application: Starlette,
        workers: Workers,
        *,
        port: int = 0,
        host: str = "",
        listening: socket.socket | None = None,
    ) -> None:
        self._socket = listening or listen(port, host)
        self._workers = workers
        self._server = uvicorn.Server(_config(application))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="http", daemon=True)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]

    def start(self) -> None:
        """Begin to take requests (the port is held from the start, so none is turned away)."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether requests are being taken."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Take no more, and return when every request that has begun is answered, or its time is over."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()
        self._workers.close()


def _config(application: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=GRACE_S,
    )
