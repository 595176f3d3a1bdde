"""What a PDF's pages consist of, as they are read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: its box in points from the page's lower left corner, the height of its letters.

    `column_end` is how far right lines of its column reach; `column` counts the columns of the document.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    text: str
    column_end: float = 0.0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page's size in points and its lines."""

    width: float
    height: float
    lines: tuple[Line, ...]
