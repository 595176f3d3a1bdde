"""Real policies, where they are beside the checkout: what holds of every one of them."""

import gzip
import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.privacy.text import PolicyText, read_policy

PAIRS = Path(__file__).parents[4] / "shared" / "evaluation" / "ota_pairs.jsonl.gz"
EVERY = 1 if os.environ.get("STEWARD_ALL_POLICIES") else 12
"""Every twelfth pair is read; with STEWARD_ALL_POLICIES set, every one (half a minute)."""


def texts() -> Iterator[str]:
    with gzip.open(PAIRS, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % EVERY == 0:
                pair = json.loads(line)
                yield from (pair["before"], pair["after"])


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def check(policy: PolicyText) -> None:
    spans = [(one.start, one.end) for one in policy.sentences]
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    in_paragraphs = letters("".join(policy.quote(one) for one in policy.paragraphs))
    assert letters("".join(policy.quote(one) for one in policy.sentences)) == in_paragraphs
    assert all(quote == quote.strip() and len(quote) < 2500 for quote in map(policy.quote, policy.sentences))
    for one in policy.sentences:
        assert one.section == -1 or policy.headings[one.section].text == one.heading
        assert one.section == -1 or policy.headings[one.section].end <= one.start
        above = policy.stem(one)
        assert above is None or ((above.start, above.end) == one.stem and above.end <= one.start)


def test_every_word_is_in_one_sentence_and_every_place_is_exact() -> None:
    if not PAIRS.is_file():
        pytest.skip("the real policies are not beside this checkout")
    lengths = []
    for text in texts():
        policy = read_policy(text.encode(), "policy.md")
        check(policy)
        lengths += [one.end - one.start for one in policy.sentences]
    lengths.sort()
    assert 80 < lengths[len(lengths) // 2] < 140
    assert lengths[len(lengths) * 99 // 100] < 600
