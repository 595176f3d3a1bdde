"""The code of the release before, on the schema of this one: its own scenarios, with this release's migrations.

STEWARD_PREVIOUS names a commit, or “auto” for the one before the newest migration came; without it nothing is run, as
it takes minutes and the whole history. STEWARD_PREVIOUS_TESTS are the scenarios, as pytest takes them.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMIT = os.environ.get("STEWARD_PREVIOUS", "")
SCENARIOS = {"test_account.py", "test_access.py", "test_asking.py", "test_deciding.py", "test_approvals.py"}
"""Wherever under tests/scenarios that release has them."""

pytestmark = [
    pytest.mark.skipif(not COMMIT, reason="STEWARD_PREVIOUS names no commit"),
    pytest.mark.timeout(3600),
]


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _previous() -> str:
    if COMMIT != "auto":
        return COMMIT
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", "migrations/versions")
    return _git("rev-parse", f"{added}^")


def test_the_release_before_works_on_this_schema(tmp_path: Path) -> None:
    commit = _previous()
    archive, old = tmp_path / "old.tar", tmp_path / "old"
    _git("archive", f"--output={archive}", commit)
    with tarfile.open(archive) as packed:
        packed.extractall(old, filter="data")
    shutil.rmtree(old / "migrations")
    shutil.copytree(ROOT / "migrations", old / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    found = sorted(str(path) for path in (old / "tests" / "scenarios").rglob("test_*.py") if path.name in SCENARIOS)
    scenarios = shlex.split(os.environ.get("STEWARD_PREVIOUS_TESTS", "")) or found
    assert scenarios, "pytest without any would run everything"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("STEWARD_", "PYTEST_"))}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", *scenarios],
        cwd=old,
        env={**environment, "PYTHONPATH": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{commit}: {ran.stdout[-5000:]}"
