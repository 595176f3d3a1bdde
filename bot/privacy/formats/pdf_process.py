"""Reads a PDF's lines in a process of its own: PDF comes from outside, and its reader is a large C++ library.

A PDF on standard input, JSON on standard output: {"fault": reason} or {"pages": [{"width", "height", "images",
"lines": [[x0, y0, x1, y1, size, bold, text], …]}]}, in points from the page's lower left corner.
"""

import ctypes
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

MOST_PAGES = 400
SECONDS = 20
_MEMORY = 2_000_000_000
_GAP = 1.0
_HYPHENS = {0x2: "-", 0xFFFE: "-", 0xAD: "-"}
_BOLD_WEIGHT = 600
_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi")
_PASSWORD, _SECURITY = 4, 5


@dataclass(slots=True)
class _Line:
    """Characters on one baseline, without a wide gap. `bold` counts characters."""

    x0: float
    y0: float
    x1: float
    y1: float
    bold: int = 0
    heights: list[float] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def row(self) -> list[object]:
        text = "".join(self.text)
        letters = sum(not character.isspace() for character in text)
        size = sorted(self.heights)[len(self.heights) // 2]
        box = [round(number, 1) for number in (self.x0, self.y0, self.x1, self.y1, size)]
        return [*box, self.bold >= 0.95 * letters, text]


def read(data: bytes) -> dict[str, Any]:
    """The pages of a PDF, or why there are none."""
    import pypdfium2 as pdfium  # type: ignore[import-untyped]  # it has no types

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return {"fault": "encrypted" if getattr(error, "err_code", 0) in {_PASSWORD, _SECURITY} else "broken"}
    if not len(document):
        return {"fault": "broken"}
    if len(document) > MOST_PAGES:
        return {"fault": "too_large"}
    return {"pages": [_page(document[index]) for index in range(len(document))]}


def _page(page: Any) -> dict[str, Any]:
    import pypdfium2.raw as raw  # type: ignore[import-untyped]  # it has no types

    textpage = page.get_textpage()
    lines = list(_lines(textpage.raw, raw))
    textpage.close()
    images = any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    width, height = page.get_size()
    return {"width": width, "height": height, "images": images, "lines": [line.row() for line in lines if line.heights]}


def _lines(textpage: Any, raw: Any) -> Iterator[_Line]:
    line: _Line | None = None
    box = raw.FS_RECTF()
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in {0xA, 0xD}:
            if line:
                yield line
            line = None
            continue
        character = _HYPHENS.get(code) or (chr(code) if 0x20 <= code < 0x110000 else "")
        if not character or 0xD800 <= code < 0xE000 or not raw.FPDFText_GetLooseCharBox(textpage, index, box):
            continue
        if character.isspace() or raw.FPDFText_IsGenerated(textpage, index) == 1:
            if line:
                line.text.append(character)
            continue
        if line and not _continues(line, box):
            yield line
            line = None
        line = line or _Line(box.left, box.bottom, box.right, box.top)
        _add(line, character, box, bold=_is_bold(textpage, index, raw))
    if line:
        yield line


def _continues(line: _Line, box: Any) -> bool:
    height = line.y1 - line.y0
    level = min(line.y1, box.top) - max(line.y0, box.bottom) > 0.3 * min(height, box.top - box.bottom)
    return bool(level and -0.5 * height < box.left - line.x1 < _GAP * height)


def _add(line: _Line, character: str, box: Any, *, bold: bool) -> None:
    line.x1 = max(line.x1, box.right)
    line.y0, line.y1 = min(line.y0, box.bottom), max(line.y1, box.top)
    line.bold += bold
    line.heights.append(box.top - box.bottom)
    line.text.append(character)


def _is_bold(textpage: Any, index: int, raw: Any) -> bool:
    weight: int = raw.FPDFText_GetFontWeight(textpage, index)
    if weight >= _BOLD_WEIGHT:
        return True
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    if not raw.FPDFText_GetFontInfo(textpage, index, name, 128, flags):
        return False
    return any(part in name.value.decode("utf-8", "replace").lower() for part in _BOLD_NAMES)


def _limited() -> None:
    """Bounds the process by itself, where the system can: a PDF may be made to use up time and memory."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    _limited()
    json.dump(read(sys.stdin.buffer.read()), sys.stdout)
