"""[review] and [unusual]: what the file says is what applies, and what can't be is told with its mend."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.audit.reviews.unusual import Least, Rule, Thresholds
from bot.audit.weekly.digest import DigestTime
from bot.configuration.faults import ConfigurationInvalid
from bot.configuration.values import Configuration
from bot.settings import load_configuration

ROOT = Path(__file__).parents[3]
REFERENCE = (ROOT / "steward.toml").read_text(encoding="utf-8")


def loaded(tmp_path: Path, *changes: tuple[str, str]) -> Configuration:
    text = REFERENCE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "steward.toml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(path)


def without_tables(text: str) -> str:
    parts = text.split("\n[")
    return "\n[".join(part for part in parts if not part.startswith(("review]", "unusual]")))


def test_the_reference_company_has_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "steward.toml"
    path.write_text(without_tables(REFERENCE), encoding="utf-8")
    bare, full = load_configuration(path), load_configuration(ROOT / "steward.toml")
    assert (bare.review, bare.unusual, bare.digest) == (full.review, full.unusual, full.digest)
    assert full.unusual == Thresholds()


def test_each_value_reaches_what_uses_it(tmp_path: Path) -> None:
    made = loaded(
        tmp_path,
        ("share = 0.05", "share = 1"),
        ('answer_within = "2d"', 'answer_within = "6h"'),
        ('day = "monday", at = "08:30"', 'day = "friday", at = "16:00"'),
        ('accounts = 15, within = "1h", times = 3', 'accounts = 5, within = "30m", times = 2'),
        ("off = []", 'off = ["refusals"]'),
        ('start = "07:00"', 'start = "22:00"'),
    )
    assert (made.review.share, made.review.answer_within) == (1.0, timedelta(hours=6))
    assert made.digest == DigestTime(4, time(16))
    assert (made.unusual.breadth, made.unusual.times) == (Least(5, timedelta(minutes=30)), 2)
    assert made.unusual.off == {Rule.REFUSALS}
    assert made.unusual.working_hours.start == time(22)
    assert made.review.channels == {"approvals", "privacy", "audit"}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("share = 0.05", "share = 5", "is no share"),
        ("share = 0.05", 'share = "5%"', "is no share"),
        ("share = 0.05", "share = true", "is no share"),
        ("share = 0.05", "share = nan", "is no share"),
        ("accounts = 15", "accounts = 0", "is no threshold"),
        ("accounts = 15", "accounts = 1.5", "is no threshold"),
        ('within = "12h"', 'within = "30d"', "longest window"),
        ('day = "monday"', 'day = "Moonday"', "is not possible here"),
        ("off = []", 'off = ["refusal"]', "is not possible here"),
        ("looks = 3", "look = 3", "is not a key of"),
        ('start = "07:00"', 'start = "7 o\'clock"', "is not a time of day"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, before: str, after: str, words: str) -> None:
    with pytest.raises(ConfigurationInvalid, match=words) as told:
        loaded(tmp_path, (before, after))
    assert told.value.faults[0].line is not None
