"""Verifying the live ledger: rows, columns, opened values, order, tree, checkpoints, what waits, and what was erased.

One pass in one transaction, with flat memory. What has an index is compared with every checkpoint that was kept, so
that a replaced entry is told to the few that one checkpoint added. Words of faults quote no personal text.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import Connection, Select, select
from sqlmodel import col

from bot.audit.added import Added
from bot.audit.agreement import agrees
from bot.audit.faults import Code, Fault, entries_of, entry_fault, shown_id
from bot.audit.integration.growth import edge_mismatch
from bot.audit.integration.integrated import (
    STORED_EVERY,
    StoredCheckpoint,
    latest_checkpoint,
    note_of,
    pending_count,
    stored_frontier,
    stored_hashes,
)
from bot.audit.integration.snapshots import read_tails
from bot.audit.kept_notes import NO_SIGNATURES, Choose, Signatures, at_random, choice_of, notes_fault
from bot.audit.merkle.checkpoints import Checkpoint, fork
from bot.audit.merkle.notes import VerifierKey
from bot.audit.merkle.tree import BATCH, Frontier
from bot.audit.outside_tree import (
    ASKED_AT_ONCE,
    MissingText,
    erasures_fault,
    spelled_fault,
    unplaced_fault,
    waiting_fault,
)
from bot.audit.places import mismatch_of
from bot.audit.recorded_acts import Acts
from bot.audit.recorded_looks import BESIDE
from bot.audit.rows import ENTRY_COLUMNS, entry_row, row_fault, row_state
from bot.audit.shortfall import Missing as Missing
from bot.audit.shortfall import missing_since
from bot.audit.states import state_of
from bot.audit.stretch import NOT_AS_SIGNED
from bot.audit.stretches import QUICK_FROM, look_quickly
from bot.audit.tamper import acknowledged_places, is_known
from bot.audit.trusted import not_as_signed, trusted_of
from models.audit import AuditEntry, AuditOpen
from models.ledger import LedgerCheckpoint, LedgerLeaf

STREAMED: Final = 2000  # rows fetched at once

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it: sound, or the first fault that nobody has acknowledged.

    `count` entries have an index and were checked, `waiting` are committed and have none yet, `erased` have had text
    taken out by a recorded erasure. `checkpoint` is the newest, None before the first or while its signature does not
    hold; `note` its text. `acknowledged` are faults that somebody has investigated; they are faults still. `missing`:
    what an older checkpoint states beyond the end of the ledger. `signatures`: of how many of the kept checkpoints.
    """

    count: int = 0
    waiting: int = 0
    erased: int = 0
    checkpoint: Checkpoint | None = None
    note: str | None = None
    older: Checkpoint | None = None
    acknowledged: tuple[Fault, ...] = ()
    fault: Fault | None = None
    missing: Missing | None = None
    signatures: Signatures = NO_SIGNATURES

    @property
    def sound(self) -> bool:
        """Whether everything was shown to be right."""
        return self.fault is None and not self.acknowledged


def verify_live(
    connection: Connection,
    keys: Sequence[VerifierKey],
    older: str | bytes | None = None,
    progress: Progress = lambda _, __: None,
    quick_from: int = QUICK_FROM,
    choose: Choose = at_random,
) -> Verification:
    """Verify the database that this connection reads, at one moment, against the newest checkpoint.

    `keys` are the ledger's own, the present one first; checkpoints of any of them are its own. `older` is a checkpoint
    from before, which the ledger must begin with. From `quick_from` entries on, several processes look at once; when
    they do not find everything right, all is looked at again in order. `choose` says of which kept checkpoints the
    signatures are verified, where they are many. Raises SQLAlchemyError.
    """
    stored = latest_checkpoint(connection)
    from_notes = trusted_of(stored, keys, older)
    if isinstance(from_notes, Fault):
        return Verification(fault=from_notes)
    newest, earlier = from_notes
    missing = missing_since(connection, newest, earlier)
    earlier = None if missing else earlier
    choice = choice_of(connection, newest.size if newest else 0, choose)
    signatures = cache(partial(notes_fault, connection, keys, choice, progress))
    begin = partial(_Pass, connection, newest, earlier, progress)
    quickly = newest is not None and newest.size >= quick_from
    beside = signatures if choice.few else lambda: None
    reading, fault = _read_through(begin, beside, quickly=quickly)
    signed = NO_SIGNATURES if fault else signatures()
    if isinstance(signed, Fault):
        fault, signed = signed, NO_SIGNATURES
    fault = fault or reading.beyond_tree() or (missing.fault() if missing else None)
    note = note_of(connection, newest.size) if newest else None
    waiting = pending_count(connection)
    listed = tuple(reading.acknowledged)
    erased = reading.missing.recorded
    return Verification(reading.count, waiting, erased, newest, note, earlier, listed, fault, missing, signed)


def _read_through(
    begin: Callable[[], "_Pass"], beside: Callable[[], object], *, quickly: bool
) -> tuple["_Pass", Fault | None]:
    """The pass that looked at all that has an index, and the first fault in it.

    `beside` is done during a quick one. What it raises of what is no note and no hash is raised again when it is asked
    for, unless a fault is found before that.
    """

    def ahead() -> None:
        with suppress(*NOT_AS_SIGNED):
            beside()

    reading, fault = begin(), None
    if not (quickly and reading.read_quickly(ahead)):
        reading = begin()
        fault = reading.read()
    return reading, fault or reading.edge_fault()


class _Pass:
    """One pass over all that has an index: the tree so far, and its root at each checkpoint's size."""

    def __init__(
        self, connection: Connection, newest: Checkpoint | None, older: Checkpoint | None, progress: Progress
    ) -> None:
        self.count = 0
        self.missing = MissingText(connection, self._unacknowledged)
        self._acts = Acts()
        self.acknowledged: list[Fault] = []
        self._connection = connection
        self._older = older
        self._older_differs = False
        self._newest = newest
        self._size = newest.size if newest else 0
        self._progress = progress
        self._known = acknowledged_places(connection)
        self._frontier = Frontier()
        self._leaves: list[bytes] = []
        self._added = Added(0)
        self._tree_fault: Fault | None = None
        self._tree_known = False
        self._read_quickly = False

    def read_quickly(self, beside: Callable[[], object]) -> bool:
        """Whether several processes found all that has an index to be right, doubtful entries looked at again here.

        `beside` is done here while they work.
        """
        stated = [one for one in (self._newest, self._older) if one]
        doubtful = look_quickly(self._connection, stated, self._progress, beside)
        if doubtful is None:
            return False
        for start in range(0, len(doubtful), ASKED_AT_ONCE):
            some = doubtful[start : start + ASKED_AT_ONCE]
            if spelled_fault(self._connection, some):
                return False
            for row in self._connection.execute(_ALL.where(col(LedgerLeaf.index).in_(some))):
                if self._row_fault(row, row[-3], row[-2], bytes(row[-1])):
                    return False
        self._read_quickly, self.count = True, self._size
        self._frontier = stored_frontier(self._connection, self._size)
        return self.missing.fault() is None

    def read(self) -> Fault | None:
        """Every entry with an index, in order."""
        with closing(_checkpoints(self._connection)) as checkpoints:
            following = next(checkpoints, None)
            for row in _rows(self._connection):
                fault = self._entry_fault(row)
                if fault is None and following and following.size == self.count:
                    fault = self._root_fault(following)
                    following = next(checkpoints, None)
                if fault:
                    return self.missing.fault() or fault
                if len(self._leaves) == BATCH or (self._older and self._older.size == self.count):
                    self._settle()
        return self.missing.fault() or self._end_fault()

    def beyond_tree(self) -> Fault | None:
        """What stands outside the tree: entries that wait, entries that nobody knows, and the erasures."""
        connection = self._connection
        if fault := waiting_fault(connection, self.count, self._unacknowledged, self._acts):
            return fault
        placed = None if self.acknowledged else self.count
        for look in (
            partial(unplaced_fault, connection, placed),
            partial(spelled_fault, connection, waiting=self._read_quickly),
            partial(erasures_fault, connection),
            partial(self._acts.fault, connection),
            *(partial(look, connection) for look in BESIDE),
        ):
            if (found := look()) and (fault := self._unacknowledged(found)):
                return fault
        return None

    def _entry_fault(self, row: Any) -> Fault | None:
        position, named, leaf = row[-3], row[-2], bytes(row[-1])
        if position != self.count:
            return _gap(self.count, position, named)
        if position >= self._size:
            what = "was added: it has an index, and no checkpoint states it."
            return entry_fault(Code.ADDED, what, position, named)
        self._leaves.append(leaf)
        self._added.take(position, named)
        self.count += 1
        return self._row_fault(row, position, named, leaf)

    def _row_fault(self, row: Any, position: int, named: str, leaf: bytes) -> Fault | None:
        if agrees(row, leaf):
            return None
        fault = self._substance(row, position, named, leaf)
        state = row_state(entry_row(row), leaf) if fault else ""
        return self._unacknowledged(replace(fault, id=shown_id(named), state=state)) if fault else None

    def _substance(self, row: Any, position: int, named: str, leaf: bytes) -> Fault | None:
        entry = entry_row(row)
        if entry is None:
            return entry_fault(Code.MISSING, "is missing: it is gone from the audit table.", position, named)
        if fault := row_fault(entry, position):
            return fault
        if entry.leaf != leaf:
            return entry_fault(Code.CHANGED, "was changed: another hash stands in the tree.", position, named)
        self._acts.note(entry)
        return self.missing.note(entry, position, leaf)

    def _unacknowledged(self, fault: Fault) -> Fault | None:
        """The fault, unless somebody has acknowledged it as it is; then it is listed."""
        if not is_known(mismatch_of(fault), self._known):
            return fault
        self.acknowledged.append(fault)
        return None

    def _settle(self) -> None:
        size = self._frontier.size
        self._frontier, made = self._frontier.grow(self._leaves)
        self._leaves.clear()
        for level in range(STORED_EVERY, len(made), STORED_EVERY):
            self._compare(level, size >> level, made[level])
        if self._older and self._older.size == self.count:
            self._older_differs = self._frontier.root() != self._older.root
        self._progress(self.count, self._size)

    def _compare(self, level: int, start: int, made: Sequence[bytes]) -> None:
        """Remember the first stored hash that is not what the entries beneath it come to, unless it is known."""
        stored = stored_hashes(self._connection, level, start, start + len(made))
        for index in [start + n for n, value in enumerate(made) if stored[n : n + 1] != [value]]:
            fault = replace(tree_fault(level, index), state=state_of(stored[index - start :][:1]))
            if is_known(mismatch_of(fault), self._known):
                self._tree_known = True
                self.acknowledged.append(fault)
            elif self._tree_fault is None:
                self._tree_fault = fault

    def edge_fault(self) -> Fault | None:
        """Whether the tree's stored hashes end where it does, none gone and none more."""
        if self._tree_fault:
            return self._tree_fault
        found = edge_mismatch(self._frontier, read_tails(self._connection, self._size))
        if found is None or self._tree_known:
            return None
        return Fault(Code.TREE_CHANGED, found.what, 0, None, max(self._size - 1, 0), found.state)

    def _root_fault(self, stored: StoredCheckpoint) -> Fault | None:
        """Whether the entries so far are those that this checkpoint was signed over."""
        self._settle()
        added, self._added = self._added, Added(self.count)
        if stored.previous != added.start:
            return _cut_chain(stored)
        if self._frontier.root() == stored.root:
            return None
        if self._older and self._older.size == stored.size and not self._older_differs:
            return not_as_signed(stored)
        return added.fault(stored.size)

    def _end_fault(self) -> Fault | None:
        self._settle()
        if self.count < self._size:
            what = f"Entries {self.count} to {self._size - 1} are missing: the ledger ends before them."
            return Fault(Code.MISSING, what, self.count, None, self._size - 1)
        return fork(self._older.size) if self._older and self._older_differs else None


def tree_fault(level: int, index: int) -> Fault:
    """A hash over other hashes, which is kept to make proofs from, is not what it should be."""
    what = f"A stored hash of the tree was changed or is gone: level {level}, index {index}."
    return Fault(Code.TREE_CHANGED, what, index << level, None, (index + 1 << level) - 1)


def _cut_chain(stored: StoredCheckpoint) -> Fault:
    what = f"The checkpoint of {entries_of(stored.size)} grew from one of {stored.previous}, and that one is not kept."
    what = f"{what} It was removed."
    return Fault(Code.CHECKPOINT_MALFORMED, what, stored.previous, None, stored.size - 1, stored.state)


def _gap(expected: int, position: int, named: str) -> Fault:
    if position < expected:
        return entry_fault(Code.DOUBLED, "stands twice.", position, named)
    last = position - 1
    what = f"Entry {expected} is" if last == expected else f"Entries {expected} to {last} are"
    return Fault(Code.MISSING, f"{what} missing: the next is entry {position} ({named}).", expected, None, last)


def _rows(connection: Connection) -> Iterator[Any]:
    with closing(connection.execute(_ALL)) as rows:
        yield from rows


def _checkpoints(connection: Connection) -> Generator[StoredCheckpoint]:
    with closing(connection.execute(_KEPT)) as rows:
        for row in rows:
            yield StoredCheckpoint(row.size, row.previous, bytes(row.root), b"", row.note, row.at)


_ALL: Final[Select[*tuple[Any, ...]]] = (
    select(*ENTRY_COLUMNS, col(LedgerLeaf.index), col(LedgerLeaf.entry_id).label("named"), col(LedgerLeaf.leaf))
    .select_from(LedgerLeaf)
    .outerjoin(AuditEntry, col(AuditEntry.id) == col(LedgerLeaf.entry_id))
    .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(LedgerLeaf.entry_id))
    .order_by(col(LedgerLeaf.index))
    .execution_options(yield_per=STREAMED)
)

_KEPT: Final[Select[*tuple[Any, ...]]] = (
    select(
        col(LedgerCheckpoint.size),
        col(LedgerCheckpoint.previous),
        col(LedgerCheckpoint.root),
        col(LedgerCheckpoint.note),
        col(LedgerCheckpoint.at),
    )
    .order_by(col(LedgerCheckpoint.size))
    .execution_options(yield_per=STREAMED)
)
