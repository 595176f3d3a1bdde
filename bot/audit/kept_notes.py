"""Whether the notes of all checkpoints that were ever kept state the trees that they are kept for, and are signed."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select
from sqlmodel import col

from bot.audit.faults import Code, Fault, entries_of
from bot.audit.merkle.checkpoints import Checkpoint, read_checkpoint
from bot.audit.merkle.notes import DASH, VerifierKey
from bot.audit.states import state_of
from models.ledger import LedgerCheckpoint

STREAMED: Final = 2000
TOLD_EVERY: Final = 1000
LEAST_VERIFIED: Final = 500
ENTRIES_FOR_ONE: Final = 2000
"""To verify a signature takes as long as to verify some 50 entries; so many of both take some hundredths longer."""

Choose = Callable[[int, int], Collection[int]]
"""So many, the second, of the numbers from 0 up to the first, which is excluded."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """How many notes are kept, and of how many the signature was verified."""

    kept: int = 0
    verified: int = 0


NO_SIGNATURES: Final = Signatures()


@dataclass(frozen=True, slots=True)
class Choice:
    """Of how many kept notes the signatures are verified of these, counted from 0 in the order of their sizes."""

    kept: int
    numbers: Collection[int]

    @property
    def few(self) -> bool:
        """Whether it takes no time that somebody would want to be told of."""
        return len(self.numbers) <= TOLD_EVERY


def at_random(count: int, wanted: int) -> Collection[int]:
    """Others at each look, and not to be foreseen by whoever changed one."""
    return set(random.SystemRandom().sample(range(count), wanted))


def all_of_them(count: int, _: int) -> Collection[int]:
    """Every one."""
    return range(count)


def choice_of(connection: Connection, entries: int, choose: Choose = at_random) -> Choice:
    """All, where there are few, and else some: so many as do not make the look at so many `entries` slower."""
    count = int(connection.scalar(select(func.count()).select_from(LedgerCheckpoint)) or 0)
    return Choice(count, choose(count, min(count, max(LEAST_VERIFIED, entries // ENTRIES_FOR_ONE))))


def notes_fault(
    connection: Connection,
    keys: Sequence[VerifierKey],
    choice: Choice,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> Fault | Signatures:
    """The smallest checkpoint whose note states another size or root, or whose signature was looked at and is not ours.

    The tree is compared with the roots beside the notes, so that this is shown for the notes too. Of the newest the
    signature has been verified before; of the others it is of those of the choice. `progress` is told unless they are
    few.
    """
    columns = [col(getattr(LedgerCheckpoint, name)) for name in ("size", "root", "note")]
    query = select(*columns).order_by(columns[0]).execution_options(yield_per=STREAMED)
    names = {key.name for key in keys}
    for number, row in enumerate(connection.execute(query)):
        stated = [f"{Checkpoint(name, row.size, bytes(row.root))}\n{DASH}{name} " for name in names]
        if not row.note.startswith(tuple(stated)):
            what = f"The checkpoint of {entries_of(row.size)} was changed: its note states something else than was"
            return _fault(Code.CHECKPOINT_MALFORMED, f"{what} signed.", row)
        if number in choice.numbers and (fault := _signature_fault(row, keys)):
            return fault
        if number % TOLD_EVERY == 0 and not choice.few:
            progress(number, choice.kept)
    return Signatures(choice.kept, len(choice.numbers))


def _signature_fault(row: Any, keys: Sequence[VerifierKey]) -> Fault | None:
    """What is wrong with a note to the first key, unless one of them signed it."""
    faults = list[Fault]()
    for key in keys:
        read = read_checkpoint(row.note, key, f"checkpoint of {entries_of(row.size)}")
        if not isinstance(read, Fault):
            return None
        faults.append(read)
    forged = next((one for one in faults if one.code is Code.BAD_SIGNATURE), faults[0])
    return _fault(forged.code, forged.words, row)


def _fault(code: Code, what: str, row: Any) -> Fault:
    return Fault(code, what, None, None, row.size - 1, state_of(row.size, row.root, row.note))
