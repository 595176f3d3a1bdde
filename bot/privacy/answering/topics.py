"""The table of topics: read from TOML, checked, and searched in questions and in policies."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.configuration.lines import Lines, lines_of
from bot.privacy.answering.languages import ENGLISH, LANGUAGES, small_words
from bot.privacy.answering.phrases import Phrase, PhraseError, Phrases, read_phrase
from bot.privacy.answering.words import Words, stem, words

_LARGEST = 1_000_000
_AGAIN = 0.25
"""What each further phrase of a topic adds to the strongest one."""
_MOST = 2.5
_KEY = re.compile(r"[a-z][a-z0-9_]*")


class TopicsUnreadable(Exception):
    """The table of topics can't be used; the text names every fault with its line."""


class Scope(StrEnum):
    """How much a topic takes in. A wide one says little about what was asked; an exact one says it all."""

    WIDE = "wide"
    NORMAL = "normal"
    NARROW = "narrow"
    EXACT = "exact"


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Topic(BaseModel):
    """A topic as it stands in the file."""

    model_config = ConfigDict(extra="forbid")
    label: _Text
    scope: Scope = Scope.NORMAL
    asks: list[_Text] = Field(min_length=1)
    says: list[_Text] = Field(min_length=1)
    not_asks: list[_Text] = []
    not_says: list[_Text] = []
    hints: list[_Text] = []
    other_languages: list[_Text] = []


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    same: list[list[_Text]] = []
    near: list[list[_Text]] = []
    empty: list[_Text] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    language: _Text = ENGLISH
    words: _Words = _Words()
    topics: dict[str, _Topic] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a topic is called, and how much it takes in. `label` completes "the policy does not say …"."""

    key: str
    label: str
    scope: Scope


class Topics:
    """The topics, found in questions (`asked`) and in sentences of a policy (`said`). Frozen once made.

    `language` is that of their phrases (ISO 639-1). They tell nothing of a policy in another one.
    """

    def __init__(self, file: _File) -> None:
        table = file.topics
        self.language = file.language
        self._topics = {key: Topic(key, row.label, row.scope) for key, row in table.items()}
        self._asks = _phrases((key, row.asks) for key, row in table.items())
        self._not_asks = _phrases((key, row.not_asks) for key, row in table.items())
        self._says = _phrases((key, row.says) for key, row in table.items())
        self._not_says = _phrases((key, row.not_says) for key, row in table.items())
        self._hints = _phrases((key, row.hints) for key, row in table.items())
        self._foreign = _phrases((key, row.other_languages) for key, row in table.items())
        self.empty = frozenset(stem(one) for word in file.words.empty for one in words(word).plain)
        self._same = _same(file.words.same)
        self._near = _same([*file.words.same, *file.words.near])
        self.vocabulary = _vocabulary(file)

    def __getitem__(self, key: str) -> Topic:
        return self._topics[key]

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    def __len__(self) -> int:
        return len(self._topics)

    def asked(self, question: Words, *, foreign: bool = False) -> dict[str, float]:
        """The topics that a question is about, with how clearly each is (1 to 2.5)."""
        found = _strengths((self._foreign if foreign else self._asks).find(question))
        ruled_out = {key for key, _ in self._not_asks.find(question)} if found and not foreign else set()
        return {key: strength for key, strength in found.items() if key not in ruled_out}

    def told(self, question: Words, keys: frozenset[str], *, foreign: bool = False) -> frozenset[str]:
        """The stems of a question in which some of its topics are recognised."""
        found = (self._foreign if foreign else self._asks).find(question) if keys else []
        return frozenset(stem for key, phrase in found if key in keys for stem in phrase.words_of(question))

    def said(self, sentence: Words) -> dict[str, float]:
        """The topics that a sentence says something on, with how clearly it does (1 to 2.5)."""
        found = _strengths(self._says.find(sentence))
        ruled_out = {key for key, _ in self._not_says.find(sentence)} if found else set()
        return {key: strength for key, strength in found.items() if key not in ruled_out}

    def hinted(self, sentence: Words) -> frozenset[str]:
        """The topics that a sentence may have to do with."""
        return frozenset(key for key, _ in self._hints.find(sentence))

    def alike(self, found: str, *, nearly: bool = False) -> frozenset[str]:
        """Stems that mean the same as this one to people who ask; `nearly`: also those that mean nearly the same."""
        return (self._near if nearly else self._same).get(found, frozenset())


def _phrases(rows: Iterable[tuple[str, list[str]]]) -> Phrases:
    return Phrases((key, read_phrase(source)) for key, sources in rows for source in sources)


def _vocabulary(file: _File) -> frozenset[str]:
    """Every whole word of the phrases."""
    rows = file.topics.values()
    sources = [source for row in rows for source in (*row.asks, *row.not_asks, *row.says, *row.not_says, *row.hints)]
    tokens = [
        token
        for source in (*sources, *(word for group in (*file.words.same, *file.words.near) for word in group))
        for token in re.split(r"[\s|_]+", source)
    ]
    return frozenset(word for token in tokens if not token.endswith("*") for word in words(token).plain)


def _strengths(found: Iterable[tuple[str, Phrase]]) -> dict[str, float]:
    strengths: dict[str, list[float]] = {}
    for key, phrase in found:
        strengths.setdefault(key, []).append(phrase.strength)
    return {key: min(_MOST, max(each) + _AGAIN * (len(each) - 1)) for key, each in strengths.items()}


def _same(groups: Iterable[list[str]]) -> Mapping[str, frozenset[str]]:
    alike: dict[str, frozenset[str]] = {}
    for group in groups:
        stems = frozenset(stem(one) for word in group for one in words(word).plain)
        for each in stems:
            alike[each] = alike.get(each, frozenset()) | (stems - {each})
    return alike


def load_topics(path: Path | None = None) -> Topics:
    """The topics of a file; None: those that come with Steward. Raises TopicsUnreadable."""
    if path is None:
        return read_topics(files(__package__).joinpath("topics.toml").read_text("utf-8"), "topics.toml")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TopicsUnreadable(f"{path.name} can't be read: {error.strerror}.") from error
    if len(data) > _LARGEST:
        raise TopicsUnreadable(f"{path.name} is larger than {_LARGEST // 1_000_000} MB. Is this the right file?")
    try:
        return read_topics(data.decode("utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise TopicsUnreadable(f"{path.name} is not text in UTF-8. Save it as UTF-8.") from error


@lru_cache(maxsize=8)
def no_topics(language: str) -> Topics:
    """No topic at all, for a policy in a language that the table is not in; its small words tell little."""
    return Topics(
        _File.model_construct(language=language, words=_Words(empty=sorted(small_words(language))), topics={})
    )


@lru_cache(maxsize=2)
def read_topics(text: str, name: str) -> Topics:
    """Read a table of topics; `name` is what faults are told under. Raises TopicsUnreadable, naming every fault.

    The same table is the same object: it is read once for all that ask it, and never changes.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TopicsUnreadable(f"{name} is not valid TOML: {error}.") from error
    try:
        file = _File.model_validate(raw)
    except ValidationError as error:
        faults = [_Fault(tuple(map(str, one["loc"])), _sentence(one["type"], one["msg"])) for one in error.errors()]
    else:
        faults = list(_inconsistencies(file))
        if not faults:
            return Topics(file)
    lines = lines_of(text)
    raise TopicsUnreadable("\n".join(f"{name}, line {_line(lines, fault.where)}: {fault.what}" for fault in faults))


@dataclass(frozen=True, slots=True)
class _Fault:
    where: tuple[str, ...]
    what: str


def _sentence(kind: str, message: str) -> str:
    known = {
        "extra_forbidden": "this key is not known; docs/answers.md lists the keys.",
        "missing": "this key is missing.",
        "string_too_short": "this is empty.",
        "too_short": "this list is empty.",
    }
    return known.get(kind) or f"{message}."


def _inconsistencies(file: _File) -> Iterator[_Fault]:
    if file.language not in LANGUAGES:
        known = ", ".join(sorted(LANGUAGES))
        yield _Fault(("language",), f"“{file.language}” is no language that is told apart. Write one of {known}.")
    labels: dict[str, str] = {}
    for key, row in file.topics.items():
        if not _KEY.fullmatch(key):
            yield _Fault(("topics", key), f"“{key}” must be in small letters, digits and _.")
        if other := labels.get(row.label.casefold()):
            yield _Fault(("topics", key, "label"), f"“{row.label}” is the label of {other} too.")
        labels[row.label.casefold()] = key
        for name in ("asks", "says", "not_asks", "not_says", "hints", "other_languages"):
            yield from _faulty_phrases(key, name, getattr(row, name))


def _faulty_phrases(key: str, name: str, sources: list[str]) -> Iterator[_Fault]:
    seen: set[str] = set()
    for index, source in enumerate(sources):
        where = ("topics", key, name, str(index))
        try:
            read_phrase(source)
        except PhraseError as error:
            yield _Fault(where, str(error))
        folded = " ".join(source.casefold().split())
        if folded in seen:
            yield _Fault(where, f"“{source}” stands in {name} of {key} twice.")
        seen.add(folded)


def _line(lines: Lines, where: tuple[str, ...]) -> int:
    """The line of a key, or of the nearest thing around it that has one."""
    for length in range(len(where), 0, -1):
        if line := lines.of(where[:length]):
            return line
    return 1
