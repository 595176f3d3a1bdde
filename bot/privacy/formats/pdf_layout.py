"""The lines of a PDF's pages in the order in which people read them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.privacy.formats.pdf_lines import Line, Page
from bot.privacy.formats.pdf_rows import rows_of

_MARGIN = 0.12
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|página|pagina|lapa|p\.)\s*)?\d{1,3}(?:\s*(?:of|/|von|de|no|sur|\|)\s*\d{1,3})?\W*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_FEWEST_IN_COLUMN = 5
_FULL = 0.55


def ordered(pages: Sequence[Page]) -> tuple[Line, ...]:
    """All lines in the order of reading, without running headers, footers and page numbers."""
    running = _running(pages)
    lines: list[Line] = []
    column = 0
    for page in pages:
        kept = [line for line in page.lines if not _is_running(line, page, running)]
        for part in _columns(kept, page.width):
            column += 1
            rows = rows_of(part)
            end = max((line.x1 for line in rows), default=0.0)
            lines.extend(replace(line, column_end=end, column=column) for line in rows)
    return tuple(lines)


def _in_margin(line: Line, page: Page) -> bool:
    return line.y0 > (1 - _MARGIN) * page.height or line.y1 < _MARGIN * page.height


def _running(pages: Sequence[Page]) -> frozenset[str]:
    """Texts that stand in the margins of at least half of the pages, their numbers aside."""
    seen = Counter(
        text
        for page in pages
        for text in {_DIGITS.sub("#", line.text) for line in page.lines if _in_margin(line, page)}
    )
    return frozenset(text for text, count in seen.items() if count >= max(2, len(pages) / 2))


def _is_running(line: Line, page: Page, running: frozenset[str]) -> bool:
    if not _in_margin(line, page):
        return False
    return _DIGITS.sub("#", line.text) in running or _PAGE_NUMBER.fullmatch(line.text) is not None


def _columns(lines: Sequence[Line], width: float) -> Iterator[Sequence[Line]]:
    """The parts of a page to be read one after another: two columns between lines that run across both."""
    gutter = _gutter(lines, width)
    if gutter is None:
        yield lines
        return
    left: list[Line] = []
    right: list[Line] = []
    across: list[Line] = []
    for line in sorted(lines, key=lambda one: -one.y1):
        if line.x0 < gutter < line.x1:
            yield from filter(None, (left, right))
            left, right = [], []
            across.append(line)
            continue
        yield from filter(None, (across,))
        across = []
        (left if line.x1 <= gutter else right).append(line)
    yield from filter(None, (across, left, right))


def _gutter(lines: Sequence[Line], width: float) -> float | None:
    """Where the white space between two columns of prose is; None on a page of one column, or with a table."""
    if len(lines) < 2 * _FEWEST_IN_COLUMN:
        return None
    starts = Counter(round(line.x0) for line in lines if 0.35 * width < line.x0 < 0.7 * width)
    for start, count in starts.most_common(3):
        place = start - 2.0
        left = [line for line in lines if line.x1 <= place + 1]
        right = [line for line in lines if line.x0 >= place - 1]
        crossing = len(lines) - len(left) - len(right)
        if count < 3 or min(len(left), len(right)) < _FEWEST_IN_COLUMN or crossing > 0.35 * len(lines):
            continue
        if _is_full(left) and _is_full(right):
            return place
    return None


def _is_full(lines: Sequence[Line]) -> bool:
    """Whether the lines fill the width that they share, as prose does and short cells of a table do not."""
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    widths = sorted(line.x1 - line.x0 for line in lines)
    return widths[len(widths) // 2] >= _FULL * width
