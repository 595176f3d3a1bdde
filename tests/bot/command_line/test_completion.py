"""What a shell gets for `steward …` and the tabulator: with the script that Steward prints, in a real bash."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.command_line.shell import ROOT

ASK = 'COMP_WORDS=({words}); COMP_CWORD={at}; _steward_completion steward; printf "%s\\n" "${{COMPREPLY[@]}}"'


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which `steward` is this checkout's."""
    command = tmp_path / "steward"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot.cli "$@"\n')
    command.chmod(0o755)
    return {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}


def _script(shell: dict[str, str], kind: str) -> str:
    printed = subprocess.run(["steward", "completion", kind], env=shell, capture_output=True, text=True, check=True)
    return printed.stdout


@pytest.mark.parametrize(
    ("words", "follow"),
    [
        (("steward", "au"), {"audit"}),
        (("steward", "audit", "ver"), {"verify"}),
        (("steward", "db", ""), {"backup", "grant", "move", "restore", "upgrade"}),
        (("steward", "run", "--work"), {"--workers", "--workspace"}),
        (("steward", "completion", ""), {"bash", "fish", "zsh"}),
    ],
)
def test_bash(shell: dict[str, str], words: tuple[str, ...], follow: set[str]) -> None:
    quoted = " ".join(f"'{word}'" for word in words)
    asked = _script(shell, "bash") + ASK.format(words=quoted, at=len(words) - 1)
    answer = subprocess.run(["bash", "-c", asked], env=shell, capture_output=True, text=True, check=False)
    assert set(answer.stdout.split()) == follow, answer.stderr


@pytest.mark.parametrize("kind", ["zsh", "fish"])
def test_other_shells_have_a_script_that_asks_the_same(shell: dict[str, str], kind: str) -> None:
    script = _script(shell, kind)
    assert "_STEWARD_COMPLETE=complete_" in script
    if shutil.which(kind):
        assert subprocess.run([kind, "-n", "-c", script], check=False).returncode == 0


def test_the_wrapper_of_the_service_starts_no_unit_at_each_press() -> None:
    lines = (ROOT / "deploy" / "systemd" / "steward-command").read_text().splitlines()
    asked = next(number for number, line in enumerate(lines) if "_STEWARD_COMPLETE" in line)
    assert asked < next(number for number, line in enumerate(lines) if line.startswith("exec systemd-run"))
