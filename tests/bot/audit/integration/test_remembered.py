"""What is taken away or changed before it has its index, mark and all, is missed by the process that wrote it."""

import secrets
from contextlib import closing

import pytest
from sqlalchemy import event

from bot.audit.entry import Action, Outcome, leaf_hash
from bot.audit.integration.growth import Keys
from bot.audit.integration.remembered import ASKED_AT_MOST, Remembered
from bot.audit.ledger import Ledger
from bot.audit.tamper import LedgerStanding, Refuse, open_faults
from bot.database import Database
from bot.running.integrating import Charge
from bot.running.integrator_part import IntegratorPart
from tests.bot.audit.integration.integrating import CLI, SIGNER, Told, assert_sound, integrator_of, tamper
from tests.conftest import SettableClock


def committed(database: Database, clock: SettableClock, remembered: Remembered, count: int) -> list[str]:
    ledger, ids = Ledger(database, clock, remember=remembered), list[str]()
    for _ in range(count):
        with ledger.entry(CLI, Action.LOOK_UP, query="pw-00412") as entry:
            entry.close(Outcome.NOT_FOUND)
        ids.append(entry.id)
    return ids


def looked(database: Database, remembered: Remembered, *, last: bool = False) -> list[str]:
    with database.reading() as connection:
        return [one.about for one in remembered.look(connection, last=last)]


GONE = (
    "DELETE FROM audit_pending WHERE entry_id = '{0}'",
    "DELETE FROM audit_open WHERE entry_id = '{0}'",
    "DELETE FROM audit_entries WHERE id = '{0}'",
)


def test_what_is_as_it_was_committed_is_remembered_until_it_has_its_index(
    database: Database, clock: SettableClock
) -> None:
    remembered = Remembered()
    ids = committed(database, clock, remembered, 3)
    assert (looked(database, remembered), len(remembered)) == ([], 3)
    tamper(database, f"DELETE FROM audit_pending WHERE entry_id = '{ids[1]}'")  # marked again by the look at the past
    assert (looked(database, remembered), len(remembered)) == ([], 3)
    integrator_of(database, clock).tick()
    assert (looked(database, remembered), len(remembered)) == ([], 1)


def test_what_was_not_committed_is_not_missed(database: Database, clock: SettableClock) -> None:
    remembered = Remembered()
    ledger = Ledger(database, clock, remember=remembered)
    with pytest.raises(ZeroDivisionError), ledger.entry(CLI, Action.LOOK_UP, query="pw-00412") as entry:
        entry.close(Outcome.NOT_FOUND)
        ledger.write(entry)
        raise ZeroDivisionError
    assert len(remembered) == 0


def test_one_taken_away_with_its_mark_is_missed_though_verify_finds_nothing(
    database: Database, clock: SettableClock
) -> None:
    remembered = Remembered()
    ids = committed(database, clock, remembered, 3)
    tamper(database, *(one.format(ids[1]) for one in GONE))
    integrator_of(database, clock).tick()
    assert_sound(database, [ids[0], ids[2]])
    assert looked(database, remembered) == []  # it may still get its index
    assert looked(database, remembered) == [ids[1]]
    assert looked(database, remembered) == [ids[1]]  # until somebody was told
    remembered.forget(ids[1])
    assert (looked(database, remembered), len(remembered)) == ([], 0)


@pytest.mark.parametrize("placed", [False, True])
def test_one_replaced_with_all_its_hashes_is_missed(database: Database, clock: SettableClock, placed: bool) -> None:
    remembered = Remembered()
    (entry_id,) = committed(database, clock, remembered, 1)
    with database.reading() as connection:
        sealed = str(connection.exec_driver_sql("SELECT entry FROM audit_entries").scalar())
    forged = sealed.replace('"outcome":"not_found"', '"outcome":"disclosed"')
    leaf = leaf_hash(forged).hex()
    written = f"X'{leaf}'" if database.is_sqlite else f"'\\x{leaf}'"
    tamper(database, f"UPDATE audit_entries SET entry = '{forged}', outcome = 'disclosed', leaf = {written}")
    if placed:
        integrator_of(database, clock).tick()
        assert_sound(database, [entry_id])
    else:
        assert looked(database, remembered) == []
    assert looked(database, remembered) == [entry_id]


def test_where_nobody_integrates_the_oldest_are_forgotten(database: Database, clock: SettableClock) -> None:
    remembered = Remembered(most=2)
    ids = committed(database, clock, remembered, 3)
    tamper(database, *(one.format(entry_id) for entry_id in ids for one in GONE))
    assert looked(database, remembered, last=True) == ids[1:]


def test_many_that_are_gone_are_all_told_and_wait_behind_the_others_then(sqlite_url: str) -> None:
    """One look asks for so many, and reads the rows of some at once."""
    remembered, ids = Remembered(), [f"entry {number}" for number in range(ASKED_AT_MOST + 500)]
    remembered([(one, b"") for one in ids])
    with closing(Database(sqlite_url)) as database:
        assert looked(database, remembered) == []
        assert looked(database, remembered) == ids[:ASKED_AT_MOST]
        again = ids[: ASKED_AT_MOST - 500]
        assert looked(database, remembered) == again, "those that were not asked for come first, and may get an index"
        assert looked(database, remembered)[:500] == ids[ASKED_AT_MOST:]
    assert len(remembered) == len(ids)


def test_only_what_has_no_index_at_a_second_look_is_read(database: Database, clock: SettableClock) -> None:
    """Reading an entry and making its hash anew costs a hundred times what asking for its hash in the tree does."""
    remembered = Remembered()
    committed(database, clock, remembered, 3)
    read: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: read.append(said[2]))

    def reads() -> int:
        read.clear()
        assert looked(database, remembered) == []
        return sum("FROM audit_entries" in one for one in read)

    assert [reads(), reads()] == [0, 1]
    integrator_of(database, clock).tick()
    assert (reads(), len(remembered)) == (0, 0)


def test_a_running_steward_alarms_and_stops(database: Database, clock: SettableClock) -> None:
    """The part that keeps the integrator looks, each second and when it ends; here it begins none and ends at once."""
    remembered, told, standing = Remembered(), Told(), LedgerStanding(stops=True)
    refuse = Refuse(database, clock, standing, told, secrets.token_bytes)
    charge = Charge.of(database, Keys(SIGNER), tells=True)
    part = IntegratorPart(database, charge, standing, begins=False, remembered=remembered, refuse=refuse)
    ids = committed(database, clock, remembered, 2)
    tamper(database, *(one.format(ids[0]) for one in GONE))
    part.start()
    part.stop()
    with database.reading() as connection:
        (found,) = open_faults(connection)
    assert found.mismatch.what == f"Entry {ids[0]} was committed and is gone from the audit table."
    assert told.messages == [("ledger.fault", "F-1")]
    assert standing.refusal() == found.reference
