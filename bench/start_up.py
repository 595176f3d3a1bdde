"""How long Steward takes to come up. Reported; there is no floor to set beside it."""

import subprocess
import sys
import time
from collections.abc import Callable

from bench.company import ROOT
from bench.rows import Row
from bench.samples import Samples

HELP = (sys.executable, "-m", "bot.cli", "--help")
PYTHON = (sys.executable, "-c", "pass")
CREATE = (sys.executable, "-m", "bench.created")
TIMEOUT_S = 60


def measure(times: int, progress: Callable[[], None]) -> list[Row]:
    """`steward --help` beside an empty Python, and importing and putting together the app in a fresh process."""
    samples = {name: Samples() for name in ("help", "python", "create_app", "imports")}
    for _ in range(times):
        samples["help"].values.append(_run(HELP)[0])
        samples["python"].values.append(_run(PYTHON)[0])
        imports, created = _run(CREATE)[1].split()
        samples["imports"].values.append(float(imports))
        samples["create_app"].values.append(float(created))
        progress()
    return [
        Row("start-up, steward --help", samples["help"].p50, "ms"),
        Row("start-up, python alone", samples["python"].p50, "ms"),
        Row("start-up, imports", samples["imports"].p50, "ms"),
        Row("start-up, create_app", samples["create_app"].p50, "ms"),
    ]


def _run(command: tuple[str, ...]) -> tuple[float, str]:
    """How long it took, in ms, and what it said. Raises CalledProcessError, TimeoutExpired."""
    started = time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=TIMEOUT_S)
    return (time.perf_counter() - started) * 1000, ended.stdout
