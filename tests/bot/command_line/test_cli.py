"""The `steward` command: what it says, to people and to programs, and how it ends."""

import base64
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.cli import main
from tests.bot.command_line.shell import ROOT, Steward


class TestHelp:
    @pytest.mark.parametrize("arguments", [(), ("--help",)])
    def test_the_name_alone_prints_help(self, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(list(arguments)) == 0
        said = capsys.readouterr().out
        for command in ("demo", "run", "check", "accounts", "audit", "policy", "db"):
            assert f"\n  {command} " in said

    @pytest.mark.parametrize(
        "arguments",
        [
            ("nothing",),
            ("audit", "export"),
            ("audit", "export", "--format", "pdf"),
            ("accounts", "import"),
            ("run", "--http", "--socket"),
            ("demo", "--port", "0"),
            ("policy",),
        ],
    )
    def test_wrong_use_is_2(self, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(list(arguments)) == 2
        assert "Usage: steward" in capsys.readouterr().err

    def test_the_version_is_the_packages(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--version"]) == 0
        assert capsys.readouterr().out.startswith("steward 0.")

    def test_help_loads_nothing_heavy(self) -> None:
        code = (
            "import sys\nfrom bot.cli import main\nmain([])\n"
            "heavy = {'sqlalchemy', 'slack_bolt', 'slack_sdk', 'rich', 'alembic', 'uvicorn', 'dateparser'}\n"
            "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


class TestAccounts:
    def test_an_import_says_what_it_did(self, steward: Steward, accounts: Path) -> None:
        assert steward("accounts", "import", accounts).out == "2 accounts imported: 2 new, 0 changed, 0 as before.\n"
        again = steward("accounts", "import", accounts, "--json")
        assert json.loads(again.out) == {
            "imported": True,
            "new": 0,
            "changed": 0,
            "unchanged": 2,
            "bad_count": 0,
            "bad": [],
        }

    def test_what_comes_through_a_pipe_is_imported(self, steward: Steward, accounts: Path, tmp_path: Path) -> None:
        pipe = tmp_path / "customers"
        os.mkfifo(pipe)
        with ThreadPoolExecutor() as writing:
            written = writing.submit(pipe.write_bytes, accounts.read_bytes())
            said = steward("accounts", "import", pipe)
            written.result()
        assert said.out == "2 accounts imported: 2 new, 0 changed, 0 as before.\n"

    def test_what_is_no_file_is_said_to_be_none(self, steward: Steward, tmp_path: Path) -> None:
        said = steward("accounts", "import", tmp_path)
        assert (said.code, said.err) == (1, f"{tmp_path} can't be read: Is a directory.\n")

    def test_bad_rows_are_listed_and_nothing_is_imported(self, steward: Steward, tmp_path: Path) -> None:
        file = tmp_path / "bad.jsonl"
        file.write_text('{"id": "pw-1"}\n{"id": "pw-1"}\nno json\n')
        said = steward("accounts", "import", file)
        assert said.code == 1
        assert "nothing was imported, because 2 rows are bad" in said.err
        assert "line 2: the same id as line 1" in said.err
        assert "line 3: " in said.err
        found = json.loads(steward("accounts", "import", file, "--json").out)
        assert (found["imported"], [row["line"] for row in found["bad"]]) == (False, [2, 3])
        assert json.loads(steward("audit", "verify", "--json").out)["count"] == 0

    def test_a_file_that_is_not_there_is_said(self, steward: Steward) -> None:
        said = steward("accounts", "import", "none.csv")
        assert (said.code, said.err) == (1, "none.csv can't be read: No such file or directory.\n")


class TestPolicy:
    def test_an_import_is_in_force_and_in_the_history(self, steward: Steward) -> None:
        policy = ROOT / "policies" / "postwing.md"
        said = steward("policy", "import", policy).out
        assert "first version and in force" in said
        assert "Every purpose's clause stands in it." in said
        again = json.loads(steward("policy", "import", policy, "--json").out)
        assert (again["change"], again["purposes_without_clause"]) == ("same_text", [])
        (version,) = json.loads(steward("policy", "history", "--json").out)
        assert (version["source"], version["in_force"]) == ("postwing.md", True)
        assert version["imported_by"].startswith("cli:")
        shown = steward("policy", "history").out
        assert version["version"][:12] in shown
        assert "in force" in shown

    def test_before_the_first_it_says_how_to_begin(self, steward: Steward) -> None:
        assert "steward policy import FILE" in steward("policy", "history").out

    def test_a_relative_name_counts_from_where_one_is(self, steward: Steward, tmp_path: Path) -> None:
        (tmp_path / "ours.md").write_text("# Ours\n\nWe keep what we promise.\n")
        said = steward("policy", "import", "ours.md")
        assert said.code == 0
        assert "Nobody can look anything up now for Technical support" in said.out
        assert "clause stands in it" not in said.out
        again = json.loads(steward("policy", "import", "ours.md", "--json").out)
        assert "technical_support" in again["purposes_without_clause"]

    @pytest.mark.parametrize("name", ["none.md", ""])
    def test_what_cannot_be_read_is_said(self, steward: Steward, name: str) -> None:
        said = steward("policy", "import", name)
        assert said.code == 1
        assert "could not be imported" in said.err


class TestCheck:
    def test_it_names_what_is_wrong_and_ends_with_1(self, steward: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STEWARD_SIGNING_KEY", base64.b64encode(bytes(32)).decode())
        said = steward("check")
        assert said.code == 1
        assert "SLACK_BOT_TOKEN is not set." in said.out
        assert "There is no account yet." in said.out
        assert said.out.splitlines()[-1] == "2 faults to mend, 2 warnings."

    def test_a_program_may_read_it(self, steward: Steward) -> None:
        said = steward("check", "--json")
        found = json.loads(said.out)
        assert (said.code, found["ok"]) == (1, False)
        assert {"level", "subject", "what", "mend", "where", "line"} == set(found["findings"][0])


class TestFaults:
    def test_every_fault_of_the_configuration_is_said(
        self, steward: Steward, accounts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "steward.toml").write_text("[company]\nnam = 1\n")
        monkeypatch.setenv("STEWARD_CONFIG", "steward.toml")
        said = steward("accounts", "import", accounts)
        assert said.code == 1
        assert "The configuration has" in said.err
        assert "line 2" in said.err
        assert "Traceback" not in said.err

    def test_what_nobody_foresaw_has_a_reference_and_no_text(
        self, steward: Steward, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail() -> None:
            raise RuntimeError("anna@balticbeans.example")

        monkeypatch.setattr("bot.command_line.databases.bring_up", fail)
        said = steward("db", "upgrade")
        assert said.code == 1
        line, words = said.err.splitlines()[:2]
        assert json.loads(line)["fault"] == "RuntimeError"
        assert json.loads(line)["reference"] in words
        assert "anna" not in said.err
        assert "Traceback" not in said.err

    def test_nothing_is_coloured_where_no_one_watches(
        self, steward: Steward, monkeypatch: pytest.MonkeyPatch, accounts: Path
    ) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("CI", "true")
        for arguments in (("check",), ("accounts", "import", str(accounts)), ("policy", "history"), ("--help",)):
            said = steward(*arguments)
            assert "\x1b" not in said.out + said.err


def test_db_upgrade_makes_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    assert main(["db", "upgrade"]) == 0
    said = capsys.readouterr()
    assert "The database is at" in said.out
    assert said.err == f"It is a new one: {tmp_path}/new.db.\n"
    assert main(["db", "upgrade"]) == 0
    said = capsys.readouterr()
    assert ("was up to date" in said.out, said.err) == (True, "")
