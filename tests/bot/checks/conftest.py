"""Postwing's installation on a stub of Slack."""

import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Environment
from tests.bot.checks.installation import ROOT, Installation
from tests.bot.checks.slack_stub import Slack, handler
from tests.conftest import SettableClock


@pytest.fixture
def slack() -> Iterator[Slack]:
    stub = Slack()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(stub))
    stub.url = f"http://127.0.0.1:{server.server_port}/api/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield stub
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def installation(tmp_path: Path, sqlite_url: str, slack: Slack, clock: SettableClock) -> Installation:
    folder = tmp_path / "postwing"
    (folder / "policies").mkdir(parents=True)
    shutil.copy(ROOT / "steward.toml", folder)
    shutil.copy(ROOT / "policies" / "postwing.md", folder / "policies")
    words = (folder / "steward.toml").read_text("utf-8")
    for address, known in (("martins@postwing", "martins@acme"), ("ieva@postwing", "dace@acme")):
        assert address in words
        words = words.replace(address, known)
    (folder / "steward.toml").write_text(words, "utf-8")
    environment = Environment(
        slack_bot_token="xoxb-1", slack_app_token="xapp-1", slack_api_url=slack.url, database_url=sqlite_url
    )
    return Installation(folder, environment, clock)
