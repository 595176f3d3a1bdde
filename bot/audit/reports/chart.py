"""The small chart: a bar a week, as measures for SVG and PDF alike. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.audit.reports.customer import Bar, CustomerReport

FEWEST_SLOTS = 12  # so that a report over two weeks does not have bars like doors
MOST_LABELS = 8
NARROW = 1 / 10  # of the chart's width: labels that are nearer to each other meet on a phone


@dataclass(frozen=True, slots=True)
class Slot:
    """One bar: `x` and `width` from 0 to 1 along the chart, `height` from 0 to 1 of it, `label` under it or "".

    `spare`: its label is left out where the chart is narrow.
    """

    bar: Bar
    x: float
    width: float
    height: float
    label: str
    spare: bool = False


def slots(report: CustomerReport) -> tuple[Slot, ...]:
    """The bars from left to right, a third of each place left empty."""
    bars = report.bars
    if not bars:
        return ()
    top = scale(bars)
    place = 1 / max(len(bars), FEWEST_SLOTS)
    every = max(1, math.ceil(len(bars) / MOST_LABELS))
    narrow = every * place < NARROW

    def slot(number: int, bar: Bar) -> Slot:
        label = _label(bars, number, every, report)
        spare = narrow and number // every % 2 == 1
        return Slot(bar, (number + 1 / 6) * place, place * 2 / 3, bar.looks / top, label, spare)

    return tuple(slot(number, bar) for number, bar in enumerate(bars))


def scale(bars: Sequence[Bar]) -> int:
    """The number at the top of the chart: 1, 2 or 5 times a power of ten, at least as much as the highest bar."""
    most = max((bar.looks for bar in bars), default=0)
    return next(step for step in _steps() if step >= max(most, 1))


def _steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _label(bars: Sequence[Bar], number: int, every: int, report: CustomerReport) -> str:
    if number % every:
        return ""
    first = bars[number].first
    if report.by_month:
        return f"{first:%b %y}"
    new_year = number > 0 and first.year != bars[number - 1].first.year
    return f"{first:%-d %b %y}" if new_year else f"{first:%-d %b}"


def spoken(report: CustomerReport) -> str:
    """The chart for those who do not see it."""
    unit = "month" if report.by_month else "week"
    busy = [bar for bar in report.bars if bar.looks]
    if not busy:
        return f"No look-ups in any {unit}."
    said = "; ".join(f"{unit} of {bar.first:%-d %B %Y}: {bar.looks}" for bar in busy[:60])
    return f"Look-ups by {unit}. {said}."
