"""The scripts that copy compose's database and put it back, with a docker that only notes what it was told."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
DOCKER = """#!/bin/sh
shift 3
echo "$*" >> "$CALLS"
case "$*" in *"$FAILS"*) echo "refused" >&2; exit 1 ;; esac
case "$*" in *pg_dump*) echo PGDMP ;; esac
"""


@dataclass(frozen=True)
class Machine:
    """Where docker notes its calls, with the scripts and the owner's password."""

    folder: Path

    def run(
        self, script: str, *arguments: str | Path, fails: str = "nothing at all"
    ) -> subprocess.CompletedProcess[str]:
        """One of the scripts; what docker is told with `fails` in it ends with 1."""
        path = f"{self.folder}:{os.environ['PATH']}"
        environment = {"PATH": path, "CALLS": str(self.folder / "calls"), "FAILS": fails}
        command = [self.folder / script, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    def called(self) -> list[str]:
        """What docker compose was told, in order."""
        return (self.folder / "calls").read_text().splitlines()

    def place(self, words: str) -> int:
        """Which call it was that had these words."""
        (found,) = [number for number, call in enumerate(self.called()) if words in call]
        return found


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    for script in ("compose-backup", "compose-restore"):
        shutil.copy(DEPLOY / script, tmp_path)
    (tmp_path / "database.password").write_text("5ec4e7\n")
    return Machine(tmp_path)


def test_a_backup_is_its_owners_and_its_name_is_said(machine: Machine, tmp_path: Path) -> None:
    old, folder = tmp_path / "copies" / "steward-20200101T000000Z.backup", tmp_path / "copies"
    folder.mkdir()
    old.touch()
    os.utime(old, (0, 0))
    done = machine.run("compose-backup", folder)
    (made,) = folder.iterdir()
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{made}\n", "")
    assert (made.read_text(), made.stat().st_mode & 0o777) == ("PGDMP\n", 0o600)


@pytest.mark.parametrize("fails", ["pg_dump", "pg_restore --list"])
def test_a_backup_that_fails_leaves_the_others_and_nothing_half(machine: Machine, tmp_path: Path, fails: str) -> None:
    old = tmp_path / "copies" / "steward-20200101T000000Z.backup"
    old.parent.mkdir()
    old.touch()
    os.utime(old, (0, 0))
    assert machine.run("compose-backup", old.parent, fails=fails).returncode == 1
    assert list(old.parent.iterdir()) == [old]


def test_a_backup_is_put_back_before_anything_is_stopped(machine: Machine, tmp_path: Path) -> None:
    backup = tmp_path / "steward.backup"
    backup.write_text("PGDMP")
    done = machine.run("compose-restore", backup)
    assert (done.returncode, done.stderr) == (0, "")
    steps = ["up --detach database", "pg_restore", "stop steward", "RENAME TO steward_before_", "steward db restore"]
    places = [machine.place(step) for step in steps]
    assert places == sorted(places)
    assert not any("5ec4e7" in call for call in machine.called()), "who lists processes sees the password"
    assert not any("DROP DATABASE steward" in call.replace("steward_restored", "") for call in machine.called())


def test_what_is_no_backup_changes_nothing(machine: Machine, tmp_path: Path) -> None:
    backup = tmp_path / "steward.backup"
    backup.write_text("no dump")
    done = machine.run("compose-restore", backup, fails="pg_restore")
    assert done.returncode == 1
    assert "the database is as it was" in done.stderr
    assert not any("stop" in call or "RENAME" in call for call in machine.called())
    assert machine.called()[-1].endswith("DROP DATABASE steward_restored")


@pytest.mark.parametrize("script", ["compose-backup", "compose-restore"])
def test_without_an_argument_they_say_how_they_are_used(machine: Machine, script: str) -> None:
    said = machine.run(script)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("Usage: ")
