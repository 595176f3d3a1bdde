"""A running Steward and its ledger: what it signs, a fault that is open, and a key that is not its own."""

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.audit.integration.integrated import latest_checkpoint, pending_count
from bot.database import Database
from slack_local import LocalSlack
from tests.bot.running.conftest import Finished, Start
from tests.promises.replicas import without_model
from tests.waiting import until

OTHER_KEY = base64.b64encode(bytes(31) + b"1").decode()
FAULT = (
    "INSERT INTO ledger_faults (id, found_at, kind, about, what, reference)"
    " VALUES (1, '2026-03-02 09:00:00', 'tree', '0/7', 'Hashes of the tree are gone.', 'BCDFG')"
)


@pytest.fixture
def given(slack: LocalSlack, sqlite_url: str, tmp_path: Path) -> Mapping[str, str]:
    """What the environment of a Steward in Socket Mode holds."""
    return {**slack.environment, "DATABASE_URL": sqlite_url, "STEWARD_CONFIG": str(without_model(tmp_path))}


def test_what_is_recorded_is_signed_and_another_key_refused(
    given: Mapping[str, str], start: Start, finished: Finished
) -> None:
    steward = start(given, "run")
    steward.wait_for("steward.started")
    assert steward.stop() == 0
    database = Database(given["DATABASE_URL"])
    with database.reading() as connection:
        stored = latest_checkpoint(connection)
        assert pending_count(connection) == 0
    database.close()
    assert stored is not None
    assert stored.note.startswith("postwing.example/audit\n")
    refused = finished({**given, "STEWARD_SIGNING_KEY": OTHER_KEY}, "run")
    assert refused.returncode == 1
    assert "was signed with another key" in refused.stderr
    assert OTHER_KEY not in refused.stderr + refused.stdout


def test_an_open_fault_stops_look_ups_until_it_is_acknowledged(
    slack: LocalSlack, given: Mapping[str, str], start: Start, finished: Finished
) -> None:
    database = Database(given["DATABASE_URL"])
    with database.transaction() as connection:
        connection.execute(text(FAULT))
    steward = start(given, "run")
    steward.wait_for("steward.started")
    until(lambda: _answers(slack, "BCDFG"), every_s=0.2)
    listed = finished(given, "audit", "acknowledge")
    assert listed.returncode == 1
    assert "F-1" in listed.stderr
    assert finished(given, "audit", "acknowledge", "F-1").returncode == 2
    told = finished(given, "audit", "acknowledge", "F-1", "--note", "A test")
    assert (told.returncode, "F-1 is acknowledged" in told.stdout) == (0, True), told.stderr
    assert finished(given, "audit", "acknowledge").returncode == 0
    until(lambda: _answers(slack, "No account matches"), every_s=0.2)
    assert steward.stop() == 0
    database.close()


def test_a_process_that_ends_with_an_open_fault_ends_with_1(
    slack: LocalSlack, given: Mapping[str, str], start: Start, finished: Finished
) -> None:
    steward = start(given, "run")
    steward.wait_for("steward.started")
    database = Database(given["DATABASE_URL"])
    with database.transaction() as connection:
        connection.execute(text(FAULT))
    database.close()
    until(lambda: _answers(slack, "BCDFG"), every_s=0.2)
    assert steward.stop() == 1
    assert "ref BCDFG" in steward.said()


def _answers(slack: LocalSlack, words: str) -> bool:
    """Whether a look-up is answered so, as it is within a second or two once the process knows of the change."""
    inese = slack.as_user("inese")
    inese.type("/account pw-1", channel="general")
    return words in inese.read("general")[-1].text
