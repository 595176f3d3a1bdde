"""Measurements over sizes as a picture: sizes and times both by powers of ten."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_SCRIPT: Final = re.compile(r"<script.*?</script>", re.DOTALL)  # the library's own, for tooltips
HEIGHT: Final = 440
WIDTH: Final = 760
COLOURS: Final = ("#1f5f99", "#b3442c", "#3c7d3c", "#7a4d9c")


@dataclass(frozen=True, slots=True)
class Line:
    """What one way of looking up costs: size to milliseconds."""

    name: str
    times: Mapping[int, float]


def drawn(title: str, over: str, lines: Sequence[Line], path: Path) -> None:
    """Write an SVG that needs nothing else: no script and no font from elsewhere."""
    sizes = sorted({size for line in lines for size in line.times})
    pygal = _library()
    chart = pygal.Line(
        style=pygal.style.Style(
            colors=COLOURS, background="white", plot_background="white", font_family="sans-serif", title_font_size=16
        ),
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


def _library() -> Any:
    """pygal, without the finder of plugins that it gives Python: one that lacks what others ask of finders."""
    import pygal.style

    sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
    return pygal
