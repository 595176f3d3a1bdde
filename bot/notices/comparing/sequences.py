"""What two sequences have in common and in the same order, by a library that is loaded for the first of them."""

from functools import cache
from types import ModuleType


@cache
def subsequence() -> ModuleType:
    """The longest common subsequence of two sequences: `similarity` is its length, `opcodes` say where it lies."""
    from rapidfuzz.distance import LCSseq  # takes room, and policies change rarely

    return LCSseq
