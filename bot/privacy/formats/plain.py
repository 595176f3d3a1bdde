"""Plain text to blocks: paragraphs between blank lines, headings by how they stand on the page."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from bot.privacy.formats.blocks import HEADING_LENGTH, Block, Document, split_marker, without_contents

_UNDERLINES = {"=": 1, "-": 2, "~": 2}
_SENTENCE_END = (".", "!", ";", ",", ":", "…")
_CAPITALS_LEVEL, _HEADING_LEVEL, _TITLE_LEVEL = 2, 2, 1


def read_plain(text: str) -> Document:
    """Paragraphs, list items, and headings: underlined lines, lines in capitals, short lines that stand alone."""
    quoted, lines = _provenance(text.split("\n"))
    groups = [[line.strip() for line in group] for blank, group in groupby(lines, _is_blank) if not blank]
    blocks: list[Block] = []
    for group, following in pairwise([*groups, []]):
        blocks.extend(_read(group, first=not blocks, last=not following))
    return Document(without_contents(blocks), " ".join(quoted) or None)


def _is_blank(line: str) -> bool:
    return not line.strip()


def _provenance(lines: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    """Lines that begin with > before anything else, and the lines after them."""
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    end = next((i for i in range(start, len(lines)) if not lines[i].lstrip().startswith(">")), len(lines))
    quoted = (line.strip().lstrip(">").strip() for line in lines[start:end])
    return [line for line in quoted if line], lines[end:]


def _read(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Block]:
    level = _underline(lines)
    if level:
        yield Block(lines[0], level)
        lines = lines[2:]
    elif len(lines) == 1 and not last and _stands_as_heading(lines[0]):
        yield Block(lines[0], _TITLE_LEVEL if first else _HEADING_LEVEL)
        return
    elif len(lines) > 1 and _is_capitals(lines[0]):
        yield Block(lines[0], _CAPITALS_LEVEL)
        lines = lines[1:]
    yield from _paragraphs(lines)


def _underline(lines: Sequence[str]) -> int:
    """The level of a heading with a line of = or - below it; 0 where there is none."""
    if len(lines) < 2 or len(lines[0]) > HEADING_LENGTH:
        return 0
    drawn = set(lines[1])
    return _UNDERLINES.get(lines[1][0], 0) if len(drawn) == 1 and len(lines[1]) >= 3 else 0


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


def _is_capitals(line: str) -> bool:
    return line.isupper() and len(line) <= HEADING_LENGTH and sum(map(str.isalpha, line)) >= 4


def _paragraphs(lines: Sequence[str]) -> Iterator[Block]:
    """Lines joined into paragraphs; a line that begins like a list item begins one."""
    marker, words = "", ""
    for line in lines:
        found, rest = split_marker(line)
        if found:
            yield from _paragraph(words, marker)
            marker, words = found, rest
        else:
            words = f"{words} {line}"
    yield from _paragraph(words, marker)


def _paragraph(words: str, marker: str) -> Iterator[Block]:
    if tidy := " ".join(words.split()):
        yield Block(tidy, marker=marker)
