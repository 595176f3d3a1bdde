"""What the weights are fitted on: questions with the features of each sentence, and which sentences answer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from bench.evaluation import ROOT, policy_qa
from bench.evaluation.sets import referred
from bot.privacy.answering import Answers
from bot.privacy.answering.confidence import OF_THE_QUESTION, SIGNS, signs
from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.question import read_question
from bot.privacy.answering.quoting import quotes
from bot.privacy.answering.ranking import rank
from bot.privacy.typography import folded

DEVELOPMENT = ROOT / "bench" / "fitting" / "development.jsonl"

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A question: the features of the chosen sentences (a row each), which of them answer, and which count.

    `answerable`: the policy answers it, whether or not a chosen sentence does. `of_question` are the signs that no
    sentence changes. A sentence does not count that stands in a right segment beside the right span.
    """

    policy: str
    answerable: bool
    rows: Numbers
    right: Flags
    counts: Flags
    of_question: Numbers


def development(answers: Answers) -> Iterator[Example]:
    """The development questions: "says" is what the first quote must match, null where the policy does not answer."""
    for line in DEVELOPMENT.read_bytes().splitlines():
        row: Mapping[str, Any] = orjson.loads(line)
        policy = referred(orjson.dumps(row["policy"]))
        wanted = row["says"]
        index = answers.index(policy)

        def says(number: int, index: PolicyIndex = index, wanted: str | None = wanted) -> bool:
            text = folded(quotes(index, [number])[0].quote).text
            return wanted is not None and re.search(wanted, text, re.IGNORECASE) is not None

        ranked = rank(read_question(row["question"]), index, answers.topics)
        right = np.array([says(each.number) for each in ranked.scored])
        yield Example(
            policy=" ".join(row["policy"].values()),
            answerable=wanted is not None,
            rows=np.array([each.features for each in ranked.scored]),
            right=right,
            counts=np.ones(len(right), bool),
            of_question=np.array(signs(index, ranked, answers.topics)[len(SIGNS) - len(OF_THE_QUESTION) :]),
        )


def policy_qa_examples(answers: Answers, every: int) -> Iterator[Example]:
    """Every so many of PolicyQA's questions; right is a sentence with a span, in a segment that answers."""
    for question in policy_qa.load()[::every]:
        policy = question.website.policy
        index = answers.index(policy)
        spans = [_letters(span) for span in question.spans]
        right, counts, rows = [], [], []
        ranked = rank(read_question(question.text), index, answers.topics)
        for each in ranked.scored:
            clause = quotes(index, [each.number])[0]
            own = _letters(policy.quote(index.units[each.number].passage))
            there = bool(question.website.segments(clause) & question.segments)
            right.append(there and any(span in own or own in span for span in spans if span))
            counts.append(right[-1] or not there)
            rows.append(each.features)
        of_question = np.array(signs(index, ranked, answers.topics)[len(SIGNS) - len(OF_THE_QUESTION) :])
        yield Example(
            policy=question.website.name,
            answerable=True,
            rows=np.array(rows),
            right=np.array(right),
            counts=np.array(counts),
            of_question=of_question,
        )


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
