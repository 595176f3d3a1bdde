"""Socket Mode: Slack's envelopes over a WebSocket that this process opened, kept open and, at the end, drained.

https://docs.slack.dev/apis/events-api/using-socket-mode/
"""

import secrets
import select
import socket
import threading
import time
from contextlib import suppress
from typing import Any, Final

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin.client import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import ConnectionState
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from structlog.contextvars import bound_contextvars

from bot.gate.measured import NoObserver, Observer
from bot.gate.payload import Payload
from bot.observability import tracing

THREADS: Final = 16
PING_S: Final = 5.0  # a connection that answers no ping is given up after four of these
WATCH_S: Final = 1.0
GRACE_S: Final = 10.0

log = structlog.get_logger(__name__)


class SocketGate:
    """Takes envelopes and hands them to Bolt; connects again by itself whenever the connection is lost."""

    name = "socket"

    def __init__(self, app: App, app_token: str, client: WebClient, observer: Observer | None = None) -> None:
        self._observer = observer or NoObserver()
        self._handler = _Handler(app, app_token, client, self._observer)
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._keep_connected, name="socket-watch", daemon=True)

    def start(self) -> None:
        """Connect. Raises slack_sdk's SlackApiError when Slack does not take the app-level token."""
        self._handler.client.connect()
        self._observer.connected(connected=True)
        self._watch.start()

    @property
    def alive(self) -> bool:
        """Whether connections are being kept; one may just be on its way."""
        return self._watch.is_alive()

    @property
    def connected(self) -> bool:
        """Whether an open connection is there now."""
        return self._handler.client.is_connected()

    def stop(self) -> None:
        """Take no more envelopes, acknowledge those that have begun, then disconnect."""
        self._stop.set()
        self._handler.drain(GRACE_S)
        self._handler.client.auto_reconnect_enabled = False
        end_for_good(self._handler.client)
        self._hang_up()
        self._handler.client.close()
        if self._watch.is_alive():
            self._watch.join()

    def _keep_connected(self) -> None:
        """Replace a lost connection at once, even one that the other end closed without a word.

        The client notices some by its pings only, and connects again only every PING_S seconds; it goes on trying
        when the attempt that is made here does not succeed.
        """
        client = self._handler.client
        before = True
        while not self._stop.wait(WATCH_S):
            session = client.current_session
            if session is not None and is_hung_up(session.sock):
                self._hang_up()
            if before and not client.is_connected():
                log.warning("socket.lost")
                self._connect_again()
                before = False
            now = client.is_connected()
            if now and not before:
                log.warning("socket.connected")
            self._observer.connected(connected=now)
            before = now

    def _hang_up(self) -> None:
        """End the session without waiting: its reader holds a lock for up to three seconds when nothing comes."""
        client = self._handler.client
        session = client.current_session
        if session is None or session.sock is None:
            return
        client.current_session_state.terminated = True
        with suppress(OSError):  # the other end has closed it already
            session.sock.shutdown(socket.SHUT_RDWR)
        session.disconnect()

    def _connect_again(self) -> None:
        try:
            self._handler.client.connect_to_new_endpoint()
        except (SlackApiError, OSError) as error:  # the client's own monitor tries again every few seconds
            code = error.response.get("error") if isinstance(error, SlackApiError) else None
            log.warning("socket.not_connected", error_code=code, exc_info=error)


class Ended(ConnectionState):
    """The state of a client whose sessions are over: it can't be set back."""

    def __init__(self) -> None:
        """Nothing to set."""

    @property
    def terminated(self) -> bool:
        """Always."""
        return True

    @terminated.setter
    def terminated(self, _: bool) -> None:
        pass


def end_for_good(client: SocketModeClient) -> None:
    """Let the client's reader end, and not begin again.

    The reader takes a session up again when it looks in between the client's own steps of closing: it sets
    `terminated` back, waits for a socket that is gone, and whoever joins its thread waits for ever.
    """
    before = client.current_session_state
    client.current_session_state = Ended()
    before.terminated = True


class _Handler(SocketModeHandler):
    """Bolt's handler with a request id in the logs, a count of what runs, and an end that loses no acknowledgement."""

    def __init__(self, app: App, app_token: str, client: WebClient, observer: Observer) -> None:
        super().__init__(app, app_token, web_client=client, ping_interval=PING_S, concurrency=THREADS)
        self._observer = observer
        self._running = 0
        self._draining = False
        self._changed = threading.Condition()

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one envelope. While draining none is taken: Slack sends it again, to another connection."""
        with self._changed:
            if self._draining:
                return
            self._running += 1
        try:
            with bound_contextvars(request=_request_id(req)):
                self._answer(client, req)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def drain(self, patience_s: float) -> None:
        """Take no more and wait until what runs is answered."""
        with self._changed:
            self._draining = True
            if not self._changed.wait_for(lambda: self._running == 0, patience_s):
                log.error("socket.cut", running=self._running)

    def _answer(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        started = time.time()
        with tracing.span("request", kind=_kind(req)) as span:
            answer = run_bolt_app(self.app, req)
            span.note(status=answer.status)
        send_response(client, req, answer, started)
        took = time.time() - started
        self._observer.answered(_kind(req), answer.status, took)
        log.info(
            "request.answered",
            kind=_kind(req),
            status=answer.status,
            retry=req.retry_attempt,
            duration_ms=round(took * 1000),
        )


def _request_id(req: SocketModeRequest) -> str:
    return Payload(req.type, req.payload or {}).id or req.envelope_id or secrets.token_hex(8)


def _kind(req: SocketModeRequest) -> str:
    payload: dict[str, Any] = req.payload or {}
    return str(payload.get("command") or payload.get("type") or req.type)


def is_hung_up(connection: Any) -> bool:
    """Whether the other end of a socket (plain or TLS) has closed it; False of None, which is closed and known so."""
    if connection is None or not hasattr(select, "POLLRDHUP"):
        return False
    poll = select.poll()
    try:
        poll.register(connection.fileno(), select.POLLRDHUP)
        return bool(poll.poll(0))
    except (OSError, ValueError):  # closed in between
        return True
