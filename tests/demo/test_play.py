"""The demo as a process: up with one command, stopped in order, and never leaving anything behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from tests.ports import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]
PLAY = (
    "import sys\nfrom pathlib import Path\nfrom demo.play import play\n"
    "sys.exit(play(port=int(sys.argv[1]), browser=False, fresh=sys.argv[3] == 'fresh', state=Path(sys.argv[2])))\n"
)


@dataclass
class Demo:
    """A demo that runs, with what it said so far in a file."""

    process: subprocess.Popen[bytes]
    output: Path
    port: int

    def said(self) -> str:
        return self.output.read_text()

    def opened(self) -> "Demo":
        """Itself, when it says that the page is there."""
        until(lambda: "Open http" in self.said() or self.process.poll() is not None)
        assert f"Open http://127.0.0.1:{self.port}\n" in self.said()
        return self

    def children(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def child(self, module: str) -> psutil.Process:
        return next(child for child in self.children() if module in child.cmdline())

    def ask(self, path: str, body: dict[str, str] | None = None) -> dict[str, object]:
        """What the page would ask."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            found: dict[str, object] = json.loads(answer.read())
            return found


StartDemo = Callable[..., Demo]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartDemo]:
    """Starts demos that keep their state in one folder; stops what a test leaves."""
    started: list[Demo] = []

    def begin(*, fresh: bool = False, port: int | None = None) -> Demo:
        chosen = port or free_port()
        output = tmp_path / f"said-{len(started)}"
        arguments = [str(chosen), str(tmp_path / "state"), "fresh" if fresh else "kept"]
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-c", PLAY, *arguments],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": "xoxb-of-someone-else"},
                stdout=file,
                stderr=file,
            )
        started.append(Demo(process, output, chosen))
        return started[-1]

    yield begin
    for demo in started:
        if demo.process.poll() is None:
            demo.process.terminate()
            demo.process.wait(150)


def _look_up(demo: Demo) -> str:
    """The last words that the first employee reads after looking a customer up."""
    who = str(demo.ask("/local/workspace")["start_as"])
    channels = demo.ask(f"/local/conversations?as={who}")["channels"]
    channel = next(one["id"] for one in channels if one["kind"] == "public")  # type: ignore[attr-defined] # JSON
    demo.ask("/local/say", {"as": who, "channel": channel, "text": "/account pw-00412"})
    messages = demo.ask(f"/local/messages?as={who}&channel={channel}")["messages"]
    return json.dumps(messages[-1])  # type: ignore[index] # JSON


def test_up_with_one_command_and_down_with_one_key(start: StartDemo, tmp_path: Path) -> None:
    demo = start().opened()
    assert "Imported 2,000 made-up accounts." in demo.said()
    assert "Recorded as" in _look_up(demo)
    children = demo.children()
    assert len(children) == 3  # the local Slack, Steward, and its integrator

    same_place = start()
    assert same_place.process.wait(150) == 1
    assert "A demo is running in this checkout." in same_place.said()

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(150) == 0
    assert "Traceback" not in demo.said()
    assert not any(child.is_running() for child in children)

    again = start(port=demo.port).opened()
    assert "Imported" not in again.said()
    children = again.children()
    again.process.kill()
    again.process.wait()
    until(lambda: not any(child.is_running() for child in children))
    assert (tmp_path / "state" / "steward.db").exists()


def test_when_one_process_dies_the_other_is_stopped_and_it_says_why(start: StartDemo, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "steward.db").write_text("of an earlier release")
    demo = start(fresh=True).opened()
    others = demo.children()
    demo.child("slack_local").kill()
    assert demo.process.wait(150) == 1
    assert "The local Slack ended by itself" in demo.said()
    assert not any(child.is_running() for child in others)


def test_a_port_in_use_is_said_with_another_to_try(start: StartDemo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = start(port=port)
        assert demo.process.wait(150) == 1
    assert f"Port {port} can't be used" in demo.said()
    assert f"for example {port + 1}" in demo.said()
