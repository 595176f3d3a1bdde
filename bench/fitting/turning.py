"""`python -m bench.fitting.turning`: fit how questions' vectors are turned towards those of their answers.

all-MiniLM-L6-v2 was trained on pairs of like texts, and a question is less like its answer than like another question.
One linear map of the question's vector, near to none at all, is fitted on half of PolicyQA's websites so that sentences
with a right span come before the website's others; the questions that Steward is measured on are not among these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from bench.evaluation import ROOT, policy_qa
from bench.fitting.examples import letters
from bot.privacy.answering import Answers, load
from bot.privacy.answering.embedding import SentenceModel
from bot.privacy.answering.question import read_question
from bot.privacy.text import Passage

OUTPUT = ROOT / "bot" / "privacy" / "answering" / "turning.npz"
STEPS, RATE, BATCH = 1200, 0.001, 24
HEAT, PENALTY = 0.07, 0.2
"""The softmax's temperature over cosines, and the penalty on the map's square."""
RANK = 32
_SHORTEST = 9

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question's vector as the model gives it, its policy's sentences (a row each), and which of them answer."""

    question: Floats
    sentences: Floats
    right: NDArray[np.bool_]


def pairs(answers: Answers, model: SentenceModel) -> list[Pair]:
    """The questions on the websites that are fitted on."""
    found = []
    for question in policy_qa.load():
        if not policy_qa.is_fitted_on(question.website.name):
            continue
        index = answers.index(question.website.policy)
        spans = [letters(span) for span in question.spans]
        right = np.array([_answers(question, spans, unit.passage) for unit in index.units])
        if right.any() and index.vectors is not None:
            found.append(Pair(model.many([read_question(question.text).text])[0], index.vectors, right))
    return found


def _answers(question: policy_qa.WebsiteQuestion, spans: Sequence[str], passage: Passage) -> bool:
    own = letters(question.website.policy.quote(passage))
    there = question.website.segments(passage) & question.segments
    return bool(there) and len(own) >= _SHORTEST and any(span in own or own in span for span in spans if span)


def fitted(found: Sequence[Pair]) -> Floats:
    """The map less the identity, by Adam over batches."""
    random = np.random.default_rng(0)
    turn, first, second = (np.zeros((384, 384), np.float32) for _ in range(3))
    for step in range(1, STEPS + 1):
        slope = PENALTY * turn
        for place in random.choice(len(found), BATCH):
            pair = found[place]
            scores = pair.sentences @ (pair.question + turn @ pair.question) / HEAT
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            wanted = np.where(pair.right, likely, 0)
            wanted /= wanted.sum() + 1e-9
            slope += np.outer(pair.sentences.T @ (likely - wanted) / HEAT, pair.question) / BATCH
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope * slope
        sure = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        turn -= RATE * (1 - step / STEPS) * sure
    return turn


def written(turn: Floats) -> bytes:
    """The map's largest parts, as the package keeps them."""
    left, sizes, right = np.linalg.svd(turn)
    root = np.sqrt(sizes[:RANK])
    into = BytesIO()
    np.savez(into, into=(left[:, :RANK] * root).astype(np.float16), of=(right[:RANK].T * root).astype(np.float16))
    return into.getvalue()


def main() -> None:
    """Fit, and write the map into the package. Raises SetAbsent, NoModel."""
    OUTPUT.write_bytes(written(fitted(pairs(load(embed=True), SentenceModel()))))


if __name__ == "__main__":
    main()
