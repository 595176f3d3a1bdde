"""Markdown (CommonMark with tables) to blocks of plain words."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.privacy.formats.blocks import (
    BOLD_HEADING_LEVEL,
    CELL,
    Block,
    Document,
    divided,
    heading,
    is_bold_heading,
    without_contents,
)
from bot.privacy.formats.markup import read_html

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[\w-]+:.*\n|[ \t]+.*\n|- .*\n|\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_SPACES = re.compile(r"[^\S\n]+")
_NOTE = re.compile(r"\[\^([^\]\s]{1,20})\]")
_NOTE_ITSELF = re.compile(rf"^ {{0,3}}{_NOTE.pattern}:[ \t]+", re.MULTILINE)
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BLOCK_TAG = re.compile(r"</?(?:p|div|section|article|ul|ol|li|dl|dt|dd|table|tr|td|th|h[1-6])\b[^>]*>", re.IGNORECASE)


def read_markdown(text: str) -> Document:
    """Headings, bold paragraphs that stand for headings, paragraphs, list items, table rows; mark-up is gone."""
    tokens = MarkdownIt("commonmark").enable("table").parse(_notes_apart(_FRONT_MATTER.sub("", text)))
    quoted, rest = _provenance(tokens)
    blocks = without_contents(tuple(_Reading().blocks(rest)))
    return Document(blocks, " ".join(block.text for block in _Reading().blocks(quoted)) or None)


def _notes_apart(text: str) -> str:
    """The text with each footnote as a paragraph that begins with its mark."""
    return _NOTE_ITSELF.sub(r"\n[\1] ", text)


def _provenance(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """The block quote that the document opens with, if it does, and what follows it."""
    if not tokens or tokens[0].type != "blockquote_open":
        return (), tokens
    end = next(i for i, token in enumerate(tokens) if token.type == "blockquote_close" and token.level == 0)
    return tokens[: end + 1], tokens[end + 1 :]


class _Reading:
    """What is open while tokens go by."""

    def __init__(self) -> None:
        self._marker = self._opened = self._tag = ""
        self._depth = 0
        self._row: list[str] = []

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        for token in tokens:
            self._open(token)
            if token.type == "tr_close":
                yield from _paragraph(CELL.join(cell for cell in self._row if cell), self._depth)
            elif token.type == "inline":
                yield from self._inline(token.children or ())
            elif token.type in {"fence", "code_block"}:
                yield from _paragraph(token.content, self._depth)
            elif token.type == "html_block":
                yield from read_html(token.content, part=True).blocks
            self._opened, self._tag = (token.type, token.tag) if token.nesting == 1 else ("", "")

    def _open(self, token: Token) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close"}:
            self._depth += token.nesting
        elif token.type == "list_item_open":
            self._marker = token.info + token.markup if token.info else "-"
        elif token.type == "list_item_close":
            self._marker = ""
        elif token.type == "tr_open":
            self._row = []

    def _inline(self, children: Sequence[Token]) -> Iterator[Block]:
        words = _words(children)
        if self._opened in {"th_open", "td_open"}:
            self._row.append(words.replace("\n", " "))
        elif words and self._opened == "heading_open":
            yield heading(words, int(self._tag.removeprefix("h")))
        elif words:
            yield from self._text(children, words)

    def _text(self, children: Sequence[Token], words: str) -> Iterator[Block]:
        first = next((i for i, child in enumerate(children) if _is_break(child)), len(children))
        opening, rest = _words(children[:first]), _words(children[first:])
        bold = _is_bold(children[:first]) and not (rest and _is_bold(children[first:]))
        if bold and is_bold_heading(opening) and not self._marker and not self._depth:
            yield Block(opening, BOLD_HEADING_LEVEL)
            words = rest
        if words:
            for marker, bare in divided(words):
                given, self._marker = self._marker, ""
                yield Block(bare, marker=marker or given, depth=self._depth)


def _is_break(token: Token) -> bool:
    return token.type == "hardbreak" or (
        token.type == "html_inline" and _LINE_BREAK_TAG.fullmatch(token.content) is not None
    )


def _is_bold(children: Sequence[Token]) -> bool:
    depth = 0
    for child in children:
        depth += child.nesting if child.type in {"strong_open", "strong_close"} else 0
        if child.type in {"text", "code_inline", "text_special"} and child.content.strip() and not depth:
            return False
    return True


def _words(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type in {"text", "code_inline", "text_special"}:
            parts.append(_NOTE.sub(r"[\1]", child.content.replace("**", "")))  # marks of bold that mark nothing
        elif child.type == "softbreak" or (child.type == "html_inline" and _BLOCK_TAG.fullmatch(child.content)):
            parts.append(" ")
        elif _is_break(child):
            parts.append("\n")
    return _tidy("".join(parts))


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _paragraph(text: str, depth: int) -> Iterator[Block]:
    if words := _tidy(text):
        yield Block(words, depth=depth)
