"""The held-out set: that its labels stand in the texts that they are about."""

from collections import Counter
from typing import Any

import orjson
import pytest

from bench.evaluation.questions import LANGUAGES, NOT_ASKED
from bench.evaluation.scoring import words
from bench.evaluation.sets import (
    CUSTOMERS,
    HELD_OUT,
    NEWCOMERS,
    SHARED,
    STRANGERS,
    SUPPORT,
    customers,
    held_out,
    held_out_question,
    mailigen,
    newcomers,
    strangers,
    support,
)
from bench.fitting.examples import DEVELOPMENT, LABELLED, OPENED
from bot.privacy.text import PolicyText

LINES = [orjson.loads(line) for line in HELD_OUT.read_bytes().splitlines()]
OF_CUSTOMERS = [orjson.loads(line) for line in CUSTOMERS.read_bytes().splitlines()]
TO_SUPPORT = [orjson.loads(line) for line in SUPPORT.read_bytes().splitlines()]
OF_STRANGERS = [orjson.loads(line) for line in STRANGERS.read_bytes().splitlines()]
OF_NEWCOMERS = [orjson.loads(line) for line in NEWCOMERS.read_bytes().splitlines()]
WRITTEN = (*LINES, *OF_CUSTOMERS, *TO_SUPPORT, *OF_STRANGERS, *OF_NEWCOMERS)
KINDS = {"plain", "short", "typo", "long", "two-part", "trap"} | LANGUAGES | NOT_ASKED
KINDS_OF_CUSTOMERS = KINDS - LANGUAGES - {"long"} | {"story", "angry", "confirm", "negated"}
KINDS_TO_SUPPORT = KINDS_OF_CUSTOMERS | LANGUAGES | {"indirect"}


def contains(policy: PolicyText, snippet: str) -> bool:
    return f" {' '.join(words(snippet))} " in f" {' '.join(words(policy.text))} "


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        (LINES, KINDS),
        (OF_CUSTOMERS, KINDS_OF_CUSTOMERS),
        (TO_SUPPORT, KINDS_TO_SUPPORT),
        (OF_STRANGERS, {"indirect", "trap"}),
        (OF_NEWCOMERS, {"indirect", "trap"}),
    ],
)
def test_every_line_is_a_question_of_a_known_kind(lines: list[dict[str, Any]], kinds: set[str]) -> None:
    assert {frozenset(line) for line in lines} == {frozenset({"id", "policy", "question", "kind", "topic", "snippets"})}
    assert {line["kind"] for line in lines} == kinds
    assert max(Counter(line["id"] for line in lines).values()) == 1
    assert all(line["question"].strip() for line in lines)


def test_traps_and_what_asks_nothing_are_not_answered() -> None:
    asked = [held_out_question(line) for line in WRITTEN]
    assert not any(question.answerable for question in asked if question.kind in {"trap"} | NOT_ASKED)
    assert 0.45 < sum(question.answerable for question in asked) / len(asked) < 0.65


def test_every_snippet_stands_in_its_policy() -> None:
    made_up, real, absent = held_out()
    written = [each for one in (customers(), support(), strangers(), newcomers()) for each in one.asked]
    for asked in [*made_up.asked, *(real.asked if real else ()), *written]:
        for snippet in asked.question.snippets:
            assert contains(asked.policy, snippet.words), (asked.question.id, snippet.words)
    assert len(made_up.asked) >= 100
    assert bool(absent) is not SHARED.exists()


def test_no_text_of_the_held_out_set_is_fitted_on() -> None:
    fitted = [orjson.loads(line) for path in (DEVELOPMENT, OPENED, LABELLED) for line in path.read_bytes().splitlines()]
    texts = {orjson.dumps(line["policy"]) for line in fitted}
    assert len(texts) >= 80
    assert texts.isdisjoint(orjson.dumps(line["policy"]) for line in WRITTEN)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not on this machine")
def test_the_forty_questions_are_labelled_with_words_of_the_policy() -> None:
    asked = mailigen().asked
    assert len(asked) == 40
    assert sum(each.question.answerable for each in asked) == 26
    for each in asked:
        for snippet in each.question.snippets:
            assert contains(each.policy, snippet.words), each.question.id
