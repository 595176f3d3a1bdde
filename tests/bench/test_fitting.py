"""What the answers are fitted on: that its labels stand in the texts that they are about."""

from collections import Counter

import orjson
import pytest

from bench.evaluation.sets import SHARED, asked, referred
from bench.fitting.examples import LABELLED
from tests.bench.evaluation.test_held_out import contains

LINES = [orjson.loads(line) for line in LABELLED.read_bytes().splitlines()]
KINDS = {"plain", "paraphrase", "typo", "long", "two", "scenario", "narrow", "trap"}


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
