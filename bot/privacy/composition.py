"""From blocks to the text of a policy with its offsets. Pure."""

import hashlib
from dataclasses import dataclass, field

from bot.privacy.formats.blocks import CELL, HEADING_LENGTH, Block, Document, marker_kind
from bot.privacy.policy_text import Heading, Passage, PolicyText
from bot.privacy.sentences import breaks_off, split
from bot.privacy.typography import normalised

_NO_STEM_END = (".", "!", "?", "…")
_LONGEST_STEM = 600
_CONTINUED = "continued"
"""The further paragraphs of an item that only names what they are on, instead of items."""


@dataclass(slots=True)
class _Stem:
    """A sentence that a list follows. `items` is the kind of its items' markers, once the first one has come."""

    depth: int
    kind: str
    place: tuple[int, int]
    items: str | None = None

    def covers(self, block: Block) -> bool:
        """Whether the block is one of its items, or stands within one. The first block decides what its items are."""
        if self.items == _CONTINUED:
            return block.depth >= self.depth and not (block.depth == self.depth and block.marker)
        if block.depth > self.depth:
            self.items = self.items or "nested"
            return True
        # paragraphs that go on in lower case are items of a list that was not marked as one
        kind = marker_kind(block.marker) or ("unmarked" if block.text[:1].islower() else "")
        if block.depth < self.depth or not kind or kind == self.kind:
            return False
        self.items = self.items or kind
        return kind == self.items


@dataclass(slots=True)
class _Composition:
    """A text growing block by block, with the offsets of what is in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    headings: list[Heading] = field(default_factory=list)
    paragraphs: list[Passage] = field(default_factory=list)
    sentences: list[Passage] = field(default_factory=list)
    stems: list[_Stem] = field(default_factory=list)

    def add(self, block: Block, following: Block | None) -> None:
        self._write("\n\n" if self.parts else "")
        if block.level:
            start = self._write(block.text)
            self.headings.append(Heading(block.text, block.level, start, self.length))
            self.stems.clear()
            return
        self._write(f"{block.marker} " if block.marker else "")
        start = self._write(block.text)
        while self.stems and not self.stems[-1].covers(block):
            self.stems.pop()
        stem = self.stems[-1].place if self.stems else None
        self.paragraphs.append(self._passage(start, self.length, block, stem))
        self._sentences(start, block, following, stem)

    def _sentences(self, start: int, block: Block, following: Block | None, stem: tuple[int, int] | None) -> None:
        spans = [(start + first, start + last) for first, last in split(block.text)]
        self.sentences.extend(self._passage(*span, block, stem) for span in spans)
        if spans and _introduces(block, following, spans[-1]):
            items = _CONTINUED if following and _is_continued(block, following) else None
            self.stems.append(_Stem(block.depth, marker_kind(block.marker), spans[-1], items))

    def _passage(self, start: int, end: int, block: Block, stem: tuple[int, int] | None) -> Passage:
        section = len(self.headings) - 1
        heading = self.headings[section].text if self.headings else ""
        return Passage(start, end, heading, section, block.marker, block.depth, stem)

    def _write(self, words: str) -> int:
        start = self.length
        self.parts.append(words)
        self.length += len(words)
        return start


def _introduces(block: Block, following: Block | None, sentence: tuple[int, int]) -> bool:
    """Whether a block's last sentence opens a list: it ends in a colon, or breaks off where a deeper list begins, or is
    an item that only names what its further paragraphs are on.
    """
    if following is None or following.level or sentence[1] - sentence[0] > _LONGEST_STEM:
        return False
    if block.text.endswith((":", "：")) or (following.marker and breaks_off(block.text)):
        return True
    row = CELL in block.text  # of a table: a list behind it stands by itself
    within = (following.depth > block.depth and not row) or _is_continued(block, following)
    return within and not block.text.endswith(_NO_STEM_END)


def _is_continued(block: Block, following: Block) -> bool:
    """Whether a block is a short item of a list, and the next one a further paragraph of that item."""
    item = bool(block.marker) and len(block.text) <= HEADING_LENGTH
    return item and following.depth == block.depth > 0 and not following.marker and not following.level


def compose(document: Document) -> PolicyText:
    """The policy's text: blocks divided by blank lines. The same blocks always give the same text and hash."""
    composition = _Composition()
    for index, block in enumerate(document.blocks):
        composition.add(block, document.blocks[index + 1] if index + 1 < len(document.blocks) else None)
    headings = composition.headings
    text = "".join(composition.parts)
    bare_title = bool(headings) and headings[0].start == 0 and not _has_text_of_its_own(composition)
    shift = 1 if bare_title else 0
    return PolicyText(
        title=headings[0].text if headings and headings[0].start == 0 else document.title,
        text=text,
        headings=tuple(headings[shift:]),
        paragraphs=_counted(composition.paragraphs, shift),
        sentences=_counted(composition.sentences, shift),
        hash=hashlib.sha256(normalised(text).encode()).hexdigest(),
        provenance=document.provenance,
    )


def _counted(passages: list[Passage], shift: int) -> tuple[Passage, ...]:
    """Sections counted without a bare title."""
    if not shift:
        return tuple(passages)
    return tuple(
        Passage(one.start, one.end, one.heading, one.section - shift, one.marker, one.depth, one.stem)
        for one in passages
    )


def _has_text_of_its_own(composition: _Composition) -> bool:
    first, *others = composition.headings
    end = others[0].start if others else composition.length
    return any(first.end <= passage.start < end for passage in composition.paragraphs)
