"""The numbers in names that are read aloud and typed again: the 1042 of R-1042."""

from typing import Final

MOST_DIGITS: Final = 9  # an INTEGER of either database holds any of them


def whole_number(text: str) -> int | None:
    """What ASCII digits say; None for anything else, and for more of them than a number of ours ever has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
