"""HTML to blocks: the policy's own words, without the page's navigation, banners and footers.

Only what is marked as such, by tags, roles or well-known names, is left out; whatever reads like a sentence stays.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.privacy.faults import PolicyUnreadable, Reason
from bot.privacy.formats.blocks import Block, Document, without_contents
from bot.privacy.formats.page_blocks import Writer
from bot.privacy.formats.page_notes import note_mark
from bot.privacy.formats.page_parts import Surroundings
from bot.privacy.formats.page_tables import is_data_table, rows_of
from bot.privacy.typography import decode, encoding_named, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_META_WITHIN = 4096
MOST_OPEN = 60_000  # tags that are not closed: what a page takes grows with their square, and pages have a few dozen
_CLOSED = re.compile(
    r"<(?:(!--|script\b|style\b)|(/?)(?:a|address|article|aside|b|big|blockquote|button|center|code|details|dialog|dir|"
    r"div|dl|em|fieldset|figcaption|figure|font|footer|form|header|hgroup|i|main|menu|nav|nobr|ol|pre|s|search|section|"
    r"small|span|strike|strong|summary|table|tt|u|ul)\b)",
    re.IGNORECASE,
)
_ENDS = {"!--": re.compile("-->"), "script": re.compile("</script", re.IGNORECASE)}
_ENDS["style"] = re.compile("</style", re.IGNORECASE)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu", "dl"})
_BOLD = frozenset({"b", "strong"})
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)", re.IGNORECASE)
_LEVEL = re.compile(r"[1-6]\Z")
_BLOCKS = words(
    "address article aside blockquote body caption center details dialog dd div dt fieldset figcaption "
    "figure footer form header hgroup hr legend li main p pre section summary table tbody td tfoot th "
    "thead tr"
)


def decode_page(data: bytes, declared: str = "") -> str:
    """A page's text: by byte order mark, Content-Type, its own meta element, or as UTF-8. Raises nothing.

    Bytes that fit no encoding are read as Windows-1252 one by one, so that a single wrong one spoils only itself.
    """
    meta = _META.search(data[:_META_WITHIN])
    label = declared if encoding_named(declared) else meta[1].decode("ascii", "replace") if meta else ""
    label = "" if label.lower().startswith("utf-16") else label
    try:
        return decode(data, label)
    except UnicodeDecodeError:
        return "".join(_salvaged(data))


def _salvaged(data: bytes) -> Iterator[str]:
    while data:
        try:
            yield data.decode("utf-8")
        except UnicodeDecodeError as error:
            yield data[: error.start].decode("utf-8")
            yield data[error.start : error.end].decode("cp1252", "replace")
            data = data[error.end :]
        else:
            return


def read_html(text: str, *, part: bool = False) -> Document:
    """Headings (bold paragraphs and opened sections too), paragraphs, list items with their depth, table rows.

    `part`: of another text, in which nothing makes visible what is hidden. Raises PolicyUnreadable.
    """
    from selectolax.lexbor import LexborHTMLParser  # most policies are no web pages

    _demand_closed(text)
    page = LexborHTMLParser(text)
    title = page.css_first("title")
    name = " ".join(title.text().split()) if title else ""
    body = page.body
    blocks = read_tree(body, part=part) if body else ()
    return Document(without_contents(blocks), title=name)


def read_tree(root: "LexborNode", *, part: bool = False) -> tuple[Block, ...]:
    """The blocks of what stands under an element."""
    surroundings = Surroundings(root, part=part)
    writer = Writer()
    node: LexborNode | None = root.child
    depth = 1
    while node is not None and depth:
        node, depth = _step(node, depth, writer, surroundings)
    writer.end_block()
    return surroundings.chosen(writer.written)


def _demand_closed(text: str) -> None:
    """Before it is parsed: what is opened and never closed stands within one another."""
    opened, found = 0, _CLOSED.search(text)
    while found is not None:
        at = found.end()
        if found[1]:
            end = _ENDS[found[1].lower()].search(text, at)
            if end is None:
                return
            at = end.end()
        else:
            opened = max(opened - 1, 0) if found[2] else opened + 1
        if opened > MOST_OPEN:
            words = "The page's parts stand too deep in one another. Is this the right page?"
            raise PolicyUnreadable(words, Reason.TOO_LARGE)
        found = _CLOSED.search(text, at)


def _step(
    node: "LexborNode", depth: int, writer: Writer, surroundings: Surroundings
) -> "tuple[LexborNode | None, int]":
    """Read a node and go to the next one in the document's order: no recursion, however deep the page is nested."""
    if node.tag == "-text":
        writer.write(note_mark(node) or node.text_content or "")
    elif not surroundings.left_out(node):
        if node.tag == "table" and is_data_table(node):
            _write_rows(node, writer, surroundings)
        else:
            _enter(node, writer)
            if node.child is not None:
                return node.child, depth + 1
            _leave(node, writer)
    while node.next is None:
        parent = node.parent
        depth -= 1
        if parent is None or not depth:
            return None, 0
        node = parent
        _leave(node, writer)
    return node.next, depth


def _write_rows(table: "LexborNode", writer: Writer, surroundings: Surroundings) -> None:
    for row in rows_of(table, surroundings.unseen):
        writer.end_block()
        writer.write(row)
        writer.end_block(row=True)


def _enter(node: "LexborNode", writer: Writer) -> None:
    tag = node.tag or ""
    if tag == "br":
        writer.break_line()
    elif level := _level(node):
        writer.begin_heading(level)
    elif tag in _LISTS:
        writer.begin_list(node.attributes, ordered=tag == "ol")
    elif tag == "li":
        writer.begin_item(node.attributes.get("value"))
    elif tag in {"dt", "dd"}:
        writer.begin_definition(term=tag == "dt")
    elif tag in _BLOCKS or tag == "button":
        writer.end_block()
    elif _is_bold(node):
        writer.bold += 1
    if tag in {"main", "article"} or node.attributes.get("role") == "main":
        writer.main += 1


def _leave(node: "LexborNode", writer: Writer) -> None:
    tag = node.tag or ""
    if _level(node):
        writer.end_heading()
    elif tag in _LISTS:
        writer.end_list()
    elif tag in _BLOCKS or tag == "button":
        writer.end_block()
    elif _is_bold(node):
        writer.bold -= 1
    if tag in {"main", "article"} or node.attributes.get("role") == "main":
        writer.end_block()
        writer.main -= 1


def _level(node: "LexborNode") -> int:
    """The level of a heading: by its tag, by ARIA, or of what opens a section when it is pressed; 0 for no heading."""
    tag = node.tag or ""
    if tag in _HEADINGS:
        return _HEADINGS[tag]
    attributes = node.attributes
    if attributes.get("role") == "heading":
        level = attributes.get("aria-level") or ""
        return int(level) if _LEVEL.match(level) else 2
    return 6 if tag == "summary" or (tag == "button" and "aria-expanded" in attributes) else 0


def _is_bold(node: "LexborNode") -> bool:
    return node.tag in _BOLD or (node.tag == "span" and bool(_BOLD_STYLE.search(node.attributes.get("style") or "")))
