"""Which kind of file a policy is, and its blocks: one way for Markdown, plain text, HTML and PDF.

What reads a kind is loaded with the first file of that kind: a policy is read when it is imported or watched, and what
was read of it is kept.
"""

import re
from collections.abc import Callable
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import orjson

from bot.privacy.faults import PolicyUnreadable, Reason
from bot.privacy.formats.blocks import Block, Document
from bot.privacy.formats.parts import MARK, PARTS, joined, unbundled
from bot.privacy.typography import decode, mended

EXTRACTION = 3
"""Which reading of files this is. Raise it whenever the same bytes may give other words or headings than before."""

LARGEST = 2_000_000
"""Bytes of text or Markdown. A privacy policy has some ten thousand words; what is larger is something else."""

LARGEST_PAGE = 8_000_000
"""Bytes of HTML, which brings its scripts and pictures along."""

LARGEST_FILE = 20_000_000
"""Bytes of anything, a PDF with its fonts and pictures too."""

MARKDOWN, PLAIN, HTML, PDF = "text/markdown", "text/plain", "text/html", "application/pdf"
_LIMITS = {MARKDOWN: LARGEST, PLAIN: LARGEST, HTML: LARGEST_PAGE, PDF: LARGEST_FILE, PARTS: 2 * LARGEST_FILE}
_BY_ENDING = {
    **dict.fromkeys((".md", ".markdown", ".mdown"), MARKDOWN),
    **dict.fromkeys((".txt", ".text"), PLAIN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), HTML),
    ".pdf": PDF,
}
_BY_DECLARATION = {
    MARKDOWN: MARKDOWN,
    "text/x-markdown": MARKDOWN,
    HTML: HTML,
    "application/xhtml+xml": HTML,
    PDF: PDF,
    "application/x-pdf": PDF,
}
_REFUSED = {".docx": "Word", ".doc": "Word", ".odt": "OpenDocument", ".rtf": "RTF"}
_REFUSED_BEGINNINGS = {b"PK\x03\x04": "Word or another packed format", b"{\\rtf": "RTF", b"\xd0\xcf\x11\xe0": "Word"}
_PAGE_BEGINNINGS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<?xml")
_TAG = re.compile(rb"<[/!]?[a-zA-Z]|<\x00")
_BEGINNING = 1024


def media_type(data: bytes, name: str, declared: str = "") -> str:
    """The kind of file, with the encoding where one was declared: `text/html; charset=iso-8859-2`.

    What the bytes begin with counts most, then the ending of the name, then what was declared. What is called a page
    and has no tag is Markdown. Raises PolicyUnreadable.
    """
    if data.startswith(MARK):
        return PARTS
    beginning = data[:_BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    suffix = PurePosixPath(unquote(urlsplit(name).path)).suffix.lower()
    refused = next((kind for mark, kind in _REFUSED_BEGINNINGS.items() if data.startswith(mark)), _REFUSED.get(suffix))
    if refused:
        raise PolicyUnreadable(
            f"The policy is {refused}, which Steward does not read. Save it as Markdown, text, HTML or PDF.",
            Reason.WRONG_TYPE,
        )
    kind, charset = _declared(declared)
    if b"%pdf-" in beginning:
        return PDF
    if beginning.startswith(_PAGE_BEGINNINGS):
        kind = HTML
    else:
        kind = _BY_ENDING.get(suffix) or _BY_DECLARATION.get(kind, PLAIN)
        kind = MARKDOWN if kind == HTML and not _TAG.search(data) else kind
    return f"{kind}; charset={charset}" if charset and kind != PDF else kind


def _declared(content_type: str) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = content_type or "text/plain"
    return message.get_content_type(), (message.get_content_charset() or "").lower()


def extract(data: bytes, kind: str, name: str = "") -> Document:
    """The blocks of a file of this media type; without a title it is called by `name`. Raises PolicyUnreadable."""
    bare, charset = _declared(kind)
    limit = _LIMITS.get(bare, LARGEST)
    if len(data) > limit:
        raise PolicyUnreadable(
            f"The policy is larger than {limit // 1_000_000} MB. Is this the right file?", Reason.TOO_LARGE
        )
    document = _READERS.get(bare, _plain)(data, charset)
    if not any(not block.level and any(map(str.isalnum, block.text)) for block in document.blocks):
        raise PolicyUnreadable("The policy has no sentence in it. Is this the right file?", Reason.NO_TEXT)
    title = document.title or PurePosixPath(unquote(urlsplit(name).path)).stem or "Privacy policy"
    return Document(document.blocks, document.provenance, title)


def _text(data: bytes, charset: str) -> str:
    try:
        text = decode(data, charset)
    except UnicodeDecodeError as error:
        raise PolicyUnreadable("The policy is not text in UTF-8. Save it as UTF-8.", Reason.ENCODING) from error
    if "\x00" in text:
        raise PolicyUnreadable("The policy is not a text file. Save it as Markdown or plain text.", Reason.WRONG_TYPE)
    return mended(text)


def _markdown(data: bytes, charset: str) -> Document:
    from bot.privacy.formats.markdown import read_markdown

    return read_markdown(_text(data, charset))


def _plain(data: bytes, charset: str) -> Document:
    from bot.privacy.formats.plain import read_plain

    return read_plain(_text(data, charset))


def _html(data: bytes, charset: str) -> Document:
    from bot.privacy.formats.markup import decode_page, read_html

    return read_html(mended(decode_page(data, charset)))


def _pdf(data: bytes, _charset: str) -> Document:
    from bot.privacy.formats.pdf import read_pdf

    return read_pdf(data)


def _parts(data: bytes, _charset: str) -> Document:
    parts = unbundled(data)
    if not parts:
        raise PolicyUnreadable("The policy has no part in it.")
    return joined([extract(one.data, media_type(one.data, one.name, one.declared), one.name) for one in parts])


_READERS: dict[str, Callable[[bytes, str], Document]] = {
    MARKDOWN: _markdown,
    PLAIN: _plain,
    HTML: _html,
    PDF: _pdf,
    PARTS: _parts,
}


def packed(document: Document) -> str:
    """A document as JSON, to be kept: what was read once is never read otherwise."""
    blocks = [[block.text, block.level, block.marker, block.depth] for block in document.blocks]
    return orjson.dumps({"title": document.title, "provenance": document.provenance, "blocks": blocks}).decode()


def unpacked(kept: str) -> Document:
    """The document that `packed` wrote."""
    values = orjson.loads(kept)
    blocks = tuple(Block(text, level, marker, depth) for text, level, marker, depth in values["blocks"])
    return Document(blocks, values["provenance"], values["title"])
