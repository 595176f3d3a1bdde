"""The difference of two passages by their words, so that people can read it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.notices.comparing.likeness import FUNCTION_WORDS
from bot.notices.comparing.sequences import subsequence

_TOKEN = re.compile(r"[^\W_]+(?:['’.@-][^\W_]+)*|\S")
_ISLAND_WORDS = 2  # so few equal words between two changes are read as part of the change, unless they mean something


class RunKind(StrEnum):
    """Whether words stand in both passages or in one."""

    EQUAL = "equal"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row; `text` is the new passage's for what is equal. `spaced`: white space stands before it."""

    kind: RunKind
    text: str
    spaced: bool


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int


@lru_cache(maxsize=512)
def word_difference(before: str, after: str) -> tuple[Run, ...]:
    """Equal, removed and added runs, in reading order, removed before added.

    The runs that are not removed are `after` word for word, those that are not added `before` but for case and quotes
    of words that are equal.
    """
    old, new = _tokens(before), _tokens(after)
    runs: list[Run] = []
    for equal, (first, last), (start, end) in _steps(old, new):
        if equal:
            runs.append(_run(RunKind.EQUAL, after, new[start:end]))
            continue
        if last > first:
            runs.append(_run(RunKind.REMOVED, before, old[first:last]))
        if end > start:
            runs.append(_run(RunKind.ADDED, after, new[start:end]))
    return tuple(runs)


def _tokens(text: str) -> list[_Token]:
    return [_Token(_plain(match.group()), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def _plain(token: str) -> str:
    """What equals what: no case, straight quotes, one kind of dash."""
    return token.casefold().translate(_QUOTES)


_QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛", "'"), **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‐‑‒–—", "-")})


def _run(kind: RunKind, text: str, tokens: Sequence[_Token]) -> Run:
    start, end = tokens[0].start, tokens[-1].end
    return Run(kind, " ".join(text[start:end].split()), spaced=text[start - 1 : start].isspace())


_Step = tuple[bool, tuple[int, int], tuple[int, int]]


def _steps(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[_Step]:
    """Equal and unequal stretches in turn. Small equal islands between two changes are part of the change."""
    first = start = 0
    for size, first_equal, start_equal in _islands(old, new):
        if first_equal > first or start_equal > start:
            yield False, (first, first_equal), (start, start_equal)
        first, start = first_equal + size, start_equal + size
        if size:
            yield True, (first_equal, first), (start_equal, start)


def _islands(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[tuple[int, int, int]]:
    blocks = subsequence().opcodes([token.word for token in old], [token.word for token in new]).as_matching_blocks()
    for index, block in enumerate(blocks):
        at_an_end = index == 0 or index >= len(blocks) - 2
        words = [token.word for token in old[block.a : block.a + block.size]]
        if not block.size or at_an_end or not _is_small(words):
            yield block.size, block.a, block.b


def _is_small(words: Sequence[str]) -> bool:
    telling = [word for word in words if word[0].isalnum() and word not in FUNCTION_WORDS]
    return len(words) <= _ISLAND_WORDS and not telling
