"""What the weights are fitted on: questions with the features of each sentence, and which sentences answer."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from bench.evaluation import ROOT, policy_qa
from bench.evaluation.questions import Asked
from bench.evaluation.scoring import answers as answering
from bench.evaluation.sets import asked, referred
from bot.privacy.answering import Answers
from bot.privacy.answering.confidence import signs
from bot.privacy.answering.cross_encoder import PairRead
from bot.privacy.answering.engine import read_for
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.quoting import quotes
from bot.privacy.answering.ranking import CHOSEN, Ranked, Scored, by_reading, rank
from bot.privacy.answering.topics import Topics
from bot.privacy.text import Clause, PolicyText
from bot.privacy.typography import folded

DEVELOPMENT = ROOT / "bench" / "fitting" / "development.jsonl"
OPENED = ROOT / "bench" / "fitting" / "opened.jsonl"
LABELLED = ROOT / "bench" / "fitting" / "labelled.jsonl"

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A question as it is read: its chosen sentences (features, a row each), which of them answer, and which count.

    `answerable`: the policy answers it, whether or not a chosen sentence does. A sentence does not count that stands in
    a right segment beside the right span. `read`: what is made of some sentences together with the question.
    """

    policy: str
    question: str
    answerable: bool
    index: PolicyIndex
    ranked: Ranked
    rows: Numbers
    right: Flags
    counts: Flags

    read: Mapping[int, PairRead] = field(default_factory=dict)

    def scored(self, rank: Numbers, *, removed: bool = False) -> list[Scored]:
        """The sentences by weights, best first, with what is made of those that were read.

        `removed`: as if the right ones were not there.
        """
        there = [
            replace(each, score=float(row @ rank) - each.loss, read=self.read.get(each.number))
            for each, row, right in zip(self.ranked.scored, self.rows, self.right, strict=True)
            if not (removed and right)
        ]
        return sorted(there, key=lambda each: (-each.score, each.number))

    @property
    def wrong_read(self) -> bool:
        """Whether a sentence that does not answer is among those that were read."""
        return not all(map(self.is_right, self.read))

    def is_right(self, number: int) -> bool:
        """Whether a chosen sentence answers."""
        place = next(place for place, each in enumerate(self.ranked.scored) if each.number == number)
        return bool(self.right[place])

    def signs(self, rank: Numbers, topics: Topics, *, removed: bool = False) -> tuple[Numbers, float]:
        """The signs of the sentence that comes first, by weights and by what was read, and whether it is right."""
        scored = by_reading(self.scored(rank, removed=removed))
        known = signs(self.index, replace(self.ranked, scored=scored), topics)
        return np.array(known), float(self.is_right(scored[0].number))


def development(answers: Answers) -> Iterator[Example]:
    """The development questions: "says" is what the first quote must match, null where the policy does not answer."""
    for line in DEVELOPMENT.read_bytes().splitlines():
        row: Mapping[str, Any] = orjson.loads(line)
        wanted = row["says"]

        def says(quote: Clause, wanted: str | None = wanted) -> bool:
            return wanted is not None and re.search(wanted, folded(quote.quote).text, re.IGNORECASE) is not None

        policy = referred(orjson.dumps(row["policy"]))
        name = " ".join(row["policy"].values())
        yield from _example(answers, Asking(row["question"], policy, name, wanted is not None), says)


def labelled(answers: Answers, path: Path) -> Iterator[Example]:
    """The questions labelled with the policy's words in a file: OPENED, those that were held out once, or LABELLED,
    those written to be fitted on. Raises SetAbsent.
    """
    for line in path.read_bytes().splitlines():
        one = asked(orjson.loads(line))

        def says(quote: Clause, one: Asked = one) -> bool:
            return any(answering(quote, snippet, one.policy) for snippet in one.question.snippets)

        asking = Asking(one.question.text, one.policy, one.policy_name, one.question.answerable)
        yield from _example(answers, asking, says)


Sources = Mapping[str, Sequence[Example]]


def sources(answers: Answers) -> Sources:
    """The questions by who put them. Raises SetAbsent."""
    return {
        "development": [*development(answers)],
        "opened": [*labelled(answers, OPENED)],
        "labelled": [*labelled(answers, LABELLED)],
    }


class Asking(NamedTuple):
    """A question about a policy."""

    question: str
    policy: PolicyText
    name: str
    answerable: bool


def _example(answers: Answers, asking: Asking, says: Callable[[Clause], bool]) -> Iterator[Example]:
    """The example; none where what decides is not the weights: another language, or nothing that asks."""
    index = answers.index(asking.policy)
    question, foreign = read_for(asking.question, index)
    if foreign or question.empty or question.instructs:
        return
    ranked = rank(question, index, answers.topics, compared=CHOSEN)
    right = np.array([says(quotes(index, [each.number])[0]) for each in ranked.scored])
    counts = np.ones(len(right), bool)
    yield Example(asking.name, question.text, asking.answerable, index, ranked, _rows(ranked), right, counts)


def policy_qa_examples(answers: Answers, every: int) -> Iterator[Example]:
    """Every so many of PolicyQA's questions on the websites that are fitted on.

    Right is a sentence with a span, in a segment that answers.
    """
    there = [question for question in policy_qa.load() if policy_qa.is_fitted_on(question.website.name)]
    for question in there[::every]:
        policy = question.website.policy
        index = answers.index(policy)
        spans = [letters(span) for span in question.spans]
        right, counts = [], []
        asking = read_for(question.text, index)[0]
        ranked = rank(asking, index, answers.topics)
        for each in ranked.scored:
            clause = quotes(index, [each.number])[0]
            own = letters(policy.quote(index.units[each.number].passage))
            beside = bool(question.website.segments(clause) & question.segments)
            right.append(beside and any(span in own or own in span for span in spans if span))
            counts.append(right[-1] or not beside)
        yield Example(
            policy=question.website.name,
            question=asking.text,
            answerable=True,
            index=index,
            ranked=ranked,
            rows=_rows(ranked),
            right=np.array(right),
            counts=np.array(counts),
        )


def _rows(ranked: Ranked) -> Numbers:
    return np.array([each.features for each in ranked.scored])


def letters(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(character for character in text.casefold() if character.isalnum())
