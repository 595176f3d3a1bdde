"""Passages that something rests on: kept as offsets and a hash, and found again, word for word, in a later version."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.privacy.kept import kept_version
from bot.privacy.text import Clause, PolicyText
from bot.privacy.typography import folded

_MARKS = '“”„‟″"«»'
NOT_THERE = "[not in the policy in force]"
_QUOTED = re.compile(rf"[{_MARKS}]([^{_MARKS}]*)[{_MARKS}]")


@dataclass(frozen=True, slots=True)
class Passage:
    """`start` and `end` are offsets into a version's text; `hash` the SHA-256 of the words there, in hex."""

    start: int
    end: int
    hash: str

    @classmethod
    def of(cls, clause: Clause) -> "Passage":
        """The passage of a quotation."""
        return cls(clause.start, clause.end, _hash(clause.quote))

    @classmethod
    def kept(cls, value: Mapping[str, int | str]) -> "Passage":
        """From its JSON."""
        return cls(int(value["start"]), int(value["end"]), str(value["hash"]))

    @property
    def json(self) -> dict[str, int | str]:
        """As it is kept."""
        return {"start": self.start, "end": self.end, "hash": self.hash}


def standing(words: str, policy: PolicyText) -> Clause | None:
    """Where exactly these words stand as whole sentences of the policy: the first place, or None."""
    starts = {passage.start: passage.heading for passage in (*policy.paragraphs, *policy.sentences)}
    ends = {passage.end for passage in (*policy.paragraphs, *policy.sentences)}
    start = policy.text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        if start in starts and end in ends:
            return Clause(words, starts[start], start, end, policy.hash)
        start = policy.text.find(words, start + 1)
    return None


def is_verbatim(clause: Clause, policy: PolicyText) -> bool:
    """Whether a quotation is this text's, word for word."""
    return (
        clause.version == policy.hash and bool(clause.quote) and policy.text[clause.start : clause.end] == clause.quote
    )


def found_again(
    connection: Connection, version: str, passages: Iterable[Passage], policy: PolicyText
) -> tuple[Clause | None, ...]:
    """Each passage of a kept version as it stands in `policy`; None where it does not any more.

    A passage whose words in the kept version do not have its hash counts as gone.
    """
    asked = tuple(passages)
    kept = kept_version(connection, version) if asked else None
    text = kept.reading.text if kept else ""
    return tuple(_again(text[one.start : one.end], one.hash, policy) for one in asked)


def lost(connection: Connection, version: str, passages: Iterable[Passage], policy: PolicyText) -> tuple[str, ...]:
    """The words of the passages of a kept version that `policy` does not have any more, without quotation marks, which
    are for the words of the policy in force alone.
    """
    asked = tuple(passages)
    kept = kept_version(connection, version) if asked else None
    text = kept.reading.text if kept else ""
    of_it = (one for one in asked if _hash(text[one.start : one.end]) == one.hash)
    words = (text[one.start : one.end] for one in of_it if _again(text[one.start : one.end], one.hash, policy) is None)
    return tuple(one.translate(dict.fromkeys(map(ord, _MARKS))) for one in words)


def _again(words: str, wanted: str, policy: PolicyText) -> Clause | None:
    return standing(words, policy) if _hash(words) == wanted else None


def quotations(text: str) -> tuple[str, ...]:
    """What stands in quotation marks in a text, without them; after a mark without a partner, all the rest.

    An apostrophe is no quotation mark.
    """
    found = [match[1].strip() for match in _QUOTED.finditer(text)]
    rest = _QUOTED.sub(" ", text)
    alone = min((rest.find(mark) for mark in _MARKS if mark in rest), default=-1)
    return (*found, rest[alone + 1 :].strip()) if alone >= 0 else tuple(found)


def invented(text: str, policy: PolicyText) -> str | None:
    """The first quotation in a text that the policy does not have, or None. Case and typography do not matter."""
    for words in quotations(text):
        if not _says(policy, words):
            return words
    return None


def unmarked(text: str, policy: PolicyText) -> str:
    """A text in which only what the policy says stands in quotation marks; of the rest it is said that it does not."""
    if invented(text, policy) is None:
        return text
    told = _QUOTED.sub(lambda found: found[0] if _says(policy, found[1]) else f"{found[1]} {NOT_THERE}", text)
    return told if invented(told, policy) is None else told.translate(dict.fromkeys(map(ord, _MARKS)))


def _says(policy: PolicyText, words: str) -> bool:
    return folded(words).text.strip(" .,;:!?") in policy.search.text


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
