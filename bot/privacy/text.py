"""The policy's text: read from a file's bytes, divided into headings and sentences, and searched for clauses. Pure."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from bot.privacy.blocks import Block, Document, split_marker
from bot.privacy.markdown import read_markdown
from bot.privacy.plain import read_plain
from bot.privacy.sentences import split
from bot.privacy.typography import Folded, decode, folded, mended, normalised

LARGEST = 2_000_000
"""Bytes. A privacy policy has some ten thousand; what is larger is something else."""

MARKDOWN, PLAIN = "text/markdown", "text/plain"
_MEDIA_TYPES = {".md": MARKDOWN, ".markdown": MARKDOWN, ".mdown": MARKDOWN, ".txt": PLAIN, ".text": PLAIN, "": PLAIN}
_REFUSED = {
    ".html": "HTML",
    ".htm": "HTML",
    ".xhtml": "HTML",
    ".pdf": "PDF",
    ".docx": "Word",
    ".doc": "Word",
    ".odt": "OpenDocument",
    ".rtf": "RTF",
}
_BEGINNINGS = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "Word or another packed format",
    b"{\\rtf": "RTF",
    b"<!doctype html": "HTML",
    b"<html": "HTML",
}
_ELISION = re.compile(r"\s*(?:\[\s*\.{3,}\s*\]|\(\s*\.{3,}\s*\)|\.{3,})\s*")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NEAR_ENOUGH = 55.0


class PolicyUnreadable(Exception):
    """The policy can't be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 is the highest, levels may be skipped. `start` and `end` are offsets into the text."""

    text: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or a paragraph by its offsets into the text, with the heading that it stands under ("" for none)."""

    start: int
    end: int
    heading: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A passage quoted word for word: `quote` is `text[start:end]` of the version whose hash is `version`."""

    quote: str
    heading: str
    start: int
    end: int
    version: str


@dataclass(frozen=True, slots=True)
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
    search: Folded = field(repr=False, compare=False)

    def quote(self, passage: Passage) -> str:
        """The passage's words."""
        return self.text[passage.start : passage.end]


def media_type(data: bytes, name: str) -> str:
    """`text/markdown` or `text/plain`, by the ending of a file's name or a URL's path. Raises PolicyUnreadable."""
    beginning = data[:512].lstrip().lower()
    for mark, kind in _BEGINNINGS.items():
        if beginning.startswith(mark.lower()):
            raise _not_read(kind)
    suffix = PurePosixPath(urlsplit(name).path).suffix.lower()
    if suffix in _REFUSED:
        raise _not_read(_REFUSED[suffix])
    return _MEDIA_TYPES.get(suffix, PLAIN)


def _not_read(kind: str) -> PolicyUnreadable:
    return PolicyUnreadable(
        f"The policy is {kind}, which this release does not read. Save it as Markdown (.md) or plain text (.txt)."
    )


def read_policy(data: bytes, name: str) -> PolicyText:
    """Read Markdown (.md) or plain text; `name` is the file's name or URL. Raises PolicyUnreadable."""
    kind = media_type(data, name)
    if len(data) > LARGEST:
        raise PolicyUnreadable(f"The policy is larger than {LARGEST // 1_000_000} MB. Is this the right file?")
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        raise PolicyUnreadable("The policy is not text in UTF-8. Save it as UTF-8.") from error
    if "\x00" in text:
        raise PolicyUnreadable("The policy is not a text file. Save it as Markdown (.md) or plain text (.txt).")
    document = read_markdown(mended(text)) if kind == MARKDOWN else read_plain(mended(text))
    if not any(not block.level for block in document.blocks):
        raise PolicyUnreadable("The policy has no sentence in it. Is this the right file?")
    return _composed(document, fallback_title=PurePosixPath(urlsplit(name).path).stem or "Privacy policy")


@dataclass(slots=True)
class _Composition:
    """A text growing block by block, with the offsets of what is in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    headings: list[Heading] = field(default_factory=list)
    paragraphs: list[Passage] = field(default_factory=list)
    sentences: list[Passage] = field(default_factory=list)

    def add(self, block: Block) -> None:
        self._write("\n\n" if self.parts else "")
        if block.level:
            start = self._write(block.text)
            self.headings.append(Heading(block.text, block.level, start, self.length))
            return
        marker, words = (block.marker, block.text) if block.marker else split_marker(block.text)
        self._write(f"{marker} " if marker else "")
        start = self._write(words)
        heading = self.headings[-1].text if self.headings else ""
        self.paragraphs.append(Passage(start, self.length, heading))
        self.sentences.extend(Passage(start + first, start + last, heading) for first, last in split(words))

    def _write(self, words: str) -> int:
        start = self.length
        self.parts.append(words)
        self.length += len(words)
        return start


def _composed(document: Document, fallback_title: str) -> PolicyText:
    composition = _Composition()
    for block in document.blocks:
        composition.add(block)
    headings = composition.headings
    text = "".join(composition.parts)
    bare_title = bool(headings) and headings[0].start == 0 and not _has_text_of_its_own(composition)
    return PolicyText(
        title=headings[0].text if headings and headings[0].start == 0 else fallback_title,
        text=text,
        headings=tuple(headings[1:] if bare_title else headings),
        paragraphs=tuple(composition.paragraphs),
        sentences=tuple(composition.sentences),
        hash=hashlib.sha256(normalised(text).encode()).hexdigest(),
        provenance=document.provenance,
        search=folded(text),
    )


def _has_text_of_its_own(composition: _Composition) -> bool:
    first, *others = composition.headings
    end = others[0].start if others else composition.length
    return any(first.end <= passage.start < end for passage in composition.paragraphs)


def find_clause(policy: PolicyText, clause: str) -> Clause | None:
    """Where a configured clause stands in the policy: the first place, or None.

    White space, case, mark-up and the typography of quotes and dashes do not matter; words do, and whole ones. An
    ellipsis stands for words left out within one sentence; without one, a clause may run on within one paragraph.
    """
    parts = [part for part in _ELISION.split(folded(_LINK.sub(r"\1", clause)).text.strip()) if part]
    if not any(character.isalnum() for part in parts for character in part):
        return None
    patterns = [_whole_words(part) for part in parts]
    for passage in policy.paragraphs if len(parts) == 1 else policy.sentences:
        if place := _place(policy.search, passage, patterns):
            return _clause(policy, *place, passage.heading)
    return None


def nearest_sentence(policy: PolicyText, clause: str) -> Clause | None:
    """The sentence most like a clause that does not stand in the policy, to suggest; None when none is alike."""
    wanted = folded(clause).text
    choices = [folded(policy.quote(sentence)).text for sentence in policy.sentences]
    best = process.extractOne(wanted, choices, scorer=_likeness, score_cutoff=_NEAR_ENOUGH)
    if best is None:
        return None
    sentence = policy.sentences[best[2]]
    return _clause(policy, sentence.start, sentence.end, sentence.heading)


def _likeness(first: str, second: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """0 to 100: the better of the likeness in words and in letters."""
    return max(
        fuzz.token_set_ratio(first, second, score_cutoff=score_cutoff),
        fuzz.partial_ratio(first, second, score_cutoff=score_cutoff),
    )


def _clause(policy: PolicyText, start: int, end: int, heading: str) -> Clause:
    return Clause(policy.text[start:end], heading, start, end, policy.hash)


def _whole_words(part: str) -> re.Pattern[str]:
    before = r"(?<!\w)" if part[0].isalnum() else ""
    after = r"(?!\w)" if part[-1].isalnum() else ""
    return re.compile(before + re.escape(part) + after)


def _place(search: Folded, passage: Passage, patterns: Sequence[re.Pattern[str]]) -> tuple[int, int] | None:
    start, end = search.position(passage.start), search.position(passage.end)
    found = list(_in_order(search.text, start, end, patterns))
    return search.span(found[0].start(), found[-1].end()) if len(found) == len(patterns) else None


def _in_order(text: str, start: int, end: int, patterns: Sequence[re.Pattern[str]]) -> Iterator[re.Match[str]]:
    """Each pattern's first match after the one before it, for as long as there is one."""
    for pattern in patterns:
        match = pattern.search(text, start, end)
        if match is None:
            return
        yield match
        start = match.end()
