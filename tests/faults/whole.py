"""An export that was tampered with, verified whole by `verify_export` from its bytes, as `steward audit verify` does.

Each way is tried at each of its entries. Where the forger computed all hashes anew, every line is sound by itself and
only the comparison with the signed root can tell.
"""

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.audit.exports.lines import Line, export_line, read_line
from bot.audit.offline import read_lines, verify_export
from tests.bot.audit.ledgers import Book, renumbered, sealed
from tests.faults.bytewise import UNDETECTED

Export = Callable[[Book, Sequence[bytes], int], bytes]


def detected(content: bytes, checkpoint: str, vkey: str) -> str:
    """The fault's code by which an export of these bytes is found out, or UNDETECTED."""
    fault = verify_export(read_lines(io.BytesIO(content)), checkpoint, vkey).fault
    return fault.code.value if fault else UNDETECTED


def with_line(lines: Sequence[bytes], index: int, *instead: bytes) -> bytes:
    """The export with other lines, or none, for one of its lines."""
    return b"".join([*lines[:index], *instead, *lines[index + 1 :]])


def a_byte_changed(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    line, place = lines[index], _place(lines, index)
    return with_line(lines, index, line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :])


def a_byte_removed(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    line, place = lines[index], _place(lines, index)
    return with_line(lines, index, line[:place] + line[place + 1 :])


def a_byte_inserted(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    line, place = lines[index], _place(lines, index)
    return with_line(lines, index, line[:place] + b"0" + line[place:])


def spelled_otherwise(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    line = lines[index]
    return with_line(lines, index, line[:1] + b" " + line[1:])


def line_ends_otherwise(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return with_line(lines, index, lines[index][:-1] + b"\r\n")


def an_empty_line(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return with_line(lines, index, lines[index], b"\n")


def cut_in_the_line(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return b"".join([*lines[:index], lines[index][: 1 + _place(lines, index) % (len(lines[index]) - 1)]])


def cut_before_the_line(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return b"".join(lines[:index])


def an_entry_removed(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return with_line(lines, index)


def an_entry_doubled(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return with_line(lines, index, lines[index], lines[index])


def another_put_before(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return with_line(lines, index, lines[_other(lines, index)], lines[index])


def swapped_with_the_next(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return _swapped(lines, index, (index + 1) % len(lines))


def swapped_with_a_far_one(_: Book, lines: Sequence[bytes], index: int) -> bytes:
    return _swapped(lines, index, _other(lines, index))


def forged(book: Book, lines: Sequence[bytes], index: int) -> bytes:
    """The entry is another, and its hash fits."""
    one = sealed(index, outcome="refused")
    return with_line(lines, index, export_line(index, one.leaf, one.text, one.opened))


def removed_and_renumbered(book: Book, _: Sequence[bytes], index: int) -> bytes:
    return b"".join(renumbered([*book.entries[:index], *book.entries[index + 1 :]]))


def added_and_renumbered(book: Book, _: Sequence[bytes], index: int) -> bytes:
    added = sealed(index, outcome="refused")
    return b"".join(renumbered([*book.entries[:index], added, *book.entries[index:]]))


def swapped_and_renumbered(book: Book, _: Sequence[bytes], index: int) -> bytes:
    entries, other = list(book.entries), (index + 1) % len(book.entries)
    entries[index], entries[other] = entries[other], entries[index]
    return b"".join(renumbered(entries))


WAYS: Final[Mapping[str, Export]] = {
    way.__name__.replace("_", " "): way
    for way in (
        a_byte_changed,
        a_byte_removed,
        a_byte_inserted,
        spelled_otherwise,
        line_ends_otherwise,
        an_empty_line,
        cut_in_the_line,
        cut_before_the_line,
        an_entry_removed,
        an_entry_doubled,
        another_put_before,
        swapped_with_the_next,
        swapped_with_a_far_one,
        forged,
        removed_and_renumbered,
        added_and_renumbered,
        swapped_and_renumbered,
    )
}


def misplaced(lines: Sequence[bytes], index: int) -> Counter[str]:
    """Every other line of the export in this line's place: none has its index. So no pair of lines can be swapped, and
    none can be put in where it was not.
    """
    found: Counter[str] = Counter()
    for other, line in enumerate(lines):
        if other != index:
            read = read_line(line, index)
            found["out_of_order" if isinstance(read, Line) and read.index != index else UNDETECTED] += 1
    return found


def _place(lines: Sequence[bytes], index: int) -> int:
    """A place in the line that is another one in each."""
    return index * 131 % (len(lines[index]) - 1)


def _other(lines: Sequence[bytes], index: int) -> int:
    other = (index * 7 + 1) % len(lines)
    return other if other != index else (other + 1) % len(lines)


def _swapped(lines: Sequence[bytes], index: int, other: int) -> bytes:
    swapped = list(lines)
    swapped[index], swapped[other] = swapped[other], swapped[index]
    return b"".join(swapped)
