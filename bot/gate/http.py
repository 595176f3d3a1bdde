"""The HTTP gate: Slack's requests at /slack/events, beside what says how the process is."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from slack_bolt import BoltRequest, BoltResponse
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from structlog.contextvars import bound_contextvars

from bot.gate import payload as payloads
from bot.gate.early import PATIENCE_S as ANSWERS_IN_S
from bot.gate.early import Early, Places, answers_with
from bot.gate.guard import Claim, Guard, Refusal
from bot.gate.health import Expose, Health, failed, nothing
from bot.gate.measured import NoObserver, Observer
from bot.gate.readiness import Readiness
from bot.gate.replay import AnsweredRequests
from bot.gate.workers import Busy, Workers
from bot.observability import tracing

LARGEST_BODY: Final = 256 * 1024  # bytes; Slack's views are at most 250 KB
PATIENCE_S: Final = 5.0  # for a whole body to arrive; Slack itself waits 3 seconds for the answer

Dispatch = Callable[[BoltRequest], BoltResponse]
Whose = Callable[[Mapping[str, Any]], str | None]
"""The operator's name of the workspace that a payload belongs to; None where there is only one, or it is nobody's."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gate:
    """What the HTTP gate is made of. `pages` are what else it shows, to browsers.

    `answers_in_s` is how long a handler is waited for that has offered another answer, `places` for how many at once.
    """

    dispatch: Dispatch
    guard: Guard
    answered: AnsweredRequests
    workers: Workers
    readiness: Readiness
    patience_s: float = PATIENCE_S
    expose: Expose = nothing
    observer: Observer = field(default_factory=NoObserver)
    pages: Sequence[BaseRoute] = ()
    answers_in_s: float = ANSWERS_IN_S
    places: Places = field(default_factory=Places)
    whose: Whose = lambda _: None

    def application(self) -> Starlette:
        """The ASGI application."""
        health = Health(self.readiness, self.expose)
        routes = [Route("/slack/events", self.events, methods=["POST"]), *health.routes(), *self.pages]
        handlers = {Refusal: self._refused, Busy: self._busy, Exception: failed}
        return Starlette(routes=routes, exception_handlers=handlers)

    async def events(self, request: Request) -> Response:
        """One request of Slack's: checked over its raw bytes, then parsed, then answered by Bolt in a thread."""
        claim = self.guard.claim(request.headers.raw)
        body = await _whole_body(request, self.patience_s)
        self.guard.confirm(claim, body)
        payload = payloads.parse(body, request.headers.get("content-type", ""))
        named = payload.id or secrets.token_hex(8)
        with bound_contextvars(request=named):
            if claim in self.answered:
                log.warning("gate.replayed", kind=payload.kind)
                return Response()
            if payload.kind in payloads.FOR_THE_GATE:
                return _to_slack_itself(payload)
            return await self._answered(claim, payload, _retry_headers(request), named)

    async def _answered(
        self, claim: Claim, payload: payloads.Payload, headers: Mapping[str, str], named: str
    ) -> Response:
        started = time.perf_counter()
        request = payload.request(headers)
        answers_with(early := Early(self.places))
        with tracing.span("request", kind=payload.kind) as span:
            answer = await early.of(self.workers.begin(lambda: self.dispatch(request)), self.answers_in_s)
            span.note(status=answer.status)
        took = time.perf_counter() - started
        self.observer.answered(payload.kind, answer.status, took)
        if answer.status < 300:
            self.answered.add(claim)
        retry, took_ms = headers.get("x-slack-retry-num"), round(took * 1000)
        about: dict[str, str | int | None] = {"kind": payload.kind, "status": answer.status, "retry": retry}
        if workspace := self.whose(payload.body):
            about["workspace"] = workspace
        told = BackgroundTask(_told, request=named, duration_ms=took_ms, **about)
        media_type = answer.first_headers().get("content-type")
        return Response(answer.body, answer.status, media_type=media_type, background=told)

    async def _refused(self, _: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, Refusal)  # noqa: S101 - Starlette's types say no more than Exception
        self.observer.refused(refusal.status)
        log.warning("gate.refused", status=refusal.status, reason=refusal.reason)
        return Response(status_code=refusal.status, headers={"connection": "close"})

    async def _busy(self, _: Request, __: Exception) -> Response:
        self.observer.refused(503)
        log.warning("gate.busy")
        return Response(status_code=503, headers={"retry-after": "1"})


async def _told(**facts: str | int | None) -> None:
    """Log a request once its answer has been sent, as the line takes longer than what nobody should wait for."""
    log.info("request.answered", **facts)


def _to_slack_itself(payload: payloads.Payload) -> Response:
    """What Slack asks or tells the address, and no one in particular."""
    if payload.kind == "url_verification":
        return JSONResponse({"challenge": payload.body.get("challenge")})
    if payload.kind == "app_rate_limited":
        log.warning("gate.events_limited")
    return Response()


async def _whole_body(request: Request, patience_s: float) -> bytes:
    """The body's bytes; raises Refusal 413 once it is too large, 408 when it takes too long, 400 when it is cut."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LARGEST_BODY:
        raise Refusal(413, "too_large")
    body = bytearray()
    try:
        async with asyncio.timeout(patience_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise Refusal(413, "too_large")
    except TimeoutError as error:
        raise Refusal(408, "too_slow") from error
    except ClientDisconnect as error:
        raise Refusal(400, "cut_short") from error
    return bytes(body)


def _retry_headers(request: Request) -> dict[str, str]:
    """Of all headers only those that say that Slack tries again; nothing is decided by them here."""
    names = ("x-slack-retry-num", "x-slack-retry-reason")
    return {name: request.headers[name] for name in names if name in request.headers}
