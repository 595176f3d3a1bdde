"""PolicyQA's development set: websites' policies in segments, and crowd workers' questions about them.

Each website's policy is put together from its segments in their order, each a paragraph of its own, and read as any
policy is. A question counts once a website, with every segment in which it was answered there as right: the crowd asks
the same of many segments ("Do you collect my information?"), and each of these answers it. Its questions were written
from annotations of data practices ("First Party Collection/Use, Purpose, Marketing"); `practices` are the segments in
which annotators found the practice that a question was written about, by whatever question they told it.

Source: Ahmad, Chi, Tian and Chang, PolicyQA: A Reading Comprehension Dataset for Privacy Policies (2020).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from bench.evaluation.questions import Answering
from bench.evaluation.scoring import ranking, words
from bench.evaluation.sets import SHARED, SetAbsent
from bot.privacy.answer import Kind
from bot.privacy.text import Clause, Passage, PolicyText, read_policy
from bot.privacy.typography import mended

PATH = SHARED / "evaluation" / "policyqa_dev.json"


class Misread(Exception):
    """A website's policy was read into other letters than its segments have."""


@dataclass(frozen=True)
class Website:
    """A policy, and the segment that each letter or digit of its text comes from."""

    name: str
    policy: PolicyText
    origins: Sequence[int]
    before: Sequence[int]  # how many letters and digits stand before each offset of the text

    def segments(self, clause: Clause | Passage) -> frozenset[int]:
        """The segments that a clause stands in."""
        return frozenset(self.origins[self.before[clause.start] : self.before[clause.end]])


@dataclass(frozen=True, slots=True)
class WebsiteQuestion:
    """A question about a website's policy: the segments that answer it, and the words in them that do."""

    website: Website
    text: str
    segments: frozenset[int]
    practices: frozenset[int]
    spans: tuple[str, ...]


def is_fitted_on(website: str) -> bool:
    """Whether a website is of the half that weights may be fitted on; the others are never."""
    return sha256(website.encode()).digest()[0] % 2 == 0


def load() -> tuple[WebsiteQuestion, ...]:
    """Every question of the set, once a website. Raises SetAbsent, Misread."""
    try:
        data = orjson.loads(PATH.read_bytes())["data"]
    except FileNotFoundError as error:
        raise SetAbsent(f"{PATH.name} is not there") from error
    return tuple(question for row in data for question in _questions(row))


def website(name: str, segments: Sequence[str]) -> Website:
    """A policy put together from segments. Raises Misread."""
    texts = [" ".join(mended(segment).split()) for segment in segments]
    policy = read_policy("\n\n".join(texts).encode(), f"{name}.txt")
    origins = [index for index, text in enumerate(texts) for character in text if character.isalnum()]
    before = [0]
    for character in policy.text:
        before.append(before[-1] + character.isalnum())
    if _letters(policy.text) != _letters("".join(texts)):
        raise Misread(f"The policy of {name} is read into other letters than its segments have.")
    return Website(name, policy, origins, before)


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _questions(row: Mapping[str, Any]) -> list[WebsiteQuestion]:
    there = website(row["title"], [paragraph["context"] for paragraph in row["paragraphs"]])
    asked = [(index, each) for index, paragraph in enumerate(row["paragraphs"]) for each in paragraph["qas"]]
    practices: dict[str, set[int]] = {}
    for index, each in asked:
        practices.setdefault(each["type"], set()).add(index)
    return [
        _question(there, text, [(index, each) for index, each in asked if each["question"] == text], practices)
        for text in dict.fromkeys(each["question"] for _, each in asked)
    ]


def _question(
    there: Website, text: str, asked: Sequence[tuple[int, Mapping[str, Any]]], practices: Mapping[str, set[int]]
) -> WebsiteQuestion:
    return WebsiteQuestion(
        there,
        text,
        segments=frozenset(index for index, _ in asked),
        practices=frozenset(index for _, each in asked for index in practices[each["type"]]),
        spans=tuple(answer["text"] for _, each in asked for answer in each["answers"]),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """How one question went. `overlap` is the token F1 (0 to 1) of the passage ranked first with the best span."""

    website: str
    first: bool
    among_three: bool
    practice: bool  # among the first three segments is one that tells the practice
    quoted: bool
    right_quoted: bool
    overlap: float


def ask(question: WebsiteQuestion, answering: Answering) -> Found:
    """Ask it of the whole policy."""
    answer = answering(question.text, question.website.policy)
    ranked = ranking(answer)
    order = list(dict.fromkeys(segment for each in ranked for segment in sorted(question.website.segments(each))))
    quoted = answer.kind is Kind.QUOTED
    return Found(
        website=question.website.name,
        first=bool(question.segments.intersection(order[:1])),
        among_three=bool(question.segments.intersection(order[:3])),
        practice=bool(question.practices.intersection(order[:3])),
        quoted=quoted,
        right_quoted=quoted and bool(question.segments & question.website.segments(answer.quotes[0])),
        overlap=max((f1(ranked[0].quote, span) for span in question.spans), default=0.0) if ranked else 0.0,
    )


def f1(said: str, wanted: str) -> float:
    """Token F1, 0 to 1. Source: SQuAD (Rajpurkar and others, 2016), without its dropping of articles."""
    has, needs = Counter(words(said)), Counter(words(wanted))
    shared = (has & needs).total()
    if not shared:
        return 0.0
    precision, recall = shared / has.total(), shared / needs.total()
    return 2 * precision * recall / (precision + recall)
