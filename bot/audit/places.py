"""What a fault is about in the terms in which faults are kept and acknowledged. Pure."""

from typing import Final

from bot.audit.faults import Code, Fault
from bot.audit.found import Kind, Mismatch
from bot.audit.integration.growth import WIDTH

OF_CHECKPOINTS: Final = frozenset(
    {Code.CHECKPOINT_MALFORMED, Code.BAD_SIGNATURE, Code.WRONG_KEY, Code.WRONG_KEY_NAME, Code.OTHER_LEDGER}
)
OF_TABLES_BESIDE: Final = frozenset(
    {
        Code.NOT_ERASED_RIGHTLY,
        Code.OTHER_ACKNOWLEDGEMENT,
        Code.OTHER_DISCLOSURE,
        Code.OTHER_GRANT,
        Code.OTHER_OBJECTION,
        Code.OTHER_POLICY,
        Code.OTHER_READING,
        Code.OTHER_REMOVAL,
        Code.OTHER_VERDICT,
    }
)
BESIDE: Final = "beside"
"""What a fault is about that names no entry, and is of a table beside the tree; its state tells which."""


def mismatch_of(fault: Fault) -> Mismatch:
    """A fault as it is kept: by entry where one is named, else by its place in the tree, and by what was found."""
    index = fault.index or 0
    if fault.code in OF_CHECKPOINTS:
        about = str(index if fault.last is None else fault.last + 1)
        return Mismatch(Kind.CHECKPOINT, about, fault.words, fault.state)
    if fault.id is not None:
        return Mismatch(Kind.ENTRY, fault.id, fault.words, fault.state)
    if fault.code in OF_TABLES_BESIDE:
        return Mismatch(Kind.ENTRY, BESIDE, fault.words, fault.state)
    if fault.code is Code.TREE_CHANGED and fault.last is not None:
        width = fault.last + 1 - index
        level = width.bit_length() - 1
        place = f"{level}/{index >> level}" if width == 1 << level else str(fault.last + 1)
        return Mismatch(Kind.TREE, place, fault.words, fault.state)
    return Mismatch(Kind.TREE, f"0/{index // WIDTH}", fault.words, fault.state)
