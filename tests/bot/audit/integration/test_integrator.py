"""The integrator: every committed entry gets its index once, by one process at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from bot.audit.entry import Action, Outcome
from bot.audit.integration.growth import Growth, Keys
from bot.audit.integration.integrated import (
    checkpoint_of,
    index_of,
    latest_checkpoint,
    oldest_pending,
    pending_count,
    subtree,
)
from bot.audit.integration.integrator import Integrator, decide, write
from bot.audit.integration.snapshots import at_one_moment, read_snapshot
from bot.audit.ledger import Ledger
from bot.audit.merkle.tree import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from bot.database import Database
from tests.bot.audit.integration.integrating import (
    CLI,
    SIGNER,
    assert_sound,
    integrator_of,
    record,
    stated,
    tamper,
)
from tests.conftest import SettableClock


def test_what_is_committed_gets_its_index_in_the_order_of_ids(database: Database, clock: SettableClock) -> None:
    integrator = integrator_of(database, clock)
    assert integrator.tick() == 0
    with database.reading() as connection:
        assert latest_checkpoint(connection) is None
    first = record(database, clock, 3)
    with database.reading() as connection:
        assert (pending_count(connection), index_of(connection, first[0])) == (3, None)
        assert oldest_pending(connection) == (first[0], clock())
    assert integrator.tick() == 3
    later = record(database, clock, 5)
    assert integrator.tick() == 5
    assert integrator.tick() == 0
    assert_sound(database, first + later)
    with database.reading() as connection:
        assert index_of(connection, later[1]) == 4
        assert checkpoint_of(connection, 3) is not None
        assert checkpoint_of(connection, 5) is None


def test_a_commit_that_came_late_stands_after_what_was_integrated(database: Database, clock: SettableClock) -> None:
    """An entry's id is older than one that was committed before it."""
    early, late = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
    integrator = integrator_of(database, clock)
    for entry_id in (late, early):
        ledger = Ledger(database, clock, new_id=lambda made=entry_id: made)  # type: ignore[misc]
        record_with(ledger)
        assert integrator.tick() == 1
    assert_sound(database, [late, early])


def record_with(ledger: Ledger) -> None:
    with ledger.entry(CLI, Action.AUDIT_SEARCH) as entry:
        entry.close(Outcome.DISCLOSED)


def test_a_rolled_back_entry_leaves_no_mark(database: Database, clock: SettableClock) -> None:
    ledger = Ledger(database, clock)
    with pytest.raises(ZeroDivisionError), ledger.transaction() as connection:
        entry = ledger.opened(connection, CLI, Action.AUDIT_SEARCH)
        entry.close(Outcome.DISCLOSED)
        ledger.write(entry)
        raise ZeroDivisionError
    assert integrator_of(database, clock).tick() == 0
    with database.reading() as reading:
        assert pending_count(reading) == 0


def test_proofs_from_stored_nodes_hold(database: Database, clock: SettableClock) -> None:
    """Over a tree large enough to have nodes of level 8, grown in uneven steps."""
    integrator, marks = integrator_of(database, clock, batch=170), []
    for count in (1, 255, 1, 40, 3):
        record(database, clock, count)
        assert integrator.tick() == count
        marks.append(stated(database))
    assert_sound(database)
    now = marks[-1]
    with database.reading() as connection:
        read = subtree(connection)
        leaves = connection.execute(text('SELECT "index", leaf FROM ledger_leaves')).all()
        for index, leaf in leaves[::37]:
            path = inclusion_proof(index, now.size, read)
            assert verify_inclusion(bytes(leaf), index, now.size, path, now.root)
        for older in marks:
            path = consistency_proof(older.size, now.size, read)
            assert verify_consistency(older.size, older.root, now.size, now.root, path)


def test_one_of_many_integrates_and_writers_do_not_wait(database: Database, clock: SettableClock) -> None:
    """Writers and integrators at once, with no lease to keep the integrators apart."""
    integrators = [integrator_of(database, clock, batch=7) for _ in range(3)]
    over = threading.Event()

    def integrate(one: Integrator) -> int:
        done = 0
        while not over.is_set():
            done += one.step()
        while step := one.step():
            done += step
        return done

    with ThreadPoolExecutor(7) as pool:
        working = [pool.submit(integrate, one) for one in integrators]
        writing = [pool.submit(record, database, clock, 1) for _ in range(160)]
        for writer in writing:
            writer.result()
        over.set()
        assert sum(worker.result() for worker in working) == 160
    assert_sound(database)
    assert not any(one.standing.open for one in integrators)


def test_the_lease_is_one_process_s_and_is_taken_over(database: Database, clock: SettableClock) -> None:
    one, other = integrator_of(database, clock), integrator_of(database, clock)
    record(database, clock, 1)
    assert one.tick() == 1
    record(database, clock, 1)
    assert other.tick() == 0
    clock.advance(seconds=2)
    assert one.tick() == 1
    record(database, clock, 1)
    clock.advance(seconds=2)
    assert other.tick() == 0
    clock.advance(seconds=1.5)
    assert other.tick() == 1
    assert not one.lease.mine
    assert one.tick() == 0
    other.lease.give_back()
    clock.advance(seconds=1.5)
    record(database, clock, 1)
    assert one.tick() == 1
    assert_sound(database)


def test_one_that_ends_before_it_looked_takes_what_waits_and_heeds_what_others_found(
    database: Database, clock: SettableClock
) -> None:
    ids = record(database, clock, 2)
    integrator_of(database, clock).finish()
    assert_sound(database, ids)
    holding, other = integrator_of(database, clock), integrator_of(database, clock)
    assert holding.lease.take()
    assert not other.lease.take()
    record(database, clock, 1)
    other.finish()
    assert _waiting(database) == 1
    holding.lease.give_back()
    other.finish()
    assert _waiting(database) == 0
    (wrong,) = record(database, clock, 1)
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{wrong}'")
    holding.step()
    assert [one.mismatch.about for one in holding.standing.open] == [wrong]
    integrator_of(database, clock).finish()
    assert _waiting(database) == 1


def test_one_that_ends_signs_nothing_while_what_others_found_is_open(database: Database, clock: SettableClock) -> None:
    """Also where it would find nothing itself any more: what was changed was put back, and nobody has looked."""
    holding = integrator_of(database, clock)
    record(database, clock, 1)
    holding.tick()
    (wrong,) = record(database, clock, 1)
    with database.reading() as connection:
        was = connection.execute(text(f"SELECT outcome FROM audit_entries WHERE id = '{wrong}'")).scalar_one()
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{wrong}'")
    holding.step()
    tamper(database, f"UPDATE audit_entries SET outcome = '{was}' WHERE id = '{wrong}'")
    holding.lease.give_back()
    integrator_of(database, clock).finish()
    assert _waiting(database) == 1


def test_one_that_is_told_to_stop_begins_no_further_batch(database: Database, clock: SettableClock) -> None:
    record(database, clock, 3)
    stop = threading.Event()
    stop.set()
    assert integrator_of(database, clock, batch=1).tick(stop) == 0
    assert _waiting(database) == 3


def _waiting(database: Database) -> int:
    with database.reading() as connection:
        return pending_count(connection)


def test_a_former_holder_that_wakes_up_late_does_no_harm(database: Database, clock: SettableClock) -> None:
    """It has read what waits, and writes after another has integrated it."""
    other, keys = integrator_of(database, clock), Keys(SIGNER)
    ids = record(database, clock, 4)
    with at_one_moment(database) as connection:
        snapshot = read_snapshot(connection, None, (), 1000)
    late = decide(snapshot, None, (), keys, clock())
    assert isinstance(late, Growth)
    assert other.step() == 4
    ids += record(database, clock, 2)
    assert other.step() == 2
    assert write(database, late) is False
    ids += record(database, clock, 1)
    assert other.step() == 1
    assert_sound(database, ids)


def test_a_mark_set_again_is_taken_away(database: Database, clock: SettableClock) -> None:
    integrator = integrator_of(database, clock)
    ids = record(database, clock, 2)
    assert integrator.tick() == 2
    tamper(database, f"INSERT INTO audit_pending (entry_id) VALUES ('{ids[0]}')")
    assert integrator.tick() == 0
    ids += record(database, clock, 1)
    assert integrator.tick() == 1
    assert_sound(database, ids)
