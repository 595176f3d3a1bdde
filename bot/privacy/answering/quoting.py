"""What is quoted: whole sentences, with the list they begin or belong to and the conditions that follow them."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.privacy.answering.index import PolicyIndex
from bot.privacy.text import Clause, PolicyText

MOST_QUOTES, MOST_CANDIDATES = 3, 5
_LONGEST_LIST = 700
"""Characters of a list that is quoted whole; of a longer one the beginning and what answers best."""
_LONGEST_ITEM = 450
"""Characters of a list item that is quoted whole, and of neighbouring sentences that are quoted as one passage."""
_GOES_ON = re.compile(
    r"(?:for example|for instance|"
    r"(?:this|these|it|they|such|examples)\b[^.]{0,60}\b(?:includes?|including|means?|are|covers?)\b|"
    r"for the most part|in particular|specifically|namely)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:however|except|unless|notwithstanding|nevertheless|but|that said|the (?:only )?exceptions?|this does not|"
    r"these (?:rights|limits) (?:do not|may)|exceptions?|only (?:if|when|where)|provided that|in (?:such|some|certain|"
    r"limited) (?:a )?(?:cases?|circumstances)|in exceptional)\b",
    re.IGNORECASE,
)


def quotes(index: PolicyIndex, numbers: Sequence[int], beside: Collection[int] = ()) -> tuple[Clause, ...]:
    """One to three quotes for units, best first: each with what must not be left away.

    `beside` are units that stand beside the first one and are quoted with it as one passage, if it stays short.
    """
    found: list[tuple[int, int, str]] = []
    for place, number in enumerate(numbers):
        for start, end, heading in _with_company(index, number, beside if place == 0 else ()):
            if not any(start >= first and end <= last for first, last, _ in found):
                found.append((start, end, heading))
    return tuple(_clause(index.policy, *place) for place in found[:MOST_QUOTES])


def candidates(index: PolicyIndex, numbers: Iterable[int]) -> tuple[Clause, ...]:
    """What a person may choose from, best first: one of each paragraph, so that they differ."""
    found: dict[str, Clause] = {}
    paragraphs: set[int] = set()
    for number in numbers:
        if index.units[number].paragraph in paragraphs:
            continue
        paragraphs.add(index.units[number].paragraph)
        start, end, heading = next(_with_company(index, number))
        clause = _clause(index.policy, start, end, heading)
        found.setdefault(clause.quote, clause)
        if len(found) == MOST_CANDIDATES:
            break
    return tuple(found.values())


def place(index: PolicyIndex, number: int) -> Clause:
    """A unit by itself."""
    passage = index.units[number].passage
    return _clause(index.policy, passage.start, passage.end, passage.heading)


def _with_company(index: PolicyIndex, number: int, beside: Collection[int] = ()) -> Iterator[tuple[int, int, str]]:
    """The unit's place, with those beside it; then that of its list's beginning, and of a condition that follows it."""
    unit = index.units[number]
    start, end = unit.passage.start, unit.passage.end
    if unit.opens:
        end = max(end, _list_end(index, number))
    elif unit.stem is not None and index.item(number).end - index.item(number).start <= _LONGEST_ITEM:
        start, end = index.item(number).start, index.item(number).end
    else:
        end = _going_on(index, number)
    start, end = _together(index, start, end, beside)
    yield start, end, unit.passage.heading
    if unit.stem is not None:
        stem = index.units[unit.stem].passage
        yield stem.start, stem.end, stem.heading
    following = index.following(number)
    if following and _CONDITION.match(index.policy.quote(following.passage)):
        yield following.passage.start, following.passage.end, following.passage.heading


def _together(index: PolicyIndex, start: int, end: int, beside: Collection[int]) -> tuple[int, int]:
    """The place that takes in the units beside it, as far as it stays short."""
    for number in sorted(beside):
        passage = index.units[number].passage
        wider = min(start, passage.start), max(end, passage.end)
        if wider[1] - wider[0] <= _LONGEST_ITEM:
            start, end = wider
    return start, end


def _going_on(index: PolicyIndex, number: int) -> int:
    """Where the sentence ends that says more of the same ("This includes …"), else the unit's own end."""
    end = index.units[number].passage.end
    following = index.following(number)
    if following and index.units[number].bare:
        return following.passage.end
    if following and _GOES_ON.match(index.policy.quote(following.passage)):
        return following.passage.end
    return end


def _list_end(index: PolicyIndex, number: int) -> int:
    """Where the list that a unit begins ends, if it is short enough to be quoted whole; else the unit's own end."""
    start, end = index.units[number].passage.start, index.units[number].passage.end
    for item in index.units[number + 1 :]:
        if item.stem != number:
            break
        end = item.passage.end
    if end == index.units[number].passage.end and number + 1 < len(index.units):
        end = index.item(number + 1).end
    return end if end - start <= _LONGEST_LIST else index.units[number].passage.end


def _clause(policy: PolicyText, start: int, end: int, heading: str) -> Clause:
    return Clause(policy.text[start:end], heading, start, end, policy.hash)
