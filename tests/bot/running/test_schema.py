"""Databases that Steward can work with, and words about those that it can't."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from bot.audit.ledger import Ledger, NotRecorded
from bot.database import Database
from bot.running.refusals import CannotStart
from bot.running.schema import upgrade_database, usable_database
from migrations.schema import newest
from tests.bot.captured_logs import captured_logs
from tests.conftest import SettableClock
from tests.postgres import Server


def _at(url: str, revision: str | None) -> None:
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    database.close()


def test_a_database_of_this_release_is_usable(database_url: str) -> None:
    usable_database(database_url).close()


@pytest.mark.parametrize("revision", [None, "0001_foundation", "9999_later"])
def test_another_schema_is_refused_with_the_command_that_mends_it(database_url: str, revision: str | None) -> None:
    _at(database_url, revision)
    with pytest.raises(CannotStart, match="steward db upgrade"):
        usable_database(database_url)


def test_a_file_is_made_and_brought_up_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    before, after = upgrade_database(url)
    assert before is None
    assert upgrade_database(url) == (after, after)
    usable_database(url).close()


def test_upgrading_keeps_what_is_there(database_url: str) -> None:
    before, after = upgrade_database(database_url)
    assert before == after


def test_a_server_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(CannotStart, match=r"The database does not answer: .*port 9.*"):
        upgrade_database("postgresql://steward:secret@127.0.0.1:9/steward")


@pytest.mark.postgres
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_can_not_keep_every_name_is_refused(postgres: Server, encoding: str) -> None:
    name = f"kept_as_{encoding.lower()}"
    postgres.execute_in(
        "postgres", f"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    try:
        for wanted in (upgrade_database, usable_database):
            with pytest.raises(CannotStart, match=f"keeps text as {encoding}.*createdb --encoding=UTF8"):
                wanted(postgres.url(name))
    finally:
        postgres.drop_database(name)


@pytest.mark.postgres
def test_a_server_that_is_full_is_said_to_be_so(postgresql_url: str, postgres: Server, clock: SettableClock) -> None:
    url = make_url(postgresql_url)
    role = f"crowded_{url.database}"
    postgres.execute_in("postgres", f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")
    crowded = url.set(username=role).render_as_string(hide_password=False)
    database = Database(crowded)
    try:
        with pytest.raises(CannotStart, match=r"too many connections.*max_connections.*capacity\.md"):
            usable_database(crowded)
        with captured_logs() as lines, pytest.raises(NotRecorded), Ledger(database, clock).transaction():
            pass
        assert [one["fault"] for one in lines.entries()] == ["TooManyConnections"]
    finally:
        database.close()
        postgres.execute_in("postgres", f"DROP ROLE {role}")


@pytest.mark.postgres
def test_of_three_replicas_that_begin_at_once_one_makes_the_tables(postgres: Server) -> None:
    name, together = "begun_at_once", threading.Barrier(3)
    postgres.create_database(name)

    def begin(_: int) -> tuple[str | None, str | None]:
        together.wait(60)
        return upgrade_database(postgres.url(name))

    try:
        with ThreadPoolExecutor(3) as replicas:
            found = list(replicas.map(begin, range(3)))
        ours = newest()
        assert sorted(found, key=str) == [(ours, ours), (ours, ours), (None, ours)]
        usable_database(postgres.url(name)).close()
    finally:
        postgres.drop_database(name)


def test_a_newer_schema_is_not_touched(database_url: str) -> None:
    _at(database_url, "9999_later")
    with pytest.raises(CannotStart, match="newer Steward"):
        upgrade_database(database_url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "can't be read"),
        ("mysql://localhost/steward", "can't be read"),
        ("sqlite:///{folder}/none.db", "There is no database"),
        ("sqlite:///{folder}", "is a folder"),
        ("postgresql://nobody:hunter2@127.0.0.1:1/steward", "does not answer"),
    ],
)
def test_what_is_in_the_way_is_said_without_the_password(url: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=words) as refused:
        usable_database(url.format(folder=tmp_path))
    assert refused.value.mend
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite:///{folder}/nowhere/new.db", "postgresql://nobody:hunter2@127.0.0.1:1/steward"]
)
def test_an_upgrade_that_is_impossible_is_said(url: str, tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as refused:
        upgrade_database(url.format(folder=tmp_path))
    assert refused.value.mend
    assert "hunter2" not in str(refused.value)


def test_an_audit_table_may_be_verified_where_nothing_can_be_written(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.transaction() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    database.close()
    with pytest.raises(CannotStart, match="no writes"):
        usable_database(postgresql_url)
    usable_database(postgresql_url, writes=False).close()
