"""`steward …` on an empty database, signing, and seen by an auditor."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import main
from tests.bot.captured_logs import logs_as_before
from tests.bot.command_line.shell import ACCOUNTS, ROOT, SEED, Auditor, Said, Steward, jsonl


@pytest.fixture
def steward(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Steward]:
    """Runs commands on an empty database of this release's schema, once on SQLite and once on PostgreSQL."""
    for name in list(os.environ):
        if name.startswith(("SLACK_", "STEWARD_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("STEWARD_CONFIG", str(ROOT / "steward.toml"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Said:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    with logs_as_before():
        yield run


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    return jsonl(tmp_path / "accounts.jsonl", ACCOUNTS)


@pytest.fixture
def signing(steward: Steward, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Steward:
    """The commands with a signing key and three entries: an import, a policy, an import that changed nothing."""
    monkeypatch.setenv("STEWARD_SIGNING_KEY", base64.b64encode(SEED).decode())
    accounts = jsonl(tmp_path / "accounts.jsonl", ACCOUNTS)
    steward("accounts", "import", accounts)
    steward("policy", "import", ROOT / "policies" / "postwing.md")
    steward("accounts", "import", accounts)
    return steward


@pytest.fixture
def auditor(signing: Steward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Auditor:
    """What an auditor was handed: an export of four entries with its manifest, its checkpoint, and one from before."""
    assert signing("audit", "checkpoint", "-o", tmp_path / "older").code == 0
    assert signing("audit", "export", "--format", "jsonl", "-o", tmp_path / "audit.jsonl").code == 0
    assert signing("audit", "checkpoint", "--output", tmp_path / "checkpoint").code == 0
    return Auditor(signing, tmp_path, monkeypatch)
