"""How the process is, for whoever watches it: /healthz, /readyz and /metrics. In Socket Mode too, where PORT is set."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import references
from bot.gate.readiness import Readiness

Expose = Callable[[str], tuple[bytes, str]]
"""All numbers as text in a form that this Accept header takes, and the form's media type. May take its time."""


def nothing(_: str) -> tuple[bytes, str]:
    """Where nobody counts."""
    return b"", "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Health:
    """What is asked of it often, by machines, and without a signature; nothing in it is about people."""

    readiness: Readiness
    expose: Expose

    def routes(self) -> list[Route]:
        """The three addresses."""
        return [
            Route("/healthz", self.healthy),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics),
        ]

    def application(self) -> Starlette:
        """An ASGI application of nothing else."""
        return Starlette(routes=self.routes(), exception_handlers={Exception: failed})

    async def healthy(self, _: Request) -> Response:
        """200 while the process can answer at all."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """200 when every vital check holds, else 503; either way which do."""
        results = await self.readiness.results()
        checks = [{"name": name, "ok": ok} for name, ok in results.items()]
        ready = self.readiness.ready(results)
        return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)

    async def metrics(self, request: Request) -> Response:
        """The numbers, for Prometheus."""
        body, media_type = await asyncio.to_thread(self.expose, request.headers.get("accept", ""))
        return Response(body, headers={"content-type": media_type})


async def failed(_: Request, error: Exception) -> Response:
    """500, with what it was in the log."""
    references.report(error, secrets.token_bytes, "gate.failed")
    return Response(status_code=500)
