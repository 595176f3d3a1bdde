"""Socket Mode: any number of WebSockets of one app, each payload to exactly one of them.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from starlette.websockets import WebSocket, WebSocketDisconnect

from slack_local.clock import Ids
from slack_local.delivery.answer import Answer, PayloadKind, Retry
from slack_local.json_types import Json

_HOST = "applink-local"
_GOING_AWAY = 1001


@dataclass(slots=True, eq=False)
class Socket:
    websocket: WebSocket
    leaving: bool = False


@dataclass(slots=True)
class Sockets:
    ids: Ids
    app_id: str
    tell: Callable[[], None]
    """Called when the first socket comes and when the last one goes."""
    _tickets: set[str] = field(default_factory=set)
    _open: deque[Socket] = field(default_factory=deque)
    _waiting: dict[str, tuple[Socket, asyncio.Future[Answer]]] = field(default_factory=dict)

    @property
    def connected(self) -> bool:
        return any(not socket.leaving for socket in self._open)

    def ticket(self) -> str:
        """Good for one connection."""
        ticket = self.ids.secret(36)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """One socket, from its opening to its end."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(code=4001)
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        socket = Socket(websocket)
        try:
            await self._greet(socket)
            while True:
                self._receive(await websocket.receive_text())
        except WebSocketDisconnect:
            pass  # the app went away; what it owed is settled below
        finally:
            self._forget(socket)

    async def send(self, kind: PayloadKind, payload: Json, retry: Retry, *, twice: bool, cut: bool) -> Answer:
        socket = self._next()
        if socket is None:
            return Answer(acknowledged=False, failure="no_app")
        envelope_id = self.ids.secret(32)
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry.attempt, "retry_reason": retry.reason}
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, answer)
        try:
            return await self._exchange(socket, envelope, answer, twice=twice, cut=cut)
        finally:
            self._waiting.pop(envelope_id, None)

    async def _exchange(
        self, socket: Socket, envelope: Json, answer: "asyncio.Future[Answer]", *, twice: bool, cut: bool
    ) -> Answer:
        try:
            for _ in range(2 if twice else 1):
                await socket.websocket.send_text(json.dumps(envelope))
        except (WebSocketDisconnect, RuntimeError):
            return Answer(acknowledged=False, failure="connection_failed")
        if cut:
            await self._close(socket)
            return Answer(acknowledged=False, failure="connection_failed")
        return await answer

    async def refresh(self, reason: Literal["warning", "refresh_requested"], *, close: bool = True) -> None:
        """Tells every socket to reconnect; those that were asked to are closed and get nothing new."""
        for socket in tuple(self._open):
            message = {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
            await socket.websocket.send_text(json.dumps(message))
            if close and reason != "warning":
                socket.leaving = True
                await self._close(socket)

    async def drop(self) -> None:
        """Ends every connection without a word."""
        for socket in tuple(self._open):
            await self._close(socket)

    async def _close(self, socket: Socket) -> None:
        self._forget(socket)
        try:
            await socket.websocket.close(code=_GOING_AWAY)
        except (WebSocketDisconnect, RuntimeError):
            return  # it was closed from the other side meanwhile

    def _next(self) -> Socket | None:
        """Takes turns."""
        self._open.rotate(-1)
        return next((socket for socket in self._open if not socket.leaving), None)

    async def _greet(self, socket: Socket) -> None:
        first = not self.connected
        self._open.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.app_id},
        }
        await socket.websocket.send_text(json.dumps(hello))
        if first:
            self.tell()

    def _receive(self, text: str) -> None:
        """An acknowledgement; whatever else comes is not for us."""
        try:
            message = json.loads(text)
        except ValueError:
            return
        known = self._waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if known is not None and not known[1].done():
            known[1].set_result(Answer(acknowledged=True, body=message.get("payload")))

    def _forget(self, socket: Socket) -> None:
        if socket not in self._open:
            return
        self._open.remove(socket)
        for owner, answer in tuple(self._waiting.values()):
            if owner is socket and not answer.done():
                answer.set_result(Answer(acknowledged=False, failure="connection_failed"))
        if not self.connected:
            self.tell()
