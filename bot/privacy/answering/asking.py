"""What tells whether a sentence answers from the form of the question: how it opens, and the fact that it asks for.

No number knows a question, a topic or a text by name.
"""

import math
import re
from collections.abc import Sequence

from bot.privacy.answering.facts import Fact
from bot.privacy.answering.words import word_set

_OPENERS = (
    "what", "which", "who", "where", "when", "why", "how", "do", "does", "did", "is", "are", "can", "could", "may",
    "will", "would", "should", "if", "i",
)  # fmt: skip
_WORD = re.compile(r"[a-z]+")
_FIRST_PERSON = word_set("i my")
OPENING = (*(f"opens_with_{word}" for word in _OPENERS), "if", "first_person", "words_asked", "two_questions")
"""With which word a question opens; whether it says "if", and "I" or "my"; the logarithm of its number of words."""
OF_THE_FACT = (
    *(f"{fact}_{what}" for what in ("lacking", "told") for fact in Fact),
    "asked_name_told",
    "asked_name_lacking",
)
"""For each kind of fact, whether it is asked for and the sentence holds none, and whether it holds one; of names those
count that are neither the company's own nor in the question."""


def opening(question: str) -> tuple[float, ...]:
    """The numbers of `OPENING`."""
    found = _WORD.findall(question.lower())
    first = found[0] if found else ""
    return (
        *(float(first == word) for word in _OPENERS),
        float("if" in found),
        float(not _FIRST_PERSON.isdisjoint(found)),
        math.log(max(len(found), 1)),
        float(question.count("?") > 1),
    )


def of_the_fact(asked: frozenset[Fact], held: frozenset[Fact], names: frozenset[str]) -> tuple[float, ...]:
    """The numbers of `OF_THE_FACT` for a sentence that holds some facts and some names."""
    named = Fact.NAME in asked
    return (
        *(float(fact in asked and fact not in held) for fact in Fact),
        *(float(fact in asked and fact in held) for fact in Fact),
        float(named and bool(names)),
        float(named and not names),
    )


NEARER = (0.35, 0.45, 0.55, 0.65, 0.8)
OF_THE_WORDS = (*(f"words_below_{limit}" for limit in NEARER), "squared_meant")
"""The part of the question's words, by weight, that come less near than so to the sentence; the mean of the squares."""


def of_the_words(weights: Sequence[float], nearest: Sequence[float]) -> tuple[float, ...]:
    """The numbers of `OF_THE_WORDS`; 0 each where nothing was compared."""
    pairs = list(zip(weights, nearest, strict=True))
    return (
        *(sum((weight for weight, near in pairs if near < limit), 0.0) for limit in NEARER),
        sum((weight * near * near for weight, near in pairs), 0.0),
    )
