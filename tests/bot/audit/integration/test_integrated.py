"""Looking back at what was integrated, and what the database itself refuses."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.audit.entry import leaf_hash
from bot.audit.integration.growth import Keys
from bot.audit.integration.integrated import integrated, pending_count
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.looking_back import LookBack
from bot.audit.places import mismatch_of
from bot.audit.tamper import Kind, Mismatch
from bot.audit.verify import verify_live
from bot.database import Database
from tests.bot.audit.integration.integrating import SIGNER, assert_sound, integrator_of, record, tamper
from tests.conftest import SettableClock

TABLES = (
    "ledger_leaves",
    "ledger_nodes",
    "ledger_checkpoints",
    "ledger_cosignatures",
    "ledger_faults",
    "ledger_acknowledgements",
)


def look_back(database: Database) -> LookBack:
    return LookBack(database, Keys(SIGNER), lambda count: bytes(count))


def verified(database: Database) -> Mismatch | None:
    """What an auditor's look at all entries finds, as it is kept."""
    with at_one_moment(database) as connection:
        fault = verify_live(connection, (SIGNER.key,)).fault
    return mismatch_of(fault) if fault else None


@pytest.fixture
def grown(database: Database, clock: SettableClock) -> tuple[list[str], LookBack]:
    """A ledger of 259 entries: a whole group with its node, and the beginning of the next."""
    ids = record(database, clock, 259)
    assert integrator_of(database, clock).tick() == 259
    return ids, look_back(database)


CHANGES = {
    "UPDATE audit_entries SET actor = 'U0' WHERE id = '{id}'": (Kind.ENTRY, "its column actor"),
    "UPDATE audit_entries SET leaf = {hash} WHERE id = '{id}'": (Kind.ENTRY, "its text and its hash"),
    "UPDATE audit_open SET opened = replace(opened, 'pw', 'px') WHERE entry_id = '{id}'": (Kind.ENTRY, "query"),
    "DELETE FROM audit_open WHERE entry_id = '{id}'; DELETE FROM audit_entries WHERE id = '{id}'": (
        Kind.ENTRY,
        "is gone",
    ),
    'UPDATE ledger_leaves SET leaf = {hash} WHERE "index" = 7': (Kind.ENTRY, "another hash stands in the tree"),
    'DELETE FROM ledger_leaves WHERE "index" = 7': (Kind.TREE, "are gone"),
    "UPDATE ledger_nodes SET hash = {hash}": (Kind.TREE, "do not make the tree"),
    "DELETE FROM ledger_nodes": (Kind.TREE, "are gone"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_an_old_row_is_found(
    database: Database, clock: SettableClock, grown: tuple[list[str], LookBack], change: str
) -> None:
    ids, look = grown
    assert look.somewhere(()) is None
    assert verified(database) is None
    tamper(database, *change.replace("{id}", ids[7]).split("; "))
    kind, words = CHANGES[change]
    found, whole = look.somewhere(()), verified(database)
    assert found is not None
    assert whole is not None
    assert words in found.what
    for one in (found, whole):
        assert one.kind is kind
        if kind is Kind.ENTRY:
            assert (one.about, ids[7] in one.what) == (ids[7], True)
    again = look.somewhere({found.place})
    assert again is None or again.place != found.place


def test_a_row_that_was_changed_together_with_its_hash_is_found(
    database: Database, clock: SettableClock, grown: tuple[list[str], LookBack]
) -> None:
    """Text, hash and columns agree; the tree remembers another one."""
    _, look = grown
    with database.reading() as connection:
        first, second = (one for one in integrated(connection, 3, 5))
    assert first.sealed is not None
    forged = first.sealed.replace("pw-00412", "pw-00413")
    tamper(
        database,
        f"UPDATE audit_entries SET entry = '{forged}', account = 'pw-00413', leaf = "
        + (f"X'{leaf_hash(forged).hex()}'" if database.is_sqlite else f"'\\x{leaf_hash(forged).hex()}'")
        + f" WHERE id = '{first.id}'",
    )
    found = look.somewhere(())
    assert found is not None
    assert "another hash stands in the tree" in found.what
    assert first.id in found.what
    assert second.id not in found.what


def test_an_entry_without_mark_and_index_is_marked(database: Database, clock: SettableClock) -> None:
    ids = record(database, clock, 3)
    tamper(database, f"DELETE FROM audit_pending WHERE entry_id = '{ids[1]}'")
    integrator = integrator_of(database, clock)
    assert integrator.tick() == 2
    assert look_back(database).mark_forgotten() == 1
    assert look_back(database).mark_forgotten() == 0
    assert integrator.tick() == 1
    assert_sound(database, [ids[0], ids[2], ids[1]])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "REPLACE INTO {table} SELECT * FROM {table}",
    ],
)
def test_the_database_refuses_changes(database: Database, clock: SettableClock, table: str, statement: str) -> None:
    only_sqlite, only_server = "REPLACE" in statement, "TRUNCATE" in statement
    if (only_sqlite and not database.is_sqlite) or (only_server and database.is_sqlite):
        pytest.skip("not a statement of this database")
    _fill(database, clock)
    with database.reading() as connection:
        before = connection.execute(text(f"SELECT * FROM {table}")).all()
        column = next(iter(connection.execute(text(f"SELECT * FROM {table}")).keys()))
    assert before
    with pytest.raises(SQLAlchemyError, match="is append-only"), database.transaction() as connection:
        connection.exec_driver_sql(statement.format(table=table, column=f'"{column}"'))
    with database.reading() as connection:
        assert connection.execute(text(f"SELECT * FROM {table}")).all() == before


def _fill(database: Database, clock: SettableClock) -> None:
    """A row in every table."""
    record(database, clock, 1)
    integrator_of(database, clock).tick()
    found = "(1, '2026-03-02 09:00:00', 'entry', 'x', 'x', 'ABCDE')"
    zero = f"X'{'00' * 32}'" if database.is_sqlite else f"'\\x{'00' * 32}'"
    with database.transaction() as connection:
        for statement in (
            f"INSERT INTO ledger_faults (id, found_at, kind, about, what, reference) VALUES {found}",
            "INSERT INTO ledger_acknowledgements (fault, at, \"by\", note) VALUES (1, '2026-03-02 09:00:00', 'x', 'x')",
            "INSERT INTO ledger_cosignatures (size, witness, line, at) VALUES (1, 'w', 'x', '2026-03-02 09:00:00')",
            f'INSERT INTO ledger_nodes (level, "index", hash) VALUES (8, 5, {zero})',
        ):
            connection.exec_driver_sql(statement)


def test_what_stood_there_before_the_ledger_is_integrated_too(database: Database, clock: SettableClock) -> None:
    """The migration marks existing entries; here as it does it."""
    ids = record(database, clock, 3)
    tamper(database, "DELETE FROM audit_pending", "INSERT INTO audit_pending (entry_id) SELECT id FROM audit_entries")
    with database.reading() as connection:
        assert pending_count(connection) == 3
    integrator_of(database, clock).tick()
    assert_sound(database, ids)
