"""The running bot's role on PostgreSQL: it can do its work, and it can change nothing that was recorded."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.audit.ledger import Ledger, NotRecorded
from bot.audit.tamper import Acknowledge
from bot.database import Database
from bot.running.backup import back_up
from bot.running.schema import upgrade_database
from migrations.privileges import NEVER_DELETED, grants_for
from tests.bot.audit.integration.integrating import CLI, Told, assert_sound, integrator_of, record, tamper
from tests.bot.command_line.test_backup import TOOLS
from tests.conftest import SettableClock

pytestmark = pytest.mark.postgres


@pytest.fixture
def role(postgresql_url: str) -> Iterator[tuple[Database, Database]]:
    """The owner's database, and the same as the bot's role logs in to it."""
    owner, name = Database(postgresql_url), f"bot_{secrets.token_hex(4)}"
    with owner.transaction() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'"))
        for statement in grants_for(connection, name):
            connection.execute(text(statement))
    url = make_url(postgresql_url).set(username=name, password="secret")
    bot = Database(url.render_as_string(hide_password=False))
    yield owner, bot
    bot.close()
    with owner.transaction() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
    owner.close()


def test_it_records_integrates_and_raises_alarms(role: tuple[Database, Database], clock: SettableClock) -> None:
    owner, bot = role
    with bot.reading() as connection:
        assert connection.scalar(text("SELECT current_user")).startswith("bot_")
    ids = record(bot, clock, 300)
    integrator, told = integrator_of(bot, clock), Told()
    assert integrator.tick() == 300
    integrator.finish()
    assert_sound(bot, ids)
    ids = record(bot, clock, 1)
    tamper(owner, f"UPDATE audit_entries SET actor = 'U0' WHERE id = '{ids[0]}'")
    clock.advance(seconds=2)
    alarmed = integrator_of(bot, clock, told)
    assert alarmed.tick() == 0
    assert told.messages == [("ledger.fault", "F-1")]


APPEND_ONLY = (
    "audit_entries",
    "audit_erased",
    "ledger_leaves",
    "ledger_nodes",
    "ledger_checkpoints",
    "ledger_cosignatures",
    "ledger_faults",
    "ledger_acknowledgements",
    "marketing_choices",
    "customer_request_mistakes",
    "disclosure_register",
    "disclosure_erased",
    "access_absences",
    "access_returns",
)
NOT_ALLOWED = (
    *(f"DELETE FROM {table}" for table in APPEND_ONLY),
    *(f"TRUNCATE {table} CASCADE" for table in APPEND_ONLY),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in APPEND_ONLY),
    *(f"DROP TABLE {table} CASCADE" for table in APPEND_ONLY),
    *(f"DELETE FROM {table}" for table in (*NEVER_DELETED, "review_links", "review_steps")),
    *(f"TRUNCATE {table} CASCADE" for table in NEVER_DELETED),
    "UPDATE review_steps SET verdict = 'in_order'",
    "UPDATE audit_entries SET actor = 'U0'",
    "UPDATE ledger_leaves SET entry_id = 'x'",
    "UPDATE ledger_checkpoints SET note = 'x'",
    "UPDATE audit_pending SET entry_id = 'x'",
    "INSERT INTO ledger_acknowledgements (fault, at, \"by\", note) VALUES (1, now(), 'x', 'x')",
    "INSERT INTO ledger_lease (one) VALUES (1)",
    "DELETE FROM ledger_lease",
    "UPDATE alembic_version SET version_num = 'x'",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
)


def test_it_may_change_nothing(role: tuple[Database, Database]) -> None:
    _, bot = role
    for statement in NOT_ALLOWED:
        refused = "permission denied|must be owner"
        with pytest.raises(SQLAlchemyError, match=refused), bot.transaction() as connection:
            connection.exec_driver_sql(statement)
            pytest.fail(f"was allowed: {statement}")


def test_it_finds_a_database_up_to_date(role: tuple[Database, Database]) -> None:
    _, bot = role
    before, after = upgrade_database(bot.url.render_as_string(hide_password=False))
    assert before == after


def test_acknowledging_is_the_owner_s(role: tuple[Database, Database], clock: SettableClock) -> None:
    owner, bot = role
    ids = record(bot, clock, 1)
    tamper(owner, f"UPDATE audit_entries SET actor = 'U0' WHERE id = '{ids[0]}'")
    assert integrator_of(bot, clock).tick() == 0
    with pytest.raises(NotRecorded):
        Acknowledge(Ledger(bot, clock), clock)(CLI, "F-1", "It was nothing")
    assert Acknowledge(Ledger(owner, clock), clock)(CLI, "F-1", "Restored").name == "F-1"


def test_its_own_login_will_do_for_a_backup(
    role: tuple[Database, Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which deploy/systemd's nightly one has."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    assert back_up(role[1].url.render_as_string(hide_password=False), tmp_path / "steward.backup") > 0
