"""`steward run` as a process: both modes against the local Slack, its end, and what keeps it from starting."""

import hmac
import json
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from bot.checks.database import home_of
from bot.database import Database
from slack_local import LocalSlack
from tests.bot.running.asked import get, import_account, look_up, metrics
from tests.bot.running.conftest import PATIENCE_S, ROOT, Finished, Start
from tests.ports import free_port
from tests.promises.replicas import without_model
from tests.waiting import until

WITH_MODEL = {"STEWARD_CONFIG": str(ROOT / "steward.toml")}
LOADED_WHEN_NEEDED = {
    *("alembic", "babel", "bot.accounts.http", "bot.accounts.sql.source", "bot.hosting", "bot.privacy.formats.pdf"),
    *("dateparser", "fpdf", "httpx", "jinja2", "jsonpath", "mako", "numpy", "onnxruntime", "opentelemetry.trace"),
    *("pymysql", "pypdfium2", "rich.progress", "snowballstemmer.english_stemmer", "tokenizers", "yaml"),
}


@pytest.fixture
def given(slack: LocalSlack, sqlite_url: str, tmp_path: Path) -> Mapping[str, str]:
    """What the environment of a Steward in Socket Mode holds."""
    return {**slack.environment, "DATABASE_URL": sqlite_url, "STEWARD_CONFIG": str(without_model(tmp_path))}


def test_socket_mode_from_start_to_end(
    slack: LocalSlack, given: Mapping[str, str], start: Start, tmp_path: Path
) -> None:
    import_account(given["DATABASE_URL"], tmp_path)
    port = free_port()
    steward = start({**given, "PORT": str(port), **WITH_MODEL}, "run", from_nothing=True)
    steward.wait_for("steward.started")
    assert "policy.imported" in steward.said()
    look_up(slack)
    steward.wait_for("request.answered")
    assert get(port, "/healthz") == (200, {"status": "ok"})
    assert metrics(port)["steward_socket_connected"] == 1
    assert steward.stop() == 0
    lines = [json.loads(line) for line in steward.said().splitlines()]
    assert lines[-1]["event"] == "steward.stopped"
    ended = [line["part"] for line in lines if line["event"] == "part.stopping"]
    assert ended == ["socket", "http", "clockwork", "integrator", "courier"]
    assert "Baltic" not in steward.said()
    assert "xoxb-" not in steward.said()


def test_a_database_keeps_to_the_workspace_that_used_it_first(
    slack: LocalSlack, given: Mapping[str, str], start: Start, finished: Finished
) -> None:
    """A trial Steward that is pointed at the company's database would send its messages to other people."""
    _execute(given["DATABASE_URL"], "INSERT INTO home_workspace VALUES (1, 'T0OTHER', '2026-03-02 09:00:00.000000')")
    ended = finished(given, "run")
    assert ended.returncode == 1
    assert f"belongs to the workspace T0OTHER, not to {slack.team_id}" in ended.stderr
    _execute(given["DATABASE_URL"], "DELETE FROM home_workspace")
    steward = start(given, "run")
    steward.wait_for("steward.started")
    assert steward.stop() == 0
    database = Database(given["DATABASE_URL"])
    assert home_of(database) == slack.team_id
    database.close()


def _execute(url: str, statement: str) -> None:
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text(statement))
    database.close()


def test_http_from_start_to_end(slack: LocalSlack, given: Mapping[str, str], start: Start, tmp_path: Path) -> None:
    import_account(given["DATABASE_URL"], tmp_path)
    port = free_port()
    given = {**given, "PORT": str(port), "PYTHONPROFILEIMPORTTIME": "1"}
    steward = start(given, "run", "--http", from_nothing=True)
    steward.wait_for("steward.started")
    loaded = set(re.findall(r"^import time:.*\| +(\S+)$", steward.said(), re.MULTILINE))
    assert {"sqlalchemy", "slack_bolt", "bot.app"} <= loaded, "these are said, as all others would be"
    assert sorted(loaded & LOADED_WHEN_NEEDED) == [], "each takes long to load, or much memory, and this needs none"
    slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
    look_up(slack)
    assert get(port, "/healthz") == (200, {"status": "ok"})
    status, ready = get(port, "/readyz")
    assert status == 200, ready
    names = ("database", "slack", "outbox", "ledger", "integrator", "policy", "configuration")
    assert ready["checks"] == [{"name": name, "ok": True} for name in names]
    assert metrics(port)["steward_database_up"] == 1
    assert steward.stop() == 0


def _send(port: int, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/slack/events", body, dict(headers))
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - as above
        return answer.status, answer.read().decode()


def _signed_command(slack: LocalSlack) -> tuple[bytes, dict[str, str]]:
    """`/account pw-1` as Slack would send it, and its headers."""
    channel = slack.as_user("inese").background.platform.world.channel_named("general")
    fields = {"command": "/account", "text": "pw-1", "team_id": slack.team_id, "trigger_id": "13345224609.8.replayed"}
    fields |= {"user_id": slack.as_user("inese").id, "channel_id": channel.id if channel else ""}
    fields |= {"response_url": f"{slack.api_url}nowhere", "team_domain": "postwing", "user_name": "inese"}
    body, at = urlencode(fields).encode(), str(int(time.time()))
    signature = hmac.digest(slack.signing_secret.encode(), f"v0:{at}:".encode() + body, "sha256").hex()
    return body, {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signature}"}


def test_a_replay_to_another_process_shows_nothing_and_is_recorded_once(
    slack: LocalSlack, given: Mapping[str, str], start: Start, tmp_path: Path
) -> None:
    """The memory of answered requests is one process's; the audit table is what all of them share."""
    import_account(given["DATABASE_URL"], tmp_path)
    body, headers = _signed_command(slack)
    answers = []
    for _ in range(2):
        port = free_port()
        steward = start({**given, "PORT": str(port)}, "run", "--http")
        steward.wait_for("steward.started")
        answers += [_send(port, body, headers), _send(port, body, headers)]
        assert steward.stop() == 0
    assert [status for status, _ in answers] == [200] * 4
    assert ["Baltic Beans" in words for _, words in answers] == [True, False, False, False]
    database = Database(given["DATABASE_URL"])
    with database.reading() as connection:
        query = "SELECT count(*) FROM audit_entries WHERE action = 'account.lookup'"
        assert connection.exec_driver_sql(query).scalar_one() == 1
    database.close()


WAITS = (
    'INSERT INTO deliveries (key, kind, about, "to", status, queued_at, due_at, waiting_since, attempts, wanted, shown)'
    " VALUES ('k', 'request.opened', 'R-1', 'channel:approvals', 'queued', '2026-01-01 09:00:00.000000',"
    " '2099-01-01 09:00:00.000000', '2026-01-01 09:00:00.000000', 1, 0, 0)"
)
"""A message that has waited for long: Slack limits a channel, say."""


def test_ready_while_a_message_waits_and_not_ready_when_the_tables_are_gone(
    given: Mapping[str, str], start: Start
) -> None:
    """What all replicas share takes none of them away: people look customers up while Slack takes no message."""
    port = free_port()
    steward = start({**given, "PORT": str(port)}, "run", "--http")
    steward.wait_for("steward.started")
    database = Database(given["DATABASE_URL"])
    with database.transaction() as connection:
        connection.exec_driver_sql(WAITS)
    status, ready = get(port, "/readyz")
    assert (status, ready["ready"]) == (200, True)
    assert {"name": "outbox", "ok": False} in list(ready["checks"])  # type: ignore[call-overload] # a list of JSON
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE deliveries")
    database.close()
    until(lambda: get(port, "/readyz")[0] != 200, every_s=0.1)  # remembered for two seconds
    status, ready = get(port, "/readyz")
    assert (status, ready["ready"]) == (503, False)
    assert {"name": "outbox", "ok": False} in list(ready["checks"])  # type: ignore[call-overload] # a list of JSON
    assert steward.stop() == 0


Refused = Callable[..., str]


@pytest.fixture
def refused(finished: Finished) -> Refused:
    """What is said by a `steward run` that does not start; it must be words, and the exit code 1."""

    def said(given: Mapping[str, str], *arguments: str) -> str:
        ended = finished(given, "run", *arguments)
        assert ended.returncode == 1, ended.stderr
        assert "Traceback" not in ended.stderr
        return ended.stderr

    return said


@pytest.mark.parametrize(
    ("changed", "arguments", "words"),
    [
        ({"SLACK_BOT_TOKEN": ""}, (), "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, (), "does not know the token"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, (), "SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": ""}, ("--socket",), "SLACK_APP_TOKEN is not set"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": ""}, (), "SLACK_SIGNING_SECRET is not set"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api"}, (), "does not answer"),
        ({"SLACK_API_URL": "slack"}, (), "This is not an address"),
        ({"PORT": "many"}, (), "This is not a port"),
        ({"DATABASE_URL": "sqlite:///none.db"}, (), "steward db upgrade"),
        ({"STEWARD_CONFIG": "none.toml"}, (), "There is no file none.toml"),
    ],
)
def test_it_does_not_start_and_says_why(
    given: Mapping[str, str], changed: Mapping[str, str], arguments: tuple[str, ...], words: str, refused: Refused
) -> None:
    assert words in refused({**given, **changed}, *arguments)


def test_every_fault_of_the_configuration_is_named_with_its_line(
    given: Mapping[str, str], tmp_path: Path, refused: Refused
) -> None:
    text = (ROOT / "steward.toml").read_text()
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace('shown = "open"', 'shown = "opne"').replace('timezone = "', 'timezone = "Mars/'))
    said = refused({**given, "STEWARD_CONFIG": str(broken)})
    assert "2 faults" in said
    assert "company.timezone" in said
    assert "data_classes.account.shown" in said
    assert said.count("line ") >= 2


def test_an_old_schema_is_refused(given: Mapping[str, str], refused: Refused) -> None:
    database = Database(given["DATABASE_URL"])
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001_foundation'")
    database.close()
    assert "steward db upgrade" in refused(given)


def test_a_second_one_on_the_same_sqlite_file_is_refused(
    given: Mapping[str, str], start: Start, refused: Refused
) -> None:
    first = start(given, "run")
    first.wait_for("steward.started")
    said = refused(given)
    assert f"process {first.process.pid}" in said
    assert "PostgreSQL" in said


def test_a_port_that_is_taken_is_refused(given: Mapping[str, str], refused: Refused) -> None:
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port}" in refused({**given, "PORT": str(port)}, "--http")


@pytest.fixture
def two_on_one_server(
    given: Mapping[str, str], slack: LocalSlack, postgresql_url: str, start: Start
) -> Iterator[LocalSlack]:
    running = [start({**given, "DATABASE_URL": postgresql_url}, "run") for _ in range(2)]
    for steward in running:
        steward.wait_for("steward.started")
    yield slack
    assert [steward.stop() for steward in running] == [0, 0]


def test_two_on_one_postgresql_share_the_work(two_on_one_server: LocalSlack) -> None:
    inese = two_on_one_server.as_user("inese")
    for _ in range(4):
        inese.type("/account nobody-there", channel="general")
    assert all("nobody-there" in message.text for message in inese.read("general")[-4:])
