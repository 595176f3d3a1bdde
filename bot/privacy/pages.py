"""A policy cut into pages that fit on a screen: a section begins a page, a long one has several."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.privacy.policy_text import PolicyText

PIECE = 2_800
"""Characters of one text on the screen, below Slack's 3,000."""

_PIECES = 3


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """`pieces` are texts of at most PIECE characters; `section` the index of the heading they stand under, or -1.

    `part` counts the pages of the section from 1, of `parts`.
    """

    heading: str
    section: int
    pieces: tuple[str, ...]
    part: int
    parts: int


def pages_of(policy: PolicyText) -> tuple[PolicyPage, ...]:
    """All pages in order. A heading with no text of its own is a line at the top of the section below it."""
    pages: list[PolicyPage] = []
    above: list[str] = []
    for index in range(-1, len(policy.headings)):
        text = policy.section(index)
        heading = policy.headings[index].text if index >= 0 else ""
        if not text:
            above.extend(filter(None, [heading]))
            continue
        pages.extend(_section(text, " › ".join([*above[-2:], heading]) if above else heading, index))
        above = []
    return tuple(pages)


def page_of(pages: Sequence[PolicyPage], section: int) -> int:
    """The index of the page on which a section begins; of an empty one, where the next begins."""
    starts = [page.section for page in pages]
    behind = bisect_right(starts, section - 1)
    return min(behind, len(pages) - 1)


def _section(text: str, heading: str, index: int) -> Iterator[PolicyPage]:
    pieces = list(_pieces(text))
    groups = [tuple(pieces[start : start + _PIECES]) for start in range(0, len(pieces), _PIECES)]
    for number, group in enumerate(groups, 1):
        yield PolicyPage(heading, index, group, number, len(groups))


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, cut between paragraphs; between words where one paragraph is too long; never lost."""
    piece = ""
    for paragraph in text.split("\n\n"):
        if piece and len(piece) + len(paragraph) + 2 > PIECE:
            yield piece
            piece = ""
        piece = f"{piece}\n\n{paragraph}" if piece else paragraph
        while len(piece) > PIECE:
            end = max(piece.rfind(" ", 0, PIECE), piece.rfind("\n", 0, PIECE)) + 1 or PIECE
            yield piece[:end]
            piece = piece[end:]
    if piece:
        yield piece
