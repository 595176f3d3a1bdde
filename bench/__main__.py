"""`make bench`: each measurement beside its floor, in one run, as a table and as bench/out/latest.json."""

import argparse
import logging
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import machine
from bench.company import ROOT
from bench.databases import databases
from bench.parts import OUTPUT, QUICK, WHOLE, Extent, Part, parts
from bench.printing import on, table
from bench.rows import Row, document
from bot import logs

Keep = Callable[[Sequence[Row]], None]


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
