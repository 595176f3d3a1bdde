"""Steward as `steward run --http` starts it, for what is measured of a process as a whole: its start, its memory."""

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.acknowledgement import tokens
from bench.company import ROOT
from bench.processes import START_S, NotUp, Served, stopped
from bench.serving import environment
from demo.children import Child
from slack_local import LocalSlack
from tests.ports import free_port

WORKS: Final = "steward.started"
LOOK_EVERY_S: Final = 0.005
KEY: Final = base64.b64encode(bytes(32)).decode()


@contextmanager
def whole_steward(url: str, folder: Path, slack: LocalSlack) -> Iterator[Served]:
    """One that works, without the sentence model, which is an extra; stopped afterwards. Raises NotUp, ChildEnded."""
    port = free_port()
    own = {"PORT": str(port), "STEWARD_CONFIG": str(_configuration(folder)), "STEWARD_SIGNING_KEY": KEY}
    module = ("bot.cli", "run", "--http")
    child = Child("steward run", module, folder / "whole.log", environment(tokens(slack), url) | own)
    with stopped(child):
        deadline = time.monotonic() + START_S
        while not child.said(WORKS):
            child.require()
            if time.monotonic() > deadline:
                raise NotUp(f"{child.title} did not start within {START_S} s")
            time.sleep(LOOK_EVERY_S)
        yield Served(port, child.pid)


def _configuration(folder: Path) -> Path:
    written = (ROOT / "steward.toml").read_text("utf-8")
    for before, after in (('embed = "auto"', "embed = false"), ('"policies/', f'"{ROOT}/policies/')):
        assert before in written
        written = written.replace(before, after)
    path = folder / "whole.toml"
    path.write_text(written, "utf-8")
    return path
