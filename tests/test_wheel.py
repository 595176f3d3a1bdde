"""The wheel: with it alone, without a checkout, Steward has all that it needs to run and an operator to begin."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.checks.shipped import FOLDER, MANIFEST, shipped

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "demo", "handlers", "migrations", "models", "slack_local")
BESIDE = ("pyproject.toml", "README.md", "LICENSE", MANIFEST, "steward.toml", "policies")
SETUPTOOLS = 75  # as pyproject.toml asks for it
BUILD = "import setuptools.build_meta as build, sys; print(build.build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git has, since setuptools writes beside what it builds."""
    if int(version("setuptools").partition(".")[0]) < SETUPTOOLS:
        pytest.skip(f"setuptools {SETUPTOOLS} is not in this environment")
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in _tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(built)], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (file,) = built.glob("steward-*.whl")
    return file


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *PACKAGES, *BESIDE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_nothing_of_the_packages_is_missing(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {name for name in _tracked() if name.startswith(tuple(f"{one}/" for one in PACKAGES))}
    of_development = {name for name in wanted if name.startswith("migrations/released/")}
    assert {name for name in wanted - held - of_development if not name.endswith((".md", ".mako"))} == set()


def test_what_an_operator_begins_with_comes_along_and_is_found(wheel: Path, tmp_path: Path) -> None:
    _install(wheel, tmp_path)
    place = tmp_path / FOLDER
    assert (place / MANIFEST).read_bytes() == (ROOT / MANIFEST).read_bytes()
    assert (place / "steward.toml").read_bytes() == (ROOT / "steward.toml").read_bytes()
    assert {one.name for one in (place / "policies").iterdir()} == {"postwing.md", "topics.toml"}
    (packages,) = tmp_path.glob("lib/python*/site-packages")
    code = "from bot.checks import shipped; print(shipped.__file__); print(shipped.shipped(shipped.MANIFEST))"
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
        check=True,
    )
    module, manifest = said.stdout.splitlines()
    assert Path(module).is_relative_to(packages), "the wheel's own, not the checkout's"
    assert Path(manifest).resolve() == (place / MANIFEST).resolve()


def _install(wheel: Path, into: Path) -> None:
    """Beside what is installed here, which pip would take away else."""
    options = [
        "--ignore-installed",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, f"--prefix={into}", str(wheel)], check=True)


def test_a_checkout_has_its_own() -> None:
    assert shipped(MANIFEST) == ROOT / MANIFEST
    assert shipped("no-such-file", ROOT / "docs") is None
