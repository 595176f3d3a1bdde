"""What was measured, as rows: a value, the floor beneath it, their ratio, and the aim for the ratio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound on a ratio: `at_most` it, or at least it."""

    bound: float
    at_most: bool = True

    def reached(self, ratio: float) -> bool:
        """Whether a ratio keeps to it."""
        return ratio <= self.bound if self.at_most else ratio >= self.bound

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. Without a floor it is reported and not judged; the aim is for value ÷ floor."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """Value ÷ floor."""
        return self.value / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        """ok, missed, or nothing where there is no aim."""
        if self.aim is None or self.ratio is None:
            return ""
        return "ok" if self.aim.reached(self.ratio) else "missed"

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
