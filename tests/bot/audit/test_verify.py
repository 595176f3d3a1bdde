"""Verifying the live ledger: every way in which somebody with all rights to the database could change it is found."""

import base64
from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from bot.audit.faults import Code
from bot.audit.integration.integrated import checkpoint_of
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger
from bot.audit.merkle.notes import Signer, VerifierKey
from bot.audit.merkle.tree import EMPTY_ROOT
from bot.audit.tamper import Acknowledge, Kind, Mismatch
from bot.audit.tamper import record as keep_fault
from bot.audit.verify import Missing, Verification, verify_live
from bot.database import Database
from models.audit import AuditEntry
from tests.bot.audit.integration.integrating import CLI, ORIGIN, SIGNER, integrator_of, record, tamper
from tests.conftest import SettableClock

COUNT = 20
EARLY = 12


@pytest.fixture
def ids(database: Database, clock: SettableClock) -> list[str]:
    """A ledger that grew in steps of 12, 5 and 3 entries, and their ids in order."""
    made = []
    for count in (EARLY, 5, 3):
        made += record(database, clock, count)
        clock.advance(seconds=1)
        integrator_of(database, clock).step()
    return made


def verified(database: Database, older: str | None = None, keys: Sequence[VerifierKey] = (SIGNER.key,)) -> Verification:
    with at_one_moment(database) as connection:
        return verify_live(connection, keys, older)


def note(database: Database, size: int) -> str:
    with database.reading() as connection:
        stored = checkpoint_of(connection, size)
    assert stored is not None
    return stored.note


def found(database: Database) -> tuple[Code, int | None, int | None]:
    fault = verified(database).fault
    assert fault is not None
    return fault.code, fault.index, fault.last


def last_written(database: Database, entry_id: str) -> datetime:
    with database.reading() as connection:
        return connection.execute(select(col(AuditEntry.at)).where(col(AuditEntry.id) == entry_id)).scalar_one()


def test_what_was_written_verifies(database: Database, ids: list[str]) -> None:
    result = verified(database)
    assert (result.sound, result.count, result.waiting, result.erased) == (True, COUNT, 0, 0)
    assert result.checkpoint is not None
    assert (result.checkpoint.origin, result.checkpoint.size) == (ORIGIN, COUNT)
    assert result.note == note(database, COUNT)


def test_before_the_first_checkpoint_what_waits_is_checked(database: Database, clock: SettableClock) -> None:
    assert verified(database) == Verification()
    record(database, clock, 3)
    result = verified(database)
    assert (result.sound, result.count, result.waiting, result.checkpoint) == (True, 0, 3, None)


def test_what_waits_is_counted_apart(database: Database, ids: list[str], clock: SettableClock) -> None:
    record(database, clock, 2)
    result = verified(database)
    assert (result.sound, result.count, result.waiting) == (True, COUNT, 2)


def test_it_begins_with_older_checkpoints(database: Database, ids: list[str]) -> None:
    for size in (EARLY, EARLY + 5, COUNT):
        result = verified(database, note(database, size))
        assert result.sound
        assert result.older is not None
        assert result.older.size == size


def test_progress_reaches_the_end(database: Database, ids: list[str]) -> None:
    told: list[tuple[int, int]] = []
    with at_one_moment(database) as connection:
        verify_live(connection, (SIGNER.key,), None, lambda done, size: told.append((done, size)))
    assert told[-1] == (COUNT, COUNT)


def test_a_checkpoint_of_a_former_key_is_its_own(database: Database, ids: list[str]) -> None:
    another = Signer(ORIGIN, bytes(32)).key
    assert verified(database, keys=(another, SIGNER.key)).sound
    fault = verified(database, keys=(another,)).fault
    assert fault is not None
    assert fault.code is Code.WRONG_KEY


ENTRY = '(SELECT entry_id FROM ledger_leaves WHERE "index" = {n})'
CHANGES = [
    ("UPDATE audit_entries SET entry = replace(entry, 'disclosed', 'refused') WHERE id = ENTRY", Code.CHANGED),
    ("UPDATE audit_entries SET outcome = 'refused' WHERE id = ENTRY", Code.CHANGED),
    ("UPDATE audit_entries SET account = NULL WHERE id = ENTRY", Code.CHANGED),
    ("UPDATE audit_entries SET at = '2026-01-01 00:00:00+00:00' WHERE id = ENTRY", Code.CHANGED),
    ("UPDATE audit_entries SET leaf = {hash} WHERE id = ENTRY", Code.CHANGED),
    ('UPDATE ledger_leaves SET leaf = {hash} WHERE "index" = {n}', Code.CHANGED),
    ("UPDATE audit_open SET opened = replace(opened, '412', '413') WHERE entry_id = ENTRY", Code.OPENED_CHANGED),
    ("UPDATE audit_open SET opened = '{}' WHERE entry_id = ENTRY", Code.NOT_ERASED_RIGHTLY),
    ("DELETE FROM audit_open WHERE entry_id = ENTRY", Code.NOT_ERASED_RIGHTLY),
    ('DELETE FROM ledger_leaves WHERE "index" = {n}', Code.MISSING),
]


@pytest.mark.parametrize(("statement", "code"), CHANGES)
def test_a_changed_entry_is_named(database: Database, ids: list[str], statement: str, code: Code) -> None:
    for n in (COUNT - 1, 13, 0):
        tamper(database, statement.replace("ENTRY", ENTRY).replace("{n}", str(n)))
        fault = verified(database).fault
        assert fault is not None
        assert (fault.code, fault.index) == (code, n)
        assert fault.id in (ids[n], None)
        assert "pw-0041" not in fault.words


def test_a_removed_entry_is_named(database: Database, ids: list[str]) -> None:
    for n in (COUNT - 1, 13, 0):
        tamper(
            database,
            *(["PRAGMA foreign_keys = OFF"] if database.is_sqlite else []),
            f"DELETE FROM audit_open WHERE entry_id = '{ids[n]}'",
            f"DELETE FROM audit_entries WHERE id = '{ids[n]}'",
        )
        assert found(database) == (Code.MISSING, n, None)


def replaced(database: Database, n: int, entry_id: str) -> None:
    """Another entry in its place, hash and all, as a careful forger would do it."""
    other = f'(SELECT entry_id FROM ledger_leaves WHERE "index" = {n})'
    leaf = f"(SELECT leaf FROM audit_entries WHERE id = '{entry_id}')"
    tamper(
        database,
        f"DELETE FROM audit_pending WHERE entry_id = '{entry_id}'",
        f"DELETE FROM audit_open WHERE entry_id = {other}",
        f"DELETE FROM audit_entries WHERE id = {other}",
        f"UPDATE ledger_leaves SET entry_id = '{entry_id}', leaf = {leaf} WHERE \"index\" = {n}",
    )


def test_a_replaced_entry_is_told_to_what_one_checkpoint_added(
    database: Database, ids: list[str], clock: SettableClock
) -> None:
    (entry_id,) = record(database, clock, 1)
    replaced(database, COUNT - 1, entry_id)
    assert found(database) == (Code.OTHER_ENTRIES, EARLY + 5, COUNT - 1)


def test_two_that_changed_places_are_out_of_order(database: Database, ids: list[str]) -> None:
    one, other = ids[14], ids[15]
    leaf = "(SELECT leaf FROM audit_entries WHERE id = '{}')"
    tamper(
        database,
        "UPDATE ledger_leaves SET entry_id = 'x' WHERE \"index\" = 14",
        f"UPDATE ledger_leaves SET entry_id = '{one}', leaf = {leaf.format(one)} WHERE \"index\" = 15",
        f"UPDATE ledger_leaves SET entry_id = '{other}', leaf = {leaf.format(other)} WHERE \"index\" = 14",
    )
    assert found(database) == (Code.OUT_OF_ORDER, 15, None)


def test_an_entry_with_an_index_of_its_own_was_added(database: Database, ids: list[str], clock: SettableClock) -> None:
    (entry_id,) = record(database, clock, 1)
    leaf = f"(SELECT leaf FROM audit_entries WHERE id = '{entry_id}')"
    tamper(database, f"INSERT INTO ledger_leaves (\"index\", entry_id, leaf) VALUES ({COUNT}, '{entry_id}', {leaf})")
    assert found(database) == (Code.ADDED, COUNT, None)


def test_an_entry_that_nobody_marked_is_no_ones(database: Database, ids: list[str], clock: SettableClock) -> None:
    (entry_id,) = record(database, clock, 1)
    tamper(database, "DELETE FROM audit_pending")
    fault = verified(database).fault
    assert fault is not None
    assert (fault.code, fault.id) == (Code.UNPLACED, entry_id)


def test_what_waits_is_checked_too(database: Database, ids: list[str], clock: SettableClock) -> None:
    _, entry_id = record(database, clock, 2)
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{entry_id}'")
    fault = verified(database).fault
    assert fault is not None
    assert (fault.code, fault.index, fault.id) == (Code.CHANGED, COUNT + 1, entry_id)
    tamper(
        database,
        f"DELETE FROM audit_open WHERE entry_id = '{entry_id}'",
        f"DELETE FROM audit_entries WHERE id = '{entry_id}'",
    )
    assert found(database) == (Code.MISSING, COUNT + 1, None)


def test_the_first_of_several_is_named(database: Database, ids: list[str]) -> None:
    tamper(
        database,
        f"DELETE FROM audit_open WHERE entry_id = '{ids[3]}'",
        f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{ids[5]}'",
    )
    assert found(database) == (Code.NOT_ERASED_RIGHTLY, 3, None)


def test_the_end_cut_off_with_its_checkpoints_shows_to_whoever_holds_one(database: Database, ids: list[str]) -> None:
    held = note(database, COUNT)
    tamper(
        database,
        f"DELETE FROM ledger_checkpoints WHERE size > {EARLY}",
        f'DELETE FROM ledger_leaves WHERE "index" >= {EARLY}',
        *(f"DELETE FROM audit_open WHERE entry_id = '{entry_id}'" for entry_id in ids[EARLY:]),
        *(f"DELETE FROM audit_entries WHERE id = '{entry_id}'" for entry_id in ids[EARLY:]),
    )
    assert verified(database).sound
    fault = verified(database, held).fault
    assert fault is not None
    assert (fault.code, fault.index, fault.last) == (Code.OLDER_IS_LARGER, EARLY, COUNT - 1)
    missing, at = verified(database, held).missing, last_written(database, ids[EARLY - 1])
    assert missing == Missing(COUNT - EARLY, EARLY, at, COUNT)
    assert f"{COUNT - EARLY} entries are missing" in fault.words
    assert f"{at:%Y-%m-%d %H:%M:%S} UTC" in fault.words


def test_of_a_ledger_that_was_never_signed_at_least_so_many_are_missing(database: Database, ids: list[str]) -> None:
    """As a backup from before the first checkpoint is: nothing says which of those that wait were signed."""
    held = note(database, COUNT)
    tamper(
        database,
        *(f"DELETE FROM {table}" for table in ("ledger_checkpoints", "ledger_nodes", "ledger_leaves")),
        *(f"DELETE FROM audit_open WHERE entry_id = '{entry_id}'" for entry_id in ids[EARLY:]),
        *(f"DELETE FROM audit_entries WHERE id = '{entry_id}'" for entry_id in ids[EARLY:]),
        "INSERT INTO audit_pending (entry_id) SELECT id FROM audit_entries",
    )
    result, at = verified(database, held), last_written(database, ids[EARLY - 1])
    assert result.missing == Missing(COUNT - EARLY, EARLY, at, COUNT, unsigned=True)
    assert result.fault is not None
    assert result.fault.code is Code.OLDER_IS_LARGER
    assert "is of 20 entries, and this ledger has 12 entries, none of which was signed" in result.fault.words
    assert f"at least 8 entries are missing. The last that is there was written at {at:%Y-%m-%d}" in result.fault.words
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{ids[3]}'")
    changed = verified(database, held).fault
    assert changed is not None
    assert changed.code is Code.CHANGED, "what is there is looked at first"


def test_all_written_anew_and_signed_shows_as_a_fork(database: Database, ids: list[str], clock: SettableClock) -> None:
    held = note(database, EARLY)
    tamper(
        database,
        "DELETE FROM ledger_checkpoints",
        "DELETE FROM ledger_nodes",
        "DELETE FROM ledger_leaves",
        f"DELETE FROM audit_open WHERE entry_id = '{ids[2]}'",
        f"DELETE FROM audit_entries WHERE id = '{ids[2]}'",
        "INSERT INTO audit_pending (entry_id) SELECT id FROM audit_entries",
    )
    integrator_of(database, clock).step()
    assert verified(database).sound
    fault = verified(database, held).fault
    assert fault is not None
    assert (fault.code, fault.last) == (Code.FORK, EARLY - 1)


def test_a_ledger_that_was_emptied_shows_too(database: Database) -> None:
    other = SIGNER.sign(f"{ORIGIN}\n3\n{'q' * 43}=\n")
    fault = verified(database, str(other)).fault
    assert fault is not None
    assert fault.code in (Code.OLDER_IS_LARGER, Code.CHECKPOINT_MALFORMED)


SPOILT = (
    "UPDATE ledger_checkpoints SET note = substr(note, 1, length(note) - 12) || 'AAAAAAAA' || "
    "substr(note, length(note) - 3) WHERE size = 12"
)
OTHER_NOTE = "(SELECT note FROM ledger_checkpoints WHERE size = 17)"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE ledger_checkpoints SET root = {hash} WHERE size = 20", Code.CHECKPOINT_MALFORMED),
        ("UPDATE ledger_checkpoints SET note = replace(note, '20', '21') WHERE size = 20", Code.BAD_SIGNATURE),
        ("UPDATE ledger_checkpoints SET note = 'x' WHERE size = 20", Code.CHECKPOINT_MALFORMED),
        ("UPDATE ledger_checkpoints SET note = replace(note, '17', '16') WHERE size = 17", Code.CHECKPOINT_MALFORMED),
        (f"UPDATE ledger_checkpoints SET note = {OTHER_NOTE} WHERE size = 12", Code.CHECKPOINT_MALFORMED),
        (SPOILT, Code.BAD_SIGNATURE),
        ("UPDATE ledger_checkpoints SET root = {hash} WHERE size = 17", Code.OTHER_ENTRIES),
        ("DELETE FROM ledger_checkpoints WHERE size = 17", Code.CHECKPOINT_MALFORMED),
        ("DELETE FROM ledger_checkpoints WHERE size = 20", Code.ADDED),
    ],
)
def test_changed_checkpoints(database: Database, ids: list[str], statement: str, code: Code) -> None:
    tamper(database, statement)
    assert found(database)[0] is code


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_time_in_a_spelling_that_searches_pass_over(database: Database, ids: list[str], clock: SettableClock) -> None:
    """It reads as the same moment, and as text stands elsewhere."""
    waits = record(database, clock, 1)[0]
    tried = [("replace(at, ' ', 'T')", entry, quick) for entry in (ids[4], waits) for quick in (0, COUNT + 1)]
    tried += [("substr(at, 1, 19)", ids[4], COUNT + 1), ("at || '+00:00'", ids[4], COUNT + 1)]
    for spelling, entry, quick_from in tried:
        with database.reading() as connection:
            written = connection.scalar(text("SELECT at FROM audit_entries WHERE id = :id"), {"id": entry})
        tamper(database, f"UPDATE audit_entries SET at = {spelling} WHERE id = '{entry}'")
        with at_one_moment(database) as connection:
            fault = verify_live(connection, (SIGNER.key,), quick_from=quick_from).fault
        assert fault is not None, (spelling, entry, quick_from)
        assert (fault.code, fault.id) == (Code.CHANGED, entry)
        tamper(database, f"UPDATE audit_entries SET at = '{written}' WHERE id = '{entry}'")
    assert verified(database).sound


def test_older_checkpoints_that_are_none_of_ours(database: Database, ids: list[str]) -> None:
    for older, code in (("no note", Code.CHECKPOINT_MALFORMED), *strangers()):
        fault = verified(database, older).fault
        assert fault is not None
        assert fault.code is code


def strangers() -> list[tuple[str, Code]]:
    """Empty ledgers' checkpoints of another name, and of ours with another key."""
    root = base64.b64encode(EMPTY_ROOT).decode()
    names = (("other.example/audit", Code.WRONG_KEY_NAME), (ORIGIN, Code.WRONG_KEY))
    return [(str(Signer(name, bytes(32)).sign(f"{name}\n0\n{root}\n")), code) for name, code in names]


def test_an_acknowledged_fault_is_listed_and_does_not_hide_another(
    database: Database, ids: list[str], clock: SettableClock
) -> None:
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{ids[4]}'")
    with database.transaction() as connection:
        kept = keep_fault(connection, Mismatch(Kind.ENTRY, ids[4], "It was changed."), "7F3KB", clock())
    Acknowledge(Ledger(database, clock), clock)(CLI, kept.name, "a restore gone wrong")
    result = verified(database)
    assert (result.sound, result.fault, [one.index for one in result.acknowledged]) == (False, None, [4])
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{ids[9]}'")
    assert found(database) == (Code.CHANGED, 9, None)


def test_as_many_entries_as_there_should_be_are_not_all_in_their_places(
    database: Database, ids: list[str], clock: SettableClock
) -> None:
    """One is gone, which somebody has acknowledged, and there is another that nobody marked."""
    with database.transaction() as connection:
        kept = keep_fault(connection, Mismatch(Kind.ENTRY, ids[4], "It is gone."), "7F3KB", clock())
    Acknowledge(Ledger(database, clock), clock)(CLI, kept.name, "a restore gone wrong")
    integrator_of(database, clock).step()
    tamper(database, f"DELETE FROM audit_open WHERE entry_id = '{ids[4]}'")
    tamper(database, f"DELETE FROM audit_entries WHERE id = '{ids[4]}'")
    assert verified(database).fault is None
    (entry_id,) = record(database, clock, 1)
    tamper(database, "DELETE FROM audit_pending")
    fault = verified(database).fault
    assert fault is not None
    assert (fault.code, fault.id) == (Code.UNPLACED, entry_id)
