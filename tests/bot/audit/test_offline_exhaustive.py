"""Every single-byte change, removal, insertion, swap and truncation of a ledger of 1,000 entries is detected.

In short, every third byte of each line is changed once, and many bytes of a few lines in all 255 ways, and every third
entry is taken out, doubled and swapped; with STEWARD_EXHAUSTIVE=1 all of them are (about an hour on one processor). For
single bytes the line is read alone, as a fault in it is one of the whole export: `verify_export` takes lines in by
`read_line` only, and that it passes none over is tried on the whole export.
"""

import os
from collections.abc import Callable, Iterator

import pytest

from bot.audit.faults import Code, Fault
from bot.audit.lines import Line, export_line, read_line
from bot.audit.offline import Verification, verify_export
from tests.bot.audit.ledgers import Book, book, renumbered, sealed

COMPLETE = bool(os.environ.get("STEWARD_EXHAUSTIVE"))
SIZE = 1000
SHARES = 4  # so that several processes can share the work
EVERY_KIND = 21  # lines, after which every kind of text, field and opened value came up with every other
SAMPLE = 3
INSERTED = b' \n\r\t"\\0,:{}[]a\xff'


@pytest.fixture(scope="module")
def ledger() -> Book:
    return book(SIZE)


@pytest.fixture(scope="module")
def lines(ledger: Book) -> list[bytes]:
    return ledger.lines()


@pytest.fixture(scope="module")
def checkpoint(ledger: Book) -> str:
    return ledger.checkpoint()


@pytest.fixture(scope="module")
def check(ledger: Book, checkpoint: str) -> Callable[[list[bytes]], Verification]:
    return lambda changed: verify_export(changed, checkpoint, ledger.vkey)


def passes(changed: bytes, original: Line) -> bool:
    """Whether an export with these bytes for one of its lines could still be sound.

    The bytes may hold line ends now, or have lost theirs, so that the next line's beginning belongs to them.
    """
    first, end, more = changed.partition(b"\n")
    read = read_line(first + b"\n" if end else first + b'{"index":', original.index)
    if isinstance(read, Fault) or not read.exact or (read.index, read.leaf) != (original.index, original.leaf):
        return False
    return not more or not isinstance(read_line(more, original.index + 1), Fault)


def reads(lines: list[bytes], share: int) -> Iterator[tuple[bytes, Line]]:
    for place in range(share, len(lines), SHARES):
        read = read_line(lines[place], place)
        assert isinstance(read, Line)
        assert read.exact
        yield lines[place], read


def changed_everywhere(line: bytes, index: int) -> Iterator[bytes]:
    """Bytes changed: all in every way in a complete run, and many so in every kind of line; else a third in one way."""
    some = 1 if COMPLETE else SAMPLE
    for place in range(index % some, len(line), some):
        every_way = COMPLETE or index < EVERY_KIND
        for other in range(1, 256) if every_way else (1 << place % 8,):
            yield line[:place] + bytes([line[place] ^ other]) + line[place + 1 :]


@pytest.mark.timeout(0 if COMPLETE else 600)
@pytest.mark.parametrize("share", range(SHARES))
def test_no_byte_can_change(lines: list[bytes], share: int) -> None:
    for line, original in reads(lines, share):
        for changed in changed_everywhere(line, original.index):
            assert not passes(changed, original), (original.index, changed)


@pytest.mark.timeout(0 if COMPLETE else 600)
@pytest.mark.parametrize("share", range(SHARES))
def test_no_byte_can_go_come_or_change_places(lines: list[bytes], share: int) -> None:
    for line, original in reads(lines, share):
        step = 1 if COMPLETE or original.index < EVERY_KIND else 4 * SAMPLE
        for place in range(original.index % step, len(line), step):
            head, tail = line[:place], line[place + 1 :]
            assert not passes(head + tail, original), (original.index, place)
            more = INSERTED if COMPLETE else INSERTED[place % len(INSERTED) :][:1]
            assert not any(passes(head + bytes([byte]) + line[place:], original) for byte in more), place
            swapped = head + tail[:1] + line[place : place + 1] + tail[1:]
            assert swapped == line or not passes(swapped, original), (original.index, place)


@pytest.mark.parametrize("share", range(SHARES))
def test_the_whole_export_falls_with_any_line(
    lines: list[bytes], check: Callable[[list[bytes]], Verification], share: int
) -> None:
    assert check(lines).sound
    for index in range(share, SIZE, SHARES if COMPLETE else SHARES * SAMPLE):
        line = lines[index]
        place = index * 131 % (len(line) - 1)
        changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        outcome = check(b"".join([*lines[:index], changed, *lines[index + 1 :]]).splitlines(keepends=True))
        assert outcome.fault is not None, (index, place)
        assert outcome.fault.index == index or outcome.fault.code is Code.DOUBLED


@pytest.mark.parametrize("share", range(SHARES))
def test_no_entry_can_go_come_twice_or_change_places(
    lines: list[bytes], check: Callable[[list[bytes]], Verification], share: int
) -> None:
    for index in range(share, SIZE, SHARES if COMPLETE else SHARES * SAMPLE):
        removed = check(lines[:index] + lines[index + 1 :]).fault
        assert removed is not None
        assert removed.index == index
        other = (index * 7 + 1) % SIZE
        assert check([*lines[:index], lines[other], *lines[index:]]).fault is not None
        if other != index:
            swapped = list(lines)
            swapped[index], swapped[other] = swapped[other], swapped[index]
            fault = check(swapped).fault
            assert fault is not None
            assert fault.index == min(index, other)


@pytest.mark.parametrize("share", range(SHARES))
def test_the_export_cannot_be_cut(lines: list[bytes], check: Callable[[list[bytes]], Verification], share: int) -> None:
    for size in range(share, SIZE, SHARES if COMPLETE else SHARES * SAMPLE):
        assert check(lines[:size]).fault is not None
        middle = 1 + size * 37 % (len(lines[size]) - 1)
        cut = check([*lines[:size], lines[size][:middle]]).fault
        assert cut is not None
        assert cut.index == size


@pytest.mark.parametrize("share", range(SHARES))
def test_no_forger_who_computes_all_hashes_anew_gets_through(
    ledger: Book, check: Callable[[list[bytes]], Verification], share: int
) -> None:
    entries, step = list(ledger.entries), SHARES if COMPLETE else SHARES * 20
    for index in range(share, SIZE, step):
        forged = sealed(index, outcome="refused")
        replaced = ledger.lines()
        replaced[index] = export_line(index, forged.leaf, forged.text, forged.opened)
        other = (index + 1) % SIZE
        swapped = list(entries)
        swapped[index], swapped[other] = swapped[other], swapped[index]
        for lines in (
            replaced,
            renumbered(entries[:index] + entries[index + 1 :]),
            renumbered([*entries[:index], forged, *entries[index:]]),
            renumbered(swapped),
        ):
            assert check(lines).fault is not None


def test_nothing_can_be_put_after_the_end(lines: list[bytes], check: Callable[[list[bytes]], Verification]) -> None:
    for byte in INSERTED:
        assert check([*lines, bytes([byte])]).fault is not None


def test_no_byte_of_the_checkpoint_or_the_key_can_change(ledger: Book, lines: list[bytes], checkpoint: str) -> None:
    signed = checkpoint.encode()
    for place in range(len(signed)):
        for other in range(1, 256):
            changed = signed[:place] + bytes([signed[place] ^ other]) + signed[place + 1 :]
            assert not verify_export([], changed, ledger.vkey).checkpoint, (place, other)
    for place in range(len(ledger.vkey)):
        key = ledger.vkey[:place] + chr(ord(ledger.vkey[place]) ^ 1) + ledger.vkey[place + 1 :]
        assert not verify_export([], checkpoint, key).checkpoint, place
