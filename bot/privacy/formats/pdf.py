"""PDF to blocks: another process reads its lines, here they become headings and paragraphs."""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import orjson

from bot.privacy.faults import PolicyUnreadable, Reason
from bot.privacy.formats.blocks import Document, without_contents
from bot.privacy.formats.pdf_layout import ordered
from bot.privacy.formats.pdf_lines import Line, Page
from bot.privacy.formats.pdf_paragraphs import blocks_of
from bot.privacy.formats.pdf_process import SECONDS
from bot.privacy.typography import mended

_FEWEST_LETTERS = 20
_WORDS = {
    Reason.ENCRYPTED: "The PDF needs a password. Save it without one, or as Markdown, text or HTML.",
    Reason.BROKEN: "The PDF is broken and can't be read. Save it anew, or as Markdown, text or HTML.",
    Reason.TOO_LARGE: "The PDF has more than 400 pages. Is this the right file?",
    Reason.TOO_SLOW: "The PDF takes too long to read. Save it anew, or as Markdown, text or HTML.",
    Reason.ONLY_IMAGES: "The PDF has pictures of pages only, and no text. Ask for the file that it was made from.",
    Reason.NO_TEXT: "The PDF has no text in it. Is this the right file?",
}


@dataclass(frozen=True, slots=True)
class _Read:
    pages: tuple[Page, ...]
    images: bool


def read_pdf(data: bytes) -> Document:
    """Headings by the size and weight of their letters, paragraphs, list items. Raises PolicyUnreadable.

    Running headers and footers and page numbers are left out, columns read one after another, words that were divided
    at a line's end joined.
    """
    read = _parsed(_process(data))
    letters = sum(sum(map(str.isalnum, line.text)) for page in read.pages for line in page.lines)
    if letters < _FEWEST_LETTERS:
        raise _refused(Reason.ONLY_IMAGES if read.images else Reason.NO_TEXT)
    return Document(without_contents(blocks_of(ordered(read.pages))))


def _refused(reason: Reason) -> PolicyUnreadable:
    return PolicyUnreadable(_WORDS[reason], reason)


def _process(data: bytes) -> dict[str, Any]:
    """What the reading process says. It gets the file and nothing else of this process, no environment either."""
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "bot.privacy.formats.pdf_process"]
    try:
        done = subprocess.run(  # noqa: S603  this program itself, no shell
            command, input=data, capture_output=True, env=environment, timeout=SECONDS + 5, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(Reason.TOO_SLOW) from error
    if done.returncode < 0 and -done.returncode in {24, 9}:  # SIGXCPU, and SIGKILL at the hard limit
        raise _refused(Reason.TOO_SLOW)
    if done.returncode:
        raise _refused(Reason.BROKEN)
    answer: dict[str, Any] = orjson.loads(done.stdout)
    if "fault" in answer:
        raise _refused(Reason(answer["fault"]))
    return answer


def _parsed(answer: dict[str, Any]) -> _Read:
    pages = tuple(
        Page(page["width"], page["height"], tuple(line for row in page["lines"] if (line := _line(row)).text))
        for page in answer["pages"]
    )
    return _Read(pages, any(page["images"] for page in answer["pages"]))


def _line(row: list[Any]) -> Line:
    x0, y0, x1, y1, size, bold, text = row
    return Line(x0, y0, x1, y1, size, bold, " ".join(mended(text).split()))
