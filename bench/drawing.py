"""Measurements over sizes as a picture: sizes and times both by powers of ten."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pygal
from pygal.style import Style

_SCRIPT: Final = re.compile(r"<script.*?</script>", re.DOTALL)  # the library's own, for tooltips
HEIGHT: Final = 440
WIDTH: Final = 760
STYLE: Final = Style(
    colors=("#1f5f99", "#b3442c", "#3c7d3c", "#7a4d9c"),
    background="white",
    plot_background="white",
    font_family="sans-serif",
    title_font_size=16,
)


@dataclass(frozen=True, slots=True)
class Line:
    """What one way of looking up costs: size to milliseconds."""

    name: str
    times: Mapping[int, float]


def drawn(title: str, over: str, lines: Sequence[Line], path: Path) -> None:
    """Write an SVG that needs nothing else: no script and no font from elsewhere."""
    sizes = sorted({size for line in lines for size in line.times})
    chart = pygal.Line(
        style=STYLE,
        js=[],
        width=WIDTH,
        height=HEIGHT,
        logarithmic=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_legend=-1,
        show_dots=True,
        x_title=over,
        y_title="ms, median",
        title=title,
        no_prefix=True,
        disable_xml_declaration=True,
        value_formatter=lambda value: f"{value:.3g}",
    )
    chart.x_labels = [f"{size:,}" for size in sizes]
    for line in lines:
        chart.add(line.name, [line.times.get(size) for size in sizes])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{_SCRIPT.sub('', chart.render(is_unicode=True))}\n", encoding="utf-8")
