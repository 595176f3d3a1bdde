"""What the answers are fitted on: that its labels stand in the texts that they are about; and how a fit is judged."""

from collections import Counter
from dataclasses import replace

import numpy as np
import orjson
import pytest

from bench.evaluation.sets import SHARED, asked, referred
from bench.fitting.cases import Cases, cases, silence
from bench.fitting.examples import LABELLED, Example
from bench.fitting.leaving_out import FOLDS, HALVES, fold_of, half_of
from bench.fitting.reading import READ_AHEAD, read
from bot.privacy.answering import Answers, load
from bot.privacy.answering.confidence import SIGNS, SIGNS_OF_READING
from bot.privacy.answering.cross_encoder import PairRead
from bot.privacy.answering.question import read_question
from bot.privacy.answering.ranking import CHOSEN, rank
from bot.privacy.text import read_policy
from tests.bench.evaluation.test_held_out import contains

LINES = [orjson.loads(line) for line in LABELLED.read_bytes().splitlines()]
KINDS = {
    "plain",
    "paraphrase",
    "typo",
    "long",
    "two",
    "scenario",
    "narrow",
    "trap",
    "indirect",
    "short",
    "confirm",
    "angry",
}


def test_every_line_is_a_question_of_a_known_kind() -> None:
    assert {frozenset(line) for line in LINES} == {frozenset({"id", "policy", "question", "kind", "topic", "snippets"})}
    assert {line["kind"] for line in LINES} == KINDS
    assert max(Counter(line["id"] for line in LINES).values()) == 1
    assert max(Counter((orjson.dumps(line["policy"]), line["question"]) for line in LINES).values()) == 1
    assert not any(line["snippets"] for line in LINES if line["kind"] == "trap")
    assert 0.5 < sum(bool(line["snippets"]) for line in LINES) / len(LINES) < 0.65


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not on this machine")
def test_every_snippet_stands_in_its_policy() -> None:
    for line in LINES:
        policy = referred(orjson.dumps(line["policy"]))
        for snippet in line["snippets"]:
            assert contains(policy, snippet), (line["id"], snippet)
    assert len({asked(line).policy_name for line in LINES[::20]}) > 50


def _cases() -> Cases:
    """Some whose first sign tells what is so, in three parts."""
    random = np.random.default_rng(7)
    rows = random.normal(size=(300, 4))
    truth = (rows[:, 0] + random.normal(0, 0.3, 300) > 0).astype(float)
    return Cases(rows, truth, np.ones(300), (np.arange(300) % 3).astype(float))


def test_what_is_left_out_is_judged_by_weights_that_never_saw_it() -> None:
    cases = _cases()
    chances = cases.left_out(silence)
    assert ((chances > 0.5) == (cases.truth == 1)).mean() > 0.85
    away = cases.parts == 1
    turned = replace(cases, truth=np.where(away, 1 - cases.truth, cases.truth))
    assert np.array_equal(turned.left_out(silence)[away], chances[away])
    assert not np.array_equal(turned.left_out(silence)[~away], chances[~away])


def test_others_cases_are_judged_by_weights_as_they_are() -> None:
    cases = _cases()
    weights, bias = silence(cases.without(1))
    away = cases.parts == 1
    assert np.array_equal(cases.by(weights, bias)[away], cases.left_out(silence)[away])
    assert set(cases.by(np.zeros(4), 0.0)) == {0.5}


def _example(answers: Answers, policy: str, *, right: int | None) -> Example:
    """A question to a policy of ten sentences, of which that in this place of the text answers."""
    sentences = "\n\n".join(f"Your data of kind {letter} is kept for us." for letter in "abcdefghij")
    index = answers.index(read_policy(f"# Policy\n\n{sentences}\n".encode(), "p.md"))
    ranked = rank(read_question("Is my data kept?"), index, answers.topics, compared=CHOSEN)
    rows = np.array([each.features for each in ranked.scored])
    places = np.argsort(np.argsort([each.number for each in ranked.scored]))
    flags = places == (-1 if right is None else right)
    return Example(policy, policy, right is not None, index, ranked, rows, flags, np.ones(len(rows), bool))


class _Half:
    """Stands for the model by the adapter of a half: it takes each sentence for the better, the later it is given."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, question: str, sentences: list[str]) -> list[PairRead]:
        self.asked.append(question)
        return [PairRead(float(place), -float(place)) for place, _ in enumerate(sentences)]


def test_what_is_read_is_read_by_the_half_that_never_saw_its_policy() -> None:
    answers = load(None, embed=False)
    policies = [f"policy {number}" for number in range(2 * FOLDS)]
    fold = fold_of(policies)
    assert Counter(fold.values()) == dict.fromkeys(range(FOLDS), 2)
    examples = [_example(answers, policy, right=0) for policy in policies]
    halves = [_Half() for _ in range(HALVES)]
    flat = np.zeros(examples[0].rows.shape[1])
    made = read(examples, flat, halves, fold)  # type: ignore[arg-type]  # what stands for the model
    for number, half in enumerate(halves):
        assert half.asked == [policy for policy in policies if half_of(fold[policy]) != number]
    for each in made:
        ordered = [one.number for one in each.scored(flat)]
        assert list(each.read) == ordered[:READ_AHEAD]
        assert [pair.right for pair in each.read.values()] == list(map(float, range(READ_AHEAD)))


def test_of_what_was_read_the_best_is_judged_and_then_the_best_of_what_does_not_answer() -> None:
    answers = load(None, embed=False)
    fold = {"p": 0, "q": 0}
    flat = np.zeros(_example(answers, "p", right=0).rows.shape[1])
    made = read([_example(answers, "p", right=3), _example(answers, "q", right=None)], flat, [_Half(), _Half()], fold)  # type: ignore[list-item]
    better = [
        replace(each, read={n: PairRead(9.0 if each.is_right(n) else 0.0, 0.0) for n in each.read}) for each in made
    ]
    known = cases(better, [flat], fold, answers.topics)
    assert known.rows.shape == (3, len(SIGNS) + len(SIGNS_OF_READING))
    assert known.truth.tolist() == [1.0, 0.0, 0.0], "found by reading; none; and as if the right one were not there"
    alone = [replace(each, read={n: pair for n, pair in each.read.items() if each.is_right(n)}) for each in better[:1]]
    assert len(cases(alone, [flat], fold, answers.topics).rows) == 1, "nothing is left that was read"
    unread = [replace(each, read={}) for each in better[:1]]
    assert len(cases(unread, [flat], fold, answers.topics).rows) == 2
