"""The policy's text: read from a file's bytes, and searched for clauses. Pure, but for a PDF, which another process
reads.
"""

import re
from collections.abc import Iterator, Sequence

from bot.privacy.composition import compose
from bot.privacy.faults import PolicyUnreadable
from bot.privacy.formats.extraction import LARGEST, MARKDOWN, extract, media_type
from bot.privacy.policy_text import Clause, Heading, Passage, PolicyText
from bot.privacy.typography import Folded, folded

__all__ = [
    "LARGEST",
    "MARKDOWN",
    "Clause",
    "Heading",
    "Passage",
    "PolicyText",
    "PolicyUnreadable",
    "find_clause",
    "media_type",
    "nearest_sentence",
    "read_policy",
]

_ELISION = re.compile(r"\s*(?:\[\s*\.{3,}\s*\]|\(\s*\.{3,}\s*\)|\.{3,})\s*")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NEAR_ENOUGH = 55.0
_LEAST_OF = 1 / 3
"""The part of a clause's words that a sentence near it has at least: a single word of it is near to everything."""


def read_policy(data: bytes, name: str, declared: str = "") -> PolicyText:
    """Read Markdown, plain text, HTML or PDF. Raises PolicyUnreadable.

    `name` is the file's name or URL; `declared` the Content-Type that the bytes came with, if any, or the media type
    that a version was kept with.
    """
    return compose(extract(data, media_type(data, name, declared), name))


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
    from rapidfuzz import process  # few clauses go missing

    wanted = folded(clause).text
    fewest = len(wanted.split()) * _LEAST_OF
    texts = {sentence: folded(policy.quote(sentence)).text for sentence in policy.sentences}
    choices = {sentence: text for sentence, text in texts.items() if len(text.split()) >= fewest}
    best = process.extractOne(wanted, choices, scorer=_likeness, score_cutoff=_NEAR_ENOUGH)
    if best is None:
        return None
    sentence = best[2]
    return _clause(policy, sentence.start, sentence.end, sentence.heading)


def _likeness(first: str, second: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """0 to 100: the better of the likeness in words and in letters."""
    from rapidfuzz import fuzz

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
