"""The server: on 127.0.0.1 only, in the foreground or in a thread of its own."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uvicorn
from starlette.types import ASGIApp

from slack_local.platform import Platform

T = TypeVar("T")

HOST = "127.0.0.1"
_START_LIMIT = 20.0


def bind(port: int) -> socket.socket:
    """A listening socket; port 0 is any free one. Raises OSError when it is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


class _Announcing(uvicorn.Server):
    """Says when it is ready, and stops what the platform has under way before the loop ends."""

    def __init__(self, config: uvicorn.Config, platforms: Sequence[Platform], ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._platforms = platforms
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM end it in order, and are not raised again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for platform in self._platforms:
            await platform.sockets.drop()
            await platform.delivery.stop()
        await super().shutdown(sockets)


def server(application: ASGIApp, platforms: Sequence[Platform], ready: Callable[[], None]) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        ws_ping_interval=None,
        ws_max_size=1_000_000,
    )
    return _Announcing(config, platforms, ready)


def run(
    application: ASGIApp, platforms: Sequence[Platform], listener: socket.socket, ready: Callable[[], None]
) -> None:
    """Until SIGINT or SIGTERM."""
    server(application, platforms, ready).run(sockets=[listener])


@dataclass(slots=True)
class Background:
    """A server in a thread with a loop of its own; `others` are further workspaces that it serves."""

    platform: Platform
    application: ASGIApp
    listener: socket.socket
    others: tuple[Platform, ...] = ()
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Returns when it answers. Raises RuntimeError when it does not come up."""
        ready = threading.Event()
        self._server = server(self.application, (self.platform, *self.others), ready.set)
        self._thread = threading.Thread(target=self._run, name="slack-local", daemon=True)
        self._thread.start()
        if not ready.wait(_START_LIMIT):
            raise RuntimeError("the local Slack did not start")

    def stop(self) -> None:
        """Returns when the thread, its loop and its sockets are gone."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self.listener.close()

    def call(self, work: Callable[[], T]) -> T:
        """Runs a function where the platform lives, and returns what it returns."""
        if threading.current_thread() is self._thread:
            return work()
        result: Future[T] = Future()
        self._loop.call_soon_threadsafe(_resolve, result, work)
        return result.result()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine where the platform lives, and waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            if self._server is not None:
                self._loop.run_until_complete(self._server.serve(sockets=[self.listener]))
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()


def _resolve(result: "Future[T]", work: Callable[[], T]) -> None:
    try:
        result.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it belongs to the caller in the other thread
        result.set_exception(error)
