"""What the answers are fitted on: that its labels stand in the texts that they are about; and how a fit is judged."""

from collections import Counter
from dataclasses import replace

import numpy as np
import orjson
import pytest

from bench.evaluation.sets import SHARED, asked, referred
from bench.fitting.cases import Cases, silence
from bench.fitting.examples import LABELLED
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
