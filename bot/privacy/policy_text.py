"""A policy as people read it: its text, and where in it headings, paragraphs and sentences stand."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from bot.privacy.typography import Folded, folded


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 is the highest, levels may be skipped. `start` and `end` are offsets into the text."""

    text: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or a paragraph by its offsets into the text, with the heading that it stands under ("" for none).

    `section` is that heading's index in the policy's headings (-1 for none): two headings may have the same words.
    `marker` is what its list item begins with ("a)"), `depth` how many lists it stands in. `stem` is the place of the
    sentence that introduces its list ("We share data with:"), without which an item is no whole statement.
    """

    start: int
    end: int
    heading: str
    section: int = -1
    marker: str = ""
    depth: int = 0
    stem: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A passage quoted word for word: `quote` is `text[start:end]` of the version whose hash is `version`."""

    quote: str
    heading: str
    start: int
    end: int
    version: str


@dataclass(frozen=True)
class PolicyText:
    """A policy as people read it. `hash` is the SHA-256 of the normalised text in hex, 64 characters.

    `headings` leaves out a title under which no text stands. `provenance` is a quotation above the policy that says
    where the file comes from; it is no part of `text`.
    """

    title: str
    text: str
    headings: tuple[Heading, ...]
    paragraphs: tuple[Passage, ...]
    sentences: tuple[Passage, ...]
    hash: str
    provenance: str | None

    @cached_property
    def search(self) -> Folded:
        """The text in the form in which clauses are found; made when the first one is looked for."""
        return folded(self.text)

    def quote(self, passage: Passage) -> str:
        """The passage's words."""
        return self.text[passage.start : passage.end]

    def stem(self, passage: Passage) -> Passage | None:
        """The sentence that introduces the list that the passage stands in, which may have one of its own."""
        if passage.stem is None:
            return None
        index = bisect_left(self.sentences, passage.stem[0], key=attrgetter("start"))
        return self.sentences[index]

    def in_full(self, passage: Passage) -> str:
        """The passage's words behind those of its stems, to compare and to rank by. To quote, use `quote`."""
        words = [self.quote(passage)]
        above = self.stem(passage)
        while above is not None:
            words.insert(0, self.quote(above))
            above = self.stem(above)
        return " ".join(words)

    def place(self, clause: Clause) -> str:
        """Where a clause stands, in the policy's own numbering: "§ 6 Your rights (3)", "Sharing a)"."""
        return " ".join(part for part in (clause.heading, self._counted_by(clause.start)) if part)

    def _counted_by(self, start: int) -> str:
        """What the paragraph at an offset is counted by, with what its list is: "(2) b)"; "" for nothing."""
        index = bisect_right(self.paragraphs, start, key=attrgetter("start")) - 1
        if index < 0:
            return ""
        passage = self.paragraphs[index]
        own = passage.marker if passage.marker.endswith(")") else ""
        within = passage.stem is not None and passage.stem[0] < passage.start
        above = self._counted_by(passage.stem[0]) if within and passage.stem else ""
        return " ".join(part for part in (above, own) if part)

    def section(self, index: int) -> str:
        """The text under a heading (by its index; -1: what stands before the first one), without the heading."""
        start = self.headings[index].end if index >= 0 else self._opening()
        end = self.headings[index + 1].start if index + 1 < len(self.headings) else len(self.text)
        return self.text[start:end].strip()

    def _opening(self) -> int:
        """Where the text begins, behind a title that is no heading of its own."""
        if not self.paragraphs:
            return len(self.text)
        first = self.paragraphs[0]
        return first.start - (len(first.marker) + 1 if first.marker else 0)
