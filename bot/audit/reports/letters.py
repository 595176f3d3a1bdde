"""Which fonts print the letters that the paper's own lacks, and which letters no font prints. Never a silent box."""

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from fontTools.ttLib import TTFont, TTLibError

INVISIBLE: Final = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp"})
"""Categories of Unicode of which nothing is missed where a font lacks them by themselves."""
JOINED: Final = (
    (0x0590, 0x08FF),  # Hebrew, Arabic, Syriac and their neighbours: from right to left, joined
    (0x0900, 0x0DFF),  # the scripts of India and Sri Lanka
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0xFB1D, 0xFDFF),  # forms for presentation of Hebrew and Arabic
    (0xFE70, 0xFEFC),
)
"""Blocks of Unicode whose letters take their shape and order from their neighbours, so they need a shaping engine."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lettering:
    """What a paper is printed with beside its own font: the files, and the letters that they have.

    `shaped`: by a shaping engine; `unprinted`: the letters that stay without a font, in order.
    """

    files: tuple[Path, ...] = ()
    letters: frozenset[str] = frozenset()
    shaped: bool = False
    unprinted: tuple[str, ...] = ()


def lettering_for(missing: Collection[str], files: Sequence[Path], *, shapes: bool) -> Lettering:
    """The first of the fonts that has a letter prints it. `shapes`: whether there is a shaping engine.

    A file that can't be read is passed over: `steward check` names it, and a report is more than its letters.
    """
    left = {letter for letter in missing if shapes or not is_joined(letter)}
    used, found = [], set[str]()
    for file in files:
        has = left & _letters_of(file, left)
        if has:
            used.append(file)
            found |= has
            left -= has
    shaped = any(map(is_joined, found))
    return Lettering(tuple(used), frozenset(found), shaped, tuple(sorted(set(missing) - found)))


def is_joined(letter: str) -> bool:
    """Whether a letter can't be printed by itself."""
    return any(first <= ord(letter) <= last for first, last in JOINED)


def printable(text: str, has: Callable[[str], bool], stand_in: str, missing: set[str]) -> str:
    """The text with `stand_in` for what no font has; those letters are added to `missing`."""
    kept = []
    for letter in text:
        if letter in "\n\t" or has(letter):
            kept.append(letter)
        elif unicodedata.category(letter) not in INVISIBLE:
            missing.add(letter)
            kept.append(stand_in)
    return "".join(kept)


def fault_of(file: Path) -> str | None:
    """What is wrong with a font file, in words; None if letters can be taken from it."""
    if not file.is_file():
        return "it is not there"
    try:
        with TTFont(file, fontNumber=0, lazy=True) as font:
            return None if font.getBestCmap() else "it names no letters"
    except (TTLibError, OSError, ValueError) as error:
        return f"it is no font that can be read ({type(error).__name__})"


def _letters_of(file: Path, wanted: Collection[str]) -> set[str]:
    if fault_of(file) is not None:
        log.warning("report.font_unusable", path=str(file))
        return set()
    with TTFont(file, fontNumber=0, lazy=True) as font:
        known = font.getBestCmap()
        return {letter for letter in wanted if ord(letter) in known}
