"""Where the demo keeps what happened: demo/state/ of the checkout, one demo at a time."""

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL

ROOT: Final = Path(__file__).resolve().parents[1]
STATE: Final = ROOT / "demo" / "state"
OWN_VARIABLES: Final = ("SLACK_", "STEWARD_", "DATABASE_URL", "PORT")


class CannotPlay(Exception):
    """Something foreseeable is in the way; the text says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The files of one demo."""

    root: Path
    state: Path

    @property
    def credentials(self) -> Path:
        """Where the local Slack writes the tokens of the app, as JSON of environment variables."""
        return self.state / "credentials.json"

    @property
    def slack_state(self) -> Path:
        """What the local Slack remembers."""
        return self.state / "slack.db"

    @property
    def database_url(self) -> str:
        """Steward's database."""
        return URL.create("sqlite", database=str(self.state / "steward.db")).render_as_string()

    def environment(self) -> dict[str, str]:
        """What Steward is started with: this process's environment, with the demo's own values in it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}
        own = {"DATABASE_URL": self.database_url, "STEWARD_CONFIG": str(self.root / "steward.toml")}
        tokens = json.loads(self.credentials.read_text()) if self.credentials.exists() else {}
        return kept | own | tokens


@contextmanager
def stage(*, fresh: bool, root: Path = ROOT, state: Path = STATE) -> Iterator[Stage]:
    """The stage, for this process alone; `fresh` clears it. Raises CannotPlay."""
    if not (root / "manifest.yml").is_file() or not (root / "steward.toml").is_file():
        raise CannotPlay("The demo needs a checkout of Steward, with manifest.yml and steward.toml. Run it there.")
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotPlay("A demo is running in this checkout. Stop it with Ctrl-C where it was started.") from error
        if fresh:
            _clear(state)
        yield Stage(root, state)


def _clear(state: Path) -> None:
    for path in state.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def require_port(port: int) -> None:
    """Raises CannotPlay when another process has this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            words = f"Port {port} can't be used ({error.strerror}). Choose another with --port, for example {port + 1}."
            raise CannotPlay(words) from error
