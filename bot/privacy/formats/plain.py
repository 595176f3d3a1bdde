"""Plain text to blocks: paragraphs between blank lines, headings and lists by how they stand on the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise, takewhile

from bot.privacy.formats.blocks import HEADING_LENGTH, Block, Document, follows, heading, split_marker, without_contents

_UNDERLINES = {"=": 1, "-": 2, "~": 2}
_SENTENCE_END = (".", "!", ";", ",", ":", "…")
_ITEM_END = (*_SENTENCE_END, "?", " and", " or")
_MOST_IN_HEADING = 3
"""Lines of a heading in capitals."""
_CAPITALS_LEVEL, _HEADING_LEVEL, _TITLE_LEVEL = 2, 2, 1


def read_plain(text: str) -> Document:
    """Paragraphs, list items, and headings: underlined lines, lines in capitals, short lines that stand alone."""
    quoted, lines = _provenance(text.split("\n"))
    groups = [[line.expandtabs() for line in group] for blank, group in groupby(lines, _is_blank) if not blank]
    reading = _Reading()
    for group, following in pairwise([*groups, []]):
        reading.read(group, last=not following)
    return Document(without_contents(reading.blocks), " ".join(quoted) or None)


def _is_blank(line: str) -> bool:
    return not line.strip()


def _provenance(lines: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    """Lines that begin with > before anything else, and the lines after them."""
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    end = next((i for i in range(start, len(lines)) if not lines[i].lstrip().startswith(">")), len(lines))
    quoted = (line.strip().lstrip(">").strip() for line in lines[start:end])
    return [line for line in quoted if line], lines[end:]


@dataclass(slots=True)
class _Growing:
    """A paragraph while its lines go by; `indent` is how far its first line stands from the left."""

    indent: int
    marker: str = ""
    words: str = ""


@dataclass(slots=True)
class _Reading:
    """The blocks so far; `stops` are how far the items of the lists that are open stand from the left."""

    blocks: list[Block] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)

    def read(self, lines: Sequence[str], *, last: bool) -> None:
        """Lines between blank ones; `last`: the text ends with them."""
        level = _underline(lines)
        if level:
            self._heading(lines[0], level)
            lines = lines[2:]
        elif len(lines) == 1 and not last and _stands_as_heading(lines[0].strip()):
            self._heading(lines[0], _HEADING_LEVEL if self.blocks else _TITLE_LEVEL)
            return
        elif capitals := _opening_capitals(lines):
            self._heading(" ".join(line.strip() for line in lines[:capitals]), _CAPITALS_LEVEL)
            lines = lines[capitals:]
        for paragraph in _paragraphs(lines):
            self._paragraph(paragraph)

    def _heading(self, line: str, level: int) -> None:
        self.stops.clear()
        self.blocks.append(heading(line, level))

    def _paragraph(self, paragraph: _Growing) -> None:
        words = " ".join(paragraph.words.split())
        while self.stops and paragraph.indent < self.stops[-1]:
            self.stops.pop()
        if paragraph.marker and (not self.stops or paragraph.indent > self.stops[-1]):
            self.stops.append(paragraph.indent)
        elif not paragraph.marker and self.stops and paragraph.indent == self.stops[-1]:
            self.stops.pop()
        self.blocks.append(Block(words, marker=paragraph.marker, depth=len(self.stops)))


def _underline(lines: Sequence[str]) -> int:
    """The level of a heading with a line of = or - below it; 0 where there is none."""
    if len(lines) < 2 or len(lines[0].strip()) > HEADING_LENGTH:
        return 0
    line = lines[1].strip()
    return _UNDERLINES.get(line[0], 0) if len(set(line)) == 1 and len(line) >= 3 else 0


def _stands_as_heading(line: str) -> bool:
    bullet = line.startswith(("-", "*", "•", "–"))
    opening = split_marker(line)[1][:1]
    return (
        len(line) <= HEADING_LENGTH
        and not bullet
        and not line.endswith(_SENTENCE_END)
        and not opening.islower()
        and any(character.isalpha() for character in line)
        and "@" not in line
        and "://" not in line
    )


def _opening_capitals(lines: Sequence[str]) -> int:
    """How many of a group's lines are a heading in capitals: a sentence in capitals is none."""
    capitals = sum(1 for _ in takewhile(_is_capitals, lines))
    if len(lines) == 1 or capitals < len(lines):
        return min(capitals, len(lines) - 1, 1)
    ended = lines[-1].rstrip().endswith(_SENTENCE_END)
    return 0 if ended or capitals > _MOST_IN_HEADING else capitals


def _is_capitals(text: str) -> bool:
    line = text.strip()
    return line.isupper() and len(line) <= HEADING_LENGTH and sum(map(str.isalpha, line)) >= 4


def _paragraphs(lines: Sequence[str]) -> Iterator[_Growing]:
    """Lines joined into paragraphs; a line that begins like a list item, where one can begin, begins one.

    So does a line further left than the item before it.
    """
    here: _Growing | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        marker, rest = split_marker(line.strip())
        if here and not (marker and _can_begin(here, marker, indent)) and not (here.marker and indent < here.indent):
            here.words = f"{here.words} {line.strip()}"
            continue
        if here:
            yield here
        here = _Growing(indent, marker, rest)
    if here:
        yield here


def _can_begin(here: _Growing, marker: str, indent: int) -> bool:
    """Whether a marker begins an item, and is no number or letter that a line of a sentence happens to begin with."""
    if not any(map(str.isalnum, marker)) or indent < here.indent:
        return True
    return here.words.endswith(_ITEM_END) or follows(here.marker, marker)
