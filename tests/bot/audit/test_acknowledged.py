"""An acknowledgement is of what was found and of nothing after it; none can be made up, changed or removed unseen."""

import secrets

import pytest
from sqlalchemy import insert, text

from bot.audit.entry import Action, Outcome
from bot.audit.faults import Code
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger
from bot.audit.looking_back import LookBack
from bot.audit.places import mismatch_of
from bot.audit.tamper import (
    Acknowledge,
    Found,
    LedgerStanding,
    Refuse,
    acknowledged_places,
    is_known,
    open_faults,
)
from bot.audit.verify import Verification, verify_live
from bot.database import Database
from models.ledger import LedgerAcknowledgement
from tests.bot.audit.integration.integrating import CLI, SIGNER, Told, integrator_of, record, tamper
from tests.conftest import SettableClock

IN_ORDER, QUICKLY = 1_000, 0


def acknowledge(database: Database, clock: SettableClock, name: str = "F-1") -> Found:
    return Acknowledge(Ledger(database, clock), clock)(CLI, name, "a restore gone wrong")


def verified(database: Database, quick_from: int = IN_ORDER) -> Verification:
    with at_one_moment(database) as connection:
        return verify_live(connection, (SIGNER.key,), quick_from=quick_from)


def kept(database: Database, clock: SettableClock) -> None:
    """The first fault that a look at everything finds is kept, as `/audit verify` does."""
    fault = verified(database).fault
    assert fault is not None
    Refuse(database, clock, LedgerStanding(stops=True), Told(), secrets.token_bytes)(mismatch_of(fault))


def change(database: Database, entry_id: str, actor: str) -> None:
    tamper(database, f"UPDATE audit_entries SET actor = '{actor}' WHERE id = '{entry_id}'")


@pytest.fixture
def ids(database: Database, clock: SettableClock) -> list[str]:
    """A ledger of six entries, of which the third was found changed, and that was acknowledged."""
    made = record(database, clock, 6)
    integrator_of(database, clock).step()
    change(database, made[2], "U0SOMEBODY")
    kept(database, clock)
    acknowledge(database, clock)
    return made


def test_a_second_change_of_what_waits_is_a_fault_again(database: Database, clock: SettableClock) -> None:
    told = Told()
    integrator = integrator_of(database, clock, told)
    made = record(database, clock, 3)
    change(database, made[1], "U0SOMEBODY")
    assert integrator.tick() == 0
    acknowledge(database, clock)
    integrator.refresh()
    assert (integrator.tick(), integrator.standing.open) == (3, ())
    assert integrator.standing.set_aside == {made[1]}
    change(database, made[1], "U0NOBODY")
    record(database, clock, 1)
    integrator.refresh()
    assert integrator.standing.set_aside == frozenset()
    assert integrator.tick() == 0
    assert told.messages == [("ledger.fault", "F-1"), ("ledger.fault", "F-2")]
    acknowledge(database, clock, "F-2")
    integrator.refresh()
    assert integrator.tick() == 2


def test_a_second_change_of_what_has_its_index_is_a_fault_again(
    database: Database, clock: SettableClock, ids: list[str]
) -> None:
    keys = integrator_of(database, clock).keys
    look = LookBack(database, keys, secrets.token_bytes)
    with database.reading() as connection:
        known = acknowledged_places(connection)
    result = verified(database)
    assert (result.sound, result.fault, [one.index for one in result.acknowledged]) == (False, None, [2])
    assert look.somewhere(known) is None
    changes = (
        f"UPDATE audit_entries SET actor = 'U0NOBODY' WHERE id = '{ids[2]}'",
        f"UPDATE audit_open SET opened = replace(opened, '412', '413') WHERE entry_id = '{ids[2]}'",
        f"DELETE FROM audit_open WHERE entry_id = '{ids[2]}'",
    )
    for number, statement in enumerate(changes, start=2):
        tamper(database, statement)
        fault = verified(database).fault
        again = look.somewhere(known)
        assert fault is not None
        assert again is not None
        assert mismatch_of(fault).place == again.place
        kept(database, clock)
        acknowledge(database, clock, f"F-{number}")
        assert verified(database).fault is None
        with database.reading() as connection:
            known = acknowledged_places(connection)
        assert look.somewhere(known) is None


def test_a_stored_hash_that_is_changed_again_is_a_fault_again(database: Database, clock: SettableClock) -> None:
    record(database, clock, 512)
    integrator_of(database, clock).tick()
    nodes = 'UPDATE ledger_nodes SET hash = {} WHERE level = 8 AND "index" = 0'
    tamper(database, nodes.format("{hash}"))
    kept(database, clock)
    acknowledge(database, clock)
    assert verified(database).fault is None
    tamper(database, nodes.format('(SELECT leaf FROM ledger_leaves WHERE "index" = 9)'))
    fault = verified(database).fault
    assert fault is not None
    with database.reading() as connection:
        assert not is_known(mismatch_of(fault), acknowledged_places(connection))


MADE_UP = "INSERT INTO ledger_acknowledgements (fault, at, by, note) SELECT id, found_at, 'cli:tests', '' FROM"
OTHER_FAULT = (
    "INSERT INTO ledger_faults (found_at, kind, about, what, reference) "
    "SELECT found_at, kind, 'x', what, reference FROM ledger_faults"
)


FORGERIES = [
    ("DELETE FROM ledger_acknowledgements",),
    ("DELETE FROM ledger_acknowledgements", "DELETE FROM ledger_faults"),
    ("UPDATE ledger_acknowledgements SET by = 'cli:nobody'",),
    ("UPDATE ledger_acknowledgements SET at = '2020-03-02 09:00:00.000000'",),
    ("UPDATE ledger_acknowledgements SET note = 'All is well'",),
    ("UPDATE ledger_acknowledgements SET entry_id = NULL",),
    ("UPDATE ledger_acknowledgements SET entry_id = (SELECT min(id) FROM audit_entries)",),
    (OTHER_FAULT, "UPDATE ledger_acknowledgements SET fault = 2"),
    (OTHER_FAULT, f"{MADE_UP} ledger_faults WHERE about = 'x'"),
    ("UPDATE ledger_faults SET what = 'Nothing much'",),
    ("UPDATE ledger_faults SET state = NULL",),
    ("UPDATE ledger_faults SET about = (SELECT max(entry_id) FROM ledger_leaves)",),
    ("UPDATE ledger_faults SET reference = 'AAAAA'",),
]
TABLES = ("ledger_faults", "ledger_acknowledgements")
COPIED = [f"CREATE TABLE copied_{table} AS SELECT * FROM {table}" for table in TABLES]
AS_IT_WAS = [
    *(f"DELETE FROM {table}" for table in reversed(TABLES)),
    *(f"INSERT INTO {table} SELECT * FROM copied_{table}" for table in TABLES),
]


def without_triggers(database: Database, *statements: str) -> None:
    """As `tamper`, which leaves none on PostgreSQL; on SQLite it makes all of them anew, which takes its time."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            named = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%'")
            statements = (*(f"DROP TRIGGER {name}" for name in connection.scalars(named).all()), *statements)
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_acknowledgement_that_was_made_up_changed_or_removed_is_named(
    database: Database, clock: SettableClock, ids: list[str]
) -> None:
    """Also where what it was about has been put right meanwhile; while its entry waits, and afterwards."""
    tamper(database, f"UPDATE audit_entries SET actor = 'cli:tests' WHERE id = '{ids[2]}'", *COPIED)
    for waiting in (1, 0):
        for statements in FORGERIES:
            result = verified(database)
            assert (result.sound, result.waiting) == (True, waiting)
            on_postgresql = [] if database.is_sqlite else ["SELECT setval('ledger_faults_id_seq', 1)"]
            without_triggers(database, *on_postgresql, *statements)
            assert_named(database)
            without_triggers(database, *AS_IT_WAS)
        integrator_of(database, clock).tick()


def test_it_is_named_by_the_quick_look_too(database: Database, clock: SettableClock, ids: list[str]) -> None:
    tamper(database, f"UPDATE audit_entries SET actor = 'cli:tests' WHERE id = '{ids[2]}'")
    integrator_of(database, clock).tick()
    assert verified(database, QUICKLY).sound
    tamper(database, "DELETE FROM ledger_acknowledgements")
    assert_named(database, QUICKLY)


def assert_named(database: Database, quick_from: int = IN_ORDER) -> None:
    fault = verified(database, quick_from).fault
    assert fault is not None
    assert fault.code is Code.OTHER_ACKNOWLEDGEMENT
    assert fault.words.startswith(("That F-1", "That F-2", "Entry "))
    assert "cli:" not in fault.words


def test_what_was_found_of_an_acknowledgement_can_be_acknowledged_and_hides_nothing_else(
    database: Database, clock: SettableClock, ids: list[str]
) -> None:
    """Until then it does not count: what it was of is found again, by the integrator and by a look at everything."""
    tamper(database, "UPDATE ledger_acknowledgements SET by = 'cli:nobody'")
    fault, standing = verified(database).fault, LedgerStanding(stops=True)
    with database.reading() as connection:
        standing.refresh(connection)
    assert (fault and fault.code, [one.name for one in standing.open]) == (Code.CHANGED, ["F-1"])
    Refuse(database, clock, standing, Told(), secrets.token_bytes)(*standing.doubts)
    assert standing.doubts == ()
    acknowledge(database, clock, "F-2")
    result = verified(database)
    codes = [one.code for one in result.acknowledged]
    assert (result.fault, codes) == (None, [Code.CHANGED, Code.OTHER_ACKNOWLEDGEMENT])
    tamper(database, "UPDATE ledger_acknowledgements SET by = 'cli:other' WHERE fault = 1")
    assert verified(database).fault is not None


def test_what_a_release_from_before_acknowledged_stays_so(database: Database, clock: SettableClock) -> None:
    """It kept no state, and its entry has the name as it was typed."""
    made = record(database, clock, 3)
    integrator_of(database, clock).step()
    change(database, made[1], "U0SOMEBODY")
    kept(database, clock)
    tamper(database, "UPDATE ledger_faults SET state = NULL")
    with Ledger(database, clock).entry(CLI, Action.AUDIT_ACKNOWLEDGE, query="f-1") as entry:
        entry.justification = "Restored; HD-7"
        row = {"fault": 1, "at": clock(), "by": CLI.actor.id, "note": "Restored; HD-7"}
        entry.connection.execute(insert(LedgerAcknowledgement).values(**row))
        entry.close(Outcome.DONE, "entry")
    result = verified(database)
    assert (result.fault, [one.index for one in result.acknowledged]) == (None, [1])
    change(database, made[1], "U0NOBODY")
    assert verified(database).fault is None
    tamper(database, "UPDATE ledger_acknowledgements SET note = 'Restored; HD-8'")
    fault = verified(database).fault
    assert fault is not None
    assert (fault.code, fault.index) == (Code.CHANGED, 1)  # what no entry says counts for nothing
    with database.reading() as connection:
        assert [one.name for one in open_faults(connection)] == ["F-1"]


def test_its_words_stand_in_its_entry_alone(database: Database, ids: list[str]) -> None:
    with database.reading() as connection:
        note, entry_id = connection.execute(text("SELECT note, entry_id FROM ledger_acknowledgements")).one()
        opened = connection.scalar(text("SELECT opened FROM audit_open WHERE entry_id = :id"), {"id": entry_id})
    assert note == ""
    assert "a restore gone wrong" in str(opened)
