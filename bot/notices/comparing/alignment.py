"""Which sentences of one version are which of the other: kept, moved, repeated, divided otherwise, reworded, or alone.

The longest common subsequence of equal sentences holds the two texts together; what lies between is compared closer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.notices.comparing.likeness import Group, paired
from bot.notices.comparing.sequences import subsequence
from bot.notices.comparing.units import Outline, Unit


@dataclass(slots=True)
class Alignment:
    """Everything that is not to the last character in its place. A unit that is not stands in exactly one list.

    `kept` has the same words in its place.
    """

    kept: list[tuple[Unit, Unit]] = field(default_factory=list)
    moved: list[tuple[Unit, Unit]] = field(default_factory=list)
    divided: list[Group] = field(default_factory=list)
    reworded: list[Group] = field(default_factory=list)
    removed: list[Unit] = field(default_factory=list)
    added: list[Unit] = field(default_factory=list)
    repeated_before: list[Unit] = field(default_factory=list)
    repeated_after: list[Unit] = field(default_factory=list)
    redivided_before: list[Unit] = field(default_factory=list)
    redivided_after: list[Unit] = field(default_factory=list)

    def turned(self) -> "Alignment":
        """The same the other way round."""
        return Alignment(
            [(one, other) for other, one in self.kept],
            [(one, other) for other, one in self.moved],
            [Group(group.after, group.before) for group in self.divided],
            [Group(group.after, group.before) for group in self.reworded],
            self.added,
            self.removed,
            self.repeated_after,
            self.repeated_before,
            self.redivided_after,
            self.redivided_before,
        )


@dataclass(slots=True)
class _Gap:
    before: list[Unit]
    after: list[Unit]


def align(before: Outline, after: Outline) -> Alignment:
    """Hold every unit of one version against those of the other.

    Where several alignments are equally good, the same one is found in both directions: what was added from A to B was
    removed from B to A.
    """
    if before.keys > after.keys:
        return _aligned(after, before).turned()
    return _aligned(before, after)


def _aligned(before: Outline, after: Outline) -> Alignment:
    result = Alignment()
    gaps = list(_gaps(before, after, result))
    for gap in gaps:
        _take_divided(gap, result)
    _take_moved(gaps, before, after, result)
    _take_redivided(gaps, before, after, result)
    for gap in gaps:
        _take_divided(gap, result)
    pairs = paired([(gap.before, gap.after) for gap in gaps])
    result.reworded = pairs.groups
    result.removed, result.added = pairs.alone_before, pairs.alone_after
    return result


def _gaps(before: Outline, after: Outline, result: Alignment) -> Iterator[_Gap]:
    """What lies between runs of equal units."""
    blocks = subsequence().opcodes(before.keys, after.keys).as_matching_blocks()
    first = second = 0
    for block in blocks:
        if block.a > first or block.b > second:
            yield _Gap(list(before.units[first : block.a]), list(after.units[second : block.b]))
        first, second = block.a + block.size, block.b + block.size
        if before.looks[block.a : first] != after.looks[block.b : second]:
            both = zip(before.units[block.a : first], after.units[block.b : second], strict=True)
            result.kept += [pair for pair in both if pair[0].look != pair[1].look]


def _take_moved(gaps: Iterable[_Gap], before: Outline, after: Outline, result: Alignment) -> None:
    """Take out of the gaps what stands elsewhere in the other version: moved, or there more often than before."""
    keys_before, keys_after = before.known, after.known
    waiting: defaultdict[str, list[Unit]] = defaultdict(list)
    for gap in gaps:
        for unit in gap.after:
            waiting[unit.key].append(unit)
    arrived: set[int] = set()
    for gap in gaps:
        gone = [unit for unit in gap.before if unit.key in keys_after]
        gap.before = [unit for unit in gap.before if unit.key not in keys_after]
        for unit in gone:
            if waiting[unit.key]:
                target = waiting[unit.key].pop(0)
                arrived.add(target.place)
                result.moved.append((unit, target))
            else:
                result.repeated_before.append(unit)
    for gap in gaps:
        result.repeated_after += [u for u in gap.after if u.key in keys_before and u.place not in arrived]
        gap.after = [unit for unit in gap.after if unit.key not in keys_before]


def _take_redivided(gaps: Iterable[_Gap], before: Outline, after: Outline, result: Alignment) -> None:
    """Take out of the gaps the sentences each of whose lines stands in the other version, in other sentences."""
    lines_before, lines_after = before.lines, after.lines
    for gap in gaps:
        result.redivided_before += [unit for unit in gap.before if lines_after.issuperset(unit.lines)]
        result.redivided_after += [unit for unit in gap.after if lines_before.issuperset(unit.lines)]
        gap.before = [unit for unit in gap.before if not lines_after.issuperset(unit.lines)]
        gap.after = [unit for unit in gap.after if not lines_before.issuperset(unit.lines)]


def _take_divided(gap: _Gap, result: Alignment) -> None:
    """Take out of a gap the runs of sentences that say the same words and are only divided otherwise."""
    if not gap.before or not gap.after:
        return
    if _letters(gap.before) == _letters(gap.after):
        result.divided.append(Group(tuple(gap.before), tuple(gap.after)))
        gap.before, gap.after = [], []
        return
    taken_before: set[int] = set()
    taken_after: set[int] = set()
    for group in _equal_runs(gap):
        taken_before.update(unit.place for unit in group.before)
        taken_after.update(unit.place for unit in group.after)
        result.divided.append(group)
    gap.before = [unit for unit in gap.before if unit.place not in taken_before]
    gap.after = [unit for unit in gap.after if unit.place not in taken_after]


def _letters(units: Iterable[Unit]) -> str:
    return "".join(word for unit in units for word in unit.words)


def _equal_runs(gap: _Gap) -> Iterator[Group]:
    """Between two places where a sentence begins in both versions and all words are equal lies an equal run."""
    starts_before, starts_after = _starts(gap.before), _starts(gap.after)
    words_before = [word for unit in gap.before for word in unit.words]
    words_after = [word for unit in gap.after for word in unit.words]
    for block in subsequence().opcodes(words_before, words_after).as_matching_blocks():
        shift = block.b - block.a
        common = [
            at for at in range(block.a, block.a + block.size + 1) if _begin(at, shift, starts_before, starts_after)
        ]
        for start, end in pairwise(common):
            olds = tuple(gap.before[starts_before[start] : starts_before[end]])
            news = tuple(gap.after[starts_after[start + shift] : starts_after[end + shift]])
            if [unit.key for unit in olds] != [unit.key for unit in news]:
                yield Group(olds, news)


def _begin(at: int, shift: int, before: dict[int, int], after: dict[int, int]) -> bool:
    return at in before and at + shift in after


def _starts(units: Sequence[Unit]) -> dict[int, int]:
    """The words, counted from the first, with which a unit begins, and its index; the end of all counts as one."""
    starts: dict[int, int] = {}
    at = 0
    for index, unit in enumerate(units):
        starts[at] = index
        at += len(unit.words)
    starts[at] = len(units)
    return starts
