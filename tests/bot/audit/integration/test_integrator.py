"""The integrator: every committed entry gets its index once, and nothing is signed that does not agree."""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, text

from bot.audit.entry import Action, Outcome
from bot.audit.integration.growth import Growth, Keys, Seen, Snapshot, rollback
from bot.audit.integration.integrated import (
    checkpoint_of,
    index_of,
    integrated,
    latest_checkpoint,
    oldest_pending,
    pending_count,
    subtree,
)
from bot.audit.integration.integrator import Integrator, decide, write
from bot.audit.integration.snapshots import at_one_moment, read_snapshot
from bot.audit.ledger import Ledger
from bot.audit.merkle.notes import Signer
from bot.audit.merkle.tree import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from bot.audit.tamper import Acknowledge, Kind, LedgerStanding, Refuse, Unacknowledged
from bot.database import Database
from models.ledger import LedgerAcknowledgement, LedgerFault
from tests.bot.audit.integration.integrating import (
    CLI,
    ORIGIN,
    SIGNER,
    Told,
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


ROWS = (("audit_open", "entry_id"), ("audit_entries", "id"))
CHANGES: dict[str, tuple[Kind, Callable[[list[str]], list[str]], str]] = {
    "text": (
        Kind.ENTRY,
        lambda ids: _entry(ids[-1], "entry = replace(entry, 'disclosed', 'not_found')"),
        "was changed",
    ),
    "leaf": (Kind.ENTRY, lambda ids: _entry(ids[-1], "leaf = {hash}"), "was changed"),
    "column": (Kind.ENTRY, lambda ids: _entry(ids[-1], "actor = 'U0SOMEBODY'"), "its column actor"),
    "time": (Kind.ENTRY, lambda ids: _entry(ids[-1], "at = '2020-01-01 00:00:00'"), "its column at"),
    "opened": (Kind.ENTRY, lambda ids: _opened(ids[-1], "replace(opened, 'pw-00412', 'pw-00413')"), "query"),
    "opened to nonsense": (Kind.ENTRY, lambda ids: _opened(ids[-1], "'nonsense'"), "open"),
    "removed": (
        Kind.ENTRY,
        lambda ids: [f"DELETE FROM {table} WHERE {key} = '{ids[-1]}'" for table, key in ROWS],
        "is gone",
    ),
    "leaf in the tree": (
        Kind.TREE,
        lambda _: ['UPDATE ledger_leaves SET leaf = {hash} WHERE "index" = 1'],
        "do not make the tree",
    ),
    "leaf gone": (Kind.TREE, lambda _: ['DELETE FROM ledger_leaves WHERE "index" = 2'], "are gone"),
    "leaf beyond": (
        Kind.TREE,
        lambda _: ["INSERT INTO ledger_leaves SELECT 7, 'another', leaf FROM ledger_leaves WHERE \"index\" = 1"],
        "no checkpoint states",
    ),
    "node beyond": (
        Kind.TREE,
        lambda _: ['INSERT INTO ledger_nodes SELECT 8, 0, leaf FROM ledger_leaves WHERE "index" = 1'],
        "no checkpoint states",
    ),
    "root": (Kind.CHECKPOINT, lambda _: ["UPDATE ledger_checkpoints SET root = {hash}"], "kept beside it"),
    "frontier": (
        Kind.CHECKPOINT,
        lambda _: ["UPDATE ledger_checkpoints SET frontier = leaf FROM ledger_leaves"],
        "kept beside it",
    ),
    "size": (Kind.CHECKPOINT, lambda _: ["UPDATE ledger_checkpoints SET size = 2"], "kept beside it"),
    "signature": (
        Kind.CHECKPOINT,
        lambda _: ["UPDATE ledger_checkpoints SET note = replace(note, '\n3\n', '\n4\n')"],
        "checkpoint",
    ),
    "rolled back": (
        Kind.ROLLBACK,
        lambda _: ["DELETE FROM ledger_checkpoints", "DELETE FROM ledger_leaves"],
        "does not hold it any more",
    ),
}


def _entry(entry_id: str, change: str) -> list[str]:
    return [f"UPDATE audit_entries SET {change} WHERE id = '{entry_id}'"]


def _opened(entry_id: str, value: str) -> list[str]:
    return [f"UPDATE audit_open SET opened = {value} WHERE entry_id = '{entry_id}'"]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_signed_that_does_not_agree(database: Database, clock: SettableClock, change: str) -> None:
    kind, statements, words = CHANGES[change]
    told = Told()
    integrator = integrator_of(database, clock, told)
    record(database, clock, 3)
    assert integrator.tick() == 3
    ids = record(database, clock, 2)
    before = _checkpoints(database)
    tamper(database, *statements(ids))
    signed = _checkpoints(database)
    assert integrator.tick() == 0
    (found,) = integrator.standing.open
    assert found.mismatch.kind is kind
    assert words in found.mismatch.what
    assert told.messages == [("ledger.fault", found.name)]
    assert integrator.standing.refusal() == found.reference
    assert _checkpoints(database) == signed
    assert len(before) == 1
    assert integrator.tick() == 0
    other = integrator_of(database, clock)
    other.refresh()
    assert other.standing.open == (found,)
    assert other.standing.refusal() == found.reference


def _checkpoints(database: Database) -> list[object]:
    with database.reading() as connection:
        return list(connection.execute(text("SELECT size, note FROM ledger_checkpoints ORDER BY size")).all())


def test_an_entry_that_was_acknowledged_is_set_aside_and_the_rest_goes_on(
    database: Database, clock: SettableClock
) -> None:
    integrator = integrator_of(database, clock)
    ids = record(database, clock, 4)
    tamper(database, *_entry(ids[1], "actor = 'U0SOMEBODY'"))
    assert integrator.tick() == 0
    acknowledge = Acknowledge(Ledger(database, clock), clock)
    found = acknowledge(CLI, "F-1", "A hand slipped; HD-1")
    assert found.mismatch.about == ids[1]
    integrator.refresh()
    assert integrator.tick() == 4
    with database.reading() as connection:
        assert [row.id for row in integrated(connection)][:3] == [ids[0], ids[2], ids[3]]
        assert index_of(connection, ids[1]) is None
        assert oldest_pending(connection, integrator.standing.set_aside) is None
    assert integrator.standing.open == ()


def test_a_rollback_that_was_acknowledged_is_not_another_of_the_same_size() -> None:
    emptied = Snapshot(None, {}, ())
    one, other = (rollback(Seen(3, root), emptied) for root in (bytes(32), bytes([1]) * 32))
    assert one is not None
    assert other is not None
    assert one.place != other.place


def test_after_a_rollback_that_was_acknowledged_the_ledger_goes_on(database: Database, clock: SettableClock) -> None:
    integrator = integrator_of(database, clock)
    record(database, clock, 3)
    assert integrator.tick() == 3
    tamper(database, "DELETE FROM ledger_checkpoints", "DELETE FROM ledger_leaves")
    record(database, clock, 2)
    assert integrator.tick() == 0
    found = Acknowledge(Ledger(database, clock), clock)(CLI, "F-1", "Restored from yesterday's backup; HD-2")
    assert found.mismatch.kind is Kind.ROLLBACK
    integrator.refresh()
    assert integrator.tick() == 3  # the acknowledgement's own entry too
    assert (integrator.standing.open, stated(database).size) == ((), 3)


def test_what_is_said_to_be_acknowledged_keeps_no_sound_entry_out_of_the_ledger(
    database: Database, clock: SettableClock
) -> None:
    """Whoever writes to the tables of faults could else hide an entry from the ledger and from every export.

    An acknowledgement that no entry says is a fault of its own; once somebody has looked into it, the ledger goes on.
    """
    integrator = integrator_of(database, clock)
    ids = record(database, clock, 3)
    with database.transaction() as connection:
        fault = {"found_at": clock(), "kind": "entry", "about": ids[1], "what": "x", "reference": "x"}
        connection.execute(insert(LedgerFault).values(fault))
        connection.execute(insert(LedgerAcknowledgement).values(fault=1, at=clock(), by="cli:root", note="x"))
    integrator.refresh()
    assert ([one.name for one in integrator.standing.open], integrator.tick()) == (["F-1"], 0)
    (doubt,) = integrator.standing.doubts
    assert doubt.what.startswith("That F-1 was acknowledged, or F-1 itself, is not what an entry of the ledger says.")
    integrator._refuse(doubt)
    acknowledge = Acknowledge(Ledger(database, clock), clock)
    with pytest.raises(Unacknowledged, match="That is a fault by itself"):
        acknowledge(CLI, "F-1", "made up")
    acknowledge(CLI, "F-2", "made up")
    integrator.refresh()
    assert (integrator.standing.open, integrator.standing.doubts) == ((), ())
    assert (integrator.standing.set_aside, integrator.tick()) == (frozenset(), 4)
    with database.reading() as connection:
        assert [row.id for row in integrated(connection)][:3] == ids


def test_what_was_acknowledged_and_still_disagrees_elsewhere_is_a_fault_again(
    database: Database, clock: SettableClock
) -> None:
    integrator = integrator_of(database, clock)
    record(database, clock, 2)
    integrator.tick()
    tamper(database, "UPDATE ledger_checkpoints SET root = {hash}")
    record(database, clock, 1)
    assert integrator.tick() == 0
    Acknowledge(Ledger(database, clock), clock)(CLI, "F-1", "Looks fine to me")
    integrator.refresh()
    assert integrator.standing.refusal() is None
    assert integrator.tick() == 0
    assert [found.name for found in integrator.standing.open] == ["F-2"]


def test_a_key_that_was_changed_on_purpose_goes_on(database: Database, clock: SettableClock) -> None:
    fresh = Signer(ORIGIN, bytes(32))
    record(database, clock, 2)
    assert integrator_of(database, clock).tick() == 2
    record(database, clock, 1)
    standing = LedgerStanding(stops=True)
    refuse = Refuse(database, clock, standing, Told(), secrets.token_bytes)
    unknown = Integrator(database, clock, Keys(fresh), standing, refuse)
    assert unknown.step() == 0
    assert standing.open[0].mismatch.kind is Kind.CHECKPOINT
    standing = LedgerStanding(stops=True)
    known = Integrator(database, clock, Keys(fresh, (SIGNER.key,)), standing, refuse)
    assert known.step() == 1
    assert stated(database, fresh).size == 3
