"""`steward demo`: a local Slack with a made-up company on it, and Steward in it."""

import os
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bot.command_line.console import say, warn
from bot.command_line.opening import begin_logging
from bot.running.parts import signals_stop
from demo.children import Child, ChildEnded
from demo.company import prepare
from demo.stage import STATE, CannotPlay, Stage, require_port, stage

START_S: Final = 60
LOOK_EVERY_S: Final = 0.1


class _Stopped(Exception):
    """Someone pressed Ctrl-C before all was up."""


def play(*, port: int, browser: bool, fresh: bool, state: Path = STATE) -> int:
    """Run the demo until it is stopped; what happens is kept in `state`. Returns the exit code."""
    begin_logging()
    try:
        with signals_stop() as stop, stage(fresh=fresh, state=state) as here:
            require_port(port)
            prepare(here)
            _play(here, port, stop, browser=browser)
    except CannotPlay as error:
        warn(str(error))
        return 1
    except ChildEnded as ended:
        warn(f"{ended.title} ended by itself ({ended.code}), so the demo was stopped. It said:", ended.words)
        return 1
    except _Stopped:
        pass
    say("The demo has stopped. What was done is kept for the next one; --fresh forgets it.")
    return 0


def _play(here: Stage, port: int, stop: threading.Event, *, browser: bool) -> None:
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as running:
        slack = _local_slack(here, port)
        running.callback(slack.stop)
        _wait(lambda: here.credentials.exists() and _answers(f"{url}/local/workspace"), [slack], stop)
        steward = _steward(here)
        running.callback(steward.stop)
        _wait(lambda: steward.said("steward.started"), [slack, steward], stop)
        say(f"Open {url}")
        sys.stdout.flush()
        if browser and _has_screen():
            webbrowser.open(url)
        while not stop.wait(LOOK_EVERY_S):
            slack.require()
            steward.require()
        say("Stopping.")


def _local_slack(here: Stage, port: int) -> Child:
    here.credentials.unlink(missing_ok=True)
    files = ["--manifest", str(here.root / "manifest.yml"), "--workspace", str(here.root / "demo" / "workspace.toml")]
    kept = ["--port", str(port), "--state", str(here.slack_state), "--credentials", str(here.credentials)]
    return Child("The local Slack", ["slack_local", *files, *kept], here.state / "slack.log", os.environ)


def _steward(here: Stage) -> Child:
    return Child("Steward", ["bot.cli", "run", "--socket"], here.state / "steward.log", here.environment())


def _wait(until: Callable[[], bool], children: list[Child], stop: threading.Event) -> None:
    """Raises ChildEnded when a process ends meanwhile, CannotPlay when it takes too long."""
    deadline = time.monotonic() + START_S
    while not until():
        if stop.wait(LOOK_EVERY_S):
            raise _Stopped
        for child in children:
            child.require()
        if time.monotonic() > deadline:
            log = children[-1].log
            raise CannotPlay(f"{children[-1].title} is not up after {START_S} s. {log.name} in demo/state says more.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own page on 127.0.0.1
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _has_screen() -> bool:
    """Whether a page can be opened without taking over the terminal that this runs in."""
    desktop = sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return desktop and not os.environ.get("CI")
