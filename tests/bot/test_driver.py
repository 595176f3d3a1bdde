"""Statements that the driver runs alone: within SQLAlchemy's transactions, with its errors, heard by its listeners."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    event,
    select,
    text,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, OperationalError, ProgrammingError
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.database import Database
from bot.driver import IDLE, Prepared, rows, write

MADE = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC)
THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("made", UTCDateTime()),
    Column("tags", JSON),
    Column("seal", LargeBinary),
)
INSERT = Prepared(insert_into(THINGS))
SINCE = Prepared(select(THINGS).where(THINGS.c.made >= bindparam("since")).order_by(THINGS.c.id).limit(2))
THING = {"id": 1, "name": "a :name, a %(name)s, 100%", "made": MADE, "tags": ["é", "b"], "seal": b"\x00\xff"}


@pytest.fixture
def things(database: Database) -> Database:
    with database.transaction() as connection:
        THINGS.create(connection)
    return database


def test_values_come_back_as_they_went_in(things: Database) -> None:
    later = {**THING, "id": 2, "name": None, "made": MADE.astimezone(timezone(timedelta(hours=3))), "tags": []}
    with things.transaction() as connection:
        assert [INSERT.write(connection, one) for one in (THING, later)] == [1, 1]
    with things.reading() as connection:
        assert SINCE.rows(connection, {"since": MADE}) == [THING, later]
        assert SINCE.rows(connection, {"since": MADE + timedelta(microseconds=1)}) == []
        assert [dict(row) for row in connection.execute(select(THINGS)).mappings()] == [THING, later]


def test_what_it_does_is_the_transactions(things: Database) -> None:
    with pytest.raises(ZeroDivisionError), things.transaction() as connection:
        INSERT.write(connection, THING)
        raise ZeroDivisionError
    with things.reading() as connection:
        assert SINCE.rows(connection, {"since": MADE}) == []


def test_a_row_that_a_trigger_drops_is_not_counted(things: Database) -> None:
    if things.is_sqlite:
        dropping = ["CREATE TRIGGER gone BEFORE INSERT ON things BEGIN SELECT RAISE(IGNORE); END"]
    else:
        function = "CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        dropping = [function, "CREATE TRIGGER gone BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION gone()"]
    with things.transaction() as connection:
        for statement in dropping:
            connection.execute(text(statement))
        assert INSERT.write(connection, THING) == 0


def test_errors_are_sqlalchemys_and_carry_no_values(things: Database) -> None:
    with pytest.raises(IntegrityError) as caught, things.transaction() as connection:
        for _ in range(2):
            INSERT.write(connection, {**THING, "name": "mara@balticbeans.example"})
    assert "balticbeans" not in str(caught.value)
    assert caught.value.orig is not None
    wrong = OperationalError if things.is_sqlite else ProgrammingError
    with pytest.raises(wrong), things.transaction() as connection:
        rows(connection, "SELECT * FROM nowhere", {})


ASKED: list[Callable[[Connection], object]] = [
    lambda connection: rows(connection, "SELECT 1", {}),
    lambda connection: write(connection, "DELETE FROM things", {}),
    lambda connection: SINCE.rows(connection, {"since": MADE}),
    lambda connection: INSERT.write(connection, THING),
]


@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
@pytest.mark.parametrize("ask", ASKED)
def test_after_a_transaction_nothing_is_run(
    things: Database, ask: Callable[[Connection], object], end: str, *, heard: bool
) -> None:
    said: list[Any] = []
    if heard:
        event.listen(things.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    with things.transaction() as connection:
        INSERT.write(connection, {**THING, "id": 5})
        getattr(connection, end)()
        said.clear()
        with pytest.raises(InvalidRequestError):
            ask(connection)
        if end == "close":
            connection.commit = lambda: None  # type: ignore[method-assign]  # there is nothing left to commit
    assert said == []


def test_listeners_hear_every_statement_and_change_nothing(things: Database) -> None:
    heard: list[tuple[str, Any]] = []
    event.listen(things.engine, "before_cursor_execute", lambda *given: heard.append((given[2], given[3])))
    with things.transaction() as connection:
        assert INSERT.write(connection, THING) == 1
        assert SINCE.rows(connection, {"since": MADE}) == [THING]
    told = [(statement, parameters) for statement, parameters in heard if "things" in statement]
    assert [statement.split()[0] for statement, _ in told] == ["INSERT", "SELECT"]
    assert told[0][1]["name"] == THING["name"]


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_lost_connection_and_its_neighbours_are_made_anew(database: Database) -> None:
    with database.reading() as one, database.reading() as other:
        numbers = [rows(each, "SELECT pg_backend_pid()", {})[0][0] for each in (one, other)]
    with database.transaction() as connection:
        (mine,) = rows(connection, "SELECT pg_backend_pid()", {})[0]
        others = ", ".join(str(number) for number in numbers if number != mine)
        rows(connection, f"SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[{others}]) pid", {})
        with pytest.raises(DBAPIError) as caught:
            rows(connection, f"SELECT pg_terminate_backend({mine})", {})
            rows(connection, "SELECT 1", {})
        assert caught.value.connection_invalidated
        connection.rollback()
    for _ in range(3):
        with database.reading() as connection:
            assert rows(connection, "SELECT 1", {}) == [(1,)]


def _begun(connection: Connection) -> bool:
    """Whether PostgreSQL has a transaction on this connection."""
    driver: Any = connection.connection.dbapi_connection
    assert not driver.autocommit
    return bool(driver.pgconn.transaction_status != IDLE)


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_what_stands_alone_begins_no_transaction_and_joins_one(things: Database) -> None:
    with pytest.raises(ZeroDivisionError), things.transaction() as connection:
        assert SINCE.lists(connection, {"since": MADE}, alone=True) == []
        assert not _begun(connection)
        assert INSERT.write(connection, THING, alone=True) == 1
        assert not _begun(connection)
        with pytest.raises(DBAPIError):
            rows(connection, "SELECT 1 / 0", {}, alone=True)
        assert not _begun(connection)
        assert INSERT.write(connection, {**THING, "id": 2}) == 1
        assert _begun(connection)
        assert INSERT.write(connection, {**THING, "id": 3}, alone=True) == 1
        assert len(SINCE.lists(connection, {"since": MADE}, alone=True)) == 2
        assert _begun(connection)
        raise ZeroDivisionError
    with things.reading() as connection:
        assert [row["id"] for row in SINCE.rows(connection, {"since": MADE})] == [1]


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_connection_that_is_lost_alone_goes_back_to_nobody(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.transaction() as connection:
        rows(connection, "SELECT pg_terminate_backend(pg_backend_pid())", {}, alone=True)
    assert caught.value.connection_invalidated
    with database.transaction() as connection:
        assert rows(connection, "SELECT 1", {}, alone=True) == [(1,)]
        assert not _begun(connection)
