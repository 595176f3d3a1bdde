"""Measurers of differences that know nothing of how policies are read here.

Each strips Markdown in a way of its own, cuts sentences where it sees fit, takes the plain difference of sets, and
looks for each sentence in what `steward policy diff --format json` prints.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from markdown_it import MarkdownIt

from bench.evaluation.rows import Figure
from bench.rows import Aim

NEARLY_ALL = Aim(0.99, at_most=False)

_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"<?\bhttps?://[^\s)>\]]*>?")
_IMAGE, _LINK = re.compile(r"!\[[^\]]*\]\([^)]*\)"), re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<[^>]+>")
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d+[.)][ \t]+)+", re.MULTILINE)
_BLOCK_EDGE = re.compile(r"</?(?:p|h\d|li|td|th|tr|pre|blockquote)>|<br ?/?>")
_ENTITIES = {"&amp;": "&", "&quot;": '"', "&lt;": "<", "&gt;": ">", "&nbsp;": " "}
_ALIKE = 0.8

Rows = Sequence[Mapping[str, str | None]]
"""The changes of `steward policy diff --format json`."""


@dataclass(frozen=True, slots=True)
class Measurer:
    """A way to take Markdown's marks off and cut it into sentences, and to tell whether one is among others.

    `plain` is what it does to a sentence that it is told; what `among` compares is normalised.
    """

    name: str
    sentences: Callable[[str], Iterable[str]]
    plain: Callable[[str], str]
    among: Callable[[str, "Said"], bool]
    aim: Aim | None = NEARLY_ALL


@dataclass(frozen=True, slots=True)
class Said:
    """One side of all changes, normalised, and the words of each."""

    texts: frozenset[str]
    words: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, texts: Iterable[str | None], plain: Callable[[str], str]) -> "Said":
        """Of the texts that there are."""
        normal = frozenset(filter(None, (normalised(plain(text)) for text in texts if text)))
        return cls(normal, tuple(frozenset(text.split()) for text in normal))


def normalised(text: str) -> str:
    """Lower case, words alone, one space between them; nothing of what has no letter."""
    words = " ".join(_WORD.findall(text.lower()))
    return words if any(map(str.isalpha, words)) else ""


@dataclass(frozen=True, slots=True)
class Found:
    """The sentences that one version has and the other has not, and those of them that no change speaks of."""

    removed: frozenset[str]
    removed_missed: frozenset[str]
    added: frozenset[str]
    added_missed: frozenset[str]


def measured(measurer: Measurer, before: str, after: str, rows: Rows) -> Found:
    """What a measurer finds of the difference of two Markdown texts in the changes that are told."""
    old, new = ({*map(normalised, measurer.sentences(text))} - {""} for text in (before, after))
    gone, come = (Said.of((row[side] for row in rows), measurer.plain) for side in ("before", "after"))
    return Found(
        frozenset(old - new),
        frozenset(one for one in old - new if not measurer.among(one, gone)),
        frozenset(new - old),
        frozenset(one for one in new - old if not measurer.among(one, come)),
    )


def _contained(sentence: str, said: Said) -> bool:
    """Word for word, within one that is told, or one that is told within it."""
    padded = f" {sentence} "
    return sentence in said.texts or any(f" {sentence} " in f" {one} " or f" {one} " in padded for one in said.texts)


def _overlapping(sentence: str, said: Said) -> bool:
    """Word for word, or with most of its words in one that is told."""
    words = frozenset(sentence.split())
    return sentence in said.texts or any(len(words & one) >= _ALIKE * len(words) for one in said.words)


def _either(sentence: str, said: Said) -> bool:
    return _contained(sentence, said) or _overlapping(sentence, said)


def _without_patterns(markdown: str) -> str:
    text = _ADDRESS.sub("", _TAG.sub(" ", _LINK.sub(r"\1", _IMAGE.sub("", markdown))))
    return re.sub(r"[*_`\\]+", "", _LINE_MARK.sub("", text))


def _by_lines(markdown: str) -> Iterator[str]:
    """Marks taken off by patterns; each line for itself, cut where a capital follows a full stop."""
    for line in _without_patterns(markdown).splitlines():
        yield from re.split(r"(?<=[.!?])\s+(?=[A-Z])", line)


def _by_library(markdown: str) -> Iterator[str]:
    """Rendered by a library; each block for itself, cut at every full stop before a space."""
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    text = _TAG.sub("", _BLOCK_EDGE.sub("\n", html.replace("\n", " ")))
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return chain.from_iterable(re.split(r"(?<=[.!?])\s+", block) for block in text.split("\n"))


def _without_signs(markdown: str) -> str:
    return re.sub(r"[*_`#>|]|<[^>]+>", "", _LINK.sub(r"\1", " ".join(markdown.split())))


def _by_paragraphs(markdown: str) -> Iterator[str]:
    """Paragraphs between blank lines as one line, cut at full stops before a capital; lists and tables run on."""
    for paragraph in re.split(r"\n\s*\n", markdown):
        yield from re.split(r"(?<=[.!?])[\"”)]*\s+(?=[A-Z0-9\"“(])", _without_signs(paragraph))


MEASURERS = (
    Measurer("A", _by_lines, _without_patterns, _contained),
    Measurer("B", _by_library, str, _overlapping),
    Measurer("C", _by_paragraphs, _without_signs, _either, None),
)
"""A: patterns, lines, containment. B: a library, blocks, overlap of words. C: paragraphs, either; it takes a list whose
items stand a blank line apart for other sentences than the same list without blank lines, so it can't find them all."""


def figures(found: Sequence[Mapping[str, Found]]) -> list[Figure]:
    """The rows: of each measurer over all pairs (one mapping a pair), removed and added sentences."""
    return [figure for measurer in MEASURERS for figure in _figures(measurer, [each[measurer.name] for each in found])]


def _figures(measurer: Measurer, found: Sequence[Found]) -> Iterator[Figure]:
    for side in ("removed", "added"):
        every = sum(len(getattr(each, side)) for each in found)
        missed = sum(len(getattr(each, f"{side}_missed")) for each in found)
        name = f"differences, outside recall, measurer {measurer.name}, {side}"
        yield Figure(name, 1 - missed / every if every else 1.0, "share", aim=measurer.aim, cases=every)
