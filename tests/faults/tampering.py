"""Every single-byte change, removal, insertion, swap and truncation of an export of 1,000 entries is detected.

Run in full (`make faults`), nothing is sampled; what every change to Steward is tested with is a sample of this, in
which each byte of each line is changed once. In full:

* **byte by byte, on the real check of a line** (`read_line`, see tests/faults/bytewise.py): each byte of each line in
  all 255 other ways, each byte removed, each of 256 values put in before each byte, each two neighbours swapped, and
  the export cut after each byte. About 510 million exports that differ in one byte; none is verified from its
  beginning again, as the lines before the changed one are those that were found good a moment before.
* **whole, by `verify_export` from the export's bytes** (tests/faults/whole.py): at each of the 1,000 entries each of
  17 ways, among them one of each kind above, entries removed, doubled, put in and swapped, and what a forger does who
  computes all hashes and indices anew, which only the signed root gives away.
* **by composition**: that any two of the lines cannot change places follows from each line being refused in each
  other's place (`misplaced`, all 999,000 pairs on `read_line`), and that the changed line's fault is one of the whole
  export follows from `verify_export` reading lines by `read_line` only and stopping at the first fault; the runs of
  whole exports try that at each line.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.audit.offline import verify_export
from tests.bot.audit.ledgers import Book, book
from tests.faults.bytewise import ALTERATIONS, UNDETECTED, tried
from tests.faults.journal import Journal, Name
from tests.faults.whole import WAYS, detected, misplaced

SIZE: Final = 1000
MISPLACED: Final = "another line in its place"
KINDS: Final = (*ALTERATIONS, *WAYS, MISPLACED)
ONE_IN: Final = 20
LAST: Final = {True: (), False: (SIZE - 1,)}  # the last line is tried in any case


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of tampering at one line."""

    kind: str
    index: int
    every: bool

    @property
    def name(self) -> Name:
        """How a journal calls it."""
        return self.kind, self.index, self.every


@dataclass(slots=True)
class Tried:
    """What came of one kind: how many were tried, and by which fault they were detected."""

    kind: str
    verdicts: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many exports were tampered with in this way."""
        return self.verdicts.total()

    @property
    def undetected(self) -> int:
        """How many the verifier would have called sound."""
        return self.verdicts[UNDETECTED]

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return {"kind": self.kind, "tried": self.count, "undetected": self.undetected, "by": dict(self.verdicts)}


def jobs(*, every: bool = True) -> list[Job]:
    """Each kind at each line, the longest first; in short, whole exports and pairs of lines at one line in twenty."""
    bytewise = [Job(kind, index, every) for kind in ALTERATIONS for index in range(SIZE)]
    some = range(0, SIZE, 1 if every else ONE_IN)
    return bytewise + [Job(kind, index, every) for kind in (*WAYS, MISPLACED) for index in (*some, *LAST[every])]


def done(job: Job) -> Counter[str]:
    """Tamper in this way and see what the verifier says."""
    ledger, lines, checkpoint = _ledger()
    if job.kind in ALTERATIONS:
        return tried(job.kind, lines, job.index, every=job.every)
    if job.kind == MISPLACED:
        return misplaced(lines, job.index)
    return Counter([detected(WAYS[job.kind](ledger, lines, job.index), checkpoint, ledger.vkey)])


def run(
    processes: int, step: Callable[[], None], wanted: list[Job] | None = None, kept_in: Path | None = None
) -> list[Tried]:
    """All of it in so many processes, by kind. `step` is called after each job.

    What the journal `kept_in` says to be done already is counted and not tried again.
    """
    ledger, lines, checkpoint = _ledger()
    assert verify_export(lines, checkpoint, ledger.vkey).sound
    journal, found = Journal(kept_in, lines), dict[str, Tried]()
    for job, verdicts in _all_done(wanted or jobs(), processes, journal):
        found.setdefault(job.kind, Tried(job.kind)).verdicts.update(verdicts)
        step()
    return list(found.values())


def _all_done(wanted: list[Job], processes: int, journal: Journal) -> Iterator[tuple[Job, Counter[str]]]:
    left = [job for job in wanted if journal.known(job.name) is None]
    yield from ((job, known) for job in wanted if (known := journal.known(job.name)) is not None)
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for job, verdicts in zip(left, pool.imap(done, left, chunksize=2), strict=True):
            journal.keep(job.name, verdicts)
            yield job, verdicts


@cache
def _ledger() -> tuple[Book, list[bytes], str]:
    ledger = book(SIZE)
    return ledger, ledger.lines(), ledger.checkpoint()
