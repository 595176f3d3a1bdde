"""The notes of all checkpoints that are kept: each is signed by a key of ours; of many, some are looked at."""

import pytest
from sqlalchemy import text

from bot.audit.faults import Code, Fault
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.kept_notes import LEAST_VERIFIED, Choice, Signatures, all_of_them, at_random, choice_of, notes_fault
from bot.audit.merkle.notes import Signer
from bot.audit.verify import verify_live
from bot.database import Database
from tests.bot.audit.integration.integrating import ORIGIN, SIGNER, integrator_of, record, tamper
from tests.conftest import SettableClock

OTHER = Signer(ORIGIN, bytes(32))
SIZES = 5


@pytest.fixture
def ledger(database: Database, clock: SettableClock) -> Database:
    """Five entries, and a checkpoint of each size."""
    record(database, clock, SIZES)
    integrator = integrator_of(database, clock, batch=1)
    assert [integrator.step() for _ in range(SIZES)] == [1] * SIZES
    return database


def signed_by_another(database: Database, size: int) -> None:
    with database.reading() as connection:
        note = str(connection.scalar(text("SELECT note FROM ledger_checkpoints WHERE size = :size"), {"size": size}))
    forged = OTHER.sign(note.partition("\n\n")[0] + "\n")
    tamper(database, f"UPDATE ledger_checkpoints SET note = '{forged}' WHERE size = {size}")


def test_each_is_of_this_ledger_and_signed(ledger: Database) -> None:
    with at_one_moment(ledger) as connection:
        found = verify_live(connection, (OTHER.key, SIGNER.key))
    assert (found.sound, found.signatures) == (True, Signatures(SIZES, SIZES))


def test_one_that_somebody_else_signed_is_named_and_so_for_whoever_looks_at_all(ledger: Database) -> None:
    signed_by_another(ledger, 2)
    with at_one_moment(ledger) as connection:
        fault = verify_live(connection, (SIGNER.key,)).fault
        of_two_keys = verify_live(connection, (SIGNER.key, OTHER.key)).fault
        unseen = notes_fault(connection, (SIGNER.key,), Choice(SIZES, {0, 2, 3, 4}))
        seen = notes_fault(connection, (SIGNER.key,), choice_of(connection, 0, all_of_them))
    assert fault is not None
    assert (fault.code, fault.last) == (Code.WRONG_KEY, 1)
    assert fault.words.startswith("The checkpoint of 2 entries is signed in the key's name, but with another key.")
    assert of_two_keys is None
    assert unseen == Signatures(SIZES, 4)
    assert isinstance(seen, Fault)


def test_it_is_named_whether_or_not_several_processes_look(ledger: Database) -> None:
    signed_by_another(ledger, 2)
    with at_one_moment(ledger) as connection:
        found = verify_live(connection, (SIGNER.key,), quick_from=0)
        assert found == verify_live(connection, (SIGNER.key,), quick_from=SIZES + 1)
    assert found.fault is not None
    assert found.fault.code is Code.WRONG_KEY


def test_an_entry_that_was_changed_is_named_before_a_note_that_is_none(ledger: Database) -> None:
    tamper(ledger, "UPDATE ledger_checkpoints SET note = X'00' WHERE size = 2")
    tamper(ledger, "UPDATE audit_entries SET outcome = 'refused'")
    with at_one_moment(ledger) as connection:
        found = verify_live(connection, (SIGNER.key,), quick_from=0)
    assert found.fault is not None
    assert (found.fault.code, found.fault.index) == (Code.CHANGED, 0)


def test_of_many_some_are_looked_at_others_each_time(ledger: Database) -> None:
    asked: list[tuple[int, int]] = []

    def choose(count: int, wanted: int) -> set[int]:
        asked.append((count, wanted))
        return set()

    with at_one_moment(ledger) as connection:
        assert choice_of(connection, 0, choose) == Choice(SIZES, set())
    assert asked == [(SIZES, SIZES)]
    one, other = at_random(10**6, LEAST_VERIFIED), at_random(10**6, LEAST_VERIFIED)
    assert len(one) == len(other) == LEAST_VERIFIED
    assert set(one) != set(other)
