"""Rolling upgrades: a migration that says it only expands does, and the release before it works on what it leaves."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, Origin
from bot.checks.database import database_findings
from bot.checks.findings import Level
from bot.clock import system_clock
from bot.database import Database
from bot.running.refusals import CannotStart
from bot.running.schema import upgrade_database, usable_database
from migrations.schema import HERE, newest, revisions, served_by, serves, upgrade
from tests.migrations.expansion import RELEASED, breaks, present, schema_of
from tests.postgres import Server

EXPANDS = """
import sqlalchemy as sa
from alembic import op

revision = "9999_later"
down_revision = "{head}"
branch_labels = None
depends_on = None
expands = {expands}


def upgrade():
    {change}
"""
NEW_COLUMN = 'op.add_column("access_requests", sa.Column("mood", sa.String()))'
DROPPED = 'op.drop_column("access_requests", "ticket")'
RENAMED = 'op.alter_column("deliveries", "fault", new_column_name="error")'


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path}/empty.db")
    else:
        server: Server = request.getfixturevalue("postgres")
        made = Database(server.create_database(f"expansion_{tmp_path.name}"))
    yield made
    made.close()


def _with(folder: Path, change: str, *, expands: bool) -> Path:
    """The migrations of a release after this one."""
    scripts = folder / "migrations"
    shutil.copytree(HERE, scripts, ignore=shutil.ignore_patterns("__pycache__", "registry"))
    later = EXPANDS.format(head=newest(), expands=expands, change=change)
    (scripts / "versions" / "9999_later.py").write_text(later)
    return scripts


def _script(scripts: Path = HERE) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    return ScriptDirectory.from_config(config)


def _broken(database: Database, scripts: Path, after: str) -> list[str]:
    with database.transaction() as connection:
        earlier = schema_of(connection)
        upgrade(connection, after, of=scripts)
        return list(breaks(earlier, schema_of(connection)))


def test_what_says_that_it_expands_does(empty: Database) -> None:
    expanding = [one for one in _script().walk_revisions() if getattr(one.module, "expands", False)]
    assert expanding
    for one in reversed(expanding):
        assert isinstance(one.down_revision, str)
        with empty.transaction() as connection:
            upgrade(connection, one.down_revision)
        assert _broken(empty, HERE, one.revision) == [], one.revision


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (NEW_COLUMN, []),
        ('op.create_table("moods", sa.Column("id", sa.Integer(), primary_key=True))', []),
        ('op.add_column("due_work", sa.Column("mood", sa.String(), nullable=False, server_default="fine"))', []),
        (DROPPED, ["access_requests.ticket: is gone"]),
        (RENAMED, ["deliveries.fault: is gone"]),
        ('op.drop_table("audit_open")', ["audit_open is gone"]),
    ],
)
def test_what_breaks_the_release_before_is_seen(
    database: Database, tmp_path: Path, change: str, found: list[str]
) -> None:
    scripts = _with(tmp_path, change, expands=True)
    assert _broken(database, scripts, "9999_later") == found


def test_narrower_rules_are_seen() -> None:
    column = {"type": "VARCHAR", "nullable": True, "default": False}
    before = {"t": {"columns": {"a": column}, "key": ["a"], "checks": [], "uniques": []}}
    must = {"a": column | {"nullable": False}, "b": column | {"nullable": False}}
    after = {"t": {"columns": must, "key": ["a", "b"], "checks": ["a > 'x'"], "uniques": ["a"]}}
    assert list(breaks(before, after)) == [
        "t.a: must have a value now",
        "t.b: is new, must have a value and has no default",
        "t has a rule that it had not: a > 'x'",
        "t has a rule that it had not: a",
        "t has another key",
    ]
    other = {"t": before["t"] | {"columns": {"a": column | {"type": "INTEGER"}}}}
    assert list(breaks(before, other)) == ["t.a: was VARCHAR and is INTEGER"]


def test_this_release_works_on_a_schema_that_was_only_expanded(database: Database, tmp_path: Path) -> None:
    scripts = _with(tmp_path, NEW_COLUMN, expands=True)
    with database.transaction() as connection:
        upgrade(connection, "head", of=scripts)
        assert revisions(connection) == ("9999_later", newest())
        assert serves(connection, newest(), "9999_later")
    url = database.url.render_as_string(hide_password=False)
    usable = usable_database(url)
    with Ledger(usable, system_clock).entry(Origin(Actor("U1", "T1"), Surface.COMMAND), Action.LOOK_UP) as entry:
        entry.close(Outcome.NOT_FOUND)
    said = [finding.what for finding in database_findings(usable) if finding.level is Level.OK]
    assert any("newer than this release's" in what for what in said)
    usable.close()
    assert upgrade_database(url) == ("9999_later", "9999_later"), "nothing to do, and nothing undone"


def test_this_release_refuses_a_schema_that_was_contracted(database: Database, tmp_path: Path) -> None:
    scripts = _with(tmp_path, DROPPED, expands=False)
    with database.transaction() as connection:
        upgrade(connection, "head", of=scripts)
    url = database.url.render_as_string(hide_password=False)
    with pytest.raises(CannotStart, match="9999_later"):
        usable_database(url)
    with pytest.raises(CannotStart, match="newer Steward"):
        upgrade_database(url)


def test_a_note_about_another_schema_counts_for_nothing(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
        assert not serves(connection, newest(), "9999_later")


def test_released_schemas_are_still_served() -> None:
    """What a release that is out needs is there, as long as only expansions lie between it and this one."""
    served = set(served_by(_script(), newest()))
    records = sorted(RELEASED.glob("*.json"))
    assert records
    for path in records:
        record = json.loads(path.read_text())
        assert _script().get_revision(record["revision"]) is not None, f"{path.name} names no migration"
        if record["revision"] in served:
            assert list(breaks(record["tables"], present()["tables"])) == [], path.name


@pytest.mark.parametrize("of", [HERE, HERE / "registry"])
def test_the_newest_revision_is_alembics_head(of: Path) -> None:
    """It is read from the migrations' text, so that a start need not load them all."""
    config = Config()
    config.set_main_option("script_location", str(of))
    assert newest(of) == ScriptDirectory.from_config(config).get_current_head()


def test_requests_that_are_there_stay_when_one_may_be_a_mistake(empty: Database) -> None:
    """Migration 0090 makes two tables of SQLite's anew; what is closed still needs the identity, or a mistake."""
    request = (
        "INSERT INTO customer_requests (number, team, kind, account, law, channel, received_on, recorded_at, "
        "recorded_by, entry, due_on, due_at, status, version, media) VALUES (7, 'T1', 'erasure', 'pw-1', 'gdpr', "
        "'email', '2026-03-02', '2026-03-02 09:00:00', 'U1', 'e7', '2026-04-02', '2026-04-02 21:00:00', 'open', 0, "
        "'[]')"
    )
    task = "INSERT INTO customer_request_tasks (request, position, title, status, round) VALUES (7, 1, 'Do', 'open', 0)"
    both = "SELECT r.*, t.title FROM customer_requests r JOIN customer_request_tasks t ON t.request = r.number"
    closed = "status = 'closed', closed_at = '2026-03-03 09:00:00', closed_by = 'U1'"
    closing = text(f"UPDATE customer_requests SET {closed}")
    with empty.transaction() as connection:
        upgrade(connection, "0026_disclosure_erasure")
        connection.execute(text(request))
        connection.execute(text(task))
        before = connection.execute(text(both)).all()
    with empty.transaction() as connection:
        upgrade(connection)
        assert connection.execute(text(both)).all() == before
    with pytest.raises(DBAPIError, match="or it was registered by mistake"), empty.transaction() as connection:
        connection.execute(closing)
    mistake = (
        'INSERT INTO customer_request_mistakes (entry, request, at, "by", cause) '
        "VALUES ('m7', 7, '2026-03-03 09:00:00', 'U1', 'other')"
    )
    with empty.transaction() as connection:
        connection.execute(text(mistake))
        assert connection.execute(closing).rowcount == 1
    for change in (
        "UPDATE customer_request_mistakes SET cause = 'no_request'",
        "DELETE FROM customer_request_mistakes",
    ):
        with pytest.raises(DBAPIError, match="append-only"), empty.transaction() as connection:
            connection.execute(text(change))
