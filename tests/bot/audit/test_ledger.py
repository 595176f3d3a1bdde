"""Writing entries: one transaction, one entry, once."""

import pytest
from sqlalchemy import text

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import AlreadyHandled, Ledger, NotRecorded, Origin
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.database import Database
from tests.conftest import SettableClock

ORIGIN = Origin(Actor("U1", "T1", "u1@company.example"), Surface.COMMAND, "trigger-1")


@pytest.fixture
def ledger(database: Database, clock: SettableClock) -> Ledger:
    return Ledger(database, clock)


def entries(database: Database) -> list[dict[str, object]]:
    with database.reading() as connection:
        return [stored.readable for stored in in_order(connection, Filter())]


def test_an_entry_is_committed_on_leaving(database: Database, ledger: Ledger) -> None:
    with ledger.entry(ORIGIN, Action.LOOK_UP, query="pw-1") as entry:
        entry.account = "pw-1"
        entry.close(Outcome.MASKED, "standing", ["id", "name"])
        assert not entry.is_open
    (written,) = entries(database)
    assert written["query"] == "pw-1"
    assert written["actor_email"] == "u1@company.example"
    assert written["fields"] == ["id", "name"]
    assert written["at"] == "2026-03-02T09:00:00.000000Z"


def test_an_exception_leaves_nothing(database: Database, ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError), ledger.entry(ORIGIN, Action.LOOK_UP) as entry:
        entry.close(Outcome.MASKED)
        raise ZeroDivisionError
    assert entries(database) == []


def test_an_entry_that_nobody_closed_is_an_error(database: Database, ledger: Ledger) -> None:
    with pytest.raises(RuntimeError, match="left open"), ledger.entry(ORIGIN, Action.LOOK_UP):
        pass
    assert entries(database) == []


def test_an_entry_is_closed_once(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError, match="closed once"), ledger.entry(ORIGIN, Action.LOOK_UP) as entry:
        entry.close(Outcome.REFUSED)
        entry.close(Outcome.DISCLOSED)


def test_the_same_delivery_has_no_second_effect(database: Database, ledger: Ledger) -> None:
    def handle() -> None:
        with ledger.entry(ORIGIN, Action.END) as entry:
            entry.connection.execute(text("INSERT INTO delivery_subjects (about, version, spread) VALUES ('x', 1, 0)"))
            entry.close(Outcome.ENDED)

    handle()
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM delivery_subjects"))
    with pytest.raises(AlreadyHandled):
        handle()
    assert len(entries(database)) == 1
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM delivery_subjects")).scalar_one() == 0


def test_what_cannot_be_written_is_not_recorded(database: Database, ledger: Ledger) -> None:
    with database.transaction() as connection:
        connection.execute(text("ALTER TABLE audit_entries RENAME TO gone"))
    with pytest.raises(NotRecorded), ledger.entry(ORIGIN, Action.LOOK_UP) as entry:
        entry.close(Outcome.DISCLOSED)


def test_another_fault_of_the_same_transaction_is_not_taken_for_a_second_delivery(ledger: Ledger) -> None:
    twice = text("INSERT INTO delivery_subjects (about, version, spread) VALUES ('once', 1, 0)")
    with pytest.raises(NotRecorded), ledger.entry(ORIGIN, Action.LOOK_UP) as entry:
        entry.connection.execute(twice)
        entry.connection.execute(twice)
        entry.close(Outcome.DISCLOSED)


def test_effects_wake_the_courier_after_the_commit(database: Database, clock: SettableClock) -> None:
    woken: list[int] = []
    ledger = Ledger(database, clock, wake=lambda: woken.append(len(entries(database))))
    with ledger.entry(ORIGIN, Action.END) as entry:
        entry.connection.info["effects"] = True
        entry.close(Outcome.ENDED)
    assert woken == [1]
    with ledger.entry(Origin(ORIGIN.actor, Surface.COMMAND, "trigger-2"), Action.LOOK_UP) as entry:
        entry.close(Outcome.MASKED)
    assert woken == [1]
