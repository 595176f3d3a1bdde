"""The addresses of the server. README.md, "Where things are", lists them."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from slack_local import pictures
from slack_local.errors import SlackError
from slack_local.json_types import Json
from slack_local.people.respond import respond
from slack_local.platform import Platform
from slack_local.web_api.gate import WebApi

PAGE = Path(__file__).with_name("page")


@dataclass(frozen=True, slots=True)
class Addresses:
    """What is neither the Web API nor what the page speaks."""

    platform: Platform

    async def response_url(self, request: Request) -> Response:
        try:
            body: Json = await request.json()
            respond(self.platform, request.url.path, body)
        except ValueError:
            return PlainTextResponse("invalid_payload", status_code=400)
        except SlackError as error:
            gone = error.code in ("invalid_url", "expired_url", "used_url")
            return JSONResponse({"ok": False, "error": error.code}, status_code=404 if gone else 400)
        return PlainTextResponse("ok")

    async def upload(self, request: Request) -> Response:
        """The second step of an upload: the bytes, bare or as a form's only file."""
        content = await request.body()
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            parts = [part for part in (await request.form()).values() if not isinstance(part, str)]
            content = await parts[0].read() if parts else b""
        if not self.platform.files.receive(request.path_params["ticket"], content):
            return PlainTextResponse("bad upload", status_code=400)
        return PlainTextResponse(f"OK - {len(content)}")

    async def file(self, request: Request) -> Response:
        file = self.platform.files.find(request.path_params["file_id"])
        if file is None or not file.complete:
            return PlainTextResponse("not found", status_code=404)
        kind = self.platform.files.shape(file)["mimetype"]
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return Response(file.bytes, media_type=kind, headers=headers)

    async def picture(self, request: Request) -> Response:
        """Initials on a coloured ground, for those who have no photograph (nobody has)."""
        svg = pictures.picture(self.platform.world, request.path_params["name"], request.query_params.get("u", ""))
        return Response(svg, media_type="image/svg+xml")

    async def permalink(self, request: Request) -> Response:
        digits = str(request.path_params["message"]).removeprefix("p")
        ts = f"{digits[:-6]}.{digits[-6:]}"
        return RedirectResponse(f"/?{urlencode({'channel': request.path_params['channel'], 'message': ts})}")


async def page(request: Request) -> Response:
    del request
    index = PAGE / "index.html"
    if not index.exists():
        return PlainTextResponse("There is no page in slack_local/page.", status_code=404)
    return FileResponse(index)


def application(platform: Platform, page_routes: list[BaseRoute], *, subdomains: bool = False) -> Starlette:
    """The whole server; `page_routes` are those under /local. `subdomains`: those of localhost lead here too."""
    addresses, api = Addresses(platform), WebApi(platform)
    return Starlette(
        routes=[
            Route("/api/{method}", api.endpoint, methods=["GET", "POST"]),
            WebSocketRoute("/link/", platform.sockets.serve),
            Route("/commands/{rest:path}", addresses.response_url, methods=["POST"]),
            Route("/actions/{rest:path}", addresses.response_url, methods=["POST"]),
            Route("/upload/v1/{ticket}", addresses.upload, methods=["POST", "PUT"]),
            Route("/files/{file_id}/{name}", addresses.file),
            Route("/archives/{channel}/{message}", addresses.permalink),
            Mount("/local", routes=page_routes),
            Route("/pictures/{name}.svg", addresses.picture),
            Route("/", page),
            Mount("/page", StaticFiles(directory=PAGE, check_dir=False)),
        ],
        # A name that resolves to this machine must not open the door to pages of other sites.
        middleware=[
            Middleware(
                TrustedHostMiddleware,
                allowed_hosts=["127.0.0.1", "localhost", *(["*.localhost"] if subdomains else [])],
            )
        ],
    )
