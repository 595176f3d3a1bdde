"""Transactions on both databases."""

import pytest
from sqlalchemy import text

from bot.database import Database
from migrations.schema import revisions


def test_a_fresh_database_is_at_this_releases_schema(database: Database) -> None:
    with database.reading() as connection:
        there, ours = revisions(connection)
    assert there == ours


def test_an_exception_rolls_everything_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        connection.execute(text("CREATE TABLE kept (n INTEGER)"))
        raise ZeroDivisionError
    with database.reading() as connection, pytest.raises(Exception, match="kept"):
        connection.execute(text("SELECT n FROM kept"))


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET outcome = 'x'", "DELETE FROM audit_entries"])
def test_the_audit_table_refuses_changes(database: Database, statement: str) -> None:
    with database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entries (id, at, actor, action, outcome, entry, leaf) "
                "VALUES ('a', '2026-03-02 09:00:00', 'U1', 'account.lookup', 'refused', '{}', :leaf)"
            ),
            {"leaf": bytes(32)},
        )
    with pytest.raises(Exception, match="append-only"), database.transaction() as connection:
        connection.execute(text(statement))
    with database.reading() as connection:
        assert connection.execute(text("SELECT outcome FROM audit_entries")).scalar_one() == "refused"
