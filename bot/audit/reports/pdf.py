"""The report as a PDF."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.audit.reports.customer import CustomerReport

if TYPE_CHECKING:
    from bot.audit.reports.paper import Paper


@dataclass(frozen=True, slots=True)
class Printed:
    """The file's bytes, and the letters of the report that they do not show because no font has them."""

    content: bytes
    unprinted: tuple[str, ...] = ()


def render(report: CustomerReport) -> bytes:
    """The file's bytes; the same report makes the same bytes."""
    return printed(report).content


def printed(report: CustomerReport) -> Printed:
    """The file, and what it lacks. Letters that its own font has not are taken from the company's `fonts`."""
    from bot.audit.reports.letters import lettering_for  # takes half a second to load, and few processes ever print
    from bot.audit.reports.paper import Paper

    page = Paper(report)
    content = _filled(page, report)
    if not page.missing:
        return Printed(content)
    missing = {letter for letter in page.missing if ord(letter) not in page.own}
    lettering = lettering_for(missing, report.fonts, shapes=find_spec("uharfbuzz") is not None)
    return Printed(_filled(Paper(report, lettering), report), lettering.unprinted)


def _filled(page: "Paper", report: CustomerReport) -> bytes:
    page.add_page()
    page.opening()
    if report.looks:
        page.bars()
        page.table_of_looks()
        page.purposes()
    page.checking()
    return bytes(page.output())
