"""Installation by Slack's OAuth: Bolt's flow, with pages of our own and only for workspaces that are set up.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urljoin

import structlog
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.delivery.faults import SLACK_FAULTS
from bot.delivery.slack_client import slack_client
from bot.gate.workers import Workers
from bot.hosting import pages
from bot.hosting.pages import Page
from bot.hosting.registry import TooMany
from bot.hosting.store import (
    Installations,
    InstallationStates,
    NotHosted,
    OtherOrganisation,
    WholeOrganisation,
)

INSTALL: Final = "/slack/install"
REDIRECT: Final = "/slack/oauth_redirect"
TIMEOUT_S: Final = 10
HEADERS: Final = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_TEAM: Final = re.compile(r"T[A-Z0-9]{2,20}")
_REASON: Final = re.compile(r"[a-z_]{1,40}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Client:
    """The Slack app, as it introduces itself: its id, its secret, the scopes that it asks for, and Slack's address."""

    id: str
    secret: str = field(repr=False)
    scopes: Sequence[str]
    api_url: str
    redirect_url: str | None


class InstallationFlow(OAuthFlow):
    """From the first page over Slack's to the last. What went wrong is told on a page, and nothing is kept then."""

    def __init__(self, client: Client, installations: Installations, states: InstallationStates) -> None:
        settings = OAuthSettings(
            client_id=client.id,
            client_secret=client.secret,
            scopes=list(client.scopes),
            user_scopes=[],
            redirect_uri=client.redirect_url,
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            authorization_url=urljoin(client.api_url, "/oauth/v2/authorize"),
            installation_store=installations,
            state_store=states,
            callback_options=CallbackOptions(success=self._succeeded, failure=self._failed),
        )
        super().__init__(client=slack_client("", client.api_url, TIMEOUT_S), settings=settings)
        self._slack = client.api_url

    def build_authorize_url(self, state: str, request: BoltRequest) -> str:
        """Slack's address; `?team=T…` chooses the workspace there beforehand."""
        team = next(iter(request.query.get("team", ())), "")
        chosen = team if _TEAM.fullmatch(team) else None
        return self.settings.authorize_url_generator.generate(state=quote(state), team=chosen)

    def build_install_page_html(self, url: str, request: BoltRequest) -> str:  # noqa: ARG002 - Bolt's signature
        """The first page."""
        return pages.invitation(url).html()

    def store_installation(self, request: BoltRequest, installation: Installation) -> None:
        """Keep it, or give Slack's token back. Raises BoltError."""
        try:
            super().store_installation(request, installation)
        except BoltError:
            self._give_back(installation.bot_token)
            raise
        log.info("installation.kept")

    def _give_back(self, token: str | None) -> None:
        """Best effort: without the token nobody can use what was allowed by mistake."""
        if token:
            try:
                self.client.auth_revoke(token=token)
            except SLACK_FAULTS as error:
                log.warning("installation.not_given_back", exc_info=error)

    def _succeeded(self, args: SuccessArgs) -> BoltResponse:
        made = args.installation
        address = urljoin(self._slack, f"/app_redirect?app={quote(made.app_id or '')}&team={quote(made.team_id or '')}")
        return self._shown(pages.installed(made.team_name or "your workspace", address))

    def _failed(self, args: FailureArgs) -> BoltResponse:
        reason = _REFUSALS.get(type(args.error), "storage") if args.reason == "storage_error" else args.reason
        log.warning("installation.refused", reason=reason if _REASON.fullmatch(reason) else "unknown")
        return self._shown(pages.fault(reason, INSTALL))

    def _shown(self, page: Page) -> BoltResponse:
        forget = self.settings.state_utils.build_set_cookie_for_deletion()
        return BoltResponse(status=page.status, body=page.html(), headers={"set-cookie": forget})


_REFUSALS: Final[dict[type | None, str]] = {
    NotHosted: "not_hosted",
    WholeOrganisation: "organisation",
    OtherOrganisation: "other_organisation",
}


@dataclass(frozen=True, slots=True)
class InstallationPages:
    """The two addresses, beside Slack's own at the gate."""

    flow: InstallationFlow
    workers: Workers

    def routes(self) -> list[Route]:
        """For the gate."""
        return [Route(INSTALL, self.install), Route(REDIRECT, self.callback)]

    async def install(self, request: Request) -> Response:
        """The page to begin with. Each visit begins an installation, which nobody need finish."""
        return await self._answered(self.flow.handle_installation, request)

    async def callback(self, request: Request) -> Response:
        """Where Slack sends the browser back to."""
        return await self._answered(self.flow.handle_callback, request)

    async def _answered(self, handle: Callable[[BoltRequest], BoltResponse], request: Request) -> Response:
        asked = to_bolt_request(request, b"")
        response = to_starlette_response(await self.workers.run(lambda: _guarded(handle, asked)))
        response.headers.update(HEADERS)
        return response


def _guarded(handle: Callable[[BoltRequest], BoltResponse], request: BoltRequest) -> BoltResponse:
    """Faults of Slack's and of the registry's, as a page."""
    try:
        return handle(request)
    except TooMany:
        reason = "too_many"
    except SQLAlchemyError as error:
        log.error("installation.failed", exc_info=error)
        reason = "storage"
    except SLACK_FAULTS as error:
        log.error("installation.failed", exc_info=error)
        reason = "slack_silent"
    page = pages.fault(reason, INSTALL)
    return BoltResponse(status=page.status, body=page.html(), headers={})
