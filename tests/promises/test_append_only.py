"""Promise 7: the database itself refuses to change or remove a row of the audit table, whoever asks and however."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import AlreadyHandled, Ledger, Origin
from bot.database import Database
from tests.conftest import SettableClock

COLUMNS = 'id, "at", actor, action, outcome, account, purpose, "grant", entry, leaf, once'
ACTOR = Actor("U0000001", "T1", "someone@postwing.example")


@pytest.fixture
def written(database: Database, clock: SettableClock) -> Database:
    """Three entries, one without personal text."""
    ledger = Ledger(database, clock)
    for number, actor in enumerate((ACTOR, ACTOR, Actor("system"))):
        with ledger.entry(Origin(actor, Surface.COMMAND, f"trigger.{number}"), Action.LOOK_UP) as entry:
            entry.close(Outcome.REFUSED, "no_purpose")
    return database


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        found = connection.execute(text(f"SELECT {COLUMNS} FROM audit_entries ORDER BY id"))
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found]


def attempts() -> Iterator[tuple[str, str]]:
    """A name and a statement, for both databases."""
    yield "update", "UPDATE audit_entries SET outcome = 'disclosed'"
    yield "update of one", "UPDATE audit_entries SET actor = 'U2' WHERE once = 'trigger.0'"
    yield "update to the same", "UPDATE audit_entries SET actor = actor"
    yield "update of the key", "UPDATE audit_entries SET id = 'x' WHERE once = 'trigger.2'"
    yield "delete", "DELETE FROM audit_entries"
    yield "delete of one", "DELETE FROM audit_entries WHERE once = 'trigger.2'"
    yield "upsert on id", upsert("id")
    yield "upsert on the delivery", upsert("once")


def upsert(key: str) -> str:
    """Change a row by way of an insertion that meets it."""
    return (
        f"INSERT INTO audit_entries ({COLUMNS}) SELECT {COLUMNS} FROM audit_entries WHERE once = 'trigger.2' "
        f"ON CONFLICT ({key}) DO UPDATE SET outcome = 'disclosed'"
    )


def replacement(verb: str, columns: str = COLUMNS, selected: str | None = None) -> str:
    """Put a row of another content in the place of an old one. On SQLite no delete trigger fires for it."""
    chosen = selected or COLUMNS.replace(" outcome", " 'disclosed'")
    return f"{verb} INTO audit_entries ({columns}) SELECT {chosen} FROM audit_entries WHERE once = 'trigger.2'"


def sqlite_attempts() -> Iterator[tuple[str, str]]:
    new_once = COLUMNS.replace(" once", " 'another'").replace(" outcome", " 'disclosed'")
    new_id = COLUMNS.replace("id,", "'another',").replace(" outcome", " 'disclosed'")
    yield "replace", replacement("REPLACE")
    yield "insert or replace", replacement("INSERT OR REPLACE")
    yield "replace by id alone", replacement("REPLACE", selected=new_once)
    yield "replace by delivery alone", replacement("REPLACE", selected=new_id)
    both_new = new_id.replace(" once", " 'another'")
    yield "replace by rowid", replacement("REPLACE", f"rowid, {COLUMNS}", f"rowid, {both_new}")
    yield "a rowid of one's own", replacement("INSERT", f"rowid, {COLUMNS}", f"-1, {both_new}")
    yield "update or replace", "UPDATE OR REPLACE audit_entries SET once = 'trigger.1' WHERE once = 'trigger.2'"


def postgresql_attempts() -> Iterator[tuple[str, str]]:
    yield "truncate", "TRUNCATE audit_entries"
    yield "truncate with what refers to it", "TRUNCATE audit_entries CASCADE"
    yield "truncate beside another", "TRUNCATE audit_open, audit_entries"
    yield "update only", "UPDATE ONLY audit_entries SET outcome = 'disclosed'"
    yield (
        "a query that updates",
        "WITH changed AS (UPDATE audit_entries SET actor = 'x' RETURNING 1) SELECT * FROM changed",
    )
    yield (
        "merge",
        "MERGE INTO audit_entries a USING (SELECT 'trigger.2' AS once) s ON a.once = s.once WHEN MATCHED THEN DELETE",
    )
    for verb in ("DELETE FROM", "TRUNCATE"):
        yield f"{verb.lower()} as a replica", f"SET LOCAL session_replication_role = replica; {verb} audit_entries"


def refused(connection: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|audit_entries\.once|foreign key constraint"):
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(("name", "statement"), [pytest.param(*one, id=one[0]) for one in attempts()])
def test_the_database_refuses(written: Database, name: str, statement: str) -> None:
    before = rows(written)
    with written.engine.connect() as connection:
        refused(connection, statement)
    assert rows(written) == before


@pytest.mark.parametrize(("name", "statement"), [pytest.param(*one, id=one[0]) for one in sqlite_attempts()])
@pytest.mark.parametrize("keys", ["ON", "OFF"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace(written: Database, name: str, statement: str, keys: str) -> None:
    before = rows(written)
    with written.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA foreign_keys = {keys}")
        refused(connection, statement)
    assert rows(written) == before


@pytest.mark.postgres
@pytest.mark.parametrize(("name", "statement"), [pytest.param(*one, id=one[0]) for one in postgresql_attempts()])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_refuses_to_empty_the_table(written: Database, name: str, statement: str) -> None:
    before = rows(written)
    with written.engine.connect() as connection:
        refused(connection, statement)
    assert rows(written) == before


def test_a_second_delivery_is_still_told_from_a_fault(written: Database, clock: SettableClock) -> None:
    """Closing the way of REPLACE must not change what the same delivery twice is called."""
    ledger = Ledger(written, clock)

    def again() -> None:
        with ledger.entry(Origin(ACTOR, Surface.COMMAND, "trigger.1"), Action.LOOK_UP) as entry:
            entry.close(Outcome.REFUSED, "no_purpose")

    with pytest.raises(AlreadyHandled):
        again()
    assert len(rows(written)) == 3


def test_new_entries_are_taken(written: Database, clock: SettableClock) -> None:
    with Ledger(written, clock).entry(Origin(Actor("system"), Surface.SCHEDULE), Action.EXPIRE) as entry:
        entry.close(Outcome.EXPIRED)
    assert len(rows(written)) == 4
