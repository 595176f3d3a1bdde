"""The answer to a question about the policy: its own words, an honest "it does not say", or a question to a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, zip_longest

from bot.privacy.text import Clause


class Kind(StrEnum):
    """What came of a question."""

    QUOTED = "quoted"
    SILENT = "silent"
    UNSURE = "unsure"


class Confidence(StrEnum):
    """How sure the answer is, for people; a number would promise more than it keeps."""

    HIGH = "high"
    FAIR = "fair"
    LOW = "low"


class Why(StrEnum):
    """Why the answer is what it is: the reason code of its audit entry."""

    SAID = "said"  # the policy says it
    TOPIC_MISSING = "topic_missing"  # the topic is known, and the policy has nothing on it
    NOTHING_LIKE_IT = "nothing_like_it"  # no passage comes near the question
    SEVERAL_MEANT = "several_meant"  # passages come near, none clearly enough
    OTHER_LANGUAGE = "other_language"  # the question is in another language than the policy
    NO_QUESTION = "no_question"  # empty, abuse, instructions: nothing that a policy could answer
    RULED = "ruled"  # the privacy officer has ruled on this question


_MOST_QUOTES, _MOST_CANDIDATES = 3, 5
_ORDER = (Kind.QUOTED, Kind.UNSURE, Kind.SILENT)
_SURENESS = (Confidence.HIGH, Confidence.FAIR, Confidence.LOW)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the policy says to a question.

    `topic` is a key of the table of topics and `topic_label` its name in a sentence ("how long data is kept"); None
    where no topic was recognised. `quotes` are one to three whole passages word for word, best first, when quoted, and
    empty otherwise. `candidates` are what a person may choose from, best first, at most five. `version` is the hash of
    the text that was asked; each Clause has its offsets into that text. `several`: the question asks several things, of
    which this is about one. `on_topic`: a passage of the version is on `topic`. `wishes`: what the customer
    wants done, which no passage settles.
    """

    kind: Kind
    why: Why
    confidence: Confidence
    version: str
    topic: str | None = None
    topic_label: str | None = None
    quotes: tuple[Clause, ...] = ()
    candidates: tuple[Clause, ...] = ()
    several: bool = False
    on_topic: bool = False
    parts: tuple["Part", ...] = ()
    wishes: tuple["Wish", ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of several things that a message asks, in the words that were typed, and what the policy says to it.

    `answer` is None where it is not understood without the others ("and who signs it"): nothing was looked up for it.
    `meant`: words of the one before, which were looked up in the place of its pronoun; None: it was looked up as it is.
    """

    asked: str
    answer: Answer | None
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer wants to be done, in the words that were typed, and the topics that it is on, main one first."""

    words: str
    topics: tuple[str, ...]


def together(parts: Sequence[Part]) -> Answer:
    """One answer to a message that asks several things: that to the part that is answered most surely, with the best
    quote of each other one. At least one part has an answer. Where none is quoted, silence is said only if all are
    silent.
    """
    answered = [part.answer for part in parts if part.answer]
    best = min(answered, key=lambda one: (_ORDER.index(one.kind), _SURENESS.index(one.confidence)))
    firsts = [one.quotes[0] for one in (best, *answered) if one.quotes]
    in_turns = chain.from_iterable(zip_longest(*(one.candidates for one in answered)))
    return replace(
        best,
        quotes=_apart((*firsts, *best.quotes))[:_MOST_QUOTES],
        candidates=_apart(filter(None, in_turns))[:_MOST_CANDIDATES],
        several=True,
        parts=tuple(parts),
    )


def _apart(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """Those that overlap with none before them."""
    kept: list[Clause] = []
    for one in clauses:
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return tuple(kept)


def as_they_stand(quotes: Sequence[Clause]) -> tuple[Clause, ...]:
    """Quotes to be read one after the other: those under one heading in the order of the text, so that a list's
    beginning stands before its item; the headings in the order of their best quote.
    """
    headings = list(dict.fromkeys(one.heading for one in quotes))
    return tuple(sorted(quotes, key=lambda one: (headings.index(one.heading), one.start)))
