"""What every kind of policy file is read into: headings and paragraphs in their order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.privacy.imprint import dates_the_text

CELL = " | "
"""What stands between the cells of a table's row."""

HEADING_LENGTH = 90
"""Characters. A longer line is a paragraph, however bold it is."""

BOLD_HEADING_LEVEL = 6

_LONGEST_HEADING = 200
_MARKER = re.compile(
    r"(?P<marker>[-*•–—·▪▫◦●○■□‣⁃∙➢➤✓✔]|"
    r"\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})\)|"
    r"(?:\d{1,2}(?:\.\d{1,2})*|[a-z](?!\.\s?\w\.)|[ivx]{2,5}|[IVX]{1,5})\.|"
    r"\d{1,2}(?:\.\d{1,2})+(?=\s+[A-ZÀ-Þ])|o(?=\s+[a-z]))\s+(?=\S)"
)
_NO_HEADING_END = (".", "!", ";", ",", "…", ":")
_FEWEST_ITEMS = 2
_ROMAN = re.compile(r"[ivx]{2,}|[IVX]{2,}")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` 1 to 6) or a paragraph (`level` 0).

    `marker` is what a list item begins with ("a)", "2.", "-"): part of the text, of no sentence. `depth` is how many
    lists it stands in, as far as the file says so.
    """

    text: str
    level: int = 0
    marker: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks in order; `provenance` is a quotation at the very top, which is about the policy and no part of it.

    `title` is what the file calls itself outside of its text, "" for nothing.
    """

    blocks: Sequence[Block]
    provenance: str | None = None
    title: str = ""


def split_marker(text: str) -> tuple[str, str]:
    """What a list item or a lettered paragraph begins with ("a)", "2.", "(iv)", "-"; "" for others), and the rest."""
    found = _MARKER.match(text)
    return (found["marker"], text[found.end() :]) if found else ("", text)


def divided(text: str) -> Iterator[tuple[str, str]]:
    """A text whose lines were broken by hand, in parts: a line with a marker begins a part, which goes on with those
    that have none. Each part is its marker and the rest.

    One line with a marker between others is no list, and a dash at its beginning belongs to a sentence or an address.
    """
    first, *others = text.split("\n")
    marked = [split_marker(line)[0] for line in others]
    if sum(map(bool, marked)) < (1 if split_marker(first)[0] or first.endswith(":") else _FEWEST_ITEMS):
        yield split_marker(text)
        return
    part = first
    for line, marker in zip(others, marked, strict=True):
        if marker:
            yield split_marker(part)
            part = line
        else:
            part = f"{part}\n{line}"
    yield split_marker(part)


def marker_kind(marker: str) -> str:
    """Markers of one list are of one kind: "a)" and "b)", "1." and "2.", but not "1." and "1.1"."""
    if not marker or not any(map(str.isalnum, marker)):
        return marker and "bullet"
    inner = marker.strip("().")
    count = inner.count(".")
    sort = "number" if inner[0].isdigit() else "roman" if _ROMAN.fullmatch(inner) else "letter"
    return f"{sort}{count}{'upper' if inner.isupper() else ''}{')' if marker.endswith(')') else '.'}"


def follows(before: str, marker: str) -> bool:
    """Whether a marker can stand behind another in one list: of one kind, and a number by one higher."""
    if marker_kind(before) != marker_kind(marker):
        return False
    first, second = before.strip("()."), marker.strip("().")
    return not (first.isdigit() and second.isdigit()) or int(second) == int(first) + 1


def heading(text: str, level: int) -> Block:
    """A heading, or a paragraph where sentences or the text's date were marked up as one: these are to be quoted."""
    words = " ".join(text.split())
    sentence = words.endswith((".", ";")) and len(words.split()) > 8
    return Block(words, 0 if len(words) > _LONGEST_HEADING or sentence or dates_the_text(words) else level)


def is_bold_heading(text: str) -> bool:
    """Whether a paragraph that is bold from end to end stands for a heading: short, no sentence and no date."""
    if dates_the_text(text):
        return False
    return len(text) <= HEADING_LENGTH and "\n" not in text and not text.endswith(_NO_HEADING_END)


_LEADERS = re.compile(r"[\s.…·]*\d*\s*\Z")
_FEWEST_ENTRIES = 3
_CONTENTS = re.compile(
    r"\W*(?:(?:table of )?contents|(?:on|in) this (?:page|policy|notice|statement|document)|quick links|jump to|"
    r"overview|inhalt(?:sverzeichnis|sübersicht)?|auf dieser seite|übersicht|sommaire|table des matières|"
    r"sur cette page|índice|contenido|en esta página|indice|saturs|satura rādītājs|šajā lapā)\W*",
    re.IGNORECASE,
)
"""What a table of contents is called: without its entries nothing stands under that heading."""


def without_contents(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without a table of contents: three or more in a row that only repeat headings which come later.

    Its entries read like statements or questions of the policy and are neither; their words stand in the headings.
    """
    left: list[Block] = []
    entries: list[Block] = []
    last = {_named(block.text): index for index, block in enumerate(blocks) if block.level}
    for index, block in enumerate(blocks):
        entry = not block.level and "\n" not in block.text and last.get(_named(block.text), -1) > index
        if entry:
            entries.append(block)
            continue
        if len(entries) < _FEWEST_ENTRIES:
            left.extend(entries)
        elif block.level and left and left[-1].level and _CONTENTS.fullmatch(left[-1].text):
            left.pop()
        entries = []
        left.append(block)
    left.extend(entries)
    return tuple(left)


def _named(text: str) -> str:
    """A heading's words for comparing: without number, leaders, page, case and punctuation."""
    return "".join(filter(str.isalnum, split_marker(_LEADERS.sub("", text))[1].casefold()))
