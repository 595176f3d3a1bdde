"""`steward audit search` and `steward audit report` on the command line."""

import json
import re
from pathlib import Path

import pytest

from tests.bot.command_line.shell import ROOT, Steward


@pytest.fixture
def filled(steward: Steward, accounts: Path) -> Steward:
    """Accounts, a policy, and a search that has been made before."""
    steward("accounts", "import", accounts)
    steward("policy", "import", ROOT / "policies" / "postwing.md")
    steward("audit", "search", "imported")
    return steward


def test_a_search_finds_and_is_found(filled: Steward) -> None:
    said = filled("audit", "search", "searched", "today", "--json")
    assert said.code == 0
    answer = json.loads(said.out)
    assert [one["query"] for one in answer["entries"]] == ["imported"]
    assert (answer["total"], answer["more_than_total"], answer["older"]) == (1, False, None)
    again = json.loads(filled("audit", "search", "searched", "--json").out)
    assert [one["query"] for one in again["entries"]] == ["searched today", "imported"]


def test_a_search_in_words_and_its_next_page(filled: Steward) -> None:
    said = filled("audit", "search", "--limit", "1")
    assert "searched the audit table" in said.out
    before = said.err.strip().split()[-1]
    older = filled("audit", "search", "--limit", "1", "--before", before)
    assert "imported the policy" in older.out
    whole = filled("audit", "search", "entry", before[-8:])
    assert before in whole.out
    assert "waits for its place" in whole.out


def test_hashes_are_short_in_a_list_and_whole_where_an_entry_is_opened(filled: Steward) -> None:
    entries = json.loads(filled("audit", "search", "--json").out)["entries"]
    (entry,) = (one for one in entries if one["action"] == "policy.change")
    hashes = re.findall("[0-9a-f]{64}", " ".join(entry["fields"]))
    assert hashes
    listed, whole = filled("audit", "search").out, filled("audit", "search", entry["id"][-8:]).out
    for one in hashes:
        assert one[:12] in listed
        assert one not in listed
        assert one in whole


def test_words_of_a_reason_need_no_quotes_within_quotes(filled: Steward) -> None:
    said = filled("audit", "search", "--reason", "gift card", "--json")
    assert json.loads(said.out)["entries"] == []
    assert json.loads(filled("audit", "search", "--json").out)["entries"][0]["query"] == '"gift card"'


def test_what_cannot_be_read_is_wrong_use(filled: Steward) -> None:
    said = filled("audit", "search", "foo", "bar")
    assert said.code == 2
    assert "bar" in said.err


@pytest.mark.parametrize(("form", "begins"), [("html", b"<!doctype html>"), ("pdf", b"%PDF-"), ("json", b"{")])
def test_a_report_is_written_whole_and_only_for_its_owner(
    filled: Steward, tmp_path: Path, form: str, begins: bytes
) -> None:
    file = tmp_path / f"report.{form}"
    said = filled("audit", "report", "pw-1", "--format", form, "--output", file)
    assert said.code == 0
    assert file.read_bytes().startswith(begins)
    assert file.stat().st_mode & 0o077 == 0
    assert "Nobody at Postwing looked at your data" in said.err
    last = json.loads(filled("audit", "search", "privacy.report", "--json").out)["entries"]
    assert [(one["account"], one["outcome"], one["actor"][:4]) for one in last] == [("pw-1", "answered", "cli:")]


def test_a_report_needs_one_account(filled: Steward, tmp_path: Path) -> None:
    filled("audit", "export", "--format", "csv", "--account", "nothing-like-that")
    said = filled("audit", "report", "nothing-like-that", "--output", tmp_path / "report.html")
    assert said.code == 1
    assert "No account matches" in said.err
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("period", [("--since", "nonsense"), ("--since", "today", "--until", "2020-01-01")])
def test_a_time_that_cannot_be_is_wrong_use(filled: Steward, period: tuple[str, ...]) -> None:
    assert filled("audit", "report", "pw-1", *period).code == 2


def test_names_need_slack(filled: Steward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that was to have names is not written without them."""
    text = (ROOT / "steward.toml").read_text().replace('people = "role"', 'people = "name"')
    own = tmp_path / "own.toml"
    own.write_text(text)
    monkeypatch.setenv("STEWARD_CONFIG", str(own))
    said = filled("audit", "report", "pw-1", "--output", tmp_path / "report.html")
    assert said.code == 1
    assert "SLACK_BOT_TOKEN" in said.err
    assert not (tmp_path / "report.html").exists()
