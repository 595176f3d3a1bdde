"""A program without a line of Steward comes to the same verdicts, on 10,000 entries; `make faults` takes 100,000."""

import ast
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from bot.audit.merkle.notes import Signer
from bot.audit.merkle.tree import root_of
from bot.audit.offline import read_lines, verify_export
from tests.bot.audit.ledgers import ORIGIN, SEED, Book, book, sealed

SCRIPT = Path(__file__).with_name("verify_export.py")
SIZE = 10_000
FEW = 50


@dataclass(frozen=True)
class Files:
    """What an auditor is given."""

    folder: Path

    @classmethod
    def of(cls, ledger: Book, folder: Path) -> "Files":
        files = cls(folder)
        files.write("export.jsonl", b"".join(ledger.lines()))
        files.write("checkpoint.txt", ledger.checkpoint().encode())
        files.write("older.txt", ledger.checkpoint(len(ledger.entries) * 2 // 3).encode())
        files.write("ledger.vkey", f"{ledger.vkey}\n".encode())
        return files

    def write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def stranger(self) -> "subprocess.CompletedProcess[str]":
        """What the outsider's program says."""
        names = {"--file": "export.jsonl", "--checkpoint": "checkpoint.txt", "--key": "ledger.vkey"}
        arguments = [part for flag, name in {**names, "--older": "older.txt"}.items() for part in (flag, name)]
        command = [sys.executable, "-I", str(SCRIPT), *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=170, check=False)

    def ours(self) -> bool:
        """What Steward's own verification says."""
        checkpoint, older = ((self.folder / name).read_bytes() for name in ("checkpoint.txt", "older.txt"))
        with (self.folder / "export.jsonl").open("rb") as file:
            return verify_export(read_lines(file), checkpoint, (self.folder / "ledger.vkey").read_text(), older).sound


def test_it_imports_nothing_of_steward() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").partition(".")[0])
    third_party = imported - set(sys.stdlib_module_names)
    assert third_party == {"rfc8785", "nacl", "pymerkle"}


def test_a_long_export_is_sound_for_both(tmp_path: Path) -> None:
    ledger = book(SIZE)
    files = Files.of(ledger, tmp_path)
    said = files.stranger()
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == f"sound: {SIZE} entries, root {root_of(ledger.leaves).hex()}\n"
    assert files.ours()


def changed_value(files: Files) -> None:
    content = (files.folder / "export.jsonl").read_bytes()
    files.write("export.jsonl", content.replace(b"pw-00007", b"pw-00008", 1))


def changed_opening(files: Files) -> None:
    content = (files.folder / "export.jsonl").read_bytes()
    files.write("export.jsonl", content.replace(b"agent3@", b"agent4@", 1))


def removed_entry(files: Files) -> None:
    lines = (files.folder / "export.jsonl").read_bytes().splitlines(keepends=True)
    files.write("export.jsonl", b"".join(lines[:20] + lines[21:]))


def swapped_entries(files: Files) -> None:
    lines = (files.folder / "export.jsonl").read_bytes().splitlines(keepends=True)
    files.write("export.jsonl", b"".join([*lines[:20], lines[21], lines[20], *lines[22:]]))


def doubled_entry(files: Files) -> None:
    lines = (files.folder / "export.jsonl").read_bytes().splitlines(keepends=True)
    files.write("export.jsonl", b"".join([*lines[:21], lines[20], *lines[21:]]))


def cut(files: Files) -> None:
    content = (files.folder / "export.jsonl").read_bytes()
    files.write("export.jsonl", content[: len(content) // 2])


def cut_at_a_line(files: Files) -> None:
    files.write("export.jsonl", b"".join(book(FEW).lines()[:-1]))


def forged_with_its_hash(files: Files) -> None:
    files.write("export.jsonl", b"".join(book(FEW).with_entry(17, sealed(17, outcome="refused")).lines()))


def forged_and_signed_again(files: Files) -> None:
    forged = book(FEW).with_entry(17, sealed(17, outcome="refused"))
    files.write("export.jsonl", b"".join(forged.lines()))
    files.write("checkpoint.txt", forged.checkpoint().encode())


def larger_checkpoint(files: Files) -> None:
    files.write("checkpoint.txt", book(FEW + 1).checkpoint().encode())


def another_key(files: Files) -> None:
    files.write("ledger.vkey", str(Signer(ORIGIN, bytes(32)).key).encode())


def key_of_another_name(files: Files) -> None:
    files.write("ledger.vkey", str(Signer("other.example", SEED).key).encode())


def changed_checkpoint(files: Files) -> None:
    content = (files.folder / "checkpoint.txt").read_bytes()
    files.write("checkpoint.txt", content.replace(b"\n50\n", b"\n49\n"))


TAMPERINGS = [
    changed_value,
    changed_opening,
    removed_entry,
    swapped_entries,
    doubled_entry,
    cut,
    cut_at_a_line,
    forged_with_its_hash,
    forged_and_signed_again,
    larger_checkpoint,
    another_key,
    key_of_another_name,
    changed_checkpoint,
]


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_what_was_tampered_with_is_unsound_for_both(tamper: Callable[[Files], None], tmp_path: Path) -> None:
    files = Files.of(book(FEW), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    tamper(files)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} != before
    said = files.stranger()
    assert said.returncode == 1, said.stdout + said.stderr
    assert said.stdout.startswith("NOT SOUND: ")
    assert not files.ours()


def test_erased_text_leaves_it_sound_for_both(tmp_path: Path) -> None:
    files = Files.of(book(FEW), tmp_path)
    lines = [orjson.loads(line) for line in book(FEW).lines()]
    erased = [line | {"open": {}} if line["index"] % 3 else line for line in lines]
    files.write("export.jsonl", b"".join(orjson.dumps(line) + b"\n" for line in erased))
    assert files.stranger().returncode == 0
    assert files.ours()
