"""A small workspace with a small app in it, for the tests of the local Slack itself."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slack_local import LocalSlack, Workspace
from slack_local.server import bind
from tests.slack_local.hanging_up import hang_up
from tests.waiting import until

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Echo", "description": "Says it again", "background_color": "#123456"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "bot_user": {"display_name": "Echo"},
        "slash_commands": [
            {"command": "/echo", "description": "Say it again", "usage_hint": "words", "should_escape": True},
            {"command": "/plain", "description": "Say it as typed", "should_escape": False},
        ],
        "shortcuts": [
            {"name": "Start", "callback_id": "start", "type": "global", "description": "Starts"},
            {"name": "Quote", "callback_id": "quote", "type": "message", "description": "Quotes"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "channels:history",
                "channels:read",
                "chat:write",
                "commands",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "team:read",
                "usergroups:read",
                "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}

WORKSPACE: dict[str, Any] = {
    "start_as": "ann",
    "team": {"name": "Harbour", "domain": "harbour", "email_domain": "harbour.example"},
    "groups": [{"handle": "crew", "name": "Crew", "description": "On board"}, {"handle": "shore", "name": "Shore"}],
    "people": [
        {"name": "ann", "real_name": "Ann Moor", "email": "ann@harbour.example", "groups": ["crew"], "admin": True},
        {"name": "bob", "real_name": "Bob Quay", "email": "Bob@harbour.example", "groups": ["crew", "shore"]},
        {"name": "cem", "real_name": "Cem Pier", "email": "cem@partner.example", "guest": True},
        {"name": "dee", "real_name": "Dee Tide", "email": "dee@acme.example", "company": "Acme"},
        {
            "name": "eve",
            "real_name": "Eve Left",
            "email": "eve@harbour.example",
            "deactivated": True,
            "groups": ["crew"],
        },
    ],
    "channels": [
        {"name": "general", "topic": "All of us", "app": True},
        {"name": "bridge", "private": True, "members": ["ann"], "app": True},
        {"name": "hold", "private": True, "members": ["bob"]},
        {"name": "deck", "members": ["ann", "bob"]},
        {"name": "acme", "ext_shared": True, "members": ["ann", "dee"], "app": True},
    ],
}


@dataclass
class TestClock:
    """Real time until it is moved."""

    __test__ = False
    offset: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        self.offset += seconds


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def slack(clock: TestClock) -> Iterator[LocalSlack]:
    with LocalSlack.start(manifest=MANIFEST, workspace=Workspace.parse(WORKSPACE), clock=clock) as running:
        yield running


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url, timeout=60)


@dataclass
class Served:
    """Bolt apps that run beside a test, ended with it."""

    slack: LocalSlack
    _ends: list[Callable[[], None]] = field(default_factory=list)

    def app(self) -> App:
        client = WebClient(self.slack.bot_token, base_url=self.slack.api_url)
        return App(client=client, signing_secret=self.slack.signing_secret, process_before_response=True)

    def by_socket(self, app: App) -> SocketModeHandler:
        handler = SocketModeHandler(app, self.slack.app_token, web_client=app.client)
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        self._ends.append(lambda: hang_up(handler.client))
        return handler

    def by_http(self, app: App) -> str:
        """Behind uvicorn on a free port; returns the request URL."""
        handler, listener = SlackRequestHandler(app), bind(0)

        async def events(request: Request) -> Response:
            return await handler.handle(request)

        web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(web, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until(lambda: server.started)

        def end() -> None:
            server.should_exit = True
            thread.join()
            listener.close()

        self._ends.append(end)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
        self.slack.deliver_to(url)
        return url

    def end(self) -> None:
        for end in reversed(self._ends):
            end()


@pytest.fixture
def served(slack: LocalSlack) -> Iterator[Served]:
    serving = Served(slack)
    yield serving
    serving.end()
