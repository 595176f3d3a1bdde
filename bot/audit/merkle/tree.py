"""The Merkle tree over the ledger's entries, as RFC 6962 section 2.1 and RFC 9162 section 2.1 have it. Pure.

All hashes are SHA-256, 32 bytes. A tree of n leaves is remembered as its frontier: the roots of the perfect subtrees
that its size is made of, the largest first (for 11 leaves: of 8, of 2 and of 1).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from itertools import islice
from typing import Final, NamedTuple

HASH_BYTES: Final = 32
SIZE_BYTES: Final = 8
EMPTY_ROOT: Final = sha256(b"").digest()
BATCH: Final = 4096  # leaves hashed at once: enough to work by levels, few enough to stay in the cache

Subtree = Callable[[int, int], bytes]
"""The root of the perfect subtree at (level, index): of the leaves from index·2^level up to (index + 1)·2^level."""

ReadLeaves = Callable[[int, int], Iterable[bytes]]
"""The leaf hashes from an index up to another, the latter excluded, in order."""


class Node(NamedTuple):
    """Where a perfect subtree stands: level 0 are the leaves, and `at` counts within the level."""

    level: int
    at: int


class Span(NamedTuple):
    """A run of leaves, `end` excluded, that is a subtree of the tree's own; perhaps a ragged one at its right edge."""

    start: int
    end: int


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """The leaf hash of each entry, in order."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, small enough to keep in a row. Raises ValueError when peaks and size do not agree."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has not {len(self.peaks)} peaks")
        if any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError(f"a peak has {HASH_BYTES} bytes")

    def root(self) -> bytes:
        """The tree's root hash; of no leaves, the hash of nothing."""
        return _folded(self.peaks) if self.peaks else EMPTY_ROOT

    def append(self, leaf: bytes) -> "Frontier":
        """The tree with one leaf hash more."""
        return self.grow([leaf])[0]

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The tree with these leaf hashes more, however many; memory stays flat."""
        grown, waiting = self, iter(leaves)
        while batch := list(islice(waiting, BATCH)):
            grown, _ = grown.grow(batch)
        return grown

    def grow(self, leaves: Sequence[bytes]) -> tuple["Frontier", tuple[list[bytes], ...]]:
        """The tree with these leaf hashes more, and every perfect subtree that they completed, by level.

        The first hash of level l stands at index `size >> l`; level 0 are the leaves themselves.
        """
        waiting, left_over, made = list(self.peaks), [], []
        level, size_here = list(leaves), self.size
        while level or size_here:
            if level:
                made.append(level)
            pairs = [waiting.pop(), *level] if size_here & 1 else level
            if len(pairs) & 1:
                left_over.append(pairs[-1])
            level, size_here = _pairs_hashed(pairs), size_here >> 1
        return Frontier(self.size + len(leaves), tuple(reversed(left_over))), tuple(made)

    def to_bytes(self) -> bytes:
        """The size as 8 bytes, big-endian, then the peaks; at most 8 + 32·63 bytes."""
        return self.size.to_bytes(SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Frontier":
        """What `to_bytes` wrote. Raises ValueError for anything else."""
        size, rest = int.from_bytes(stored[:SIZE_BYTES], "big"), stored[SIZE_BYTES:]
        if len(stored) < SIZE_BYTES or len(rest) != size.bit_count() * HASH_BYTES:
            raise ValueError("these bytes are no frontier")
        return cls(size, tuple(rest[at : at + HASH_BYTES] for at in range(0, len(rest), HASH_BYTES)))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root hash of the tree over these leaf hashes."""
    return Frontier().extend(leaves).root()


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The subtrees whose roots prove that a leaf is in a tree of `size`, in the proof's order (RFC 9162, 2.1.3.1).

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The subtrees whose roots prove that a tree of `new` leaves extends its first `old`, in order (RFC 9162, 2.1.4.1).

    None are needed when the sizes are equal or the old tree is empty. Raises ValueError when the old one is larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not extend one of {old}")
    if old in (0, new):
        return []
    spans, start, end, known = [], 0, new, True
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start, known = middle, False
    if not known:
        spans.append(Span(start, end))
    return spans[::-1]


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The audit path of a leaf, from the bottom up. Raises ValueError when there is no such leaf."""
    return [_root(span, subtree) for span in inclusion_spans(index, size)]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """The proof that a tree of `new` leaves extends its first `old`. Raises ValueError when the old one is larger."""
    return [_root(span, subtree) for span in consistency_spans(old, new)]


def from_leaves(read: ReadLeaves) -> Subtree:
    """Subtrees computed from the leaves themselves, for where no inner nodes are stored."""
    return lambda level, index: root_of(read(index << level, index + 1 << level))


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves that `leaf` stands at `index` in the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *path):
        return False
    position, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            reached = node_hash(sibling, reached)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and reached == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the new tree begins with the old one (RFC 9162, 2.1.4.2).

    The RFC leaves two cases open: equal sizes need equal roots, an empty old tree needs its root, and no path is
    allowed for either.
    """
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *path):
        return False
    if old in (0, new):
        return not path and old_root == (new_root if old == new else EMPTY_ROOT)
    steps = list(path) if old & (old - 1) else [old_root, *path]
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    return bool(path) and _both_roots(steps, position, last) == (old_root, new_root)


def _both_roots(steps: Sequence[bytes], position: int, last: int) -> tuple[bytes, bytes] | None:
    """The old and the new root that a consistency proof leads to, or None when it is too long or too short."""
    old_side = new_side = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old_side, new_side = node_hash(step, old_side), node_hash(step, new_side)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_side = node_hash(new_side, step)
        position, last = position >> 1, last >> 1
    return (old_side, new_side) if last == 0 else None


def _pairs_hashed(nodes: Sequence[bytes]) -> list[bytes]:
    """The hash of each two neighbours; an odd one at the end is left out."""
    each = iter(nodes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=False)]


def _folded(peaks: Sequence[bytes]) -> bytes:
    """One root over perfect subtrees that stand side by side, the largest first."""
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))


def _split(width: int) -> int:
    """The largest power of two smaller than `width` (RFC 6962's k), for two leaves or more."""
    return 1 << (width - 1).bit_length() - 1


def _nodes(span: Span) -> Iterator[Node]:
    start, width = span.start, span.end - span.start
    for level in range(width.bit_length() - 1, -1, -1):
        if width >> level & 1:
            yield Node(level, start >> level)
            start += 1 << level


def _root(span: Span, subtree: Subtree) -> bytes:
    return _folded([subtree(*node) for node in _nodes(span)])


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
