"""What the answers are fitted on: that its labels stand in the texts that they are about; and how a fit is judged."""

from collections import Counter
from dataclasses import replace

import numpy as np
import orjson
import pytest

from bench.evaluation.sets import SHARED, asked, referred
from bench.fitting.cases import Cases, cases, silence
from bench.fitting.examples import LABELLED, Example, RawPair
from bench.fitting.heads import fit_heads
from bot.privacy.answering import Answers, load
from bot.privacy.answering.confidence import SIGNS, SIGNS_OF_READING
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
    assert 0.5 < sum(bool(line["snippets"]) for line in LINES) / len(LINES) < 0.6


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


RIGHT, RANDOM = 3.0, np.random.default_rng(3)


def _read(answers: Answers, number: int, *, right: int | None) -> Example:
    """A question of which the first three sentences were read; the fourth number of what is right stands out."""
    sentences = "\n\n".join(f"Your data of kind {letter} is kept for us." for letter in "abcde")
    index = answers.index(read_policy(f"# Policy\n\n{sentences}\n".encode(), "p.md"))
    ranked = rank(read_question("Is my data kept?"), index, answers.topics, compared=CHOSEN)
    chosen = [each.number for each in ranked.scored]
    vectors = RANDOM.normal(0, 0.2, (3, 8))
    if right is not None:
        vectors[right, 3] += RIGHT
    raw = {unit: RawPair(float(vector[3]), vector) for unit, vector in zip(chosen, vectors, strict=False)}
    rows = np.array([each.features for each in ranked.scored])
    flags = np.arange(len(chosen)) == (-1 if right is None else right)
    return Example(
        f"policy {number % 4}", "?", right is not None, index, ranked, rows, flags, np.ones(len(chosen), bool), raw
    )


def test_heads_tell_what_is_right_and_what_is_answered_from_what_was_read() -> None:
    answers = load(None, embed=False)
    examples = [_read(answers, number, right=(0, 1, 2, None)[number % 4]) for number in range(120)]
    flat = np.zeros(examples[0].rows.shape[1])
    heads = fit_heads(examples, lambda _: flat)
    for each in examples[:40]:
        first = [one for one in each.scored(flat, heads) if one.read]
        assert len(first) == 3
        for one in first:
            assert one.read is not None
            assert (one.read.right > 0) == each.is_right(one.number)
        highest = max(one.read for one in first if one.read)
        assert (highest.answered > 0) == each.answerable

    fold = dict.fromkeys((each.policy for each in examples), 0)
    known = cases(examples, [flat], [heads], fold, answers.topics)
    assert known.rows.shape == (120 + 90, len(SIGNS) + len(SIGNS_OF_READING))
    assert known.truth[:120].tolist() == [float(each.answerable) for each in examples]
    assert not known.truth[120:].any(), "those of which the right sentence was taken away"
    alone = [replace(each, raw={n: pair for n, pair in each.raw.items() if each.is_right(n)}) for each in examples[:3]]
    assert len(cases(alone, [flat], [heads], fold, answers.topics).rows) == 3, "nothing is left that was read"
    assert len(cases(alone, [flat], [None], fold, answers.topics).rows) == 6
