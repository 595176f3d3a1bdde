"""Lines of a PDF to headings and paragraphs."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.privacy.blocks import BOLD_HEADING_LEVEL, HEADING_LENGTH, Block, heading, is_bold_heading, split_marker
from bot.privacy.pdf_layout import Line

_LARGER = 1.12
_SENTENCE_END = (".", "!", "?", ":", ";", ".”", '."', ".)")
_HYPHENATED = re.compile(r"\w{2,}-\Z")
_COMPOUND = re.compile(r"\w+-\w+")
_INDENT = 3.0
_SHORT = 0.85


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
        return BOLD_HEADING_LEVEL if line.bold and is_bold_heading(line.text) else 0


def blocks_of(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Headings, paragraphs and list items, with words joined that were divided at the end of a line."""
    if not lines:
        return ()
    measures = _measured(lines)
    paragraphs = _Grouping(measures).group(lines)
    stops: list[float] = []
    blocks = []
    for paragraph in paragraphs:
        text = _text(paragraph.lines, measures.compounds)
        if paragraph.level:
            stops.clear()
            blocks.append(heading(text, paragraph.level))
            continue
        marker, rest = split_marker(text)
        blocks.append(Block(rest, marker=marker, depth=_depth(stops, paragraph.lines[0].x0, marker)))
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
        for line in lines:
            level = self.measures.level(line)
            here = self.done[-1] if self.done else None
            if here and self._goes_on(here, line, level):
                here.lines.append(line)
            else:
                self.done.append(_Paragraph([line], level, "" if level else split_marker(line.text)[0]))
        return self.done

    def _goes_on(self, here: _Paragraph, line: Line, level: int) -> bool:
        last = here.lines[-1]
        if level != here.level:
            return False
        near = last.column == line.column and last.y1 - line.y1 < 1.35 * self.measures.pitch * self._scale(line)
        if level:
            fits = sum(len(one.text) for one in here.lines) + len(line.text) < 2 * HEADING_LENGTH
            return near and fits and abs(last.size - line.size) < 1 and not split_marker(line.text)[0]
        if _begins_item(here, last, line):
            return False
        ended = last.text.endswith(_SENTENCE_END)
        if last.column != line.column:
            return not ended and not line.text[:1].isupper()
        if not near or " | " in line.text or " | " in last.text:
            return False
        short = last.x1 - last.x0 < _SHORT * (last.column_end - last.x0)
        indented = line.x0 - last.x0 > 2 * _INDENT and not here.marker
        return not (ended and (short or indented))

    def _scale(self, line: Line) -> float:
        return max(1.0, line.size / self.measures.body)


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


def _depth(stops: list[float], left: float, marker: str) -> int:
    """How many lists an item stands in, by how far it is indented."""
    if not marker:
        stops.clear()
        return 0
    while stops and left < stops[-1] - _INDENT:
        stops.pop()
    if not stops or left > stops[-1] + _INDENT:
        stops.append(left)
    return len(stops)


def _text(lines: Sequence[Line], compounds: frozenset[str]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text = _mended(text, line.text, compounds)
    return text


def _mended(text: str, following: str, compounds: frozenset[str]) -> str:
    """Two lines as one. A hyphen between them goes, unless the same compound stands elsewhere in the document."""
    if not _HYPHENATED.search(text) or not following[:1].islower():
        return f"{text} {following}" if not text.endswith("-") or text.endswith(" -") else text + following
    before = re.split(r"\s", text)[-1]
    after = re.match(r"\w*", following)
    compound = (before + (after[0] if after else "")).casefold()
    return text + following if compound in compounds else text[:-1] + following
