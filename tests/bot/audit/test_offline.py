"""An export, a checkpoint and a key: what is sound, and each thing that can be wrong by its own name."""

import io
import tracemalloc
from collections.abc import Iterator

import orjson
import pytest

from bot.audit.exports.lines import MAX_LINE_BYTES, export_line
from bot.audit.faults import Code
from bot.audit.merkle.checkpoints import Checkpoint
from bot.audit.merkle.notes import Signer
from bot.audit.merkle.tree import BATCH, Frontier, root_of
from bot.audit.offline import LISTED, Erased, Verification, read_lines, verify_export
from tests.bot.audit.ledgers import ORIGIN, SEED, Book, Sealed, book, renumbered, sealed

SIZE = 40
BOOK = book(SIZE)
VKEY = BOOK.vkey
CHECKPOINT = BOOK.checkpoint()
LINES = BOOK.lines()
FORGED = sealed(17, account="pw-99999")


def check(lines: list[bytes], checkpoint: str = CHECKPOINT, older: str | None = None) -> Verification:
    return verify_export(lines, checkpoint, VKEY, older)


def code(verification: Verification) -> Code | None:
    return verification.fault.code if verification.fault else None


def with_line(index: int, /, **parts: object) -> list[bytes]:
    """The export with parts of one line exchanged, spelled as before."""
    line = orjson.loads(LINES[index]) | parts
    return [*LINES[:index], orjson.dumps(line) + b"\n", *LINES[index + 1 :]]


def parts(index: int) -> tuple[dict[str, object], dict[str, object]]:
    line = orjson.loads(LINES[index])
    return line["entry"], line["open"]


@pytest.mark.parametrize("size", [0, 1, 2, 3, SIZE])
def test_an_untouched_export_is_sound(size: int) -> None:
    heard: list[int] = []
    outcome = verify_export(BOOK.lines(size), BOOK.checkpoint(size), VKEY, progress=heard.append)
    assert outcome == Verification(count=size, checkpoint=outcome.checkpoint)
    assert outcome.sound
    assert heard[-1] == size


@pytest.mark.parametrize("older", [0, 1, 17, 32, SIZE])
def test_an_untouched_export_extends_every_older_checkpoint(older: int) -> None:
    outcome = check(LINES, older=BOOK.checkpoint(older))
    assert outcome.sound
    assert outcome.older is not None
    assert outcome.older.size == older


def test_it_is_read_from_a_file_in_binary() -> None:
    assert list(read_lines(io.BytesIO(b"".join(LINES)))) == LINES
    assert check(list(read_lines(io.BytesIO(b"".join(LINES))))).sound


def test_erased_texts_are_counted_and_listed_and_the_rest_still_holds() -> None:
    entry = BOOK.entries[3]
    kept = {"query": entry.opened["query"]}
    lines = [*LINES[:3], export_line(3, entry.leaf, entry.text, kept), *LINES[4:]]
    lines[9] = export_line(9, BOOK.entries[9].leaf, BOOK.entries[9].text, {})
    outcome = check(lines)
    assert outcome.sound
    assert outcome.erased == 2
    assert outcome.erased_entries == (
        Erased(3, orjson.loads(entry.text)["id"], ("justification", "actor_email")),
        Erased(9, orjson.loads(BOOK.entries[9].text)["id"], ("query", "justification", "actor_email")),
    )


def test_all_erased_entries_are_counted_though_not_all_are_listed() -> None:
    many = Book(tuple(Sealed(sealed(number).text, {}) for number in range(LISTED + 5)), BOOK.signer)
    outcome = verify_export(many.lines(), many.checkpoint(), VKEY)
    assert (outcome.sound, outcome.erased, len(outcome.erased_entries)) == (True, LISTED + 5, LISTED)


def test_memory_stays_flat() -> None:
    def peak(size: int) -> int:
        frontier = Frontier()
        for number in range(size):
            frontier = frontier.append(sealed(number).leaf)
        checkpoint = Checkpoint(ORIGIN, size, frontier.root()).sign(BOOK.signer)
        tracemalloc.start()
        try:
            assert verify_export(streamed(size), checkpoint, VKEY).sound
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def streamed(size: int) -> Iterator[bytes]:
        for number in range(size):
            entry = sealed(number)
            yield export_line(number, entry.leaf, entry.text, entry.opened)

    assert peak(3 * BATCH) < peak(BATCH) * 1.2


entry_of_17, open_of_17 = parts(17)

WRONG_LINES = {
    "changed": (with_line(17, entry=entry_of_17 | {"outcome": "refused"}), Code.CHANGED, 17),
    "changed leaf": (with_line(17, leaf="0" * 64), Code.CHANGED, 17),
    "shouted leaf": (with_line(17, leaf=BOOK.entries[17].leaf.hex().upper()), Code.BAD_VALUE, 17),
    "opened otherwise": (
        with_line(17, open=open_of_17 | {"query": {"salt": "0" * 64, "value": "x"}}),
        Code.OPENED_CHANGED,
        17,
    ),
    "opened what is null": (with_line(17, open={"justification": open_of_17["query"]}), Code.OPENED_CHANGED, 17),
    "opened what is not personal": (with_line(17, open={"account": open_of_17["query"]}), Code.UNKNOWN_FIELDS, 17),
    "opened with more": (
        with_line(17, open={"query": {"salt": "0" * 64, "value": "", "more": 1}}),
        Code.UNKNOWN_FIELDS,
        17,
    ),
    "opened with a short salt": (with_line(17, open={"query": {"salt": "00", "value": "x"}}), Code.BAD_VALUE, 17),
    "opened to a number": (with_line(17, open={"query": {"salt": "0" * 64, "value": 1}}), Code.BAD_VALUE, 17),
    "opened without salt": (with_line(17, open={"query": {"value": "x"}}), Code.MISSING_FIELDS, 17),
    "opened to text": (with_line(17, open={"query": "x"}), Code.BAD_VALUE, 17),
    "no object under open": (with_line(17, open=[]), Code.BAD_VALUE, 17),
    "a new field of the line": (with_line(17, seen=True), Code.UNKNOWN_FIELDS, 17),
    "a new field of the entry": (with_line(17, entry=entry_of_17 | {"seen": True}), Code.UNKNOWN_FIELDS, 17),
    "no entry": (with_line(17, entry=None), Code.BAD_VALUE, 17),
    "a number as its id": (with_line(17, entry=entry_of_17 | {"id": 17}), Code.BAD_VALUE, 17),
    "an index in words": (with_line(17, index="17"), Code.BAD_VALUE, 17),
    "a fraction as its index": (with_line(17, index=17.0), Code.BAD_VALUE, 17),
    "true as its index": (with_line(17, index=True), Code.BAD_VALUE, 17),
    "no index": (with_line(17, index=None), Code.BAD_VALUE, 17),
    "a list as the line": ([*LINES[:17], b"[]\n", *LINES[18:]], Code.BAD_VALUE, 17),
    "an empty line": ([*LINES[:17], b"\n", *LINES[17:]], Code.NOT_JSON, 17),
    "no JSON": ([*LINES[:17], b"{index: 17}\n", *LINES[18:]], Code.NOT_JSON, 17),
    "no UTF-8": ([*LINES[:17], LINES[17].replace(b"team", b"te\xffm"), *LINES[18:]], Code.NOT_JSON, 17),
    "half a character": (
        [*LINES[:17], LINES[17].replace(b'"T1"', b'"\\ud800"'), *LINES[18:]],
        Code.NOT_JSON,
        17,
    ),
    "endless": ([*LINES[:17], b" " * (MAX_LINE_BYTES + 1)], Code.TOO_LONG, 17),
    "cut in the middle": ([*LINES[:17], LINES[17][:100]], Code.CUT, 17),
    "cut by its last byte": ([*LINES[:-1], LINES[-1][:-1]], Code.CUT, SIZE - 1),
    "missing": (LINES[:17] + LINES[18:], Code.MISSING, 17),
    "several missing": (LINES[:17] + LINES[25:], Code.MISSING, 17),
    "first missing": (LINES[1:], Code.MISSING, 0),
    "last missing": (LINES[:-1], Code.CHECKPOINT_LARGER, SIZE - 1),
    "all missing": ([], Code.CHECKPOINT_LARGER, 0),
    "doubled": (LINES[:18] + LINES[17:], Code.DOUBLED, 17),
    "doubled at the end": ([*LINES, LINES[5]], Code.DOUBLED, 5),
    "swapped": ([*LINES[:17], LINES[18], LINES[17], *LINES[19:]], Code.OUT_OF_ORDER, 17),
    "first and last swapped": ([LINES[-1], *LINES[1:-1], LINES[0]], Code.OUT_OF_ORDER, 0),
    "added at the end": ([*LINES, *book(SIZE + 1).lines()[SIZE:]], Code.ADDED, SIZE),
    "replaced with its hash": (BOOK.with_entry(17, FORGED).lines(), Code.OTHER_ENTRIES, 0),
    "taken out and renumbered": (
        renumbered([*BOOK.entries[:17], *BOOK.entries[18:]]),
        Code.CHECKPOINT_LARGER,
        SIZE - 1,
    ),
    "added and renumbered": (
        renumbered([*BOOK.entries[:17], FORGED, *BOOK.entries[17:]]),
        Code.OTHER_ENTRIES,
        0,
    ),
    "swapped and renumbered": (
        renumbered([*BOOK.entries[:5], BOOK.entries[6], BOOK.entries[5], *BOOK.entries[7:]]),
        Code.OTHER_ENTRIES,
        0,
    ),
    "of another ledger": (renumbered([sealed(900 + number) for number in range(SIZE)]), Code.OTHER_ENTRIES, 0),
    "spelled with spaces": ([orjson.dumps(orjson.loads(line)) + b" \n" for line in LINES], Code.REWRITTEN, 0),
    "with other line ends": ([line[:-1] + b"\r\n" for line in LINES], Code.REWRITTEN, 0),
    "a key twice": (
        [*LINES[:17], LINES[17].replace(b'"index":17,', b'"index":5,"index":17,'), *LINES[18:]],
        Code.REWRITTEN,
        17,
    ),
}


@pytest.mark.parametrize("what", WRONG_LINES)
def test_a_wrong_export_is_told_by_its_first_bad_entry(what: str) -> None:
    lines, expected, index = WRONG_LINES[what]
    outcome = check(lines)
    assert not outcome.sound
    assert outcome.fault is not None
    assert (outcome.fault.code, outcome.fault.index) == (expected, index)


def test_the_bad_entry_is_named_with_its_id_and_no_personal_text() -> None:
    fault = check(with_line(17, entry=entry_of_17 | {"outcome": "refused"})).fault
    assert fault is not None
    assert fault.id == entry_of_17["id"]
    assert fault.words == f"Entry 17 ({fault.id}) was changed: its text and its hash do not belong together."
    added = check([*LINES, *book(SIZE + 1).lines()[SIZE:]]).fault
    assert added is not None
    assert added.id == orjson.loads(book(SIZE + 1).entries[SIZE].text)["id"]


@pytest.mark.parametrize("evil", ["\x1b[31mred", "a" * 1000, "<!channel>", "", "ключ"])
def test_names_from_outside_are_not_repeated_when_they_could_do_harm(evil: str) -> None:
    fault = check(with_line(17, **{evil: 1})).fault
    assert fault is not None
    assert fault.words.endswith("has not: 1 with names that cannot be shown.")
    named = check(with_line(17, entry=entry_of_17 | {"id": evil, "other": evil})).fault
    assert named is not None
    assert named.id is None
    assert not evil or evil not in named.words


def test_a_change_is_named_before_a_mere_spelling() -> None:
    spaced = [orjson.dumps(orjson.loads(line)).replace(b",", b", ", 1) + b"\n" for line in LINES]
    spaced[31] = spaced[31].replace(b"pw-", b"pq-")
    fault = check(spaced).fault
    assert fault is not None
    assert (fault.code, fault.index) == (Code.CHANGED, 31)


def test_missing_and_misplaced_entries_say_where() -> None:
    several, misplaced = check(LINES[:17] + LINES[25:]).fault, check([*LINES[1:18], LINES[0], *LINES[18:]]).fault
    assert several is not None
    assert misplaced is not None
    assert (several.index, several.last) == (17, 24)
    assert several.words.startswith("Entries 17 to 24 are missing: the next is Entry 25 (")
    assert misplaced.words.startswith("Entry 0 is out of order: it stands on line 18, after Entry 1 (")


def test_an_older_checkpoint_narrows_down_where_entries_were_replaced() -> None:
    lines = BOOK.with_entry(17, FORGED).lines()
    before, after = check(lines, older=BOOK.checkpoint(10)).fault, check(lines, older=BOOK.checkpoint(30)).fault
    assert before is not None
    assert after is not None
    assert (before.code, before.index, before.last) == (Code.OTHER_ENTRIES, 10, SIZE - 1)
    assert (after.code, after.index, after.last) == (Code.OTHER_ENTRIES, 0, 29)
    cut_too = check(lines[:35], older=BOOK.checkpoint(30)).fault
    assert cut_too is not None
    assert (cut_too.code, cut_too.last) == (Code.OTHER_ENTRIES, 29)


def test_a_history_rewritten_and_signed_again_is_a_fork() -> None:
    rewritten = BOOK.with_entry(17, FORGED)
    outcome = check(rewritten.lines(), rewritten.checkpoint(), older=BOOK.checkpoint(30))
    assert code(outcome) is Code.FORK
    assert code(check(rewritten.lines(), rewritten.checkpoint(), older=BOOK.checkpoint())) is Code.FORK
    assert check(rewritten.lines(), rewritten.checkpoint(), older=BOOK.checkpoint(17)).sound


def wrong_key() -> str:
    return str(Signer(ORIGIN, bytes(32)).key)


WRONG_CHECKPOINTS: dict[str, tuple[str | bytes, str, str | None, Code]] = {
    "no key": (CHECKPOINT, "nonsense", None, Code.KEY_MALFORMED),
    "another key": (CHECKPOINT, wrong_key(), None, Code.WRONG_KEY),
    "a key of another name": (CHECKPOINT, str(Signer("other.example", SEED).key), None, Code.WRONG_KEY_NAME),
    "no checkpoint": ("nonsense", VKEY, None, Code.CHECKPOINT_MALFORMED),
    "no text": (b"\xff\xfe", VKEY, None, Code.CHECKPOINT_MALFORMED),
    "a changed size": (CHECKPOINT.replace(f"\n{SIZE}\n", f"\n{SIZE - 1}\n"), VKEY, None, Code.BAD_SIGNATURE),
    "another origin": (
        str(BOOK.signer.sign(str(Checkpoint("other.example", SIZE, root_of(BOOK.leaves))))),
        VKEY,
        None,
        Code.OTHER_LEDGER,
    ),
    "another ledger's": (book(SIZE, "other.example").checkpoint(), VKEY, None, Code.WRONG_KEY_NAME),
    "a larger tree's": (book(SIZE + 3).checkpoint(), VKEY, None, Code.CHECKPOINT_LARGER),
    "a smaller tree's": (BOOK.checkpoint(SIZE - 3), VKEY, None, Code.ADDED),
    "no older one": (CHECKPOINT, VKEY, "nonsense", Code.CHECKPOINT_MALFORMED),
    "a forged older one": (CHECKPOINT, VKEY, CHECKPOINT.replace("\n40\n", "\n30\n"), Code.BAD_SIGNATURE),
    "an older one of another ledger": (CHECKPOINT, VKEY, book(9, "other.example").checkpoint(), Code.WRONG_KEY_NAME),
    "a larger older one": (CHECKPOINT, VKEY, book(SIZE + 3).checkpoint(), Code.OLDER_IS_LARGER),
}


@pytest.mark.parametrize("what", WRONG_CHECKPOINTS)
def test_a_wrong_checkpoint_or_key_has_its_own_fault(what: str) -> None:
    checkpoint, key, older, expected = WRONG_CHECKPOINTS[what]
    assert code(verify_export(LINES, checkpoint, key, older)) is expected


def test_an_older_checkpoint_of_a_former_key() -> None:
    former = Book(BOOK.entries, Signer(ORIGIN, bytes(32)))
    older, key = former.checkpoint(30), former.vkey
    assert code(verify_export(LINES, CHECKPOINT, VKEY, older)) is Code.WRONG_KEY
    assert verify_export(LINES, CHECKPOINT, VKEY, older, older_key=key).older is not None
    assert code(verify_export(LINES, CHECKPOINT, VKEY, older, older_key="nonsense")) is Code.KEY_MALFORMED
    assert code(verify_export(LINES, former.checkpoint(), VKEY, older, older_key=key)) is Code.WRONG_KEY
    forked = former.with_entry(3, FORGED).checkpoint(30)
    assert code(verify_export(LINES, CHECKPOINT, VKEY, forked, older_key=key)) is Code.FORK


def test_nothing_is_read_before_the_checkpoint_is_trusted() -> None:
    lines = iter(LINES)
    outcome = verify_export(lines, CHECKPOINT, wrong_key())
    assert (outcome.count, outcome.checkpoint, code(outcome)) == (0, None, Code.WRONG_KEY)
    assert list(lines) == LINES


def test_one_entry_is_no_entries() -> None:
    fault = verify_export(BOOK.lines(2), BOOK.checkpoint(1), VKEY).fault
    assert fault is not None
    assert fault.words.endswith("was added after what was signed: the checkpoint is of 1 entry, the export has 2.")
