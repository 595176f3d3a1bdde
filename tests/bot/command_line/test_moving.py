"""`steward db move`: a company that began on SQLite goes on with PostgreSQL, and its ledger with it."""

import base64
import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, null, text
from sqlmodel import SQLModel

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, Origin
from bot.clock import system_clock
from bot.database import Database, normalised_url
from bot.delivery.outbox import Outbox
from bot.effects import Message
from bot.queued import QueuedEffects
from bot.running import moving
from bot.running.single import held_alone
from migrations.tables import metadata
from models.access import AccessGrant, AccessRequest
from tests.bot.command_line.shell import ACCOUNTS, ROOT, Steward, jsonl
from tests.postgres import Server

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
LATER = AT + timedelta(hours=4)


@pytest.fixture
def file(steward: Steward, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A company's SQLite database with accounts, a policy, a signed ledger, and a message that waits."""
    monkeypatch.setenv("STEWARD_SIGNING_KEY", base64.b64encode(bytes(range(32))).decode())
    assert steward("accounts", "import", jsonl(tmp_path / "accounts.jsonl", ACCOUNTS)).code == 0
    assert steward("policy", "import", ROOT / "policies" / "postwing.md").code == 0
    assert steward("audit", "checkpoint", "-o", tmp_path / "posted").code == 0
    with closing(Database(database_url)) as database, Ledger(database, system_clock).transaction() as connection:
        ledger = Ledger(database, system_clock)
        entry = ledger.opened(connection, Origin(Actor("U1", "T1"), Surface.COMMAND, "t-1"), Action.LOOK_UP, query="ā€")
        QueuedEffects(Outbox(system_clock)).send(connection, Message("request.opened", "R-1", "channel:approvals"))
        entry.close(Outcome.NOT_FOUND)
        ledger.write(entry)
    return Path(normalised_url(database_url).database or "")


def _what_is_hard_to_carry(connection: Connection) -> None:
    """Nothing and JSON's null, microseconds, requests and grants that speak of each other, a number of a row gone."""
    asked = {
        "team": "T1",
        "person": "U1",
        "account": "pw-1",
        "purpose": "technical_support",
        "data_classes": ["contact", "ā"],
        "justification": "…",
        "duration_s": 3600,
        "asked_at": AT,
        "expires_at": AT,
    }
    given = {
        "team": "T1",
        "person": "U1",
        "account": "pw-1",
        "purpose": "technical_support",
        "data_classes": ["contact"],
    }
    held = {"status": "granted", "decided_at": AT}
    _add(connection, AccessRequest, {**asked, **held, "number": 1500, "needs": None})
    _add(connection, AccessGrant, {**given, "number": 1500, "starts_at": AT, "ends_at": LATER, "granted_by": "U2"})
    _add(connection, AccessRequest, {**asked, "number": 1400, "needs": null(), "kind": "extension", "extends": 1500})
    _add(connection, AccessRequest, {**asked, "number": 1777})
    connection.execute(text("DELETE FROM access_requests WHERE number = 1777"))


def _add(connection: Connection, model: type[SQLModel], values: dict[str, Any]) -> None:
    connection.execute(insert(model).values(values))


@pytest.fixture
def server(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, which DATABASE_URL names from now on."""
    url = postgres.create_database(f"moved_{os.urandom(4).hex()}")
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def _asked(url: str, query: str) -> list[tuple[Any, ...]]:
    with closing(Database(url)) as database, database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_all_of_it_goes_on_there(steward: Steward, file: Path, server: str, tmp_path: Path) -> None:
    before = _asked(f"sqlite:///{file}", "SELECT id, entry, leaf FROM audit_entries ORDER BY id")
    said = steward("db", "move", file)
    assert said.code == 0, said.err
    assert not file.exists()
    (aside,) = tmp_path.glob("steward.db.moved-*")
    assert str(aside) in said.out
    assert _asked(server, "SELECT id, entry, leaf FROM audit_entries ORDER BY id")[: len(before)] == before
    assert _asked(server, "SELECT outcome, entry::json->>'reason' FROM audit_entries ORDER BY id DESC LIMIT 1") == [
        ("done", moving.MOVED)
    ]
    assert _asked(server, "SELECT status FROM deliveries") == [("queued",)]
    assert _asked(server, "SELECT count(*) FROM pg_constraint WHERE condeferrable") == [(0,)]
    verified = steward("audit", "verify", "--older", tmp_path / "posted")
    assert verified.code == 0, verified.err
    assert steward("audit", "checkpoint", "-o", tmp_path / "later").code == 0
    assert steward("audit", "verify", "--older", tmp_path / "posted").code == 0
    again = steward("accounts", "import", tmp_path / "accounts.jsonl")
    assert "0 new, 0 changed, 2 as before" in again.out


def test_what_is_hard_to_carry_comes_over_as_it_is(steward: Steward, file: Path, server: str) -> None:
    with closing(Database(f"sqlite:///{file}")) as database, database.transaction() as connection:
        _what_is_hard_to_carry(connection)
    said = steward("db", "move", file)
    assert said.code == 0, said.err
    held = "SELECT number, needs::text, extends FROM access_requests ORDER BY number"
    assert _asked(server, held) == [(1400, None, 1500), (1500, "null", None)]
    assert _asked(server, "SELECT starts_at FROM access_grants") == [(AT,)]
    assert _asked(server, "SELECT nextval('access_requests_number_seq')") == [(1778,)], "R-1777 was given out once"


def test_what_migrations_put_there_is_known(database_url: str) -> None:
    """All else in a new database is somebody's."""
    with closing(Database(database_url)) as database, database.reading() as connection:
        filled = {
            name
            for name in {*metadata.tables, "alembic_version"}
            if connection.scalar(text(f'SELECT count(*) FROM "{name}"'))
        }
    assert filled == moving.SEEDED | moving.OF_THE_SCHEMA


def test_what_is_there_is_not_mixed_with_what_comes(steward: Steward, file: Path, server: str) -> None:
    assert steward("db", "upgrade").code == 0
    with closing(Database(server)) as database, Ledger(database, system_clock).transaction() as connection:
        connection.execute(text("INSERT INTO account_trigrams VALUES ('abc', 1)"))
    said = steward("db", "move", file)
    assert (said.code, "is not empty: account_trigrams has rows" in said.err) == (1, True)
    assert file.exists()
    assert _asked(server, "SELECT count(*) FROM audit_entries") == [(0,)]


def test_what_postgresql_refuses_leaves_all_as_it_was(steward: Steward, file: Path, server: str) -> None:
    with closing(Database(f"sqlite:///{file}")) as database, database.transaction() as connection:
        connection.execute(text("UPDATE deliveries SET about = 'R-' || char(0) || '1'"))
    said = steward("db", "move", file)
    assert (said.code, "could not be copied" in said.err) == (1, True), said.err
    assert file.exists()
    assert _asked(server, "SELECT (SELECT count(*) FROM audit_entries) + (SELECT count(*) FROM accounts)") == [(0,)]


def test_a_row_that_came_over_otherwise_is_noticed(
    steward: Steward,
    file: Path,
    server: str,
) -> None:
    assert steward("db", "upgrade").code == 0
    with closing(Database(server)) as database, database.transaction() as connection:
        connection.execute(text("CREATE RULE lost AS ON INSERT TO deliveries DO INSTEAD NOTHING"))
    said = steward("db", "move", file)
    assert (said.code, "What came over of deliveries is not what was there" in said.err) == (1, True), said.err
    assert file.exists()


def test_a_file_in_use_of_another_release_or_not_there_is_left_alone(
    steward: Steward,
    file: Path,
    server: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with held_alone(normalised_url(f"sqlite:///{file}")):
        said = steward("db", "move", file)
        assert (said.code, "Another Steward" in said.err) == (1, True)
    said = steward("db", "move", file.with_name("none.db"))
    assert (said.code, "There is no file" in said.err) == (1, True)
    with closing(Database(f"sqlite:///{file}")) as database, database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0092_request_questions'"))
        connection.execute(text("DELETE FROM schema_serves"))
    said = steward("db", "move", file)
    assert (said.code, f"DATABASE_URL=sqlite:///{file} steward db upgrade" in said.err) == (1, True), said.err
    assert _asked(server, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    said = steward("db", "move", file)
    assert (said.code, "does not name a PostgreSQL database" in said.err) == (1, True)
