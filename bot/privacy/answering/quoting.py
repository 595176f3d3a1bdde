"""What is quoted: whole sentences, with the list they begin or belong to and the conditions that follow them."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.privacy.answering.index import PolicyIndex
from bot.privacy.answering.leaning import adds, answers_an_invitation, goes_on, leans, limits, others
from bot.privacy.formats.blocks import CELL
from bot.privacy.text import Clause, PolicyText

MOST_QUOTES, MOST_CANDIDATES = 3, 5
_LONGEST = 450
"""Characters of a list item that is quoted whole, and of neighbouring sentences that are quoted as one passage."""

_FARTHEST = 3
"""Sentences back within which those are named that others are told from."""


def quotes(
    index: PolicyIndex, numbers: Sequence[int], beside: Collection[int] = (), asked: Collection[str] = ()
) -> tuple[Clause, ...]:
    """One to three quotes for units, best first: each with what must not be left away.

    `beside` are units that stand beside the first one and are quoted with it as one passage, if it stays short. `asked`
    are topics on which sentences belong together of which the second adds to the first.
    """
    found: list[tuple[int, int, str]] = []
    for place, number in enumerate(numbers):
        for start, end, heading in _with_company(index, number, beside if place == 0 else (), asked):
            _add(found, start, end, heading)
    for start, end, heading in _columns(index, found[:MOST_QUOTES]):
        _add(found, start, end, heading)
    return tuple(_clause(index.policy, *place) for place in found[:MOST_QUOTES])


def _columns(index: PolicyIndex, found: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The rows that name the columns of the tables that are quoted. Of two cells the first is what the second is on; of
    more, each may tell little by itself.
    """
    for unit in index.units:
        if unit.stem is None or not any(start <= unit.passage.start < end for start, end, _ in found):
            continue
        named = index.units[unit.stem].passage
        if index.policy.quote(named).count(CELL) > 1:
            yield named.start, named.end, named.heading


def _add(found: list[tuple[int, int, str]], start: int, end: int, heading: str) -> None:
    """Add a passage, or what of it is new to those that are there: nothing is quoted twice."""
    touched = [one for one in found if start < one[1] and one[0] < end]
    if not touched:
        found.append((start, end, heading))
        return
    starts, ends, headings = zip(*touched, strict=True)
    found[found.index(touched[0])] = (min(start, *starts), max(end, *ends), headings[0])
    for one in touched[1:]:
        found.remove(one)


def candidates(index: PolicyIndex, numbers: Iterable[int], asked: Collection[str] = ()) -> tuple[Clause, ...]:
    """What a person may choose from, best first: one of each paragraph or list, so that they differ. What only says
    what the policy is for comes last.
    """
    ordered = sorted(numbers, key=lambda number: index.units[number].introduces)
    found: dict[int, tuple[int, int, str]] = {}
    for number in (_whole(index, each) for each in ordered):
        if (paragraph := index.units[number].paragraph) in found:
            continue
        company = next(_with_company(index, number, (), asked))
        if not any(company[0] < end and start < company[1] for start, end, _ in found.values()):
            found[paragraph] = company
        if len(found) == MOST_CANDIDATES:
            break
    return tuple(_clause(index.policy, *place) for place in found.values())


def _whole(index: PolicyIndex, number: int) -> int:
    """The beginning of a unit's list, if that can be quoted whole: an item says nothing without it; else the unit."""
    stem = index.units[number].stem
    return number if stem is None or index.units[stem].bare or index.list_end(stem) is None else stem


def place(index: PolicyIndex, number: int) -> Clause:
    """A unit by itself."""
    passage = index.units[number].passage
    return _clause(index.policy, passage.start, passage.end, passage.heading)


def _with_company(
    index: PolicyIndex, number: int, beside: Collection[int], asked: Collection[str]
) -> Iterator[tuple[int, int, str]]:
    """The unit's place, with what goes on with it and those beside it; then that of its list's beginning."""
    unit = index.units[number]
    start, end = unit.passage.start, unit.passage.end
    whole = index.whole_item(number, _LONGEST)
    if unit.opens:
        end = max(end, index.list_end(number) or end)
    elif CELL in index.policy.quote(unit.passage):
        start, end = _rows_on_the_same(index, number)
    elif whole:
        start, end = whole
    else:
        start = _understood_from(index, number, asked)
        end = _going_on_to(index, number, start, asked)
    start, end = _together(index, start, end, beside)
    yield start, end, unit.passage.heading
    for above in index.stems(number):
        stem = index.units[above].passage
        if CELL not in index.policy.quote(stem):
            yield stem.start, stem.end, stem.heading
    condition = index.following(number)
    if condition and condition.passage.end > end and limits(index.policy.quote(condition.passage)):
        yield condition.passage.start, condition.passage.end, condition.passage.heading


def _rows_on_the_same(index: PolicyIndex, number: int) -> tuple[int, int]:
    """Where the rows of a table begin and end that are on what one of them is on, by its first cell, as far as they
    stay short: "Location | to find bikes | 30 days" and "Location | to count them | 1 year".
    """
    first = last = number
    on = _first_cell(index, number)
    while first and on == _first_cell(index, first - 1):
        first -= 1
    while last + 1 < len(index.units) and on == _first_cell(index, last + 1):
        last += 1
    start, end = index.units[first].passage.start, index.units[last].passage.end
    unit = index.units[number].passage
    return (start, end) if end - start <= _LONGEST else (unit.start, unit.end)


def _first_cell(index: PolicyIndex, number: int) -> tuple[str, int]:
    """What a row of a table is on, and its section."""
    passage = index.units[number].passage
    cell, bar, _ = index.policy.quote(passage).partition(CELL)
    return (cell if bar else "", passage.section)


def _understood_from(index: PolicyIndex, number: int, asked: Collection[str]) -> int:
    """Where a unit begins with the sentences that it leans on, as far as it stays short."""
    end, before = index.units[number].passage.end, number - 1
    while before >= 0 and end - index.units[before].passage.start <= _LONGEST and _leans_on(index, number, asked):
        number, before = before, before - 1
    return _from_those(index, number, end)


def _from_those(index: PolicyIndex, number: int, end: int) -> int:
    """Where a unit that speaks of others begins with the nearest sentence of its paragraph that speaks of the first."""
    unit = index.units[number]
    named = others(index.policy.quote(unit.passage))
    for before in reversed(index.units[max(0, number - _FARTHEST) : number]):
        if named is None or before.paragraph != unit.paragraph or end - before.passage.start > _LONGEST:
            break
        if named[:-1] in index.policy.quote(before.passage).lower():
            return before.passage.start
    return unit.passage.start


def _leans_on(index: PolicyIndex, number: int, asked: Collection[str]) -> bool:
    """Whether a unit is not understood without the one before it, or adds to it on one of these topics."""
    unit, before = index.units[number], index.units[number - 1]
    quote = index.policy.quote(unit.passage)
    if unit.paragraph != before.paragraph or CELL in quote:
        return False
    if before.bare:
        return answers_an_invitation(index.policy.quote(before.passage), quote)
    return leans(quote) or (adds(quote) and not before.direct.isdisjoint(asked))


def _going_on_to(index: PolicyIndex, number: int, start: int, asked: Collection[str]) -> int:
    """Where a unit ends with the sentences that limit it, go on with it or add to it, as far as it stays short."""
    while (following := index.following(number)) and following.passage.end - start <= _LONGEST:
        quote = index.policy.quote(following.passage)
        if not goes_on(quote) and (not adds(quote) or following.direct.isdisjoint(asked)):
            break
        number += 1
    return index.units[number].passage.end


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
