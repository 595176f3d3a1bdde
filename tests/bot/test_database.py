"""Transactions on both databases."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

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


def test_what_the_operator_wrote_into_the_address_counts(postgresql_url: str) -> None:
    database = Database(f"{postgresql_url}&options=-c%20statement_timeout%3D12345")
    with database.reading() as connection:
        shown = [
            connection.execute(text(f"SHOW {name}")).scalar_one() for name in ("statement_timeout", "lock_timeout")
        ]
    database.close()
    assert shown == ["12345ms", "2s"]


def test_a_writer_that_waits_too_long_is_told(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.transaction(), pytest.raises(SQLAlchemyError, match="took too long"), database.transaction():
        pass
    with database.transaction() as connection:
        connection.execute(text("SELECT 1"))
    database.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_no_connection_is_kept_that_has_failed(sqlite_url: str, tmp_path: Path) -> None:
    """It may hold a lock that the file system refused to give back."""
    database = Database(sqlite_url)
    with database.reading() as connection:
        connection.execute(text("SELECT 1"))
    assert _open_files(tmp_path)
    for using in (database.reading, database.transaction):
        with pytest.raises(OperationalError), using() as connection:
            connection.execute(text("SELECT n FROM nowhere"))
        assert not _open_files(tmp_path)
        with using() as connection:
            connection.execute(text("SELECT 1"))
    database.close()


def _open_files(folder: Path) -> list[Path]:
    return [link for link in Path("/proc/self/fd").iterdir() if folder in _target(link).parents]


def _target(link: Path) -> Path:
    try:
        return link.readlink()
    except FileNotFoundError:  # closed meanwhile, as the folder's own is
        return Path()
