"""What a difference amounts to where a page lost its headings, or shows the day on which it is looked at."""

from datetime import date, timedelta

import pytest

from bot.notices.changes import DifferenceKind
from bot.notices.classing import class_of, is_fetch_date, lost_headings
from bot.notices.comparing.difference import compare
from tests.bot.notices.policies import read

DATED = "This policy takes effect on {}."
PARTS = {
    "Data": "We keep the name and the address of whoever signs up.",
    "Use": "Our support reads them in order to help.",
    "Sharing": "We never sell them to anyone at all.",
}
SEEN, LATER = date(2026, 3, 2), date(2026, 3, 5)


def text(day: date = SEEN, parts: dict[str, str] = PARTS, *, flat: bool = False) -> str:
    said = DATED.format(f"{day:%-d %B %Y}")
    return f"{said}\n\n" + "\n\n".join(one if flat else f"## {name}\n\n{one}" for name, one in parts.items()) + "\n"


def classed(before: str, after: str) -> DifferenceKind:
    one, other = read(before), read(after)
    return class_of(one, other, compare(one, other))


def test_headings_alone_that_are_lost_are_noise() -> None:
    assert lost_headings(read(text()), read(text(flat=True)))
    assert classed(text(), text(flat=True)) is DifferenceKind.NOISE
    turned = dict(reversed(PARTS.items()))
    assert classed(text(), text(parts=turned, flat=True)) is DifferenceKind.NOISE


def test_of_a_text_that_lost_its_headings_its_words_count() -> None:
    other = PARTS | {"Sharing": "We may sell them to partners of ours."}
    assert classed(text(), text(parts=other, flat=True)) is DifferenceKind.TEXT
    assert classed(text(), text(LATER, flat=True)) is DifferenceKind.DATE
    assert classed(text(), text(LATER, other, flat=True)) is DifferenceKind.TEXT


def test_headings_are_lost_where_there_were_some_and_are_none() -> None:
    two = dict(list(PARTS.items())[:2])
    assert not lost_headings(read(text(parts=two)), read(text(parts=two, flat=True)))
    assert not lost_headings(read(text()), read(text(parts=two)))
    assert classed(text(parts=two), text(parts=two, flat=True)) is not DifferenceKind.DATE


@pytest.mark.parametrize(
    ("named", "fetched", "is_one"),
    [
        ((0, 0), (0, 0), True),
        ((1, -1), (0, 0), True),  # in another zone
        ((2, 0), (0, 0), False),
        ((0, 2), (0, 0), False),
        ((0, 0), (0, 30), False),
    ],
)
def test_a_day_of_fetching_is_named_by_both_texts(
    named: tuple[int, int], fetched: tuple[int, int], *, is_one: bool
) -> None:
    texts = [read(text(day + timedelta(days=off))) for day, off in zip((SEEN, LATER), named, strict=True)]
    days = [day + timedelta(days=off) for day, off in zip((SEEN, LATER), fetched, strict=True)]
    assert is_fetch_date(compare(*texts), *days) is is_one


def test_other_words_are_no_day_of_fetching() -> None:
    other = PARTS | {"Sharing": "We may sell them to partners of ours."}
    assert not is_fetch_date(compare(read(text()), read(text(LATER, other))), SEEN, LATER)
    assert not is_fetch_date(compare(read(text()), read(text())), SEEN, LATER)
