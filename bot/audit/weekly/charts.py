"""Small charts made of text, for Slack messages: drawn in a fixed-width block, read aloud as their numbers.

Pure. No picture is made and none is uploaded: a text chart is there on every screen, in the dark theme and for a
screen reader, is gone when the message is, and needs no right to add files to a workspace.

Labels are names of people and of a company's own words, in any script. Fixed-width fonts have the letters of Europe
alone; others come from fonts of any width, so that nothing could stand in line beside them: where a label has such
letters, labels stand above their bars. One that is written from right to left does not turn its line around.
"""

import unicodedata
from collections.abc import Sequence

EIGHTHS_UP = " ▁▂▃▄▅▆▇█"
EIGHTHS_RIGHT = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█")
WIDEST = 34  # places that a phone shows without breaking the line
EUROPEAN = ("LATIN ", "GREEK ", "CYRILLIC ", "COMBINING ")  # how names of their letters begin in Unicode
ISOLATED = "\u2068{}\u2069"  # FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE, https://www.unicode.org/reports/tr9/


def bars(rows: Sequence[tuple[str, int]], *, width: int = WIDEST) -> str:
    """Horizontal bars, one line a row: label, bar, number. Numbers are 0 or more; the largest fills its place.

    A number above 0 always has a visible bar. No line takes more than `width` places. Where a label has letters that
    fixed-width fonts have not, each stands in a line of its own.
    """
    if not rows:
        return ""
    rows = [(_visible(name), number) for name, number in rows]
    if not all(_of_fixed_width(name) for name, _ in rows):
        return paired([(name, number, 0) for name, number in rows], width=width)
    import wcwidth  # with the first chart

    numbers = [f"{number:,}" for _, number in rows]
    wide = max(len(number) for number in numbers)
    label = min(max(wcwidth.width(name) for name, _ in rows), width // 2)
    room = max(width - label - wide - 2, 1)
    most = max(number for _, number in rows)
    lines = (
        f"{wcwidth.ljust(_cut(name, label), label)} {_bar(number, most, room):<{room}} {written:>{wide}}"
        for (name, number), written in zip(rows, numbers, strict=True)
    )
    return "\n".join(lines)


def paired(rows: Sequence[tuple[str, int, int]], *, width: int = WIDEST) -> str:
    """Each row's label, below it a full bar for now, and below that a light one for before, with their numbers.

    Numbers are 0 or more; the largest of all fills its place. Where nothing was before, no row has a light bar. No line
    takes more than `width` places.
    """
    if not rows:
        return ""
    wide = max(len(f"{number:,}") for _, *numbers in rows for number in numbers)
    room = max(width - wide - 1, 1)
    most = max(number for _, *numbers in rows for number in numbers)
    compares = any(before for _, _, before in rows)
    lines = []
    for name, now, before in rows:
        light = "░" * -(-_eighths(before, most, room) // 8)
        lines += [_apart(_cut(_visible(name), width)), f"{_bar(now, most, room):<{room}} {now:>{wide},}"]
        lines += [f"{light:<{room}} {before:>{wide},}"] if compares else []
    return "\n".join(lines)


def columns(rows: Sequence[tuple[str, int]], *, height: int = 4) -> str:
    """Vertical columns beside each other, with their labels and numbers below; the largest is `height` lines high.

    A number above 0 always has a visible column.
    """
    if not rows:
        return ""
    written = [short(number) for _, number in rows]
    wide = max(2, *(len(label) for label, _ in rows), *(len(number) for number in written))
    most = max(number for _, number in rows)
    eighths = [_eighths(number, most, height) for _, number in rows]
    lines = [
        " ".join(EIGHTHS_UP[min(max(eighth - level * 8, 0), 8)] * wide for eighth in eighths)
        for level in reversed(range(height))
    ]
    lines.append(" ".join(f"{label:>{wide}}" for label, _ in rows))
    lines.append(" ".join(f"{number:>{wide}}" for number in written))
    return "\n".join(line.rstrip() for line in lines if line.strip())


def short(number: int) -> str:
    """At most four characters: 940, 9.4k, 94k, 940k, 9.4M."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            tenths = number * 10 // size
            return f"{tenths // 10}.{tenths % 10}{unit}" if tenths < 100 else f"{tenths // 10}{unit}"
    return str(number)


def _bar(number: int, most: int, room: int) -> str:
    full, rest = divmod(_eighths(number, most, room), 8)
    return "█" * full + EIGHTHS_RIGHT[rest]


def _eighths(number: int, most: int, size: int) -> int:
    """The length in eighths of a character; at least one for what is there at all."""
    return max(round(number * size * 8 / most), 1) if number > 0 else 0


def _cut(text: str, most: int) -> str:
    import wcwidth

    return text if wcwidth.width(text) <= most else wcwidth.clip(text, 0, most - 1).rstrip() + "…"


def _visible(label: str) -> str:
    """A label without control characters: they take no place, and a terminal would obey them."""
    return "".join(letter for letter in label if unicodedata.category(letter) != "Cc")


def _of_fixed_width(label: str) -> bool:
    """Whether fixed-width fonts have its letters: Latin, Greek and Cyrillic ones, and accents."""
    letters = (letter for letter in label if unicodedata.category(letter)[0] in "LM")
    return all(unicodedata.name(letter, "").startswith(EUROPEAN) for letter in letters)


def _apart(label: str) -> str:
    """A label written from right to left, so that it does not turn the rest of its line around."""
    turned = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in label)
    return ISOLATED.format(label) if turned else label
