"""HTML to blocks: the policy's own words, without the page's navigation, banners and footers.

Only what is marked as such, by tags, roles or well-known names, is left out; whatever reads like a sentence stays.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.privacy.formats.blocks import Block, Document, without_contents
from bot.privacy.formats.page_blocks import Writer
from bot.privacy.formats.page_parts import Surroundings, is_data_table, row_of, rows_of
from bot.privacy.typography import decode, encoding_named, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_META_WITHIN = 4096
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


def read_html(text: str) -> Document:
    """Headings (bold paragraphs and opened sections too), paragraphs, list items with their depth, table rows."""
    from selectolax.lexbor import LexborHTMLParser  # most policies are no web pages

    page = LexborHTMLParser(text)
    title = page.css_first("title")
    name = " ".join(title.text().split()) if title else ""
    body = page.body
    blocks = read_tree(body) if body else ()
    return Document(without_contents(blocks), title=name)


def read_tree(root: "LexborNode") -> tuple[Block, ...]:
    """The blocks of what stands under an element."""
    surroundings = Surroundings(root)
    writer = Writer()
    node: LexborNode | None = root.child
    depth = 1
    while node is not None and depth:
        node, depth = _step(node, depth, writer, surroundings)
    writer.end_block()
    return surroundings.chosen(writer.written)


def _step(
    node: "LexborNode", depth: int, writer: Writer, surroundings: Surroundings
) -> "tuple[LexborNode | None, int]":
    """Read a node and go to the next one in the document's order: no recursion, however deep the page is nested."""
    if node.tag == "-text":
        writer.write(node.text_content or "")
    elif not surroundings.left_out(node):
        if node.tag == "table" and is_data_table(node):
            _write_rows(node, writer)
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


def _write_rows(table: "LexborNode", writer: Writer) -> None:
    for row in rows_of(table):
        writer.end_block()
        writer.write(row_of(row))
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
    elif tag == "dd":
        writer.begin_item(None, bare=True)
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
