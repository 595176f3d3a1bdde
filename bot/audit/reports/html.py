"""The report as one HTML file that stands by itself and prints on A4: no script, nothing loaded from elsewhere."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.audit.reports import chart, words
from bot.audit.reports.customer import CustomerReport

if TYPE_CHECKING:
    from jinja2 import Template

WIDTH, HEIGHT = 720, 110
"""Of the chart, in the units of its own drawing."""


def render(report: CustomerReport) -> str:
    """The whole page. Everything that comes from the ledger or the configuration is escaped."""
    return _template().render(
        report=report,
        words=words,
        slots=chart.slots(report),
        top=chart.scale(report.bars),
        spoken=chart.spoken(report),
        width=WIDTH,
        height=HEIGHT,
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined  # takes long to load, and few make a report

    source = (files(__package__) / "report.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)
