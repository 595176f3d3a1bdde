"""The policy's words on the screen: rich text, in which nothing is read as mark-up, whole or not at all."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.privacy.text import Clause, Passage, PolicyText
from handlers.views.blocks import Block, Element

LONGEST = 3000
"""Characters of one quote in a message. A longer one is read in the modal; cut short it could lose its condition."""
PIECE = 3000
MOST_PARAGRAPHS = 60


def quote(clause: Clause, *, bold: bool = False) -> Block:
    """One quotation, word for word, in quotation marks, as a quote block."""
    return rich([{"type": "rich_text_quote", "elements": [text(f"“{clause.quote}”", bold=bold)]}])


def numbered(clauses: Sequence[Clause]) -> Block:
    """Several quotations, each under its number and heading."""
    parts: list[Element] = []
    for place, clause in enumerate(clauses, start=1):
        where = f"Sentence {place}" + (f" · {clause.heading}" if clause.heading else "")
        parts.append({"type": "rich_text_section", "elements": [text(where[:PIECE])]})
        parts.append({"type": "rich_text_quote", "elements": [text(f"“{clause.quote}”")]})
    return rich(parts)


def fits(clause: Clause) -> bool:
    """Whether a message has room for the whole quotation."""
    return len(clause.quote) <= LONGEST


def rich(parts: Sequence[Element]) -> Block:
    """A rich_text block. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""
    return {"type": "rich_text", "elements": list(parts)}


def text(words: str, *, bold: bool = False) -> Element:
    """A run of text; nothing in it is mark-up."""
    element: Element = {"type": "text", "text": words}
    if bold:
        element["style"] = {"bold": True}
    return element


def around(policy: PolicyText, clauses: Sequence[Clause]) -> list[tuple[str, Block]]:
    """The sections that hold these passages, as (heading, text) with the passages in bold; at most MOST_PARAGRAPHS
    paragraphs each, those nearest to the passage.
    """
    sections: dict[tuple[int, int], list[Clause]] = {}
    for clause in clauses:
        sections.setdefault(_section(policy, clause.start), []).append(clause)
    return [(_heading(policy, start), _body(policy, (start, end), held)) for (start, end), held in sections.items()]


def _section(policy: PolicyText, place: int) -> tuple[int, int]:
    """From the heading that a place stands under to the next one."""
    starts = [0, *(heading.start for heading in policy.headings), len(policy.text)]
    start = max(one for one in starts if one <= place)
    return start, min((one for one in starts if one > place), default=len(policy.text))


def _heading(policy: PolicyText, start: int) -> str:
    return next((heading.text for heading in policy.headings if heading.start == start), policy.title)


def _body(policy: PolicyText, span: tuple[int, int], held: Sequence[Clause]) -> Block:
    inside = [one for one in policy.paragraphs if span[0] <= one.start < span[1]]
    nearest = min(range(len(inside)), key=lambda n: abs(inside[n].start - held[0].start), default=0)
    first = max(0, min(nearest - MOST_PARAGRAPHS // 2, len(inside) - MOST_PARAGRAPHS))
    shown = inside[first : first + MOST_PARAGRAPHS]
    return rich([{"type": "rich_text_section", "elements": list(_marked(policy, one, held))} for one in shown])


def _marked(policy: PolicyText, paragraph: Passage, held: Sequence[Clause]) -> Iterator[Element]:
    """A paragraph's text in runs, bold where it was quoted, with an empty line behind."""
    edges = {paragraph.start, paragraph.end}
    for clause in held:
        edges |= {edge for edge in (clause.start, clause.end) if paragraph.start < edge < paragraph.end}
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        bold = any(clause.start <= start and end <= clause.end for clause in held)
        for at in range(start, end, PIECE):
            yield text(policy.text[at : min(at + PIECE, end)], bold=bold)
    yield text("\n\n")
