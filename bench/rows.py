"""What was measured, as rows: a value, the floor beneath it, their ratio, and the aim for the ratio."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound on a ratio, or, where it has a `unit`, on the value itself: `at_most` it, or at least it."""

    bound: float
    at_most: bool = True
    unit: str = ""

    def reached(self, number: float) -> bool:
        """Whether a ratio, or a value, keeps to it."""
        return number <= self.bound if self.at_most else number >= self.bound

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.bound:g} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. The aim is for value ÷ floor, or for the value; without what it is for nothing is judged.

    Where value and floor were measured in pairs, `pairs` are their ratios, and the ratio is the median of these.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    aim: Aim | None = None
    pairs: tuple[float, ...] = ()

    @property
    def ratio(self) -> float | None:
        """Value ÷ floor, or the median of the pairs' ratios."""
        if self.pairs:
            return statistics.median(self.pairs)
        return self.value / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        """ok, missed, or nothing where there is no aim."""
        judged = self.value if self.aim and self.aim.unit else self.ratio
        if self.aim is None or judged is None:
            return ""
        return "ok" if self.aim.reached(judged) else "missed"

    def document(self) -> dict[str, Any]:
        """The row as other programs read it; numbers to five significant digits."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "floor": _rounded(self.floor),
            "ratio": _rounded(self.ratio),
            "unit": self.unit,
            "aim": str(self.aim) if self.aim else None,
        }


def document(machine: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """All that bench/out/latest.json says."""
    return {"machine": dict(machine), "rows": [row.document() for row in rows]}


def _rounded(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.5g}")
