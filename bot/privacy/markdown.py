"""Markdown (CommonMark with tables) to blocks of plain words."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.privacy.blocks import HEADING_LENGTH, Block, Document

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[\w-]+:.*\n|[ \t]+.*\n|- .*\n|\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_SPACES = re.compile(r"[^\S\n]+")
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SENTENCE_END = (".", "!", ";", ",", "…")
_BOLD_HEADING_LEVEL = 6


def read_markdown(text: str) -> Document:
    """Headings, bold paragraphs that stand for headings, paragraphs, list items, table rows; mark-up is gone."""
    tokens = MarkdownIt("commonmark").enable("table").parse(_FRONT_MATTER.sub("", text))
    quoted, rest = _provenance(tokens)
    return Document(tuple(_blocks(rest)), " ".join(block.text for block in _blocks(quoted)) or None)


def _provenance(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """The block quote that the document opens with, if it does, and what follows it."""
    if not tokens or tokens[0].type != "blockquote_open":
        return (), tokens
    end = next(i for i, token in enumerate(tokens) if token.type == "blockquote_close" and token.level == 0)
    return tokens[: end + 1], tokens[end + 1 :]


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    marker = ""
    opened = tag = ""
    row: list[str] = []
    for token in tokens:
        if token.type == "list_item_open":
            marker = token.info + token.markup if token.info else "-"
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield from _paragraph(" | ".join(cell for cell in row if cell))
        elif token.type == "inline" and opened in {"th_open", "td_open"}:
            row.append(_words(token.children or ()))
        elif token.type == "inline":
            yield from _inline(token.children or (), tag if opened == "heading_open" else "", marker)
            marker = ""
        elif token.type in {"fence", "code_block"}:
            yield from _paragraph(token.content)
        elif token.type == "html_block":
            yield from _paragraph(_without_tags(token.content))
        opened, tag = (token.type, token.tag) if token.nesting == 1 else ("", "")


def _inline(children: Sequence[Token], heading: str, marker: str) -> Iterator[Block]:
    words = _words(children)
    if not words:
        return
    if heading:
        yield Block(words.replace("\n", " "), int(heading.removeprefix("h")))
    elif not marker and _is_bold_heading(children, words):
        yield Block(words, _BOLD_HEADING_LEVEL)
    else:
        yield Block(words, marker=marker)


def _is_bold_heading(children: Sequence[Token], words: str) -> bool:
    """A short paragraph, bold from end to end, that does not close like a sentence."""
    if len(words) > HEADING_LENGTH or "\n" in words or words.endswith(_SENTENCE_END):
        return False
    depth = 0
    for child in children:
        depth += child.nesting if child.type in {"strong_open", "strong_close"} else 0
        if child.type in {"text", "code_inline"} and child.content.strip() and not depth:
            return False
    return True


def _words(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type in {"text", "code_inline", "text_special"}:
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or (child.type == "html_inline" and _LINE_BREAK_TAG.fullmatch(child.content)):
            parts.append("\n")
    return _tidy("".join(parts))


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _paragraph(text: str) -> Iterator[Block]:
    if words := _tidy(text):
        yield Block(words)


class _Text(HTMLParser):
    """Collects the words of an HTML fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the base's signature
        self._unread += tag in {"script", "style"}
        if tag == "br":
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in {"script", "style"} and self._unread > 0

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.words.append(data.replace("\n", " "))


def _without_tags(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.words)
