"""What is quoted: whole sentences, with the list they begin or belong to and the conditions that follow them."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.privacy.answering.index import PolicyIndex
from bot.privacy.text import Clause, PolicyText

MOST_QUOTES, MOST_CANDIDATES = 3, 5
_LONGEST = 450
"""Characters of a list item that is quoted whole, and of neighbouring sentences that are quoted as one passage."""
_GOES_ON = re.compile(
    r"(?:for example|for instance|examples\b[^.]{0,60}\b(?:includes?|including|means?|are|covers?)|for the most part|"
    r"in particular|specifically|namely)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:however|except|unless|notwithstanding|nevertheless|but|yet|otherwise|instead|that said|exceptions?|only|"
    r"provided that|in (?:such|some|certain|limited|that|this|these|those) (?:a )?(?:cases?|circumstances|event)|"
    r"in exceptional|until then|before (?:that|then)|after (?:that|this)|thereafter|afterwards|even (?:then|so)|"
    r"if (?:so|not|it|they|this|that|you do(?: not|n['’]t)?)|the (?:only )?exceptions?|"
    r"the same (?:holds|applies|goes|is)|"
    r"nor|neither|either|both|none of (?:it|them|this|these|those|that)|not even)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"(?:(?:it|they|them|its|their|these|those|such|he|she)\b|"
    r"(?:this|that)\b(?! (?:\w+ )?(?:policy|notice|statement|page|section|document|website|site|declaration)\b))",
    re.IGNORECASE,
)
"""How a sentence begins that limits or goes on with the one before it, and is not understood without it."""


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
    """The unit's place, with what goes on with it and those beside it; then that of its list's beginning."""
    unit = index.units[number]
    start, end = unit.passage.start, unit.passage.end
    if unit.opens:
        end = max(end, index.list_end(number) or end)
    elif unit.stem is not None and index.item(number).end - index.item(number).start <= _LONGEST:
        start, end = index.item(number).start, index.item(number).end
    else:
        start, end = _understood(index, number)
    start, end = _together(index, start, end, beside)
    yield start, end, unit.passage.heading
    if unit.stem is not None and not index.units[unit.stem].bare:
        stem = index.units[unit.stem].passage
        yield stem.start, stem.end, stem.heading
    condition = index.following(number)
    if condition and condition.passage.end > end and _CONDITION.match(index.policy.quote(condition.passage)):
        yield condition.passage.start, condition.passage.end, condition.passage.heading


def _understood(index: PolicyIndex, number: int) -> tuple[int, int]:
    """The place of a unit with the sentence that it points back to, and with those that limit it or go on with it
    ("However, …", "It …"), as long as it stays short.
    """
    passage = index.units[number].passage
    start, end = passage.start, passage.end
    before = index.preceding(number)
    if before and not before.bare and _POINTS_BACK.match(index.policy.text[start:end]):
        start = before.passage.start if end - before.passage.start <= _LONGEST else start
    following = index.following(number)
    while following and _goes_on(index.policy.quote(following.passage)) and following.passage.end - start <= _LONGEST:
        number, end = number + 1, following.passage.end
        following = index.following(number)
    return start, end


def _goes_on(quote: str) -> bool:
    return any(pattern.match(quote) for pattern in (_CONDITION, _POINTS_BACK, _GOES_ON))


def _together(index: PolicyIndex, start: int, end: int, beside: Collection[int]) -> tuple[int, int]:
    """The place that takes in the units beside it, as far as it stays short."""
    for number in sorted(beside):
        passage = index.units[number].passage
        wider = min(start, passage.start), max(end, passage.end)
        if wider[1] - wider[0] <= _LONGEST:
            start, end = wider
    return start, end


def _clause(policy: PolicyText, start: int, end: int, heading: str) -> Clause:
    return Clause(policy.text[start:end], heading, start, end, policy.hash)
