"""What was measured, as rows: a value, the floor beneath it, and the aim for the one or for the ratio of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bench.rows import Aim


@dataclass(frozen=True, slots=True)
class Figure:
    """One row. `aim` bounds the value, or value ÷ floor where `aimed` says "ratio".

    `interval` is the 95% interval of the value by bootstrap, where questions were drawn; `cases` how many cases the
    value is a share or a mean of.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    aim: Aim | None = None
    aimed: Literal["value", "ratio"] = "value"
    interval: tuple[float, float] | None = None
    cases: int | None = None

    @property
    def ratio(self) -> float | None:
        """Value ÷ floor; None where there is no floor, or it is nought."""
        return self.value / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        """ok, missed, or nothing where there is no aim."""
        judged = self.ratio if self.aimed == "ratio" else self.value
        if self.aim is None or judged is None:
            return ""
        return "ok" if self.aim.reached(judged) else "missed"

    @property
    def aim_text(self) -> str | None:
        """The aim as it is printed: ">= 0.95", "ratio <= 1.5"."""
        if self.aim is None:
            return None
        return f"ratio {self.aim}" if self.aimed == "ratio" else str(self.aim)

    def document(self) -> dict[str, Any]:
        """The row as other programs read it; numbers to five significant digits."""
        return {
            "name": self.name,
            "value": rounded(self.value),
            "floor": rounded(self.floor),
            "ratio": rounded(self.ratio),
            "unit": self.unit,
            "aim": self.aim_text,
        }


def document(machine: Mapping[str, Any], rows: Sequence[Figure]) -> dict[str, Any]:
    """All that bench/out/eval.json says."""
    return {"machine": dict(machine), "rows": [row.document() for row in rows]}


def rounded(number: float | None) -> float | None:
    """To five significant digits; None stays None."""
    return None if number is None else float(f"{number:.5g}")
