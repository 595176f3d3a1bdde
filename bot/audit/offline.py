"""Verifying an export of the ledger with a checkpoint and a public key, and nothing else: no database, no trust in us.

Whatever cannot be shown to be right is a fault. What an export cannot show: that an erased text was erased rightly
(the fields are listed; entries of `audit.erase` say by whom), and, where an entry was replaced together with its hash,
which one it was. For the latter an older checkpoint narrows it down.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from bot.audit.exports.lines import MAX_LINE_BYTES, Line, read_line
from bot.audit.faults import Code, Fault, entries_of, entry_fault, entry_name
from bot.audit.merkle.checkpoints import Checkpoint, fork, read_checkpoint, read_key, relation_fault
from bot.audit.merkle.tree import BATCH, Frontier

LISTED: Final = 1000  # erased entries that are named; all are counted
INDEX: Final = re.compile(rb'\{\s*"index"\s*:\s*(\d+)')

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Erased:
    """An entry whose personal text was taken out, all or in part."""

    index: int
    id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it: sound, or the first fault.

    `count` entries were read and each found to agree with itself. `erased` counts those with personal text taken out,
    `erased_entries` names the first LISTED of them. The checkpoints are None until their signatures hold.
    """

    count: int = 0
    erased: int = 0
    erased_entries: tuple[Erased, ...] = ()
    checkpoint: Checkpoint | None = None
    older: Checkpoint | None = None
    fault: Fault | None = None

    @property
    def sound(self) -> bool:
        """Whether everything was shown to be right."""
        return self.fault is None


def verify_export(
    lines: Iterable[bytes],
    checkpoint_text: str | bytes,
    vkey: str,
    older: str | bytes | None = None,
    progress: Progress = lambda _: None,
    older_key: str | None = None,
) -> Verification:
    """Verify an export against a signed checkpoint, and that checkpoint against an older one.

    `lines` come with their ends, as `read_lines` gives them, and are read once; memory stays flat. `vkey` is the
    ledger's public key as one has it from elsewhere, `older_key` the one that signed the older checkpoint where it has
    been changed since. `progress` hears the number of entries done, every few thousand.
    """
    trusted = _trusted(checkpoint_text, vkey, older, older_key or vkey)
    if isinstance(trusted, Fault):
        return Verification(fault=trusted)
    checkpoint, earlier = trusted
    reading = _Reading(checkpoint, earlier, progress)
    fault = reading.read(lines) or _root_fault(reading) or reading.rewritten
    listed = tuple(reading.erased_entries)
    return Verification(reading.count, reading.erased, listed, checkpoint, earlier, fault)


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of an export that was opened in binary mode, with their ends. One that is too long comes in parts."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        yield line


def _trusted(
    checkpoint_text: str | bytes, vkey: str, older: str | bytes | None, older_vkey: str
) -> tuple[Checkpoint, Checkpoint | None] | Fault:
    """The checkpoints, once key, signatures and their relation are in order."""
    key = read_key(vkey)
    if isinstance(key, Fault):
        return key
    checkpoint = read_checkpoint(checkpoint_text, key)
    if isinstance(checkpoint, Fault) or older is None:
        return checkpoint if isinstance(checkpoint, Fault) else (checkpoint, None)
    older_key = read_key(older_vkey)
    earlier = older_key if isinstance(older_key, Fault) else read_checkpoint(older, older_key, "older checkpoint")
    if isinstance(earlier, Fault):
        return earlier
    return relation_fault(earlier, checkpoint) or (checkpoint, earlier)


class _Reading:
    """One pass over an export: the tree so far, its root at each checkpoint's size, and what was seen on the way."""

    def __init__(self, checkpoint: Checkpoint, older: Checkpoint | None, progress: Progress) -> None:
        self.checkpoint, self.older = checkpoint, older
        self.count = 0
        self.erased = 0
        self.erased_entries: list[Erased] = []
        self.rewritten: Fault | None = None
        self.first_beyond: str | None = None
        self.roots: dict[int, bytes] = {0: Frontier().root()}
        self._wanted = {checkpoint.size} | ({older.size} if older else set())
        self._frontier = Frontier()
        self._waiting: list[bytes] = []
        self._progress = progress

    def read(self, lines: Iterable[bytes]) -> Fault | None:
        """The first line's fault, if any has one."""
        remaining = iter(lines)
        for raw in remaining:
            line = read_line(raw, self.count)
            if isinstance(line, Fault):
                return line
            if line.index != self.count:
                return _order_fault(line, self.count, remaining)
            self._take(line)
        self._settle()
        return None

    def _take(self, line: Line) -> None:
        if line.erased:
            self.erased += 1
            if len(self.erased_entries) < LISTED:
                self.erased_entries.append(Erased(line.index, line.id, line.erased))
        if not line.exact and self.rewritten is None:
            what = "is not spelled as it was exported: spaces, order of keys, escapes, or a key that stands twice."
            self.rewritten = entry_fault(Code.REWRITTEN, what, line.index, line.id)
        if line.index == self.checkpoint.size:
            self.first_beyond = line.id
        self._waiting.append(line.leaf)
        self.count += 1
        if self.count in self._wanted or len(self._waiting) == BATCH:
            self._settle()

    def _settle(self) -> None:
        self._frontier = self._frontier.extend(self._waiting)
        self._waiting.clear()
        if self.count in self._wanted:
            self.roots[self.count] = self._frontier.root()
        self._progress(self.count)


def _order_fault(line: Line, expected: int, remaining: Iterable[bytes]) -> Fault:
    """Why an entry with another index stands here; to tell missing from misplaced, the rest is searched for it."""
    here = entry_name(line.index, line.id)
    if line.index < expected:
        what = f"Index {line.index} stands twice: again on line {expected + 1}, where {expected} should be."
        return Fault(Code.DOUBLED, what, line.index, line.id)
    for number, raw in enumerate(remaining, expected + 2):
        found = INDEX.match(raw)
        if found and int(found[1]) == expected:
            what = f"is out of order: it stands on line {number}, after {here}."
            return entry_fault(Code.OUT_OF_ORDER, what, expected)
    if line.index == expected + 1:
        return Fault(Code.MISSING, f"Entry {expected} is missing: the next is {here}.", expected, None, expected)
    what = f"Entries {expected} to {line.index - 1} are missing: the next is {here}."
    return Fault(Code.MISSING, what, expected, None, line.index - 1)


def _root_fault(reading: _Reading) -> Fault | None:
    """Whether the entries, each sound by itself, are those that the checkpoints were signed over."""
    count, roots, checkpoint, older = reading.count, reading.roots, reading.checkpoint, reading.older
    older_holds = older is None or roots.get(older.size, older.root) == older.root
    if count < checkpoint.size:
        cut = _larger(count, checkpoint.size)
        return cut if older is None or older_holds else _other_entries(0, older.size, count, checkpoint.size)
    newer_holds = roots[checkpoint.size] == checkpoint.root
    if older and not older_holds:
        return fork(older.size) if newer_holds else _other_entries(0, older.size, count, checkpoint.size)
    if not newer_holds:
        return _other_entries(older.size if older else 0, checkpoint.size, count, checkpoint.size)
    if count > checkpoint.size:
        what = f"the checkpoint is of {entries_of(checkpoint.size)}, the export has {count}."
        return entry_fault(
            Code.ADDED, f"was added after what was signed: {what}", checkpoint.size, reading.first_beyond
        )
    return None


def _other_entries(start: int, end: int, count: int, size: int) -> Fault:
    where = f"among entries {start} to {end - 1}" if end - start > 1 else f"entry {start}"
    what = f"These are not the entries that were signed; the difference is {where}."
    if count != size:
        what = f"{what} The export has {entries_of(count)}, the checkpoint {size}."
    why = "One was replaced together with its hash, or added or taken out and the rest renumbered,"
    return Fault(Code.OTHER_ENTRIES, f"{what} {why} or the export is of another ledger.", start, None, end - 1)


def _larger(count: int, size: int) -> Fault:
    what = f"The checkpoint is of a larger tree: it has {entries_of(size)}, the export ends after {count}."
    why = f"Entries {count} to {size - 1} were cut off, or the checkpoint is younger than the export."
    return Fault(Code.CHECKPOINT_LARGER, f"{what} {why}", count, None, size - 1)
