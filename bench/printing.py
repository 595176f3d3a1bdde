"""The rows as a table for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from bench.rows import Row
from bench.samples import between

STYLES = {"ok": "green", "missed": "bold yellow"}


def table(rows: Sequence[Row]) -> Table:
    """Name, value, floor, ratio, aim, and whether it was reached. A ratio by pairs has the interval that it lies in."""
    made = Table(title="Steward beside its floors", title_justify="left")
    made.add_column("what")
    for title in ("value", "floor"):
        made.add_column(title, justify="right")
    made.add_column("unit")
    for title in ("ratio", "aim"):
        made.add_column(title, justify="right")
    made.add_column("")
    for row in rows:
        verdict = row.verdict
        made.add_row(
            row.name,
            number(row.value),
            number(row.floor),
            row.unit,
            _ratio(row),
            str(row.aim or ""),
            verdict,
            style=STYLES.get(verdict) if verdict == "missed" else None,
        )
    return made


def _ratio(row: Row) -> str:
    if row.ratio is None:
        return ""
    surely = "{:.2f}-{:.2f}: ".format(*between(row.pairs)) if row.pairs else ""
    return f"{surely}{row.ratio:.2f}"


def number(value: float | None) -> str:
    """Three significant digits, and no exponent: 0.0213, 1.42, 2,310."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"


def on(machine: Mapping[str, Any]) -> str:
    """One line about the machine."""
    facts = "{cores} cores, {memory_gib} GiB, load {load}, flush {flush_ms} ms, Python {python}, {system}"
    return facts.format(**machine)
