"""Several workspaces at one address: every request goes to the workspace that it is for.

The Web API goes by the token, a page by its subdomain of localhost, and what a workspace gives out addresses for by the
beginning of the path, /at/TEAM.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from slack_local.errors import SlackError
from slack_local.oauth.authorize_page import AuthorizePage
from slack_local.oauth.grants import Grants
from slack_local.platform import Platform


@dataclass(frozen=True, slots=True)
class Crossing:
    """The ASGI application in front of the workspaces' own (`inner`, by team id)."""

    grants: Grants
    inner: Mapping[str, ASGIApp]
    own: ASGIApp
    port: int
    heard: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    """What reached each workspace, by team id: for tests that look for what went astray."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return
        path, headers = str(scope["path"]), Headers(scope=scope)
        if path.startswith("/at/"):
            team, _, rest = path.removeprefix("/at/").partition("/")
            await self._within(team, f"/{rest}", scope, receive, send)
            return
        await self._whose(path, headers)(scope, receive, send)

    def _whose(self, path: str, headers: Headers) -> ASGIApp:
        name = (headers.get("host") or "").partition(":")[0]
        here = next((one for one in self.grants.platforms if name == f"{one.world.team.domain}.localhost"), None)
        if here is not None:
            return self._overheard(here.world.team.id)
        if path.startswith("/api/") and path != "/api/oauth.v2.access":
            token = headers.get("authorization", "").removeprefix("Bearer ").strip()
            known = (one for one in self.grants.platforms if one.installation.knows(token))
            return self._overheard(next(known, self.grants.platforms[0]).world.team.id)
        return self.own

    def _overheard(self, team: str) -> ASGIApp:
        """The workspace's application, with what it is sent written down."""

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            async def listening() -> Message:
                message = await receive()
                self.heard[team].append(message.get("body") or b"")
                return message

            self.heard[team].append(f"{scope['path']}?".encode() + scope.get("query_string", b""))
            await self.inner[team](scope, listening, send)

        return application

    async def _within(self, team: str, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        platform = self.grants.platform(team)
        if platform is None:
            await PlainTextResponse("no such workspace", status_code=404)(scope, receive, send)
        elif path.startswith("/archives/"):
            await RedirectResponse(f"{page_address(platform, self.port)}{path}")(scope, receive, send)
        else:
            await self._overheard(team)({**scope, "path": path, "raw_path": path.encode()}, receive, send)


def page_address(platform: Platform, port: int) -> str:
    """The workspace's page, without a slash at the end."""
    return f"http://{platform.world.team.domain}.localhost:{port}"


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """What belongs to no workspace alone."""

    grants: Grants
    port: int

    def application(self) -> Starlette:
        page = AuthorizePage(self.grants)
        return Starlette(
            routes=[
                Route("/", self.front),
                Route("/oauth/v2/authorize", page.show, methods=["GET"]),
                Route("/oauth/v2/authorize", page.answer, methods=["POST"]),
                Route("/api/oauth.v2.access", self.access, methods=["POST", "GET"]),
                Route("/app_redirect", self.app_redirect),
            ]
        )

    async def front(self, request: Request) -> Response:
        """A list of the workspaces."""
        del request
        rows = "".join(
            f'<li><a href="{escape(page_address(one, self.port))}/">{escape(one.world.team.name)}</a></li>'
            for one in self.grants.platforms
        )
        return HTMLResponse(f"<!doctype html><title>Local Slack</title><h1>Workspaces</h1><ul>{rows}</ul>")

    async def access(self, request: Request) -> Response:
        """oauth.v2.access, with the app's id and secret as HTTP Basic or in the form."""
        values = {key: str(value) for key, value in {**request.query_params, **await request.form()}.items()}
        client = _basic(request.headers.get("authorization", ""))
        try:
            answer = self.grants.access(
                values, client or (values.get("client_id", ""), values.get("client_secret", ""))
            )
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.code, **error.extra})
        return JSONResponse({"ok": True, **answer})

    async def app_redirect(self, request: Request) -> Response:
        """Opens the app in a workspace."""
        platform = self.grants.platform(request.query_params.get("team", ""))
        if platform is None:
            return PlainTextResponse("no such workspace", status_code=404)
        return RedirectResponse(f"{page_address(platform, self.port)}/")


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, written = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = b64decode(written, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return None
    return name, secret


def port_of(url: str) -> int:
    """The port in an address."""
    return urlsplit(url).port or 80
