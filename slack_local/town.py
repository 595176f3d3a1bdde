"""Several workspaces behind one address, with one app that is installed in each by OAuth."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from slack_local.clock import Clock, Ids
from slack_local.credentials import Credentials
from slack_local.handles import Named
from slack_local.local_slack import LocalSlack
from slack_local.manifest import Manifest
from slack_local.oauth import removal
from slack_local.oauth.crossing import Crossing, OwnAddresses, page_address, port_of
from slack_local.oauth.grants import Grants
from slack_local.oauth.shared_app import SharedApp
from slack_local.people.page_routes import page_routes
from slack_local.platform import Foundation, Platform, Timing
from slack_local.saved import Forgotten
from slack_local.server import HOST, Background, bind
from slack_local.web import application
from slack_local.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The workspaces of one town, and the app that is to be installed in them."""

    app: SharedApp
    platforms: tuple[Platform, ...]
    grants: Grants
    crossing: Crossing
    url: str

    @classmethod
    def of(
        cls,
        manifest: Manifest,
        workspaces: Sequence[Workspace],
        base: Foundation,
        timing: Timing,
        organisation: tuple[str, str] | None = None,
    ) -> "Neighbours":
        """None of them has the app yet. `organisation` is the Enterprise Grid that they belong to: id and name."""
        app = SharedApp.of(manifest, base.ids)
        platforms = tuple(_platform(app, seeds, base, timing) for seeds in workspaces)
        grants, port = Grants(app, platforms, base.clock, base.ids, organisation), port_of(base.url)
        inner = {one.world.team.id: application(one, page_routes(one), subdomains=True) for one in platforms}
        crossing = Crossing(grants, inner, OwnAddresses(grants, port).application(), port)
        return cls(app, platforms, grants, crossing, base.url)

    @property
    def environment(self) -> dict[str, str]:
        """What the app needs in its environment."""
        return {
            "SLACK_CLIENT_ID": self.app.client_id,
            "SLACK_CLIENT_SECRET": self.app.client_secret,
            "SLACK_SIGNING_SECRET": self.app.signing_secret,
            "SLACK_API_URL": f"{self.url}/api/",
        }


def _platform(app: SharedApp, seeds: Workspace, base: Foundation, timing: Timing) -> Platform:
    saved, own = Forgotten(), replace(base, url=f"{base.url}/at/{seeds.team.id}", app_id=app.app_id)
    platform = Platform.of(app.manifest, seeds, saved, own, timing)
    secrets = Credentials(
        bot_token="",  # there is none before the app is installed
        app_token=platform.credentials.app_token,
        signing_secret=app.signing_secret,
        verification_token=app.verification_token,
    )
    platform.installation.tokens.clear()
    return replace(platform, credentials=secrets)


class LocalTown:
    """A running town. Everything here may be called from any thread but the server's own."""

    def __init__(self, background: Background, neighbours: Neighbours) -> None:
        self._background = background
        self.neighbours = neighbours
        self.url = neighbours.url
        self.environment = neighbours.environment
        self.workspaces = Named(
            {one.world.team.domain: LocalSlack(replace(background, platform=one), one) for one in neighbours.platforms}
        )

    @classmethod
    def start(
        cls,
        *,
        manifest: Path | Mapping[str, Any],
        workspaces: Sequence[Path | Workspace],
        port: int = 0,
        clock: Clock = time.time,
        timing: Timing | None = None,
        organisation: tuple[str, str] | None = None,
    ) -> "LocalTown":
        """Runs it in a thread of its own until `stop`; see LocalSlack.start."""
        parsed = Manifest.read(manifest) if isinstance(manifest, Path) else Manifest.parse(manifest)
        seeds = [Workspace.read(one) if isinstance(one, Path) else one for one in workspaces]
        listener = bind(port)
        base = Foundation(clock, Ids(), f"http://{HOST}:{listener.getsockname()[1]}")
        neighbours = Neighbours.of(parsed, seeds, base, timing or Timing(), organisation)
        first, *others = neighbours.platforms
        background = Background(first, neighbours.crossing, listener, tuple(others))
        background.start()
        return cls(background, neighbours)

    def stop(self) -> None:
        """Ends the server."""
        self._background.stop()

    def __enter__(self) -> "LocalTown":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def page(self, domain: str) -> str:
        """The address of a workspace's page, for a browser (subdomains of localhost are this machine)."""
        return page_address(self.workspaces[domain].platform, port_of(self.url))

    def deliver_to(self, url: str) -> None:
        """Signed HTTP to this address, from all workspaces."""
        for workspace in self.workspaces.values():
            workspace.deliver_to(url)

    def uninstall(self, domain: str) -> None:
        """Somebody removes the app from this workspace."""
        platform = self.workspaces[domain].platform
        self._background.call(lambda: removal.remove(platform))

    def revoke(self, domain: str) -> None:
        """Somebody revokes the app's tokens in this workspace, one by one."""
        platform = self.workspaces[domain].platform

        def each() -> None:
            for token in tuple(platform.installation.tokens):
                removal.revoke(platform, token)

        self._background.call(each)

    def heard(self, domain: str) -> bytes:
        """All that the app has sent to this workspace: the paths and bodies of its requests."""
        team = self.workspaces[domain].team_id
        return self._background.call(lambda: b"\n".join(self.neighbours.crossing.heard[team]))

    def tokens(self, domain: str) -> list[str]:
        """The bot tokens that are good in this workspace."""
        platform = self.workspaces[domain].platform
        return self._background.call(lambda: list(platform.installation.tokens))
