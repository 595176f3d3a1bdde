"""What the integrator decides: whether the ledger is as it was signed, and what it becomes with what waits. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from bot.audit.faults import Fault, entries_of
from bot.audit.found import Kind, Mismatch
from bot.audit.integration.integrated import STORED_EVERY, StoredCheckpoint
from bot.audit.merkle.checkpoints import Checkpoint, read_checkpoint
from bot.audit.merkle.notes import Signer, VerifierKey
from bot.audit.merkle.tree import Frontier
from bot.audit.rows import EntryRow, row_fault, row_state
from bot.audit.states import state_of

WIDTH: Final = 1 << STORED_EVERY
Tails = Mapping[int, Sequence[bytes]]
"""For each stored level (0, 8, 16 …) up to one above the tree's top: the hashes after its last full group of 256."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The ledger's signer, and the keys that it signed with before; checkpoints of any of them are its own."""

    signer: Signer
    former: tuple[VerifierKey, ...] = ()

    @property
    def all(self) -> tuple[VerifierKey, ...]:
        """Every key whose checkpoints are trusted, the present one first."""
        return (self.signer.key, *self.former)


class Waiting(NamedTuple):
    """A mark: the entry it is for, its rows (None: there are none), and whether it stands in the tree already."""

    entry_id: str
    row: EntryRow | None
    integrated: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """The largest tree that this process knows to have been signed."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the database says at one moment: the last checkpoint, the tree's edge, and what waits, in order of ids.

    `root_then` is the root of its first entries, as many as the reader has seen signed; None when they are not there.
    """

    base: StoredCheckpoint | None
    tails: Tails
    waiting: tuple[Waiting, ...]
    root_then: bytes | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """What is to be written at once: the checkpoint, the new leaves and inner nodes, and the marks to take away.

    `leaves` are (index, entry id, hash), `nodes` (level, index, hash). `again` are marks of entries that have an index
    already.
    """

    checkpoint: StoredCheckpoint
    leaves: tuple[tuple[int, str, bytes], ...]
    nodes: tuple[tuple[int, int, bytes], ...]
    again: tuple[str, ...] = ()


def size_of(base: StoredCheckpoint | None) -> int:
    """How many entries a checkpoint states; none states 0."""
    return 0 if base is None else base.size


def stored_levels(size: int) -> list[int]:
    """The levels that `Tails` has for a tree of this size."""
    top = max(size.bit_length() - 1, 0) // STORED_EVERY * STORED_EVERY
    return list(range(0, top + STORED_EVERY + 1, STORED_EVERY))


def tail_start(size: int, level: int) -> int:
    """The index of the first hash after the last full group of 256."""
    return (size >> level) // WIDTH * WIDTH


def rollback(seen: Seen | None, snapshot: Snapshot) -> Mismatch | None:
    """Whether the ledger still begins with the largest tree that was seen signed.

    It is about that very tree: that somebody acknowledged one says nothing of another of the same size, later.
    """
    if seen is None or snapshot.root_then == seen.root:
        return None
    what = f"A tree of {entries_of(seen.size)} was signed, and the database does not hold it any more."
    return Mismatch(Kind.ROLLBACK, f"{seen.size}/{seen.root.hex()}", what)


def signed_frontier(base: StoredCheckpoint | None, keys: Keys) -> Frontier | Mismatch:
    """The tree that the last checkpoint states, once its signature holds and all that stands beside it agrees."""
    if base is None:
        return Frontier()
    stated = _stated(base.note, keys)
    if isinstance(stated, Fault):
        return Mismatch(Kind.CHECKPOINT, str(base.size), stated.words, base.state)
    try:
        frontier = Frontier.from_bytes(base.frontier)
    except ValueError:
        return _not_as_signed(base)
    if (stated.size, stated.root) != (base.size, base.root) or frontier.size != base.size:
        return _not_as_signed(base)
    return frontier if frontier.root() == base.root else _not_as_signed(base)


def edge_mismatch(frontier: Frontier, tails: Tails) -> Mismatch | None:
    """Whether the stored hashes make the tree that was signed: none missing, changed, or beyond its end."""
    peaks: list[bytes] = []
    state = state_of([(level, list(tails[level])) for level in sorted(tails)])
    for level in sorted(tails, reverse=True):
        expected = (frontier.size >> level) - tail_start(frontier.size, level)
        if len(tails[level]) != expected:
            more = len(tails[level]) > expected
            what = "There are hashes in the tree that no checkpoint states." if more else "Hashes of the tree are gone."
            what = f"{what} Level {level}, {entries_of(frontier.size)}."
            return Mismatch(Kind.TREE, str(frontier.size), what, state)
        peaks += Frontier().extend(tails[level]).peaks
    if tuple(peaks) == frontier.peaks:
        return None
    what = f"The stored hashes do not make the tree of {entries_of(frontier.size)} that was signed: some were changed."
    return Mismatch(Kind.TREE, str(frontier.size), what, state)


def entry_mismatch(waiting: Sequence[Waiting], size: int) -> Mismatch | None:
    """The first entry that is not as it was written."""
    for place, one in enumerate(waiting, start=size):
        if one.row is None:
            what = f"Entry {one.entry_id} was committed and is gone from the audit table."
            return Mismatch(Kind.ENTRY, one.entry_id, what, row_state(None))
        if fault := row_fault(one.row, place):
            return Mismatch(Kind.ENTRY, one.entry_id, fault.words, row_state(one.row))
    return None


def grow(snapshot: Snapshot, frontier: Frontier, signer: Signer, now: datetime) -> Growth | Mismatch:
    """The ledger with everything that waits at its end, in the order of ids, signed."""
    fresh = sorted((one for one in snapshot.waiting if not one.integrated), key=lambda one: one.entry_id)
    if mismatch := entry_mismatch(fresh, frontier.size):
        return mismatch
    leaves = [(one.entry_id, one.row.leaf) for one in fresh if one.row is not None]
    grown, made = frontier.grow([leaf for _, leaf in leaves])
    root = grown.root()
    note = Checkpoint(signer.key.name, grown.size, root).sign(signer)
    checkpoint = StoredCheckpoint(grown.size, frontier.size, root, grown.to_bytes(), note, now)
    nodes = tuple(
        (level, index, value)
        for level in range(STORED_EVERY, len(made), STORED_EVERY)
        for index, value in enumerate(made[level], start=frontier.size >> level)
    )
    numbered = tuple((frontier.size + n, entry_id, leaf) for n, (entry_id, leaf) in enumerate(leaves))
    return Growth(checkpoint, numbered, nodes, tuple(one.entry_id for one in snapshot.waiting if one.integrated))


def _stated(note: str, keys: Keys) -> Checkpoint | Fault:
    """What a note states if one of our keys signed it; else what the present key's reader says of it."""
    first = read_checkpoint(note, keys.signer.key, "last checkpoint")
    if isinstance(first, Checkpoint):
        return first
    others = (read_checkpoint(note, key) for key in keys.former)
    return next((one for one in others if isinstance(one, Checkpoint)), first)


def _not_as_signed(base: StoredCheckpoint) -> Mismatch:
    what = (
        f"The last checkpoint, of {entries_of(base.size)}, was changed: what is kept beside it is not what it states."
    )
    return Mismatch(Kind.CHECKPOINT, str(base.size), what, base.state)
