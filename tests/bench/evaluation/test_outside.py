"""Measurers that read Markdown in ways of their own find what is told, and see what is left out."""

import pytest

from bench.evaluation.outside import MEASURERS, Measurer, figures, measured
from bot.notices.comparing.difference import compare
from bot.notices.rendering import rows
from bot.privacy.text import read_policy

BEFORE = """# Privacy

**Sharing.** We never [sell](https://a.example) your data. We share it with our printer.

| Data | Why |
| --- | --- |
| Name | To write to you.<br>To bill you. |
| Phone number | To call you. |

## Keeping

We keep it for 30 days. Write to us.
"""
AFTER = (
    BEFORE.replace("We never [sell](https://a.example) your data. ", "")
    .replace("30 days", "90 days")
    .replace("| Phone number | To call you. |\n", "")
    .replace("<br>To bill you.", "")
)


def told(before: str, after: str) -> list[dict[str, str | None]]:
    return rows(compare(*(read_policy(text.encode(), "policy.md") for text in (before, after))))


@pytest.mark.parametrize("measurer", MEASURERS, ids=lambda one: one.name)
def test_what_is_told_is_found(measurer: Measurer) -> None:
    found = measured(measurer, BEFORE, AFTER, told(BEFORE, AFTER))
    assert len(found.removed) >= 3
    assert found.removed_missed == found.added_missed == frozenset()


@pytest.mark.parametrize("measurer", MEASURERS, ids=lambda one: one.name)
def test_what_is_left_out_is_seen(measurer: Measurer) -> None:
    few = [row for row in told(BEFORE, AFTER) if "30 days" not in str(row["before"])]
    found = measured(measurer, BEFORE, AFTER, few)
    assert found.removed_missed == {"we keep it for 30 days"}
    assert found.added_missed == {"we keep it for 90 days"}


def test_the_rows_are_shares_of_all_sentences() -> None:
    found = {one.name: measured(one, BEFORE, AFTER, []) for one in MEASURERS}
    nothing, all_told = figures([found]), figures([])
    assert [row.value for row in nothing] == [0.0] * 6
    assert [row.value for row in all_told] == [1.0] * 6
    assert {row.cases for row in all_told} == {0}
