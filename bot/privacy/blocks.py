"""What every kind of policy file is read into: headings and paragraphs in their order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

HEADING_LENGTH = 90
"""Characters. A longer line is a paragraph, however bold it is."""

_MARKER = re.compile(
    r"(?P<marker>[-*•–]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivx]{2,4})\)|\d{1,2}(?:\.\d{1,2})*\.)\s+(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` 1 to 6) or a paragraph (`level` 0).

    `marker` is what a list item begins with ("a)", "2.", "-"): part of the text, of no sentence.
    """

    text: str
    level: int = 0
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks in order; `provenance` is a quotation at the very top, which is about the policy and no part of it."""

    blocks: Sequence[Block]
    provenance: str | None = None


def split_marker(text: str) -> tuple[str, str]:
    """What a list item or a lettered paragraph begins with ("a)", "2.", "(iv)", "-"; "" for others), and the rest."""
    found = _MARKER.match(text)
    return (found["marker"], text[found.end() :]) if found else ("", text)
