"""Pieces of text on one level of a PDF's page as lines, and the rows of its tables, whose cells may have several."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from bot.privacy.formats.blocks import CELL, split_marker
from bot.privacy.formats.pdf_lines import Line
from bot.privacy.formats.pdf_words import joined

Level: TypeAlias = list[Line]
"""Pieces that stand beside one another, from left to right."""

_WIDE = 2.0
_WITHIN, _WIDER = 0.35, 0.25
"""Parts of a letter's height: how far lines of one cell are apart at most, and by how much more rows of a table are."""
_OFTEN = 1 / 3
"""The part of a table's spaces that are wide, at least, where its lines and its rows can be told from one another."""


def rows_of(lines: Iterable[Line]) -> list[Line]:
    """Lines from top to bottom; pieces on one level are a line: a marker and its words, or cells with bars between.

    Of a table whose cells have several lines each row is one.
    """
    rows: list[Line] = []
    for table, levels in _parts(_levels(lines)):
        rows.extend(_of_table(levels, table) if table else _beside(levels))
    return rows


def _levels(lines: Iterable[Line]) -> list[Level]:
    levels: list[Level] = []
    for line in sorted(lines, key=lambda one: (-(one.y0 + one.y1), one.x0)):
        if levels and _level_with(levels[-1][0], line):
            levels[-1].append(line)
        else:
            levels.append([line])
    return [sorted(level, key=lambda one: one.x0) for level in levels]


def _level_with(one: Line, other: Line) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.6 * min(one.y1 - one.y0, other.y1 - other.y0)


def _beside(levels: Sequence[Level]) -> Iterator[Line]:
    """Each level as a line. What begins where a piece next to it begins too is a cell, however near the one before."""
    starts = [frozenset(round(line.x0) for line in level[1:]) for level in levels]
    around = pairwise([frozenset[int](), *starts, frozenset[int]()])
    for level, ((above, _), (_, below)) in zip(levels, pairwise(around), strict=True):
        yield _as_line(level, above | below)


def _as_line(level: Level, columns: Collection[int]) -> Line:
    text = level[0].text
    for before, line in pairwise(level):
        marker = split_marker(f"{text} x")[1] == "x"
        cell = line.x0 - before.x1 >= _WIDE * line.size or not _near(line.x0).isdisjoint(columns)
        text += (CELL if cell and not marker else " ") + line.text
    return _box(level, text)


def _near(start: float) -> frozenset[int]:
    return frozenset(range(round(start) - 1, round(start) + 2))


def _box(lines: Sequence[Line], text: str) -> Line:
    return replace(
        max(lines, key=lambda one: len(one.text)),
        x0=min(line.x0 for line in lines),
        x1=max(line.x1 for line in lines),
        y0=min(line.y0 for line in lines),
        y1=max(line.y1 for line in lines),
        bold=all(line.bold for line in lines if any(map(str.isalnum, line.text))),
        text=text,
    )


def _parts(levels: Sequence[Level]) -> Iterator[tuple[list[float], list[Level]]]:
    """The levels in order, in parts: those of a table with where its columns begin, and those between tables."""
    done = 0
    for begin, end in _alike(levels):
        columns = _columns(levels[begin:end])
        if begin >= done and _is_table(levels[begin:end], columns):
            if begin > done:
                yield [], list(levels[done:begin])
            yield columns, list(levels[begin:end])
            done = end
    if done < len(levels):
        yield [], list(levels[done:])


def _alike(levels: Sequence[Level]) -> Iterator[tuple[int, int]]:
    """Where levels of several pieces follow that begin below one another, with what stands between and next to them."""
    several = [number for number, level in enumerate(levels) if len(level) > 1 and not _is_item(level)]
    begin = 0
    for place, number in enumerate(several):
        if place + 1 < len(several) and _go_together(levels[number : several[place + 1] + 1]):
            continue
        first, last = several[begin], number + 1
        begin = place + 1
        starts = [line.x0 for level in levels[first:last] for line in level]
        while first and _is_next_to(levels[first - 1], starts, _space(levels[first - 1], levels[first])):
            first -= 1
        while last < len(levels) and _is_next_to(levels[last], starts, _space(levels[last - 1], levels[last])):
            last += 1
        yield first, last


def _go_together(levels: Sequence[Level]) -> bool:
    """Whether two levels have pieces that begin below one another, and nothing between reaches across any of these."""
    above, *between, below = levels
    starts = [line.x0 for line in (*above[1:], *below[1:])]
    shared = any(abs(one.x0 - other.x0) <= 1 for one in above for other in below)
    return shared and not any(_crosses(level[0], starts) for level in between)


def _crosses(line: Line, starts: Sequence[float]) -> bool:
    return any(line.x0 < start - 1 and line.x1 > start + 1 for start in starts)


def _is_next_to(level: Level, starts: Sequence[float], space: float) -> bool:
    """Whether a piece by itself stands beside those of a level, or goes on below or above one of them."""
    line = level[0]
    if len(level) > 1 or _crosses(line, starts):
        return False
    return space < 0 or (space <= _WITHIN * line.size and any(abs(line.x0 - start) <= 1 for start in starts))


def _is_item(level: Level) -> bool:
    """Whether a level is a marker and its words."""
    return len(level) == 2 and split_marker(f"{level[0].text} x")[1] == "x"


def _columns(levels: Sequence[Level]) -> list[float]:
    """Where the columns of a table begin, from left to right: where pieces of two levels or more do."""
    groups: list[list[float]] = []
    for start in sorted(line.x0 for level in levels for line in level):
        if groups and start - groups[-1][-1] <= 1:
            groups[-1].append(start)
        else:
            groups.append([start])
    return [group[0] for group in groups if len(group) > 1]


def _column(line: Line, columns: Sequence[float]) -> int:
    """Which column a piece stands in; -1 for none."""
    return sum(start <= line.x0 + 1 for start in columns) - 1


def _is_table(levels: Sequence[Level], columns: Sequence[float]) -> bool:
    """Whether all pieces are cells, and rows can be told from lines within cells by the space between them."""
    cells = [line for level in levels for line in level]
    if len(columns) < 2 or any(_column(line, columns) < 0 or _crosses(line, columns) for line in cells):
        return False
    size = max(line.size for line in cells)
    spaces = _spaces(levels)
    within = [space for space in spaces if space <= _WITHIN * size]
    between = [space for space in spaces if within and space > max(within) + _WIDER * size]
    return len(within) + len(between) == len(spaces) and len(between) >= max(2, _OFTEN * len(spaces))


def _spaces(levels: Sequence[Level]) -> list[float]:
    return [_space(above, level) for above, level in pairwise(levels)]


def _space(above: Level, level: Level) -> float:
    return min(line.y0 for line in above) - max(line.y1 for line in level)


def _of_table(levels: Sequence[Level], columns: Sequence[float]) -> Iterator[Line]:
    """The rows of a table."""
    row: list[Level] = [levels[0]]
    for space, level in zip(_spaces(levels), levels[1:], strict=True):
        if space <= _WITHIN * level[0].size and _goes_on(row, level, columns):
            row.append(level)
            continue
        yield _row(row, columns)
        row = [level]
    yield _row(row, columns)


def _goes_on(row: Sequence[Level], level: Level, columns: Sequence[float]) -> bool:
    """Whether a level near to those above is of their row, and no row of a table whose rows stand close."""
    first = next((line for line in level if _column(line, columns) == 0), None)
    named = any(_column(line, columns) == 0 for above in row for line in above)
    return first is None or not named or len(level) < len(columns) or first.text[:1].islower()


def _row(row: Sequence[Level], columns: Sequence[float]) -> Line:
    lines = [line for level in row for line in level]
    cells = [[line.text for line in lines if _column(line, columns) == number] for number in range(len(columns))]
    return _box(lines, CELL.join(joined(cell) for cell in cells if cell))
