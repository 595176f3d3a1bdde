"""Lines of a PDF to headings and paragraphs."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import attrgetter

from bot.privacy.formats.blocks import (
    BOLD_HEADING_LEVEL,
    CELL,
    HEADING_LENGTH,
    Block,
    heading,
    is_bold_heading,
    split_marker,
)
from bot.privacy.formats.pdf_lines import Line
from bot.privacy.formats.pdf_words import is_divided, joined

_LARGER = 1.12
_SENTENCE_END = (".", "!", "?", ":", ";", ".”", '."', ".)")
_COMPOUND = re.compile(r"\w+-\w+")
_INDENT = 3.0
_AROUND = 10
_ROOM = 1.4
_SHORT, _EVEN = 2.0, 1.0
"""Letters that a line is shorter than others; points by which the ends of justified lines may differ."""


@dataclass(slots=True)
class _Paragraph:
    lines: list[Line]
    level: int
    marker: str = ""


@dataclass(frozen=True, slots=True)
class _Measures:
    """What is usual in the document: the size of its text's letters, how far lines are apart, its compound words."""

    body: float
    pitch: float
    sizes: Sequence[float]
    compounds: frozenset[str]

    def level(self, line: Line) -> int:
        """The level of a heading, by how large it is among the larger ones, or bold; 0 for text."""
        if line.size >= _LARGER * self.body:
            return min(5, 1 + next(i for i, size in enumerate(self.sizes) if abs(size - line.size) <= 0.06 * size))
        return BOLD_HEADING_LEVEL if line.bold and CELL not in line.text and is_bold_heading(line.text) else 0


def blocks_of(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Headings, paragraphs and list items, with words joined that were divided at the end of a line."""
    if not lines:
        return ()
    measures = _measured(lines)
    paragraphs = _Grouping(measures).group(lines)
    left = {column: _left(group) for column, group in groupby(lines, attrgetter("column"))}
    stops: list[float] = []
    blocks = []
    for paragraph in paragraphs:
        text = joined([line.text for line in paragraph.lines], measures.compounds)
        if paragraph.level:
            stops.clear()
            blocks.append(heading(text, paragraph.level))
            continue
        marker, rest = split_marker(text)
        first = paragraph.lines[0]
        indented = bool(marker) or first.x0 > left[first.column] + 2 * _INDENT
        blocks.append(Block(rest, marker=marker, depth=_depth(stops, first.x0) if indented else 0))
        if not indented:
            stops.clear()
    return tuple(blocks)


def _measured(lines: Sequence[Line]) -> _Measures:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    body = weights.most_common(1)[0][0] or 1.0
    larger: list[float] = []
    for size in sorted({line.size for line in lines if line.size >= _LARGER * body}, reverse=True):
        if not larger or abs(larger[-1] - size) > 0.06 * larger[-1]:
            larger.append(size)
    gaps = sorted(
        one.y1 - other.y1
        for one, other in pairwise(lines)
        if one.column == other.column and 0 < one.y1 - other.y1 < 4 * body
    )
    pitch = gaps[len(gaps) // 3] if gaps else 1.2 * body
    compounds = frozenset(word.casefold() for line in lines for word in _COMPOUND.findall(line.text))
    return _Measures(body, pitch, larger, compounds)


@dataclass(slots=True)
class _Grouping:
    measures: _Measures
    done: list[_Paragraph] = field(default_factory=list)

    def group(self, lines: Sequence[Line]) -> list[_Paragraph]:
        for index, line in enumerate(lines):
            here = self.done[-1] if self.done else None
            level = self.measures.level(line)
            if level == BOLD_HEADING_LEVEL and here and self._is_inside(here, line, lines[index + 1 : index + 2]):
                level = 0
            if here and self._goes_on(here, line, level, _right_end(lines, index)):
                here.lines.append(line)
            else:
                self.done.append(_Paragraph([line], level, "" if level else split_marker(line.text)[0]))
        return self.done

    def _is_inside(self, here: _Paragraph, line: Line, following: Sequence[Line]) -> bool:
        """Whether a bold line stands in the middle of a sentence."""
        last = here.lines[-1]
        begun = not here.level and not last.text.endswith(_SENTENCE_END) and self._is_near(last, line)
        goes_on = bool(following) and following[0].text[:1].islower() and self._is_near(line, following[0])
        return (begun and line.text[:1].islower()) or goes_on

    def _goes_on(self, here: _Paragraph, line: Line, level: int, right_end: float) -> bool:
        last = here.lines[-1]
        if level != here.level:
            return False
        near = self._is_near(last, line)
        if level:
            fits = sum(len(one.text) for one in here.lines) + len(line.text) < 2 * HEADING_LENGTH
            return near and fits and abs(last.size - line.size) < 1 and not split_marker(line.text)[0]
        if _begins_item(here, last, line):
            return False
        ended = last.text.endswith(_SENTENCE_END)
        if last.column != line.column:
            return not ended and not line.text[:1].isupper()
        if not near or CELL in line.text or CELL in last.text:
            return False
        if is_divided(last.text, line.text):
            return True
        if _had_room(last, line, right_end) or _ended_short(here, last, right_end):
            return False
        return not (ended and line.x0 - last.x0 > 2 * _INDENT and not here.marker)

    def _is_near(self, last: Line, line: Line) -> bool:
        scale = max(1.0, line.size / self.measures.body)
        return last.column == line.column and last.y1 - line.y1 < 1.35 * self.measures.pitch * scale


def _right_end(lines: Sequence[Line], index: int) -> float:
    """How far right the lines around this one reach: a box or a quotation is narrower than its column."""
    line = lines[index]
    around = lines[max(0, index - _AROUND) : index + _AROUND]
    return max(one.x1 for one in around if one.column == line.column and abs(one.size - line.size) < 1)


def _had_room(last: Line, line: Line, right_end: float) -> bool:
    """Whether the first word would have fitted behind the line before it: then the break was meant."""
    word = line.text.split(" ", 1)[0]
    letter = (last.x1 - last.x0) / max(1, len(last.text))
    return right_end - last.x1 > _ROOM * letter * (len(word) + 1)


def _ended_short(here: _Paragraph, last: Line, right_end: float) -> bool:
    """Whether an item of a list ends with a line that is shorter than the others, by its semicolon: its dot, and that
    of the next one, may be drawn and no letter.
    """
    letter = (last.x1 - last.x0) / max(1, len(last.text))
    return last.text.endswith((";", "; and", "; or")) and right_end - last.x1 > _SHORT * letter and _is_even(here)


def _is_even(here: _Paragraph) -> bool:
    """Whether the paragraph's lines but its last one end at one place, as justified lines do."""
    ends = [line.x1 for line in here.lines[:-1]]
    return bool(ends) and max(ends) - min(ends) < _EVEN and max(ends) > here.lines[-1].x1


def _begins_item(here: _Paragraph, last: Line, line: Line) -> bool:
    """Whether a line begins a list item: with a bullet, or with a letter or number where one can begin."""
    marker = split_marker(line.text)[0]
    if not marker:
        # behind a list item, text that goes back to the left of the item's words is a new paragraph
        first = here.lines[0]
        return bool(here.marker) and line.x0 <= first.x0 + _INDENT / 2 and last.text.endswith(_SENTENCE_END)
    if not any(map(str.isalnum, marker)) and marker not in "-–—":
        return True
    return bool(here.marker) or last.text.endswith((*_SENTENCE_END, ",", " and", " or")) or line.x0 != last.x0


def _left(lines: Iterable[Line]) -> float:
    """Where the lines of a column begin that are not indented."""
    starts = Counter(round(line.x0) for line in lines)
    return min((start for start, count in starts.items() if count > 1), default=min(starts))


def _depth(stops: list[float], left: float) -> int:
    """How many lists an item stands in, by how far it is indented; its dot is often drawn and no letter."""
    while stops and left < stops[-1] - _INDENT:
        stops.pop()
    if not stops or left > stops[-1] + _INDENT:
        stops.append(left)
    return len(stops)
