"""The make targets: what they say, when they set up anew, and what they do on a machine without a fit Python."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock")
MARKS = (".venv/bin/python", ".venv/.runtime", ".venv/.development")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not on this machine")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout whose .venv is set up, as far as make can tell."""
    for age, name in enumerate(FILES):
        shutil.copy(ROOT / name, tmp_path / name)
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for age, name in enumerate(MARKS):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (2000 + age, 2000 + age))
    return tmp_path


def _make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTHON", "ARGS"))}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_make_alone_names_every_target(folder: Path) -> None:
    said = _make(folder).stdout
    targets = re.search(r"^\.PHONY: (.*)$", (folder / "Makefile").read_text(), re.MULTILINE)
    assert targets
    assert re.findall(r"^  make (\w+) +\S", said, re.MULTILINE) == targets[1].split()


@pytest.mark.parametrize("target", ["demo", "test", "lint", "bench", "faults"])
def test_nothing_is_set_up_again_without_need(folder: Path, target: str) -> None:
    planned = _make(folder, "-n", target)
    assert planned.returncode == 0
    assert "pip install" not in planned.stdout


@pytest.mark.parametrize(
    ("changed", "target", "anew"),
    [
        ("requirements.lock", "demo", ["requirements.lock"]),
        ("pyproject.toml", "demo", ["requirements.lock"]),
        ("requirements-dev.lock", "demo", []),
        ("requirements-dev.lock", "test", ["requirements-dev.lock"]),
        ("requirements.lock", "test", ["requirements.lock", "requirements-dev.lock"]),
    ],
)
def test_a_changed_lock_sets_up_what_depends_on_it(folder: Path, changed: str, target: str, anew: list[str]) -> None:
    os.utime(folder / changed, (3000, 3000))
    planned = _make(folder, "-n", target).stdout
    assert re.findall(r"--require-hashes -r (\S+)", planned) == anew


def test_without_a_python_it_says_what_is_needed(folder: Path) -> None:
    shutil.rmtree(folder / ".venv")
    said = _make(folder, "PYTHON=", "demo")
    assert said.returncode != 0
    assert "Python 3.11 or later is needed and none was found." in said.stdout
    assert "make PYTHON=" in said.stdout


def test_an_unfit_python_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / ".venv")
    said = _make(folder, f"PYTHON={shutil.which('false')}", "test")
    assert said.returncode != 0
    assert "is no Python 3.11 or later" in said.stdout
    assert not (folder / ".venv").exists()


def test_what_checks_every_change_is_bash_that_stops_at_the_first_fault() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text()
    last = script.read_text().splitlines()[-3:]
    assert last == ["make .venv/.development", "make -j2 lint compile", "make test"]
    subprocess.run(["bash", "-n", script], check=True)
