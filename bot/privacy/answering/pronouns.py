"""What "it" and "them" in a question mean: what the question before it is about, where that is one thing only. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.privacy.answering.words import FUNCTION_WORDS, stem, word_set

POINTING = word_set("that this it they them those these one ones there then he she him her so such same")
"""Words that stand for something else."""
NAMING, THEIRS = word_set("my our your"), word_set("its their his")
_HANDLED = frozenset(
    map(
        stem,
        word_set(
            "keep hold store retain save sell rent trade share give pass send transfer disclose reveal see read access "
            "view use process collect gather delete erase remove destroy wipe protect secure encrypt copy export "
            "download correct change update move host get receive need"
        ),
    )
)
"""What is done with data, by stems: of such words "it" is the data, and not what was said of it ("can I stop it?")."""
_PERSONS = word_set("anybody anyone someone somebody nobody everyone everybody others people else party parties")
_MEASURES = word_set("long much many often soon quickly exactly ever really always still currently please also")
_WORD = re.compile(r"[\w'’-]+")
_OBJECT = re.compile(r"\b(?P<verb>[\w-]+) (?P<it>it|them)\b(?! ?['’])", re.IGNORECASE)
_SUBJECT = re.compile(r"\b(?:is|are|was|were|be) (?P<it>it|they) (?P<verb>[\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a pronoun means, in the words of the question before, and the question with these in its place."""

    words: str
    read: str


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something that a question names. `whose`: it is said to be somebody's ("my list")."""

    words: str
    whose: bool

    @property
    def several(self) -> bool | None:
        """Whether it is more than one; None where it can be said either way ("data")."""
        last = self.words.lower().split()[-1]
        return None if last == "data" else last.endswith("s") and not last.endswith("ss")


def meant_in(text: str, before: str) -> Meant | None:
    """What the one pronoun of a question means, by the question before it; None where that is not certain.

    It is certain where the pronoun is what is kept, sold, seen, …, and the other question names one such thing, or one
    that is somebody's.
    """
    places = [found for pattern in (_OBJECT, _SUBJECT) for found in pattern.finditer(text)]
    places = [found for found in places if stem(found["verb"].lower()) in _HANDLED]
    if len({found.span("it") for found in places}) != 1:
        return None
    start, end = places[0].span("it")
    many = places[0]["it"].lower() != "it"
    fitting = [thing for thing in _things(before) if thing.several in (many, None)]
    chosen = [thing for thing in fitting if thing.whose] or fitting
    if len(chosen) != 1:
        return None
    thing = chosen[0].words
    return Meant(thing, f"{text[:start]}{thing}{text[end:]}")


def _things(question: str) -> Iterator[_Thing]:
    """What a question names: words that tell something and stand together, without what is done with it."""
    run: list[str] = []
    for word in [*_WORD.findall(question), ""]:
        plain = word.lower().replace("’", "'")
        goes_on = bool(plain) and plain not in FUNCTION_WORDS | POINTING | _PERSONS | _MEASURES
        if goes_on and stem(plain) not in _HANDLED:
            run.append(word)
            continue
        if len(run) > (bool(run) and run[0].lower() in NAMING):
            yield _Thing(" ".join(run), run[0].lower() in NAMING)
        run = [word] if plain in NAMING else []
