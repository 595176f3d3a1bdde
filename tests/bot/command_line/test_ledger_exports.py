"""`steward audit export` on the command line: what is written, gone on with, and refused."""

import base64
import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.audit.merkle.notes import Signer
from bot.database import Database
from tests.bot.audit.ledgers import book
from tests.bot.command_line.shell import KEY, ORIGIN, ROOT, SEED, Auditor, Steward

FORGER = Signer(ORIGIN, bytes(32))


class TestExport:
    def test_it_is_verified_with_files_and_a_key_alone(self, auditor: Auditor) -> None:
        manifest = auditor.folder / "audit.jsonl.manifest.json"
        said = auditor.verify("audit.jsonl", "--older", auditor.folder / "older", "--manifest", manifest)
        assert (said.code, said.err) == (0, "")
        assert said.out.splitlines() == [
            f"4 entries verified: all of {ORIGIN} at 4 entries, as the checkpoint states.",
            "They begin with the older checkpoint's 3 entries.",
            "The manifest is this export's, and what is not there is what it lists as erased.",
        ]
        found = json.loads(auditor.verify("audit.jsonl", "--json").out)
        assert (found["sound"], found["count"], found["erased"], found["fault"]) == (True, 4, 0, None)

    def test_a_checkpoint_that_was_copied_out_of_slack_is_read(self, auditor: Auditor) -> None:
        note = (auditor.folder / "checkpoint").read_text()
        message = f"S\nSteward\nApp\n08:20\nThe audit ledger holds 4 entries\n{note}Keep this message. With it …"
        bare = (note.rstrip(), f"\n{note}\n\n", f"```\n{note}```\n", "\ufeff" + note.replace("\n", " \r\n"))
        for copied in (*bare, message):
            (auditor.folder / "copied").write_bytes(copied.encode())
            said = auditor.verify("audit.jsonl", "--older", auditor.folder / "copied", checkpoint="copied")
            assert (said.code, said.err) == (0, ""), copied
        (auditor.folder / "copied").write_text(f"{message}\n{message}")
        assert "cannot be read" in auditor.verify("audit.jsonl", "--older", auditor.folder / "copied").err

    def test_a_checkpoint_from_before_the_export_leads_to_that_in_the_manifest(self, auditor: Auditor) -> None:
        early = auditor.verify("audit.jsonl", checkpoint="older")
        assert early.code == 1
        assert "Entries before it that were signed: 3." in early.err
        assert "--checkpoint takes the manifest" in early.err
        older = ("--older", auditor.folder / "older")
        assert auditor.verify("audit.jsonl", *older, checkpoint="audit.jsonl.manifest.json").code == 0

    def test_lines_are_in_the_ledgers_order_with_their_index_and_the_export_is_the_last(self, auditor: Auditor) -> None:
        lines = [json.loads(line) for line in auditor.lines()]
        assert [line["index"] for line in lines] == [0, 1, 2, 3]
        actions = [line["entry"]["action"] for line in lines]
        assert actions == ["account.import", "policy.change", "account.import", "audit.export"]

    def test_the_manifest_has_counts_and_hashes(self, auditor: Auditor) -> None:
        content = b"".join(auditor.lines())
        manifest = auditor.manifest()
        assert (manifest["entries"], manifest["first"], manifest["last"]) == (4, 0, 3)
        assert (manifest["bytes"], manifest["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert (manifest["whole"], manifest["filters"], manifest["waiting"]) == (True, {}, 0)
        assert manifest["checkpoint"] == (auditor.folder / "checkpoint").read_text()
        assert manifest["recorded_as"] == json.loads(auditor.lines()[3])["entry"]["id"]
        for file in ("audit.jsonl", "audit.jsonl.manifest.json", "checkpoint"):
            assert (auditor.folder / file).stat().st_mode & 0o077 == 0

    def test_chosen_entries_keep_their_index(self, signing: Steward, tmp_path: Path) -> None:
        chosen = ("audit", "export", "--format", "jsonl", "--account", "pw-1", "--since", "yesterday")
        assert signing(*chosen).out == ""
        signing("audit", "report", "pw-1", "--format", "json")
        assert [json.loads(line)["index"] for line in signing(*chosen).out.splitlines()] == [4, 5]
        said = signing("audit", "export", "--format", "jsonl", "--until", "2001-01-01", "-o", tmp_path / "none.jsonl")
        assert said.code == 0
        manifest = json.loads((tmp_path / "none.jsonl.manifest.json").read_text())
        assert (manifest["entries"], manifest["whole"], manifest["first"]) == (0, False, None)
        assert set(manifest["filters"]) == {"until"}

    def test_every_form_is_written(self, signing: Steward) -> None:
        rows = list(csv.DictReader(io.StringIO(signing("audit", "export", "--format", "csv").out)))
        assert [row["action"] for row in rows] == ["account.import", "policy.change", "account.import", "audit.export"]
        events = [json.loads(line) for line in signing("audit", "export", "--format", "ocsf").out.splitlines()]
        assert len(events) == 5
        assert all(event["class_uid"] == 6003 for event in events)
        nobody = signing("audit", "export", "--format", "csv", "--actor", "U0", "--until", "tomorrow").out
        assert len(nobody.splitlines()) == 1

    def test_without_a_key_what_waits_is_left_out_and_said(
        self, signing: Steward, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signing("audit", "checkpoint")
        monkeypatch.delenv("STEWARD_SIGNING_KEY")
        said = signing("audit", "export", "--format", "jsonl")
        assert len(said.out.splitlines()) == 3
        assert "1 entry has no index yet" in said.err

    def test_wrong_use_is_2(self, signing: Steward, tmp_path: Path) -> None:
        for arguments in (
            ("export", "--format", "csv", "--since", "soonish"),
            ("export", "--format", "jsonl", "--resume"),
            ("verify", "--checkpoint", "c"),
            ("verify", "--manifest", "m"),
            ("verify", "--file", str(tmp_path / "accounts.jsonl")),
            ("verify", "--file", str(tmp_path / "accounts.jsonl"), "--key", KEY),
            ("prove",),
            ("prove", "a7f3k2", "--from", "3"),
            ("prove", "--from", "-1"),
            ("prove", "not an id"),
            ("prove", "#x"),
            ("erase",),
            ("erase", "--subject", "pw-1"),
        ):
            assert signing("audit", *arguments).code == 2, arguments

    def test_an_output_that_cannot_be_written_leaves_no_entry(self, signing: Steward, tmp_path: Path) -> None:
        said = signing("audit", "export", "--format", "csv", "-o", tmp_path / "nowhere" / "audit.csv")
        assert said.code == 1
        assert "can't be written" in said.err
        assert json.loads(signing("audit", "verify", "--json").out)["waiting"] == 3

    def test_an_export_that_cannot_be_recorded_gives_nothing(self, signing: Steward, database_url: str) -> None:
        database = Database(database_url)
        with database.transaction() as connection:
            connection.execute(text("DROP TABLE audit_open"))
            connection.execute(text("ALTER TABLE audit_entries RENAME COLUMN leaf TO leaves"))
        database.close()
        said = signing("audit", "export", "--format", "jsonl")
        assert (said.code, said.out) == (1, "")
        assert "could not be written" in said.err

    @pytest.mark.usefixtures("signing")
    def test_a_reader_that_has_enough_is_no_fault(self) -> None:
        code = (
            "import os, sys\nfrom bot.cli import main\n"
            "reading, writing = os.pipe()\nos.dup2(writing, 1)\nos.close(writing)\nos.close(reading)\n"
            "sys.exit(main(['audit', 'export', '--format', 'jsonl']))\n"
        )
        ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestResume:
    @pytest.mark.parametrize("form", ["jsonl", "csv", "ocsf"])
    def test_a_file_that_was_cut_anywhere_is_gone_on_with(self, signing: Steward, tmp_path: Path, form: str) -> None:
        whole = signing("audit", "export", "--format", form).out.encode()
        file = tmp_path / "audit"
        for cut in (0, 1, whole.index(b"\n") + 1, whole.index(b"\n") + 9, len(whole) - 1, len(whole)):
            file.write_bytes(whole[:cut])
            said = signing("audit", "export", "--format", form, "-o", file, "--resume")
            assert said.code == 0, said.err
            assert f"of which {whole[:cut].count(10)} were there" in said.err
            assert file.read_bytes().startswith(whole)
        manifest = json.loads((tmp_path / "audit.manifest.json").read_text())
        assert manifest["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()

    def test_what_an_export_left_behind_when_it_was_killed(self, auditor: Auditor, signing: Steward) -> None:
        file = auditor.folder / "audit.jsonl"
        part = file.rename(auditor.folder / "audit.jsonl.part")
        part.write_bytes(part.read_bytes()[:700])
        assert signing("audit", "export", "--format", "jsonl", "-o", file, "--resume").code == 0
        assert not part.exists()
        signing("audit", "checkpoint", "-o", auditor.folder / "checkpoint")
        assert auditor.verify("audit.jsonl").code == 0

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda lines: [lines[0].replace(b"import", b"lookup"), *lines[1:]], "from byte 0 on it is not what"),
            (lambda lines: lines[1:], "from byte 0 on it is not what"),
            (lambda lines: [*lines, b"\n", *lines], "it is not what this export holds"),
        ],
    )
    def test_a_file_that_is_another_is_left_as_it_is(
        self, auditor: Auditor, signing: Steward, change: Any, says: str
    ) -> None:
        auditor.write("audit.jsonl", change(auditor.lines()))
        before = (auditor.folder / "audit.jsonl").read_bytes()
        said = signing("audit", "export", "--format", "jsonl", "-o", auditor.folder / "audit.jsonl", "--resume")
        assert said.code == 1
        assert says in said.err
        assert (auditor.folder / "audit.jsonl").read_bytes() == before

    def test_a_file_that_has_more_is_another(self, auditor: Auditor, signing: Steward) -> None:
        file = auditor.folder / "audit.jsonl"
        chosen = ("audit", "export", "--format", "jsonl", "--until", "2001-01-01", "-o", file, "--resume")
        said = signing(*chosen)
        assert said.code == 1
        assert "it has more than this export, from byte 0 on" in said.err


BAD = [
    ("cut in the middle", lambda a: a.write("x", [*a.lines()[:2], a.lines()[2][:99]]), "is cut: the export ends in"),
    ("cut after a line", lambda a: a.write("x", a.lines()[:2]), "The checkpoint is of a larger tree"),
    ("empty", lambda a: a.write("x", []), "The checkpoint is of a larger tree"),
    ("no export", lambda a: a.write("x", [b"hello\n"]), "cannot be read: its line is no JSON"),
    ("compressed", lambda a: a.write("x", [gzip.compress(b"".join(a.lines()))]), "Unpack it first"),
    ("binary", lambda a: a.write("x", [b"\xff\x00\n"]), "cannot be read: its line is no JSON"),
    ("a proof's", lambda a: a.write("x", [b'{"proof":"inclusion"}\n']), "is in the proof already"),
    ("unknown fields", lambda a: a.write("x", [a.lines()[0].replace(b'"index"', b'"x":1,"index"')]), "has fields that"),
    ("fields gone", lambda a: a.write("x", [a.lines()[0].replace(b',"open":{}', b"")]), "lacks fields of an export"),
    ("changed", lambda a: a.write("x", [a.lines()[0].replace(b"import", b"lookup")]), "was changed: its text and its"),
    ("missing", lambda a: a.write("x", [a.lines()[0], *a.lines()[2:]]), "Entry 1 is missing: the next is"),
    ("first missing", lambda a: a.write("x", a.lines()[1:]), "Entry 0 is missing"),
    ("added", lambda a: a.write("x", [*a.lines(), a.lines()[0].replace(b":0,", b":4,", 1)]), "was added"),
    ("doubled", lambda a: a.write("x", [a.lines()[0], *a.lines()]), "stands twice"),
    ("of another ledger", lambda a: a.write("x", book(4).lines()), "or the export is of another ledger"),
    ("swapped", lambda a: a.write("x", [a.lines()[1], a.lines()[0], *a.lines()[2:]]), "is out of order"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestBadInput:
    @pytest.mark.parametrize(("make", "says"), [pytest.param(*case[1:], id=case[0]) for case in BAD])
    def test_an_export_that_is_not_right(self, auditor: Auditor, make: Any, says: str) -> None:
        said = auditor.verify(make(auditor))
        assert said.code == (2 if "proof already" in says else 1)
        assert says in said.err
        assert "Traceback" not in said.err

    def test_checkpoints_that_are_not_right(self, auditor: Auditor) -> None:
        good = (auditor.folder / "checkpoint").read_text()
        body, _, signature = good.partition("\n\n")
        other = Signer("other.example/audit", SEED)
        forged = str(FORGER.sign(body + "\n"))
        for checkpoint, says in (
            ("", "The checkpoint cannot be read"),
            (body, "The checkpoint cannot be read"),
            (f"{body.replace('4', '5', 1)}\n\n{signature}", "The checkpoint's signature does not hold"),
            (forged, "signed in the key's name, but with another key"),
            (
                str(other.sign(body.replace(ORIGIN, "other.example/audit") + "\n")),
                "is not signed in the name of the key",
            ),
            (
                str(Signer(ORIGIN, SEED).sign(body.replace(ORIGIN, "other") + "\n")),
                "The checkpoint is of another ledger",
            ),
        ):
            (auditor.folder / "bad").write_text(checkpoint)
            said = auditor.verify("audit.jsonl", checkpoint="bad")
            assert (said.code, says in said.err) == (1, True), said.err

    def test_a_checkpoint_of_a_larger_tree(self, auditor: Auditor, signing: Steward) -> None:
        signing("accounts", "import", auditor.folder / "accounts.jsonl")
        signing("audit", "checkpoint", "-o", auditor.folder / "larger")
        said = auditor.verify("audit.jsonl", checkpoint="larger")
        assert said.code == 1
        assert "The checkpoint is of a larger tree: it has 5 entries, the export ends after 4." in said.err

    def test_keys_that_are_not_right(self, auditor: Auditor) -> None:
        for key, says in (
            ("nonsense", "The key cannot be read"),
            (KEY.replace("postwing", "postwind"), "The key cannot be read: the key's id does not match"),
            (str(Signer("other.example/audit", SEED).key), "is not signed in the name of the key that was given"),
            (str(FORGER.key), "with another key"),
        ):
            said = auditor.verify("audit.jsonl", key=key)
            assert (said.code, says in said.err) == (1, True), said.err

    def test_older_checkpoints_that_are_not_right(self, auditor: Auditor) -> None:
        body = (auditor.folder / "older").read_text().partition("\n\n")[0]
        _, size, root = body.split("\n")
        ours = Signer(ORIGIN, SEED)
        another = base64.b64encode(bytes(32)).decode()
        for older, says in (
            (str(ours.sign(f"{ORIGIN}\n9\n{root}\n")), "The older checkpoint is of 9 entries, the newer of 4."),
            (str(ours.sign(f"{ORIGIN}\n{size}\n{another}\n")), "Fork: two different histories"),
            (str(FORGER.sign(body + "\n")), "The older checkpoint is signed in the key's name, but with another key"),
        ):
            (auditor.folder / "bad").write_text(older)
            said = auditor.verify("audit.jsonl", "--older", auditor.folder / "bad")
            assert (said.code, says in said.err) == (1, True), said.err

    def test_manifests_that_are_not_right(self, auditor: Auditor) -> None:
        manifest = auditor.manifest()
        for change, says in (
            ({"sha256": "00" * 32}, "The manifest is not this export's"),
            ({"entries": 3}, "The manifest is not this export's"),
            ({"manifest": 2}, "The manifest cannot be read"),
            ({"checkpoint": None}, "another checkpoint"),
            ({"format": "csv"}, "not JSON lines"),
            ({"erased": [{}]}, "The manifest cannot be read"),
            ({"more": 1}, "The manifest cannot be read"),
            (
                {"erasures": 2 * [dict.fromkeys(("erasure", "at", "entry", "sha256"), "x") | {"values": 1}]},
                "in it twice",
            ),
        ):
            (auditor.folder / "bad").write_text(json.dumps(manifest | change))
            said = auditor.verify("audit.jsonl", "--manifest", auditor.folder / "bad")
            assert (said.code, says in said.err) == (1, True), said.err

    def test_files_that_are_not_there(self, auditor: Auditor) -> None:
        assert "can't be read: No such file" in auditor.verify("none").err
        assert "can't be read: No such file" in auditor.verify("audit.jsonl", checkpoint="none").err
        assert auditor.verify("audit.jsonl", "--older", auditor.folder / "none").code == 1
