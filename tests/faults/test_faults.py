"""`make faults` itself, with a few kills, a few failing calls and a short export."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.faults import calls
from tests.faults.company import SIGNER
from tests.faults.journal import Journal
from tests.faults.judging import judge
from tests.faults.mortals import Told

ROOT = Path(__file__).parents[2]


def faults(output: Path, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """In a process of its own, which forks others."""
    command = [sys.executable, "-m", "tests.faults", *arguments, "--output", str(output)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    return said.returncode, said.stdout + said.stderr, json.loads(output.read_text())


def test_killed_on_sqlite(tmp_path: Path) -> None:
    code, said, found = faults(tmp_path / "faults.json", "--only", "sqlite", "--kills", "3")
    assert (code, found["wrong"]) == (0, []), said
    (killed,) = found["kills"]
    assert (killed["kills"], killed["lost"], killed["forks"], killed["gaps"]) == (3, 0, 0, 0)
    assert killed["entries"] >= killed["shown"] > 0
    assert killed["verified"]
    assert "All that was tried is as promised." in said


def test_each_kind_of_call_fails(tmp_path: Path) -> None:
    try:
        calls.available()
    except calls.NotTraced as error:
        pytest.skip(str(error))
    code, said, found = faults(tmp_path / "faults.json", "--only", "calls", "--faults", "18", "--processes", "2")
    assert (code, found["wrong"]) == (0, []), said
    by_fault = found["calls"]["by_fault"]
    assert set(by_fault) == {"EIO", "ENOSPC", "SIGKILL"}
    assert sum(row["injected"] for row in by_fault.values()) >= 15
    assert by_fault["SIGKILL"]["killed"] == by_fault["SIGKILL"]["injected"]


def test_what_is_missing_is_found(tmp_path: Path) -> None:
    """The judge itself: a shown result without an entry, and a checkpoint of another history."""
    template = calls.template(tmp_path)
    url = f"sqlite:///{template}"
    assert judge(url, Told(), tmp_path).sound
    lost = judge(url, Told(shown={"01968a3e-7b1c-7cc3-98c4-dc0c3fa94c1b": "pw-00001"}), tmp_path)
    assert (lost.lost, lost.sound) == (1, False)
    other = SIGNER.sign("postwing.example/audit\n3\n" + "A" * 43 + "=\n")
    forked = judge(url, Told(signed=[str(other)]), tmp_path)
    assert (forked.forks, forked.sound) == (1, False)


def test_what_was_tampered_with_is_not_tried_again(tmp_path: Path) -> None:
    """A line that was cut when the run was killed is tried again; of another export everything is."""
    path, first, second = tmp_path / "journal.jsonl", ("byte changed", 0, True), ("byte changed", 1, True)
    journal = Journal(path, [b"one", b"two"])
    journal.keep(first, Counter(changed=7))
    journal.keep(second, Counter(changed=3, not_json=4))
    path.write_bytes(path.read_bytes()[:-3])
    again = Journal(path, [b"one", b"two"])
    assert (again.known(first), again.known(second)) == (Counter(changed=7), None)
    again.keep(second, Counter(changed=3))
    assert Journal(path, [b"one", b"two"]).known(second) == Counter(changed=3)
    assert Journal(path, [b"one", b"three"]).known(first) is None
