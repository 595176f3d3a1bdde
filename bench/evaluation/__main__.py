"""`make eval`: how good answers and differences are, beside their floors, as a table and as bench/out/eval.json.

What each row means is in docs/evaluation.md.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import machine
from bench.evaluation import ROOT, parts
from bench.evaluation.printing import table
from bench.evaluation.rows import Figure, document
from bench.evaluation.sets import SetAbsent
from bench.printing import on

WIDTH = 130
"""Characters, where the output is no terminal."""
OUTPUT = ROOT / "bench" / "out" / "eval.json"

Run = Callable[[parts.Begin, parts.Extent], parts.Measured]


@dataclass(slots=True)
class Told:
    """What a run has come to."""

    rows: list[Figure] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def measured(wanted: Mapping[str, Run], extent: parts.Extent, console: Console) -> Told:
    """Run the parts one after the other; what is absent or fails is said at once and does not take the others."""
    told = Told()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def begin(description: str, steps: int) -> parts.Step:
            task = progress.add_task(description, total=steps)
            return lambda: progress.advance(task)

        for name, run in wanted.items():
            try:
                done = run(begin, extent)
            except SetAbsent as error:
                console.print(f"{name} is skipped: {error}.", style="yellow", highlight=False)
                continue
            except Exception as error:  # noqa: BLE001 - one part that fails must not take the others with it
                told.failed.append(name)
                console.print(f"{name} could not be measured: {type(error).__name__}: {error}", style="red")
                continue
            for said in done.said:
                console.print(said, highlight=False)
            told.rows += done.rows
            told.details[name] = done.details
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0, also when an aim is missed; 1 when something could not be measured."""
    asked = _arguments(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    with tempfile.TemporaryDirectory() as folder:
        there = machine.described(Path(folder))
    wanted = {name: run for name, run in parts.PARTS.items() if name in (asked.only or parts.PARTS)}
    told = measured(wanted, parts.QUICK if asked.quick else parts.WHOLE, console)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    _write(asked.output, document(there, told.rows))
    details = asked.output.with_name(f"{asked.output.stem}-details.json")
    _write(details, told.details)
    console.print(table(told.rows))
    console.print(on(there), f"written to {_named(asked.output)} and {_named(details)}", sep="\n", highlight=False)
    console.print(concluded(told.rows), highlight=False)
    return 1 if told.failed else 0


def concluded(rows: Sequence[Figure]) -> str:
    """The last line: which aims were missed, or that all were reached, or that nothing measured has an aim."""
    judged = [row for row in rows if row.verdict]
    if not judged:
        return "Nothing that was measured has an aim."
    missed = [row.name for row in judged if row.verdict == "missed"]
    return f"Missed: {'; '.join(missed)}." if missed else "Every aim was reached."


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.evaluation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sample of the large sets, and fewer repetitions")
    parser.add_argument("--only", action="append", choices=list(parts.PARTS), help="a part; may be given several times")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where to write the rows as JSON")
    return parser.parse_args(arguments)


def _write(path: Path, said: Mapping[str, Any]) -> None:
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_DATACLASS
    path.write_bytes(orjson.dumps(said, option=options) + b"\n")


def _named(path: Path) -> str:
    whole = path.resolve()
    return str(whole.relative_to(ROOT) if whole.is_relative_to(ROOT) else path)


if __name__ == "__main__":
    sys.exit(main())
