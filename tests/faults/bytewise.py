"""One byte of an export changed, taken out, put in, or exchanged with its neighbour; or the export cut there.

Each is tried on `read_line`, by which alone `verify_export` takes lines in. The lines before are untouched and known to
be good, so the export is sound only if the line here is read without a fault, spelled as it was exported, with this
index, and with the leaf that the checkpoint was signed over. `verdict` says which of these it is not.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from bot.audit.exports.lines import Line, read_line
from bot.audit.faults import Code, Fault

UNDETECTED: Final = "undetected"
EVERY_BYTE: Final = tuple(bytes([value]) for value in range(256))
ONE_OF_EACH: Final = tuple(bytes([value]) for value in b' \n\r\t"\\0,:{}[]a\xff')  # what JSON may take for nothing


def verdict(changed: bytes, line: bytes, following: bytes, index: int) -> str:
    """How an export is found out that has these bytes instead of `line`, at `index`; UNDETECTED if it may be sound.

    The bytes may hold a line's end now, or have lost theirs, so that the next line's beginning belongs to them.
    """
    end = changed.find(b"\n") + 1
    raw = changed[:end] if end else changed + following
    read = read_line(raw, index)
    if isinstance(read, Fault):
        return read.code.value
    if not read.exact:
        return Code.REWRITTEN.value
    if read.index != index:
        return Code.OUT_OF_ORDER.value
    original = read_line(line, index)
    assert isinstance(original, Line)
    if read.leaf != original.leaf:
        return Code.OTHER_ENTRIES.value
    return _verdict_of_rest(changed[end:], following, index + 1) if raw == line else UNDETECTED


def _verdict_of_rest(rest: bytes, following: bytes, index: int) -> str:
    """The line is as it was, and something stands before the next."""
    if not rest:
        return UNDETECTED
    read = read_line(rest if rest.endswith(b"\n") else rest + following, index)
    return read.code.value if isinstance(read, Fault) else UNDETECTED


def bytes_changed(line: bytes, index: int, *, every: bool) -> Iterator[bytes]:
    """Every byte in all 255 other ways; in short, every byte with one of its bits turned."""
    for place in range(len(line)):
        head, old, tail = line[:place], line[place], line[place + 1 :]
        for value in EVERY_BYTE if every else (EVERY_BYTE[old ^ 1 << (place + index) % 8],):
            if value[0] != old:
                yield head + value + tail


def bytes_removed(line: bytes, index: int, *, every: bool) -> Iterator[bytes]:
    """Every byte gone; in short, every fifth."""
    for place in _places(line, index, every=every):
        yield line[:place] + line[place + 1 :]


def bytes_inserted(line: bytes, index: int, *, every: bool) -> Iterator[bytes]:
    """Every value before every byte; in short, one value before every fifth. After the end is before the next line."""
    for place in _places(line, index, every=every):
        for value in EVERY_BYTE if every else (ONE_OF_EACH[(place + index) % len(ONE_OF_EACH)],):
            yield line[:place] + value + line[place:]


def bytes_swapped(line: bytes, index: int, *, every: bool) -> Iterator[bytes]:
    """Every byte with the one behind it, where they differ; in short, every fifth."""
    for place in _places(line[:-1], index, every=every):
        if line[place] != line[place + 1]:
            yield line[:place] + line[place + 1 : place + 2] + line[place : place + 1] + line[place + 2 :]


def cut_inside(line: bytes, index: int, *, every: bool) -> Iterator[bytes]:
    """The export ends after each byte of the line; in short, after every fifth."""
    for place in _places(line[:-1], index, every=every):
        yield line[: place + 1]


Alteration = Callable[..., Iterator[bytes]]

ALTERATIONS: Final[Mapping[str, Alteration]] = {
    "byte changed": bytes_changed,
    "byte removed": bytes_removed,
    "byte inserted": bytes_inserted,
    "bytes swapped": bytes_swapped,
    "cut inside": cut_inside,
}
ENDS: Final = frozenset({"cut inside"})  # nothing follows


def tried(kind: str, lines: Sequence[bytes], index: int, *, every: bool) -> Counter[str]:
    """How often each verdict came up for one line of an export."""
    line, found = lines[index], Counter[str]()
    following = b"" if kind in ENDS else b"".join(lines[index + 1 : index + 2])
    for changed in ALTERATIONS[kind](line, index, every=every):
        found[verdict(changed, line, following, index)] += 1
    return found


def _places(line: bytes, index: int, *, every: bool) -> range:
    return range(len(line)) if every else range(index % 5, len(line), 5)
