"""Slack's side of many messages: chat.postMessage with its rate limits, and nothing else. Prints where it listens.

https://docs.slack.dev/apis/web-api/rate-limits: one message a second a channel, with short bursts, and a limit for the
whole workspace; beyond either 429 with Retry-After in seconds.
"""

import sys
import time
from collections import defaultdict
from typing import Final

from pyrate_limiter import GCRA, Duration, Limiter, Rate, StateBucket
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.serving import serve
from bot.gate.workers import Workers

A_CHANNEL: Final = Rate(5, 5 * Duration.SECOND)


def application(per_second: int) -> Starlette:
    """Takes messages; says how many were taken at /taken."""
    whole = Limiter(StateBucket([Rate(per_second, Duration.SECOND)], GCRA()))
    channels = defaultdict[str, Limiter](lambda: Limiter(StateBucket([A_CHANNEL], GCRA())))
    taken: list[str] = []

    async def post(request: Request) -> Response:
        channel = str((await request.json())["channel"])
        if not channels[channel].try_acquire(blocking=False) or not whole.try_acquire(blocking=False):
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": "1"})
        taken.append(channel)
        return JSONResponse({"ok": True, "channel": channel, "ts": f"{time.time():.6f}", "message": {}})

    async def how_many(_: Request) -> Response:
        return JSONResponse({"taken": len(taken)})

    return Starlette(routes=[Route("/api/chat.postMessage", post, methods=["POST"]), Route("/taken", how_many)])


if __name__ == "__main__":
    serve(application(int(sys.argv[1])), Workers())
