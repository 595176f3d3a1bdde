"""What the page speaks, under /local. README.md, "What the page speaks", is the contract."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from slack_local import shapes
from slack_local.changes import Change
from slack_local.errors import CannotDo
from slack_local.json_types import Json
from slack_local.people import acts, modals, screen
from slack_local.people.pressing import Press, press
from slack_local.platform import Platform

_NOT_OURS = 403
_REFUSED = 409
_WRONG = 400
_CHOSEN_KEYS = ("type", "action_id", "block_id", "container", "state", "as")


@dataclass(frozen=True, slots=True)
class PageApi:
    platform: Platform

    async def workspace(self, request: Request) -> Json:
        del request
        return screen.workspace(self.platform)

    async def conversations(self, request: Request) -> Json:
        return {"channels": screen.conversations(self.platform, _who(self.platform, request))}

    async def messages(self, request: Request) -> Json:
        user = _who(self.platform, request)
        channel = acts.place(self.platform, user, request.query_params.get("channel", ""))
        self.platform.messages.mark_read(channel.id, user)
        return {"messages": screen.messages(self.platform, user, channel.id)}

    async def views(self, request: Request) -> Json:
        stack = self.platform.views.stack(_who(self.platform, request))
        return {"stack": [shapes.view(self.platform.world, view) for view in stack]}

    async def home(self, request: Request) -> Json:
        view = self.platform.views.homes.get(_who(self.platform, request))
        return {"view": shapes.view(self.platform.world, view) if view else None}

    async def open_home(self, body: Json) -> Json:
        view = await acts.open_home(self.platform, _text(body, "as"))
        return {"view": shapes.view(self.platform.world, view) if view else None}

    async def say(self, body: Json) -> Json:
        await acts.say(self.platform, _text(body, "as"), _text(body, "channel"), _text(body, "text"))
        return {}

    async def press(self, body: Json) -> Json:
        container: Json = body.get("container") or {}
        await press(
            self.platform,
            Press(
                user=_text(body, "as"),
                block_id=_text(body, "block_id"),
                action_id=_text(body, "action_id"),
                view_id=str(container.get("view_id", "")),
                channel=str(container.get("channel", "")),
                ts=str(container.get("ts", "")),
                chosen={key: value for key, value in body.items() if key not in _CHOSEN_KEYS},
                values=body.get("state") or {},
            ),
        )
        return {}

    async def submit(self, body: Json) -> Json:
        view, state = _text(body, "view_id"), body.get("state") or {}
        errors = await modals.submit(self.platform, _text(body, "as"), view, state)
        return {"errors": errors} if errors else {}

    async def close(self, body: Json) -> Json:
        everything = bool(body.get("all"))
        await modals.close(self.platform, _text(body, "as"), _text(body, "view_id"), everything=everything)
        return {}

    async def options(self, body: Json) -> Json:
        where: Json = body.get("container") or {}
        ids = _text(body, "block_id"), _text(body, "action_id")
        return await modals.options(self.platform, _text(body, "as"), where, *ids, str(body.get("value", "")))

    async def shortcut(self, body: Json) -> Json:
        where = str(body.get("channel", "")), str(body.get("ts", ""))
        await acts.use_shortcut(self.platform, _text(body, "as"), _text(body, "callback_id"), *where)
        return {}

    async def trouble(self, body: Json) -> Json:
        """{"clear": true}, {"drop_sockets": true}, {"refresh_sockets": true}, or an order of Trouble.add."""
        if body.get("clear"):
            self.platform.trouble.clear()
        elif body.get("drop_sockets"):
            await self.platform.sockets.drop()
        elif body.get("refresh_sockets"):
            await self.platform.sockets.refresh("refresh_requested")
        else:
            try:
                self.platform.trouble.add(body)
            except TypeError as error:
                raise CannotDo("There is no such trouble.") from error
        return {}

    async def live(self, websocket: WebSocket) -> None:
        """Changes that concern this person, as they come."""
        user = websocket.query_params.get("as", "")
        if not _same_site(websocket.headers.get("origin"), websocket.headers.get("host")):
            await websocket.close(code=4003)
            return
        await websocket.accept()
        queue: asyncio.Queue[Change] = asyncio.Queue()
        stop = self.platform.changes.listen(queue.put_nowait)
        queue.put_nowait(Change("app", connected=self.platform.delivery.transport.connected))
        sending = asyncio.create_task(self._send(websocket, user, queue))
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            pass  # the page went away
        finally:
            stop()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, websocket: WebSocket, user: str, queue: "asyncio.Queue[Change]") -> None:
        while True:
            change = await queue.get()
            if self._concerns(change, user):
                await websocket.send_json(_news(change))

    def _concerns(self, change: Change, user: str) -> bool:
        if change.users is not None and user not in change.users:
            return False
        channel = self.platform.world.channels.get(change.channel)
        return channel is None or user in channel.members


def _news(change: Change) -> Json:
    news: Json = {"type": change.type}
    if change.type == "messages":
        news["channel"] = change.channel
    return {**news, "connected": change.connected} if change.type == "app" else news


def _who(platform: Platform, request: Request) -> str:
    return acts.person(platform, request.query_params.get("as", "")).id


def _text(body: Json, key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise CannotDo(f"{key} is missing.")
    return value


def _same_site(origin: str | None, host: str | None) -> bool:
    """Pages of other sites have no business here, though the browser would let them knock."""
    return origin is None or origin in (f"http://{host}", f"https://{host}")


def _reading(work: Callable[[Request], Awaitable[Json]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await work(request))
        except CannotDo as error:
            return _failed(str(error), _REFUSED)

    return endpoint


def _doing(work: Callable[[Json], Awaitable[Json]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not _same_site(request.headers.get("origin"), request.headers.get("host")):
            return _failed("This comes from another site.", _NOT_OURS)
        try:
            body: Any = await request.json()
            if not isinstance(body, dict):
                return _failed("This is no JSON object.", _WRONG)
            return JSONResponse({"ok": True, **await work(body)})
        except ValueError:
            return _failed("This is no JSON.", _WRONG)
        except CannotDo as error:
            return _failed(str(error), _REFUSED)

    return endpoint


def _failed(words: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": words}, status_code=status)


def page_routes(platform: Platform) -> list[BaseRoute]:
    api = PageApi(platform)
    reading = ("workspace", api.workspace), ("conversations", api.conversations), ("messages", api.messages)
    doing = ("say", api.say), ("press", api.press), ("submit", api.submit), ("close", api.close)
    more = ("options", api.options), ("shortcut", api.shortcut), ("trouble", api.trouble)
    return [
        *(Route(f"/{name}", _reading(work), methods=["GET"]) for name, work in (*reading, ("views", api.views))),
        Route("/home", _reading(api.home), methods=["GET"]),
        Route("/home", _doing(api.open_home), methods=["POST"]),
        *(Route(f"/{name}", _doing(work), methods=["POST"]) for name, work in (*doing, *more)),
        WebSocketRoute("/live", api.live),
    ]
