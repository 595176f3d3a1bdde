"""What an auditor hands to `steward audit verify --file`: other kinds of files, other spellings, keys in files."""

import json
import os
from pathlib import Path

import pytest

from bot.command_line.given_files import TOLD_EVERY, lines_of
from tests.bot.command_line.shell import KEY, Auditor, Steward

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_a_proof_is_one_however_it_is_spelled(auditor: Auditor, signing: Steward) -> None:
    proof = json.loads(signing("audit", "prove", "#1").out)
    spellings = [json.dumps(proof, indent=2), json.dumps(proof, sort_keys=True), json.dumps(proof, indent="\t") + "\n"]
    for text in spellings:
        (auditor.folder / "proof.json").write_text(text)
        said = auditor.verify("proof.json", checkpoint=None)
        assert (said.code, said.out.startswith("Entry 1 (")) == (0, True), said.err
    (auditor.folder / "proof.json").write_text(spellings[0][:40])
    said = auditor.verify("proof.json", checkpoint=None)
    assert (said.code, said.err) == (1, "The proof cannot be used: it is no JSON.\n")


@on_sqlite
def test_other_kinds_of_files_are_named(auditor: Auditor, signing: Steward) -> None:
    for form, says in (("csv", "is an export as CSV."), ("ocsf", "is an export as OCSF events.")):
        signing("audit", "export", "--format", form, "-o", auditor.folder / form)
        said = auditor.verify(form, checkpoint=None)
        assert (said.code, says in said.err, "--format jsonl" in said.err) == (1, True, True), said.err
    said = auditor.verify("checkpoint")
    assert (said.code, "is a checkpoint.\nGive the export with --file and this with" in said.err) == (1, True)
    said = auditor.verify("audit.jsonl.manifest.json")
    assert said.code == 1
    assert "is an export's manifest.\nGive the export with --file and this with --manifest." in said.err
    (auditor.folder / "public").write_text(f"{KEY}\n")
    said = auditor.verify("public", checkpoint=None)
    assert (said.code, "is a key.\nGive the export or the proof with --file" in said.err) == (1, True)
    said = auditor.verify("audit.jsonl", checkpoint="audit.jsonl")
    assert (said.code, "is an export.\nIts checkpoint stands in the manifest beside it" in said.err) == (1, True)


@on_sqlite
def test_a_pipe_is_refused_and_not_taken_for_an_empty_export(auditor: Auditor, tmp_path: Path) -> None:

    os.mkfifo(tmp_path / "pipe")
    said = auditor.verify("pipe")
    assert (said.code, "is a pipe, and what is verified is read twice." in said.err) == (1, True)


@on_sqlite
def test_a_key_that_is_no_file_and_no_key(auditor: Auditor) -> None:
    said = auditor.verify("audit.jsonl", key="ledger.key")
    assert said.code == 1
    assert "there is no file ledger.key, and it is no key either." in said.err
    (auditor.folder / "key").write_bytes(b"\xff\xfe")
    assert "The key cannot be read" in auditor.verify("audit.jsonl", key=str(auditor.folder / "key")).err
    (auditor.folder / "key").write_text(f"{KEY}\n")
    assert auditor.verify("audit.jsonl", key=str(auditor.folder / "key")).code == 0
    folder = auditor.verify("audit.jsonl", key=str(auditor.folder))
    assert (folder.code, folder.err) == (1, f"{auditor.folder} can't be read: Is a directory.\n")


def test_progress_is_told_in_bytes_and_reaches_the_end(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_bytes(b"12345\n" * (TOLD_EVERY + 1))
    heard: list[tuple[int, int | None]] = []
    with file.open("rb") as stream:
        assert len(list(lines_of(stream, lambda done, whole: heard.append((done, whole))))) == TOLD_EVERY + 1
    size = file.stat().st_size
    assert heard == [(6 * TOLD_EVERY, size), (size, size)]


def test_where_there_is_no_database_it_is_said_how_to_do_without(
    steward: Steward,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    said = steward("audit", "verify")
    assert (said.code, "An export is verified without one: --file, with --checkpoint and --key." in said.err) == (
        1,
        True,
    )
