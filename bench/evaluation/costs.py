"""What an answer costs: time, start-up and memory, each in a process of its own, beside the bare model."""

import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from bench.evaluation import ROOT
from bench.evaluation.child import BARE
from bench.evaluation.clocks import percentile
from bench.evaluation.engine import MODES
from bench.evaluation.rows import Figure
from bench.rows import Aim

TIMEOUT_S = 600
STARTS = 3
STEPS = 2 + 3 + 3 * STARTS
P95_MS = {"with model": 50, "without model": 5}
FLOORS = {"bare": "the bare model", "own": "its own session alone"}
"""The bare models (one row for both) run as one would load them, in two threads; Steward's own sessions in one each."""
BESIDE_BARE = Aim(1.5)
START_MS, MEMORY_MIB = 2000, 350


def measure(limit: int, step: Callable[[], None]) -> list[Figure]:
    """Every row about cost. `limit` is how many questions are asked (0: all). Raises CalledProcessError."""
    rows = []
    for mode in MODES:
        rows += times(mode, _child("time", mode, limit))
        step()
    peaks = {}
    for what in (*MODES, BARE):
        peaks[what] = _child("memory", what, limit)["peak_mib"]
        step()
    starts: dict[str, list[float]] = {}
    for what in [*MODES, BARE] * STARTS:
        starts.setdefault(what, []).append(_child("start", what, limit)["ms"])
        step()
    return [*rows, *_once(peaks, {what: statistics.median(taken) for what, taken in starts.items()})]


def times(mode: str, said: dict[str, Any]) -> list[Figure]:
    """The rows about the time of one way to answer."""
    answers, bare, first = said["answers"], said["bare"], said["first"]
    p95 = percentile(answers, 95)
    rows = [
        Figure(
            f"time, p50, {mode}", percentile(answers, 50), "ms", percentile(bare, 50) if bare else None,
            cases=len(answers),
        ),
        Figure(f"time, p95, {mode}", p95, "ms", None, Aim(P95_MS[mode]), cases=len(answers)),
    ]  # fmt: skip
    rows += [
        Figure(
            f"time, p95 beside {floor}, {mode}", p95, "ms", percentile(said[name], 95), BESIDE_BARE, "ratio",
            cases=len(answers),
        )
        for name, floor in FLOORS.items()
        if said[name]
    ]  # fmt: skip
    per_thousand = statistics.median(1000 * ms / words for words, ms in first)
    return [*rows, Figure(f"time, first answer on 1,000 words, {mode}", per_thousand, "ms", cases=len(first))]


def _once(peaks: Mapping[str, float], starts: Mapping[str, float]) -> list[Figure]:
    """The rows about start-up and memory; what has the model stands beside the bare model, and has an aim."""
    rows = []
    for mode in MODES:
        bare = mode == "with model"
        start, peak = (Aim(START_MS), Aim(MEMORY_MIB)) if bare else (None, None)
        rows += [
            Figure(f"start-up, {mode}", starts[mode], "ms", starts[BARE] if bare else None, start, cases=STARTS),
            Figure(f"memory, {mode}", peaks[mode], "MiB", peaks[BARE] if bare else None, peak),
        ]
    return rows


def _child(what: str, which: str, limit: int) -> dict[str, Any]:
    command = (sys.executable, "-m", "bench.evaluation.child", what, which, str(limit))
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=TIMEOUT_S)
    said: dict[str, Any] = orjson.loads(ended.stdout)
    return said
