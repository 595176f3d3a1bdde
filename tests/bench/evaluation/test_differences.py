"""The yardstick of differences, and that it finds what a bad difference leaves out."""

from dataclasses import replace

import pytest

from bench.evaluation.difference_times import by_word, times
from bench.evaluation.differences import Comparison, Pair, compared, figures, heading_above, normal, sentences
from bot.notices.comparing.difference import Difference, DifferenceKind, compare
from bot.privacy.text import PolicyText, read_policy

BEFORE = """# Privacy

## Sharing

We never sell your data. We share it with our printer. See https://a.example/x for more.

## Keeping

We keep it for 30 days. Write to us.
"""
AFTER = BEFORE.replace("We never sell your data. ", "").replace("30 days", "90 days")
NOISE = BEFORE.replace("https://a.example/x", "https://b.example/y").replace("We share", "WE  SHARE")


def read(text: str) -> PolicyText:
    return read_policy(text.encode(), "policy.md")


def pair(before: str, after: str, *, technical: bool = False) -> Pair:
    return Pair("Example", "2026-01-01", technical, read(before), read(after), (before, after))


CHANGED = pair(BEFORE, AFTER)


def test_a_sentence_is_its_words_without_links() -> None:
    assert normal("See [here](https://a.example) – NOW: www.b.example.") == "see here now"
    assert sentences(read(BEFORE)) == sentences(read(NOISE))


def test_a_good_difference_finds_all() -> None:
    found = compared(CHANGED)
    assert (found.gone, found.gone_told, found.gone_listed) == (2, 2, 0)
    assert (found.come, found.come_told, found.come_listed) == (1, 1, 0)
    assert found.alarm
    assert not found.missed
    assert found.changes == found.attributed == 2


def without_the_first(before: PolicyText, after: PolicyText) -> Difference:
    whole = compare(before, after)
    return replace(whole, changes=whole.changes[1:])


def silent(before: PolicyText, after: PolicyText) -> Difference:
    return Difference(before.hash, after.hash, DifferenceKind.NOISE)


def under_no_section(before: PolicyText, after: PolicyText) -> Difference:
    whole = compare(before, after)
    changes = [
        replace(
            change,
            before=change.before and replace(change.before, section=""),
            after=change.after and replace(change.after, section=""),
        )
        for change in whole.changes
    ]
    return replace(whole, changes=tuple(changes))


def test_a_sentence_left_out_is_seen() -> None:
    found = compared(CHANGED, without_the_first)
    assert found.gone_told + found.gone_listed < found.gone


def test_a_change_called_noise_is_seen() -> None:
    found = compared(CHANGED, silent)
    assert found.missed
    assert not found.alarm


def test_a_change_under_the_wrong_section_is_seen() -> None:
    found = compared(CHANGED, under_no_section)
    assert (found.changes, found.attributed) == (2, 0)


def test_noise_raises_no_alarm() -> None:
    found = compared(pair(BEFORE, NOISE, technical=True))
    assert found.noise_only
    assert not found.alarm
    assert not found.missed


def test_the_heading_above() -> None:
    policy = read(BEFORE)
    assert heading_above(policy, policy.text.index("We keep")) == "Keeping"
    assert heading_above(policy, policy.text.index("We never")) == "Sharing"
    assert heading_above(read("No heading here."), 0) == ""


def value(found: list[Comparison], name: str) -> float:
    return next(row.value for row in figures(found) if row.name == f"differences, {name}")


def test_the_rows_count_alarms_and_recall() -> None:
    noise = compared(pair(BEFORE, NOISE, technical=True))
    alarmed = replace(noise, kind=DifferenceKind.TEXT)
    lacking = compared(CHANGED, without_the_first)
    found = [noise, alarmed, lacking]
    assert value(found, "alarms, technical pairs that differ only in noise") == 1
    assert value(found, "alarms, all technical pairs") == 1
    assert value(found, "alarms, change pairs") == 1
    assert value(found, "removed or reworded sentences found") == 0.5
    assert value([compared(CHANGED)], "removed or reworded sentences found") == 1
    assert value([compared(CHANGED, silent)], "changes not told") == 1


@pytest.mark.parametrize("repeated", [1, 1100])
def test_only_long_versions_are_timed(repeated: int) -> None:
    long = pair(BEFORE + "We write words here that nobody reads at all.\n\n" * repeated, AFTER)
    steps: list[None] = []
    rows = times([long], 1, lambda: steps.append(None))
    assert len(rows) == len(steps) * 5
    assert bool(rows) is (repeated > 1)
    assert all(row.value > 0 for row in rows)


def test_the_floor_pairs_a_reworded_sentence_with_the_one_most_like_it() -> None:
    old = ["We sell nothing.", "We keep it for 30 days.", "Write to us."]
    new = ["We bake cakes and bread.", "We keep it for 90 days.", "Write to us."]
    assert [[kind for kind, *_ in found] for found in by_word(old, new)] == [[], ["equal", "replace", "equal"]]
