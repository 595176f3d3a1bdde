"""The gate of the Web API: every call is read, recognised and let through, or refused as Slack refuses it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from slack_local.errors import SlackError
from slack_local.json_types import Json
from slack_local.platform import Platform
from slack_local.trouble import CallTrouble
from slack_local.web_api import (
    app_methods,
    chat_methods,
    conversation_methods,
    file_methods,
    view_methods,
    workspace_methods,
)
from slack_local.web_api.arguments import Arguments
from slack_local.web_api.call import Call, Method

METHODS: Mapping[str, Method] = {
    **workspace_methods.METHODS,
    **conversation_methods.METHODS,
    **chat_methods.METHODS,
    **view_methods.METHODS,
    **file_methods.METHODS,
    **app_methods.METHODS,
}


class HungUp(Response):
    """The connection ends before anything was answered."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        promised = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": promised})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@dataclass(frozen=True, slots=True)
class WebApi:
    platform: Platform

    async def endpoint(self, request: Request) -> Response:
        """POST or GET /api/METHOD."""
        name = str(request.path_params["method"])
        trouble = self.platform.trouble.next_call(name)
        if trouble is not None and trouble.kind != "time_out" and not trouble.took_effect:
            return _troubled(trouble)
        if trouble is not None and not trouble.took_effect:
            return await _hang_up(request, trouble.seconds)
        answer = await self._answer(name, request)
        if trouble is None:
            return answer
        return await _hang_up(request, trouble.seconds) if trouble.kind == "time_out" else _troubled(trouble)

    async def _answer(self, name: str, request: Request) -> Response:
        try:
            values = await _values(request)
            method = _method(name)
            token = _token(request, values)
            call = Call(self.platform, Arguments(values), token)
            self._authorize(method, token)
            if method.scope:
                call.need(method.scope)
            return JSONResponse({"ok": True, **method.run(call)}, headers=self._headers(method))
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.code, **error.extra}, headers=self._headers(None))

    def _authorize(self, method: Method, token: str) -> None:
        own = self.platform.credentials
        if not token:
            raise SlackError("not_authed")
        if token != own.app_token:
            self.platform.installation.require(token)
        if (token == own.app_token) != (method.token == "app"):  # noqa: S105 - which of the two
            raise SlackError("not_allowed_token_type")

    def _headers(self, method: Method | None) -> dict[str, str]:
        scopes = {"x-oauth-scopes": ",".join(sorted(self.platform.manifest.scopes))}
        return {**scopes, "x-accepted-oauth-scopes": method.scope} if method and method.scope else scopes


def _method(name: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method", {"req_method": name})
    return METHODS[name]


async def _values(request: Request) -> Json:
    """Query and body together; a body of JSON or a form."""
    values: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return {**values, **_json_object(await request.body())}
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return {**values, **{key: value for key, value in (await request.form()).items() if isinstance(value, str)}}
    return values


def _json_object(body: bytes) -> Json:
    try:
        loaded = json.loads(body or b"{}")
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(loaded, dict):
        raise SlackError("json_not_object")
    return loaded


def _token(request: Request, values: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(values.get("token", ""))


def _troubled(trouble: CallTrouble) -> Response:
    if trouble.kind == "rate_limit":
        headers = {"Retry-After": str(trouble.retry_after)}
        return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers=headers)
    if trouble.kind == "status":
        return PlainTextResponse("upstream trouble", status_code=trouble.status)
    return JSONResponse({"ok": False, "error": trouble.error})


async def _hang_up(request: Request, seconds: float) -> Response:
    """Holds the line for so long, or until the caller hangs up."""
    step, waited = 0.02, 0.0
    while waited < seconds and not await request.is_disconnected():
        await asyncio.sleep(step)
        waited += step
    return HungUp()
