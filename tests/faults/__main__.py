"""`make faults`: everything that was tried on the ledger, again; as tables and as bench/out/faults.json.

Kills, failing system calls, an outsider's verification, and every byte of an export changed. Exits with 1 when anything
is not as promised, with 2 when a part can't be tried here.
"""

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench import machine
from bench.company import ROOT
from bot import logs
from tests.faults import calls, kills, outside, tampering
from tests.faults.company import settle
from tests.faults.report import MOST_LISTED, Report, tables
from tests.postgres import Server

OUTPUT = ROOT / "bench" / "out" / "faults.json"
WIDE = 150  # columns, where nothing says how many there are
PARTS = ("sqlite", "postgresql", "calls", "outsider", "tampering")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when all is as promised, 1 when something is not, 2 when something could not be tried."""
    asked = _asked(arguments)
    logs.configure(open(os.devnull, "w"), as_json=True)  # noqa: SIM115, PTH123 - until this program ends
    wide = None if sys.stdout.isatty() else WIDE
    console, report = Console(width=wide), Report()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, auto_refresh=False, disable=not console.is_terminal) as progress:
        for part in asked.only or PARTS:
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="stewardfaults") as folder:
                _PARTS[part](report, asked, Path(folder), partial(_bar, progress, part))
            report.seconds[part] = time.monotonic() - began
            if not console.is_terminal:
                console.print(f"{part}: {report.seconds[part]:.0f} s")
            _write(report, asked.output)
    return _tell(report, console)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be given several times")
    parser.add_argument("--kills", type=int, default=200, help="how often on each database")
    parser.add_argument("--faults", type=int, help="how many failing calls, evenly among all; without it, each")
    parser.add_argument("--entries", type=int, default=100_000, help="of the export that the outsider verifies")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 10**9), help="of the kills")
    parser.add_argument("--short", action="store_true", help="change a sample of the export's bytes, not each")
    parser.add_argument("--way", action="append", choices=tampering.KINDS, help="of tampering; several times for some")
    parser.add_argument("--lines", type=_span, default=(0, tampering.SIZE - 1), help="FIRST-LAST, those tampered with")
    parser.add_argument("--journal", type=Path, help="keep there what was tampered with, and go on from there")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="at once, for calls and tampering")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where to write the results as JSON")
    return parser.parse_args(arguments)


def _span(said: str) -> tuple[int, int]:
    """Raises ValueError, which argparse says."""
    first, _, last = said.partition("-")
    return int(first), int(last or first)


Steps = Callable[[int], Callable[[], None]]


def _bar(progress: Progress, part: str, total: int) -> Callable[[], None]:
    """A bar of so many steps; it is drawn at each step, as a thread of its own must not be there at a fork."""
    task: TaskID = progress.add_task(part, total=total)

    def step() -> None:
        progress.advance(task)
        progress.refresh()

    return step


def _sqlite(report: Report, asked: argparse.Namespace, folder: Path, steps: Steps) -> None:
    url = f"sqlite:///{folder / 'steward.db'}"
    settle(url, folder)
    report.kills.append(kills.kill_on_sqlite(url, folder, asked.kills, asked.seed, steps(asked.kills)))


def _postgresql(report: Report, asked: argparse.Namespace, folder: Path, steps: Steps) -> None:
    server = Server.start()
    try:
        url = server.create_database("faults")
        settle(url, folder)
        killed = kills.kill_on_postgresql(server, url, folder, asked.kills, asked.seed, steps(asked.kills))
        report.kills.append(killed)
    finally:
        server.stop()


def _calls(report: Report, asked: argparse.Namespace, folder: Path, steps: Steps) -> None:
    try:
        calls.available()
    except calls.NotTraced as error:
        report.skipped.append(f"calls: {error}")
        return
    template = calls.template(folder)
    every = calls.cases(calls.steady_calls(template), asked.faults)
    step = steps(len(every))
    with multiprocessing.get_context("fork").Pool(asked.processes) as pool:
        for outcome in pool.imap(partial(calls.tried, database=template), every, chunksize=4):
            report.calls.append(outcome)
            step()


def _outsider(report: Report, asked: argparse.Namespace, folder: Path, steps: Steps) -> None:
    step = steps(1)
    report.outsider = outside.verified(asked.entries, folder)
    step()


def _tampering(report: Report, asked: argparse.Namespace, _: Path, steps: Steps) -> None:
    kinds, lines = asked.way or tampering.KINDS, asked.lines
    every = tampering.jobs(every=not asked.short)
    wanted = [job for job in every if job.kind in kinds and lines[0] <= job.index <= lines[1]]
    report.tampered = tampering.run(asked.processes, steps(len(wanted)), wanted, asked.journal)


_PARTS = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "calls": _calls,
    "outsider": _outsider,
    "tampering": _tampering,
}


def _write(report: Report, output: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        there = machine.described(Path(folder))
    output.parent.mkdir(parents=True, exist_ok=True)
    document = {"machine": there, **report.as_json()}
    output.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


def _tell(report: Report, console: Console) -> int:
    console.print(*tables(report), sep="\n")
    if report.outsider:
        console.print(f"The outsider's program: {report.outsider['said']}", highlight=False)
    for skipped in report.skipped:
        console.print(f"Not tried: {skipped}", style="yellow", highlight=False)
    wrong = list(report.wrong())
    for one in wrong[:MOST_LISTED]:
        console.print(f"WRONG: {one}", style="red", highlight=False)
    if wrong:
        console.print(f"{len(wrong)} of what was tried is not as promised.", highlight=False)
        return 1
    console.print("All that was tried is as promised.", highlight=False)
    return 2 if report.skipped else 0


if __name__ == "__main__":
    sys.exit(main())
