"""Tables of a page: which of them show data, and their rows, each to be understood by itself."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.privacy.formats.blocks import CELL
from bot.privacy.formats.page_notes import note_mark
from bot.privacy.typography import mended, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HEADINGS = "td h1, td h2, td h3, td h4, td h5, td h6, td table"
_LISTS = "td ul, td ol"
_APART = words("br p div hr dt dd section pre blockquote ul ol")
_ITEMS_APART = " · "
_SPACES = re.compile(r"\s+")
_LONGEST_WITH_LISTS = 500
"""Characters of a cell of a table of data that has lists in its cells; longer ones are prose that a table arranges."""
_MOST_SPANNED = 200
"""Rows or columns. HTML allows tens of thousands, and each is written out."""


def is_data_table(table: "LexborNode") -> bool:
    """Whether a table shows rows of short cells; others only arrange a page."""
    cells = table.css("td, th")
    if table.css_first(_HEADINGS) is not None or (table.css_first(_LISTS) is not None and not _names_columns(table)):
        return False
    widest = max((len(row.css("td, th")) for row in table.css("tr")), default=0)
    return widest > 1 and max((len(cell.css("p")) for cell in cells), default=0) <= 2


def _names_columns(table: "LexborNode") -> bool:
    """Whether a table's first row is of headings, and all its cells are short."""
    first = table.css_first("tr")
    named = first is not None and bool(first.css("th")) and not first.css("td")
    return named and all(len(cell.text(deep=True)) <= _LONGEST_WITH_LISTS for cell in table.css("td, th"))


def rows_of(table: "LexborNode", unseen: "Callable[[LexborNode], bool]") -> Iterator[str]:
    """Each row's cells, with bars between them, without what is hidden.

    A cell that spans several rows stands in each of them, as each may be quoted by itself.
    """
    spanning: dict[int, tuple[int, str]] = {}
    for row in table.css("tr"):
        if not unseen(row):
            cells, spanning = _row(row, unseen, spanning)
            yield CELL.join(cell for cell in cells if cell)


def _row(
    row: "LexborNode", unseen: "Callable[[LexborNode], bool]", above: dict[int, tuple[int, str]]
) -> tuple[list[str], dict[int, tuple[int, str]]]:
    """The words of a row's cells, and those that reach into the rows below, by column: for how many, and what."""
    texts: list[str] = []
    below = {column: (left - 1, text) for column, (left, text) in above.items() if left > 1}
    column = 0
    for cell in row.css("td, th"):
        while column in above:
            texts.append(above[column][1])
            column += 1
        text = "" if unseen(cell) else _SPACES.sub(" ", mended(_words(cell, unseen))).strip()
        if (rows := _spanned(cell, "rowspan")) > 1:
            below[column] = (rows - 1, text)
        texts.append(text)
        column += _spanned(cell, "colspan")
    texts.extend(text for at, (_, text) in sorted(above.items()) if at >= column)
    return texts, below


def _spanned(cell: "LexborNode", attribute: str) -> int:
    number = cell.attributes.get(attribute) or ""
    return min(int(number), _MOST_SPANNED) if number.isdecimal() and number.isascii() and 0 < len(number) < 6 else 1


def _words(cell: "LexborNode", unseen: "Callable[[LexborNode], bool]") -> str:
    parts: list[str] = []
    hidden = {one.mem_id for one in cell.css("[hidden], [style]") if unseen(one)}
    for node in cell.traverse(include_text=True):
        if hidden and _is_under(node, hidden):
            continue
        if node.tag == "-text":
            parts.append(note_mark(node) or node.text_content or "")
        elif node.tag == "li":
            parts.append(_ITEMS_APART if _is_behind_an_item(node) else " ")
        elif node.tag in _APART:
            parts.append(" ")
    return "".join(parts)


def _is_behind_an_item(item: "LexborNode") -> bool:
    before = item.prev
    while before is not None and before.tag != "li":
        before = before.prev
    return before is not None


def _is_under(node: "LexborNode", these: set[int]) -> bool:
    above: LexborNode | None = node
    while above is not None:
        if above.mem_id in these:
            return True
        above = above.parent
    return False
