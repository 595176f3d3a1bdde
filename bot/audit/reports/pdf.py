"""The report as a PDF."""

from bot.audit.reports.customer import CustomerReport


def render(report: CustomerReport) -> bytes:
    """The file's bytes; the same report makes the same bytes."""
    from bot.audit.reports.paper import Paper  # takes half a second to load, and few processes ever print

    page = Paper(report)
    page.add_page()
    page.opening()
    if report.looks:
        page.bars()
        page.table_of_looks()
        page.purposes()
    page.checking()
    return bytes(page.output())
