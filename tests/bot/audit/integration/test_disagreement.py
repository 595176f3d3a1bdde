"""Nothing is signed that does not agree, and the ledger goes on after what was acknowledged."""

import secrets
from collections.abc import Callable

import pytest
from sqlalchemy import insert, text

from bot.audit.integration.growth import Keys, Seen, Snapshot, rollback
from bot.audit.integration.integrated import (
    index_of,
    integrated,
    oldest_pending,
)
from bot.audit.integration.integrator import Integrator
from bot.audit.ledger import Ledger
from bot.audit.merkle.notes import Signer
from bot.audit.tamper import Acknowledge, Kind, LedgerStanding, Refuse, Unacknowledged
from bot.database import Database
from models.ledger import LedgerAcknowledgement, LedgerFault
from tests.bot.audit.integration.integrating import (
    CLI,
    ORIGIN,
    SIGNER,
    Told,
    integrator_of,
    record,
    stated,
    tamper,
)
from tests.conftest import SettableClock

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
