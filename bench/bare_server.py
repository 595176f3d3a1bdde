"""The floor of an acknowledgement: a bare Bolt app that only acknowledges, with its adapter in a thread pool."""

import os

from slack_bolt import Ack, App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.serving import serve
from bot.gate.workers import Workers


def bare_app() -> App:
    """One listener. Bolt's own middleware checks the signature; the token is asked about once."""
    app = App(
        client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=True,
    )
    app.command("/account")(acknowledge)
    return app


def acknowledge(ack: Ack) -> None:
    """Nothing but the acknowledgement."""
    ack()


def application(app: App) -> Starlette:
    """The ASGI application with no gate."""

    async def events(request: Request) -> Response:
        asked = to_bolt_request(request, await request.body())
        return to_starlette_response(await run_in_threadpool(app.dispatch, asked))

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


if __name__ == "__main__":
    serve(application(bare_app()), Workers())
