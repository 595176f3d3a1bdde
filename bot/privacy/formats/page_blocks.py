"""A page's blocks as they are written while its elements go by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.privacy.formats.blocks import BOLD_HEADING_LEVEL, Block, divided, heading, is_bold_heading
from bot.privacy.typography import mended

_SPACES = re.compile(r"[^\S\n]+")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_STYLES = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)")


@dataclass(frozen=True, slots=True)
class Written:
    """A block with where it stood: `main` says that it is in the part which the page marks as its content."""

    block: Block
    main: bool
    row: bool = False


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int
    style: str


@dataclass(slots=True)
class Writer:
    """Text runs that grow into blocks. `bold` and `main` count the elements of that kind that are open."""

    written: list[Written] = field(default_factory=list)
    bold: int = 0
    main: int = 0
    _runs: list[tuple[str, bool]] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _marker: str = ""
    _within: int = 0
    _level: int = 0

    def write(self, text: str) -> None:
        """Words as they stand in the page; its line ends are spaces."""
        self._runs.append((text.replace("\n", " ").replace("\r", " "), self.bold > 0))

    def break_line(self) -> None:
        """A forced line break; two of them divide paragraphs."""
        self._runs.append(("\n", self.bold > 0))

    def begin_heading(self, level: int) -> None:
        """What is written now is a heading."""
        self.end_block()
        self._level = level

    def end_heading(self) -> None:
        """What is written now is none."""
        self.end_block()
        self._level = 0

    def begin_list(self, attributes: Mapping[str, str | None], *, ordered: bool) -> None:
        """A list in the present one, if any."""
        self.end_block()
        style = _STYLE.search(attributes.get("style") or "")
        named = _STYLES.get(style[1], "") if style else attributes.get("type") or ""
        self._lists.append(_List(ordered, _number(attributes.get("start"), 1), named))

    def end_list(self) -> None:
        """Back to the list around it, if any."""
        self.end_block()
        self._within = 0
        if self._lists:
            self._lists.pop()
        self._marker = ""

    def begin_definition(self, *, term: bool) -> None:
        """A part of a list of definitions: a term, or what it means, which stands within it."""
        self.end_block()
        self._marker = ""
        self._within = 0 if term else 1

    def begin_item(self, value: str | None) -> None:
        """A list item."""
        self.begin_definition(term=True)
        if self._lists:
            here = self._lists[-1]
            here.number = _number(value, here.number)
            self._marker = _numeral(here) if here.ordered else "-"
            here.number += 1

    def end_block(self, *, row: bool = False) -> None:
        """What was written since the last block is one, or several."""
        runs, self._runs = self._runs, []
        if any(text.strip() for text, _ in runs):
            for paragraph in _paragraphs(_lines(runs)):
                self._add(paragraph, row=row)

    def _add(self, lines: list[tuple[str, bool]], *, row: bool) -> None:
        if self._level:
            self._keep(heading(" ".join(text for text, _ in lines), self._level))
            return
        first, bold = lines[0]
        others_plain = not any(other for _, other in lines[1:])
        if bold and others_plain and not self._marker and not self._lists and not row and is_bold_heading(first):
            self._keep(Block(first, BOLD_HEADING_LEVEL))
            lines = lines[1:]
        if lines:
            self._paragraph("\n".join(text for text, _ in lines), row=row)

    def _paragraph(self, words: str, *, row: bool) -> None:
        for marker, rest in (("", words),) if row else divided(words):
            given, self._marker = self._marker, ""
            self._keep(Block(rest, marker=marker or given, depth=len(self._lists) + self._within), row=row)

    def _keep(self, block: Block, *, row: bool = False) -> None:
        self.written.append(Written(block, self.main > 0, row))


def _lines(runs: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Lines with whether all their words are bold; an empty line stays, as it divides paragraphs."""
    lines: list[tuple[str, bool]] = []
    for line in _by_line(runs):
        text = _SPACES.sub(" ", mended("".join(words for words, _ in line)).replace("\n", " ")).strip()
        lines.append((text, all(bold for words, bold in line if words.strip())))
    return lines


def _by_line(runs: list[tuple[str, bool]]) -> list[list[tuple[str, bool]]]:
    lines: list[list[tuple[str, bool]]] = [[]]
    for run in runs:
        if run[0] == "\n":
            lines.append([])
        else:
            lines[-1].append(run)
    return lines


def _paragraphs(lines: list[tuple[str, bool]]) -> list[list[tuple[str, bool]]]:
    groups: list[list[tuple[str, bool]]] = [[]]
    for line in lines:
        if line[0]:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else otherwise


def _numeral(here: _List) -> str:
    """The number of a list's next item, as a browser shows it."""
    if here.style in {"a", "A"} and 1 <= here.number <= len(_ALPHABET):
        letter = _ALPHABET[here.number - 1]
        return f"{letter.upper() if here.style == 'A' else letter}."
    if here.style in {"i", "I"} and 1 <= here.number < 40:
        roman = _roman(here.number)
        return f"{roman.upper() if here.style == 'I' else roman}."
    return f"{here.number}."


def _roman(number: int) -> str:
    numeral = ""
    for value, letters in _ROMAN:
        while number >= value:
            numeral += letters
            number -= value
    return numeral
