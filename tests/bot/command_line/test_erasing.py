"""`steward audit erase`"""

import io
import json
import re
from pathlib import Path

import pytest

from tests.bot.command_line.shell import ROOT, Steward


class TestErase:
    def test_it_is_shown_asked_and_recorded(self, signing: Steward) -> None:
        signing("audit", "search", "pw-00412", "--reason", "beans")
        who = json.loads(signing("audit", "export", "--format", "jsonl").out.splitlines()[0])["entry"]["actor"]
        said = signing("audit", "erase", "--subject", who, "--reason", "left us", "--yes")
        assert said.code == 0
        assert "To be erased for this person: 2 queries in 2 entries. The entries stay." in said.err
        assert "E-1 waits for 2 privacy officers in #privacy-desk until" in said.out
        again = signing("audit", "erase", "--subject", who, "--yes")
        assert again.code == 1
        assert "E-1 for the same subject waits already in #privacy-desk, until" in again.err
        assert signing("audit", "erasures", "--withdraw", "E-1").code == 0
        found = json.loads(signing("audit", "erase", "--subject", who, "--yes", "--json").out)
        assert (found["erasure"], found["entries"], found["found"]) == ("E-2", 3, {"query": 2, "justification": 1})
        assert signing("audit", "verify").code == 0

    def test_those_that_were_asked_for_are_listed(self, signing: Steward) -> None:
        assert signing("audit", "erasures").out == "No erasure was ever asked for.\n"
        signing("audit", "search", "pw-00412")
        who = json.loads(signing("audit", "export", "--format", "jsonl").out.splitlines()[0])["entry"]["actor"]
        signing("audit", "erase", "--subject", who, "--yes")
        said = signing("audit", "erasures")
        assert said.code == 0
        assert said.out.startswith(f"E-1  person {who}: 2 values · asked by {who} at ")
        assert "waits for 2 more to confirm until" in said.out
        assert json.loads(signing("audit", "erasures", "--json").out)[0]["status"] == "pending"
        assert json.loads(signing("audit", "erasures", "--withdraw", "E-1", "--json").out)["status"] == "withdrawn"
        assert "withdrawn by cli:" in signing("audit", "erasures").out
        assert "withdrew an erasure of personal text" in signing("audit", "search", "erasures", "ended").out
        for name, code, says in (("E-9", 1, "There is no erasure E-9."), ("9", 2, "like E-3")):
            said = signing("audit", "erasures", "--withdraw", name)
            assert (said.code, says in said.err) == (code, True), said.err

    def test_a_person_is_asked_first(self, signing: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
        signing("audit", "search", "pw-00412")

        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        who = json.loads(signing("audit", "export", "--format", "jsonl").out.splitlines()[0])["entry"]["actor"]
        monkeypatch.setattr("sys.stdin", Terminal("n\n"))
        said = signing("audit", "erase", "--subject", who)
        assert (said.code, "nothing is erased" in said.err) == (1, True)
        monkeypatch.setattr("sys.stdin", Terminal("y\n"))
        assert signing("audit", "erase", "--subject", who).code == 0

    def test_nobody_of_that_name(self, signing: Steward) -> None:
        said = signing("audit", "erase", "--subject", "nobody@nowhere.example", "--yes")
        assert said.code == 1
        assert "Nothing that could be erased is by or about that subject." in said.err

    def test_without_officers_it_cannot_be_confirmed(
        self, signing: Steward, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        lines = (ROOT / "steward.toml").read_text().replace('privacy = "privacy-desk"\n', "")
        lines = re.sub(r"^\[(disclosure|recertification)\].*\n(?:.+\n)*", "", lines, flags=re.MULTILINE)
        lines = lines.replace('source = "policies/', f'source = "{ROOT}/policies/')
        (tmp_path / "steward.toml").write_text(lines)
        monkeypatch.setenv("STEWARD_CONFIG", str(tmp_path / "steward.toml"))
        said = signing("audit", "erase", "--subject", "pw-1", "--yes")
        assert (said.code, "has no privacy under [channels]" in said.err) == (1, True)
