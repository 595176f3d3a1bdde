"""Which sentence of the old version became which of the new one, where the words differ.

Within a gap of the alignment first, then across the whole text. Best likeness first, each sentence once; then what is
left over beside a pair and continues its words joins it, so that a sentence that was divided or joined stays together.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.notices.comparing.sequences import subsequence
from bot.notices.comparing.units import Unit

NEAR_IN_GAP, NEAR_ANYWHERE = 0.45, 0.6
"""Share of words in common and in the same order, of the mean length, from which on two sentences are one reworded."""

_CONTAINED, _CONTAINED_WORDS = 0.8, 5  # a sentence that was cut or continued: share of the shorter, and its words
_CONTINUES, _CONTINUED_WORDS = 0.7, 3  # a part of a divided sentence: share of its words that the whole still has
_SMALL = 400  # pairs; below it every pair of a gap is looked at
_CANDIDATES, _COMMON = 6, 40  # sentences to look at closely, and how many may have a word before it says nothing

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and any are as at be been but by can for from has have how if in into is it its may not of on "
        "or our ours s such than that the their them these they this those to us was we were what when where "
        "which who will with would you your yours do does all also other ",
    )
)
"""English words that stand in every text, whatever it says."""


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring units of one version and what they became; one each unless a sentence was divided or joined."""

    before: tuple[Unit, ...]
    after: tuple[Unit, ...]


@dataclass(slots=True)
class Pairs:
    """What was paired and what found no like."""

    groups: list[Group] = field(default_factory=list)
    alone_before: list[Unit] = field(default_factory=list)
    alone_after: list[Unit] = field(default_factory=list)


def paired(gaps: Iterable[tuple[Sequence[Unit], Sequence[Unit]]]) -> Pairs:
    """Pair what is like each other. Every unit that is given comes out exactly once."""
    result = Pairs()
    for before, after in gaps:
        groups = _matched(before, after, NEAR_IN_GAP)
        rest_before, rest_after = _rest(before, after, groups)
        groups = _joined(groups, rest_before, rest_after)
        rest_before, rest_after = _rest(before, after, groups)
        result.groups += groups
        result.alone_before += rest_before
        result.alone_after += rest_after
    across = _matched(result.alone_before, result.alone_after, NEAR_ANYWHERE)
    result.alone_before, result.alone_after = _rest(result.alone_before, result.alone_after, across)
    result.groups += across
    return result


def _rest(before: Iterable[Unit], after: Iterable[Unit], groups: Iterable[Group]) -> tuple[list[Unit], list[Unit]]:
    taken_before = {unit.place for group in groups for unit in group.before}
    taken_after = {unit.place for group in groups for unit in group.after}
    return (
        [unit for unit in before if unit.place not in taken_before],
        [unit for unit in after if unit.place not in taken_after],
    )


def _matched(before: Sequence[Unit], after: Sequence[Unit], near: float) -> list[Group]:
    """One to one, the most alike first; of equally like ones those that keep the order."""
    scored = [
        (-score, abs(one.place - other.place), one.place, other.place, one, other)
        for one, other in _candidates(before, after)
        if (score := likeness(one, other, near))
    ]
    scored.sort(key=lambda pair: pair[:4])
    taken_before: set[int] = set()
    taken_after: set[int] = set()
    groups: list[Group] = []
    for _, _, first, second, one, other in scored:
        if first not in taken_before and second not in taken_after:
            taken_before.add(first)
            taken_after.add(second)
            groups.append(Group((one,), (other,)))
    return groups


def likeness(one: Unit, other: Unit, near: float) -> float:
    """From 0 (another sentence) to 1: the share of words in common and in order. A heading is like headings only."""
    if one.heading is not other.heading:
        return 0.0
    total = len(one.words) + len(other.words)
    shorter = min(len(one.words), len(other.words))
    if 2 * shorter < near * total and shorter < _CONTAINED_WORDS:
        return 0.0
    common = subsequence().similarity(one.words, other.words)
    share = 2 * common / total
    contained = shorter >= _CONTAINED_WORDS and common >= _CONTAINED * shorter
    if share < near and not contained:
        return 0.0
    return share if _share_content(one.words, other.words) else 0.0


def _share_content(one: Collection[str], other: Collection[str]) -> bool:
    """Whether more than function words are in common."""
    return not FUNCTION_WORDS.issuperset(set(one) & set(other))


def _candidates(before: Sequence[Unit], after: Sequence[Unit]) -> Iterator[tuple[Unit, Unit]]:
    """Pairs worth a close look: all where there are few, else those that share the rarest words."""
    if len(before) * len(after) <= _SMALL:
        yield from ((one, other) for one in before for other in after)
        return
    holders: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in after:
        for word in dict.fromkeys(unit.words):
            holders[word].append(unit)
    by_place = {unit.place: unit for unit in after}
    for unit in before:
        found: Counter[int] = Counter()
        for word in dict.fromkeys(unit.words):
            if len(holders.get(word, ())) <= _COMMON:
                for holder in holders.get(word, ()):
                    found[holder.place] += 1
        for place, _ in found.most_common(_CANDIDATES):
            yield unit, by_place[place]


def _joined(groups: Sequence[Group], before: Sequence[Unit], after: Sequence[Unit]) -> list[Group]:
    """The groups with the units beside them that continue the words of their other side."""
    if not before and not after:
        return list(groups)
    grown: list[Group] = []
    left_before = {unit.place: unit for unit in before if not unit.heading}
    left_after = {unit.place: unit for unit in after if not unit.heading}
    for group in groups:
        wider_after = _grown(group.after, group.before, left_after)
        wider_before = _grown(group.before, group.after, left_before) if wider_after == group.after else group.before
        grown.append(Group(wider_before, wider_after))
    return grown


def _grown(side: tuple[Unit, ...], whole: Sequence[Unit], left: dict[int, Unit]) -> tuple[Unit, ...]:
    if side[0].place - 1 not in left and side[-1].place + 1 not in left:
        return side
    missing = Counter(word for unit in whole for word in unit.words)
    missing.subtract(word for unit in side for word in unit.words)
    missing = +missing
    while True:
        beside = [left[place] for place in (side[0].place - 1, side[-1].place + 1) if place in left]
        follower = next((unit for unit in beside if _continues(unit, missing)), None)
        if follower is None:
            return side
        del left[follower.place]
        missing.subtract(follower.words)
        missing = +missing
        side = (follower, *side) if follower.place < side[0].place else (*side, follower)


def _continues(unit: Unit, missing: Counter[str]) -> bool:
    common = (Counter(unit.words) & missing).total()
    return len(unit.words) >= _CONTINUED_WORDS and common >= _CONTINUES * len(unit.words)
