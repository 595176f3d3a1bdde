"""`/audit export`: an auditor takes the ledger away, with what it is verified by."""

import csv
import io
import json

import pytest

from bot.audit.exports import handing_out
from bot.audit.offline import read_lines, verify_export
from tests.bot.captured_logs import captured_logs
from tests.conftest import SettableClock
from tests.scenarios.audit.exported import is_described
from tests.scenarios.harness import Steward, answered, files_of


def look_up(steward: Steward) -> None:
    steward.person("inese").type("/account pw-00412", channel="general")
    steward.person("nils").type("/account pw-00412", channel="general")
    steward.integrator.tick()


def test_everything_can_be_verified_with_what_is_handed_out(steward: Steward) -> None:
    look_up(steward)
    agnese = steward.person("agnese")
    answer = answered(agnese, "/audit export")
    assert "4 entries exported: all of the signed ledger" in answer
    files = files_of(agnese)
    assert sorted(files) == ["audit.jsonl", "audit.jsonl.manifest.json", "checkpoint.txt", "ledger.key"]
    outcome = verify_export(
        read_lines(io.BytesIO(files["audit.jsonl"])), files["checkpoint.txt"], files["ledger.key"].decode()
    )
    assert (outcome.sound, outcome.count) == (True, 4)
    assert is_described(files)
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("audit.export", "disclosed", "jsonl")
    assert entry["actor"] == agnese.id


def test_words_choose_and_entries_keep_their_index(steward: Steward) -> None:
    look_up(steward)
    agnese = steward.person("agnese")
    assert "1 entry exported: what your words ask for" in answered(agnese, "/audit export refused")
    files = files_of(agnese)
    assert is_described(files)
    described = json.loads(files["audit.jsonl.manifest.json"])
    assert (described["whole"], described["filters"]) == (False, {"outcome": "refused"})
    assert described["recorded_as"] == steward.last()["id"]
    (line,) = files_of(agnese)["audit.jsonl"].splitlines()
    assert (json.loads(line)["index"], json.loads(line)["entry"]["outcome"]) == (3, "refused")
    assert steward.last()["query"] == "refused"
    assert "No entry of the signed ledger matches" in answered(agnese, "/audit export by @inese refused")
    assert "I can't read" in answered(agnese, "/audit export since soonish")


def test_a_csv_is_for_reading(steward: Steward) -> None:
    look_up(steward)
    agnese = steward.person("agnese")
    assert "1 entry exported: what your words ask for" in answered(agnese, "/audit export CSV refused")
    files = files_of(agnese)
    assert sorted(files) == ["audit.csv", "audit.csv.manifest.json"]
    (row,) = csv.DictReader(io.StringIO(files["audit.csv"].decode()))
    assert (row["outcome"], row["account"]) == ("refused", "pw-00412")
    assert (steward.last()["query"], steward.last()["reason"]) == ("refused", "csv")


def test_only_auditors_export_and_trying_is_recorded(steward: Steward) -> None:
    look_up(steward)
    for name in ("inese", "laila"):
        person = steward.person(name)
        assert "Only auditors" in answered(person, "/audit export")
        assert files_of(person) == {}
        entry = steward.last()
        assert (entry["action"], entry["outcome"], entry["reason"]) == ("audit.export", "refused", "not_an_auditor")


def test_too_many_are_for_the_command_line(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up(steward)
    monkeypatch.setattr(handing_out, "MOST", 3)
    agnese = steward.person("agnese")
    assert "too many for Slack" in answered(agnese, "/audit export")
    assert files_of(agnese) == {}
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("audit.export", "refused", "too_many")


def test_before_anything_is_signed_there_is_nothing(steward: Steward, clock: SettableClock) -> None:
    assert "No entry of the signed ledger matches" in answered(steward.person("agnese"), "/audit export")


def test_what_cannot_be_recorded_is_not_handed_out(steward: Steward) -> None:
    look_up(steward)
    with steward.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_entries RENAME COLUMN once TO twice")
    agnese = steward.person("agnese")
    with captured_logs():  # pytest's own console takes longer over a traceback than Slack waits
        assert "(ref " in answered(agnese, "/audit export")
    assert files_of(agnese) == {}
