"""`python -m slack_local`: one workspace on one port, until it is stopped."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from slack_local.clock import Ids
from slack_local.manifest import Manifest, ManifestError
from slack_local.people.page_routes import page_routes
from slack_local.platform import Foundation, Platform, Timing
from slack_local.saved import Forgotten, StateFile
from slack_local.server import HOST, bind, run
from slack_local.web import application
from slack_local.workspace import Workspace, WorkspaceError


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="slack_local", description="A local stand-in for Slack, on 127.0.0.1.")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"), help="the app's manifest")
    parser.add_argument("--workspace", type=Path, required=True, help="people, groups and channels, TOML")
    parser.add_argument("--port", type=int, default=8300, help="0 takes any free one")
    parser.add_argument("--state", type=Path, help="keep messages, Homes and changes in this file between runs")
    parser.add_argument("--deliver-to", metavar="URL", help="signed HTTP requests to this address, not Socket Mode")
    parser.add_argument("--signing-secret", help="with which they are signed; made up when absent")
    parser.add_argument("--credentials", type=Path, help="write the app's tokens there as JSON, mode 0600")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """0 after a stop by signal, 2 for a file or a port that cannot be used."""
    given = arguments(argv)
    try:
        manifest, workspace = Manifest.read(given.manifest), Workspace.read(given.workspace)
        listener = bind(given.port)
    except (ManifestError, WorkspaceError, OSError) as error:
        sys.stderr.write(f"slack_local: {error}\n")
        return 2
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    saved = StateFile(given.state) if given.state else Forgotten()
    platform = Platform.of(manifest, workspace, saved, Foundation(time.time, Ids(), url), Timing())
    if given.signing_secret:
        secrets = replace(platform.credentials, signing_secret=given.signing_secret)
        platform = replace(platform, credentials=secrets)
    if given.deliver_to:
        platform.deliver_to(given.deliver_to)
    if given.credentials:
        platform.credentials.write(given.credentials, f"{url}/api/")
    run(application(platform, page_routes(platform)), (platform,), listener, lambda: _say_ready(url, platform))
    saved.close()
    return 0


def _say_ready(url: str, platform: Platform) -> None:
    sys.stdout.write(f"{platform.world.team.name} is at {url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
