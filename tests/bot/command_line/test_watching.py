"""`steward policy check-now`, `draft`, `changes` and `reread-snapshots` on the command line."""

import json
import shutil
from pathlib import Path

import pytest

from tests.bot.command_line.shell import ROOT, Steward

WHOLE = "We neither sell nor rent out"
OTHER = "We may sell or rent out"


@pytest.fixture
def policy(steward: Steward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reference company's policy, to be changed, with its configuration; the policy is in force."""
    shutil.copy(ROOT / "steward.toml", tmp_path / "steward.toml")
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.setenv("STEWARD_CONFIG", str(tmp_path / "steward.toml"))
    path = tmp_path / "policies" / "postwing.md"
    assert steward("policy", "import", path).code == 0
    return path


def test_a_check_by_hand(steward: Steward, policy: Path) -> None:
    assert "as it was" in steward("policy", "check-now").out
    policy.write_text(policy.read_text().replace(WHOLE, OTHER))
    said = json.loads(steward("policy", "check-now", "--json").out)
    assert (said["outcome"], said["change"]) == ("look_again", None)
    policy.unlink()
    failed = steward("policy", "check-now")
    assert (failed.code, "no_file" in failed.out) == (1, True)


def test_a_draft_waits_for_its_day_and_stands_in_the_list(steward: Steward, policy: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(policy.read_text().replace(WHOLE, OTHER))
    assert "has begun already" in steward("policy", "draft", draft, "--effective", "2020-01-01").err
    refused = steward("policy", "draft", draft, "--effective", "15.01.2190")
    assert (refused.code, "Write year, month and day" in " ".join(refused.err.split())) == (2, True)
    said = json.loads(steward("policy", "draft", draft, "--effective", "2190-06-01", "--json").out)
    assert (said["change"], said["effective"]) == ("N-2", "2190-06-01")
    assert "the text in force already" in steward("policy", "draft", policy, "--effective", "2190-06-01").err
    newest, first = json.loads(steward("policy", "changes", "--json").out)
    assert (newest["class"], newest["found"], newest["status"]) == ("text", "draft", "found")
    assert (first["class"], first["status"]) == ("first", "dismissed")
    listed = steward("policy", "changes").out
    assert ("N-2" in listed, "2190-06-01" in listed, "2190-05-31" in listed) == (True, True, False)
    in_force = [one for one in json.loads(steward("policy", "history", "--json").out) if one["in_force"]]
    assert [one["version"] for one in in_force] == [newest["before"]]


def test_snapshots_are_read_again(steward: Steward, policy: Path) -> None:
    steward("policy", "check-now")
    said = json.loads(steward("policy", "reread-snapshots", "--json").out)
    assert said == {"read": 0, "otherwise": 0, "unreadable": 0}
    assert len(json.loads(steward("policy", "changes", "--json").out)) == 1
