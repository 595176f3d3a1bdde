"""`make bench`: each measurement beside its floor, in one run, as a table and as bench/out/latest.json."""

import argparse
import logging
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import (
    acknowledgement,
    delivered,
    growing,
    lasting,
    ledger_reading,
    ledger_writing,
    look_ups,
    machine,
    replicas,
    revealing,
    searching,
    sending,
    start_up,
)
from bench.company import ROOT
from bench.databases import Databases, databases
from bench.printing import on, table
from bench.rows import Row, document
from bot import logs

OUTPUT = ROOT / "bench" / "out" / "latest.json"

Step = Callable[[], None]
Keep = Callable[[Sequence[Row]], None]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    rounds_of_commands: int
    rounds_of_look_ups: int
    seconds_of_look_ups: float
    accounts: int
    queries: int
    starts: int
    rounds_of_writers: int
    seconds_of_writers: float
    ledger: ledger_reading.Extent
    requests: int
    outbox: sending.Extent
    growth: growing.Extent


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of measurement, in so many steps."""

    steps: int
    measure: Callable[[Databases, Path, Step], list[Row]]


WHOLE = Extent(
    60,
    7,
    1.0,
    1_000_000,
    200,
    5,
    5,
    1.5,
    ledger_reading.Extent(1_000_000, 3_000_000, 3, 200),
    100_000,
    sending.Extent(10_000, 200),
    growing.Extent(1_000_000, 1_000_000, 200, ROOT / "docs"),
)
QUICK = Extent(
    16,
    5,
    0.4,
    100_000,
    100,
    3,
    3,
    1.0,
    ledger_reading.Extent(100_000, 100_000, 3, 100),
    10_000,
    sending.Extent(1_000, 200),
    growing.Extent(100_000, 100_000, 100, OUTPUT.parent),
)


def parts(extent: Extent) -> Mapping[str, Part]:
    """All that is measured, by name, in the order of the table."""
    look_ups_asked = (extent.rounds_of_look_ups, extent.seconds_of_look_ups)
    return {
        "acknowledgement": Part(
            3 * extent.rounds_of_commands,
            lambda bases, folder, step: acknowledgement.measure(bases, folder, extent.rounds_of_commands, step),
        ),
        "look-ups": Part(
            6 * extent.rounds_of_look_ups,
            lambda bases, folder, step: look_ups.measure(bases, folder, *look_ups_asked, step),
        ),
        "search": Part(
            searching.STEPS,
            lambda bases, _, step: searching.measure(bases, extent.accounts, extent.queries, step),
        ),
        "ledger": Part(
            ledger_writing.steps(extent.rounds_of_writers),
            lambda bases, _, step: ledger_writing.measure(
                bases, extent.rounds_of_writers, extent.seconds_of_writers, step
            ),
        ),
        "large ledger": Part(
            ledger_reading.STEPS, lambda bases, _, step: ledger_reading.measure(bases, extent.ledger, step)
        ),
        "delivered": Part(
            3 * extent.rounds_of_commands,
            lambda bases, folder, step: delivered.measure(bases, folder, extent.rounds_of_commands, step),
        ),
        "replicas": Part(
            replicas.steps(extent.rounds_of_look_ups),
            lambda bases, folder, step: replicas.measure(bases, folder, *look_ups_asked, step),
        ),
        "reveal": Part(
            2 * extent.rounds_of_commands,
            lambda bases, _, step: revealing.measure(bases, extent.rounds_of_commands, step),
        ),
        "outbox": Part(2, lambda bases, folder, step: sending.measure(bases, folder, extent.outbox, step)),
        "growth": Part(
            growing.steps(extent.growth), lambda bases, _, step: growing.measure(bases, extent.growth, step)
        ),
        "lasting": Part(
            lasting.steps(extent.starts),
            lambda bases, folder, step: lasting.measure(bases, folder, extent.starts, extent.requests, step),
        ),
        "start-up": Part(extent.starts, lambda _, __, step: start_up.measure(extent.starts, step)),
    }


def measured(wanted: Mapping[str, Part], console: Console, keep: Keep) -> tuple[list[Row], list[str]]:
    """The rows, and the names of the parts that could not be measured; why is said at once, how long each took too.

    What is there is given to `keep` after each part: whoever breaks off has what was measured until then.
    """
    rows: list[Row] = []
    failed: list[str] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        tempfile.TemporaryDirectory(prefix="stewardbench") as bases,
        databases(Path(bases)) as every,
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        for name, part in wanted.items():
            began, task = time.monotonic(), progress.add_task(name, total=part.steps)
            try:
                with tempfile.TemporaryDirectory(prefix="stewardbench") as folder:
                    rows += part.measure(every, Path(folder), lambda task=task: progress.advance(task))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001 - one part that fails must not take the others with it
                failed.append(name)
                console.print(f"{name} could not be measured: {type(error).__name__}: {error}", style="red")
            keep(rows)
            progress.remove_task(task)
            console.print(f"{name}: {time.monotonic() - began:.0f} s", highlight=False)
    return rows, failed


def _sized(extent: Extent, accounts: int | None, entries: int | None) -> Extent:
    """The same with other sizes, where they are said."""
    growth = replace(
        extent.growth, accounts=accounts or extent.growth.accounts, entries=entries or extent.growth.entries
    )
    return replace(extent, accounts=accounts or extent.accounts, growth=growth)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0, also when an aim is missed; 1 when something could not be measured."""
    every = parts(WHOLE)
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, accounts to search and entries")
    parser.add_argument("--only", action="append", choices=list(every), help="a part; may be given several times")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where to write the rows as JSON")
    parser.add_argument("--accounts", type=int, help="how many accounts are searched, and the look-ups' growth ends at")
    parser.add_argument("--entries", type=int, help="how many entries the audit table's growth ends at")
    asked = parser.parse_args(arguments)
    extent = _sized(QUICK if asked.quick else WHOLE, asked.accounts, asked.entries)
    wanted = {name: part for name, part in parts(extent).items() if name in (asked.only or every)}
    console = Console()
    logs.configure(sys.stderr, as_json=True, level=logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        there = machine.described(Path(folder))
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    rows, failed = measured(wanted, console, partial(_write, asked.output, there))
    console.print(table(rows))
    console.print(on(there), f"written to {_named(asked.output)}", sep="\n", highlight=False)
    missed = [row.name for row in rows if row.verdict == "missed"]
    if failed:
        console.print(f"Not measured: {', '.join(failed)}.", style="red", highlight=False)
    elif not missed:
        console.print("Every aim was reached.", highlight=False)
    if missed:
        console.print(f"Missed: {'; '.join(missed)}.", highlight=False)
    return 1 if failed else 0


def _write(output: Path, there: Mapping[str, Any], rows: Sequence[Row]) -> None:
    output.write_bytes(orjson.dumps(document(there, rows), option=orjson.OPT_INDENT_2) + b"\n")


def _named(path: Path) -> str:
    whole = path.resolve()
    return str(whole.relative_to(ROOT) if whole.is_relative_to(ROOT) else path)


def _end(number: int, _: FrameType | None) -> None:
    """Leave by way of what is to be stopped and removed."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main())
