"""The rows as a table for people."""

from collections.abc import Sequence

from rich.table import Table

from bench.evaluation.rows import Figure
from bench.printing import STYLES, number


def table(rows: Sequence[Figure]) -> Table:
    """Name, value, its 95% interval, floor, unit, cases, aim, and whether it was reached."""
    made = Table(title="Answers and differences beside their floors", title_justify="left")
    made.add_column("what", overflow="fold")
    for title in ("value", "95%", "floor"):
        made.add_column(title, justify="right")
    made.add_column("unit")
    for title in ("of", "aim"):
        made.add_column(title, justify="right")
    made.add_column("")
    for row in rows:
        made.add_row(
            row.name,
            number(row.value),
            interval(row.interval),
            number(row.floor),
            row.unit,
            "" if row.cases is None else f"{row.cases:,}",
            row.aim_text or "",
            row.verdict,
            style=STYLES.get(row.verdict) if row.verdict == "missed" else None,
        )
    return made


def interval(bounds: tuple[float, float] | None) -> str:
    """ "0.61–0.84", or nothing."""
    return "" if bounds is None else f"{bounds[0]:.2f}–{bounds[1]:.2f}"
