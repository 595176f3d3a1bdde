"""`steward audit …` where an auditor or an operator was tired, or something in the ledger does not agree."""

import base64
import io
import json
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from bot.audit.merkle.notes import Signer, cosigned_message
from bot.cli import main
from bot.database import Database
from tests.bot.audit.integration.integrating import tamper
from tests.bot.audit.witnessing.test_witnesses import KEY as WITNESS_KEY
from tests.bot.audit.witnessing.test_witnesses import SEED as WITNESS
from tests.bot.command_line.shell import KEY, ORIGIN, ROOT, Auditor, Said, Steward

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SEEN_AT = 1_772_442_000


def changed(database_url: str, what: str) -> None:
    database = Database(database_url)
    tamper(database, what)
    database.close()


class TestChoosing:
    def test_what_was_chosen_is_recorded(self, signing: Steward) -> None:
        signing("audit", "export", "--format", "jsonl", "--account", "pw-1", "--actor", "U0", "--since", "yesterday")
        signing("audit", "export", "--format", "csv")
        exports = json.loads(signing("audit", "search", "exported", "--json").out)["entries"]
        assert [one["query"] for one in exports] == [None, "pw-1 by U0 since yesterday"]

    def test_a_time_that_ends_before_it_begins_is_wrong_use(self, signing: Steward) -> None:
        backwards = ("--since", "2026-03-02", "--until", "2026-03-01")
        assert signing("audit", "export", "--format", "jsonl", *backwards).code == 2
        said = signing("audit", "search", "since", "2026-03-02", "until", "2026-03-01")
        assert (said.code, "ends after it begins" in said.err) == (2, True)

    def test_that_nothing_was_chosen_is_said(self, signing: Steward, tmp_path: Path) -> None:
        said = signing("audit", "export", "--format", "jsonl", "--actor", "U0", "-o", tmp_path / "none.jsonl")
        assert (said.code, "No entry matches what was asked for." in said.err) == (0, True)

    def test_a_page_begins_after_an_entry_that_is_there(self, signing: Steward) -> None:
        found = json.loads(signing("audit", "search", "--json").out)["entries"]
        for nowhere in ("nonsense", found[0]["id"][-8:], "%"):
            said = signing("audit", "search", "--before", nowhere)
            assert (said.code, "--before" in said.err, said.out) == (2, True, ""), said.err
        older = json.loads(signing("audit", "search", "--before", found[0]["id"], "--json").out)["entries"]
        assert [one["id"] for one in older] == [one["id"] for one in found[1:]]

    def test_words_of_a_reason_may_be_in_quotes(self, signing: Steward) -> None:
        assert signing("audit", "search", "--reason", 'the "gift" card').code == 0
        assert json.loads(signing("audit", "search", "--json").out)["entries"][0]["query"] == '«the "gift" card»'
        assert signing("audit", "search", "--reason", '"one" and «another»').code == 2

    def test_people_are_named_as_can_be_done_here(self, signing: Steward) -> None:
        said = signing("audit", "search", "by", "@inese")
        assert (said.code, "by U0123ABCD" in said.err) == (2, True)


class TestTerminalsEncoding:
    def test_documents_are_utf8_and_words_never_fail_for_a_letter(
        self, signing: Steward, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signing("audit", "search", "ēka")
        written = {}
        for asked in (("search", "searched", "--json"), ("export", "--format", "csv"), ("search", "searched")):
            stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
            with monkeypatch.context() as terminal:
                terminal.setattr("sys.stdout", stream)
                assert main(["audit", *asked]) == 0
            stream.flush()
            written[asked] = stream.buffer.getvalue()
        as_json, as_csv, words = written.values()
        assert "ēka" in [one["query"] for one in json.loads(as_json)["entries"]]
        assert "ēka".encode() in as_csv
        assert "searched" in words.decode("latin-1")


class TestWhileAFaultIsOpen:
    def test_what_is_written_ends_with_1(self, signing: Steward, database_url: str, tmp_path: Path) -> None:
        assert signing("audit", "checkpoint", "-o", tmp_path / "before").code == 0
        signing("accounts", "import", tmp_path / "accounts.jsonl")
        newest = "(SELECT max(id) FROM audit_entries)"
        changed(database_url, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = {newest}")
        for command in (("checkpoint",), ("prove", "#1"), ("prove", "--from", "2"), ("export", "--format", "jsonl")):
            said = signing("audit", *command)
            assert (said.code, "F-1 is open, so nothing new is signed" in said.err) == (1, True), command
            assert said.out
        assert signing("audit", "checkpoint").out == (tmp_path / "before").read_text()
        assert signing("audit", "acknowledge", "F-1", "--note", "x" * 1001).code == 2
        assert signing("audit", "acknowledge", "F-1", "--note", "tried it out").code == 0
        assert signing("audit", "checkpoint").code == 0

    def test_nothing_is_proven_of_an_entry_that_was_changed(self, signing: Steward, database_url: str) -> None:
        signing("audit", "checkpoint")
        changed(database_url, "UPDATE audit_entries SET entry = replace(entry, 'policy.change', 'policy.chance')")
        said = signing("audit", "prove", "#1")
        assert (said.code, said.out, "Entry 1 was changed" in said.err) == (1, "", True)

    def test_a_proof_that_would_not_hold_is_not_handed_out(self, signing: Steward, database_url: str) -> None:
        signing("audit", "search", "pw-9")
        signing("audit", "checkpoint")
        changed(database_url, "UPDATE audit_open SET opened = replace(opened, 'pw-9', 'pw-8')")
        said = signing("audit", "prove", "#3")
        assert (said.code, said.out) == (1, "")
        assert "was changed: its query does not match its salted hash." in said.err
        assert signing("audit", "prove", "#1").code == 0
        changed(database_url, 'UPDATE ledger_leaves SET leaf = randomblob(32) WHERE "index" = 0')
        for asked in (("#1",), ("--from", "1"), ("--from", "3")):
            said = signing("audit", "prove", *asked)
            assert (said.code, said.out, "Nothing can be proven: " in said.err) == (1, "", True), asked
            assert "“steward audit verify” says more." in said.err


class TestVerifying:
    def test_an_older_checkpoint_from_before_the_key_was_changed(
        self, auditor: Auditor, signing: Steward, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        new, folder = Signer(ORIGIN, bytes(range(1, 33))), auditor.folder
        words = (ROOT / "steward.toml").read_text().replace("[ledger]", f'[ledger]\nformer_keys = ["{KEY}"]', 1)
        (folder / "steward.toml").write_text(words.replace('source = "policies/', f'source = "{ROOT}/policies/'))
        monkeypatch.setenv("STEWARD_CONFIG", str(folder / "steward.toml"))
        monkeypatch.setenv("STEWARD_SIGNING_KEY", base64.b64encode(bytes(range(1, 33))).decode())
        assert signing("audit", "export", "--format", "jsonl", "-o", folder / "audit.jsonl").code == 0
        signing("audit", "checkpoint", "-o", folder / "checkpoint")
        signing("audit", "prove", "--from", "3", "-o", folder / "grown.json")
        older, key = ("--older", folder / "older"), str(new.key)
        for file, checkpoint in (("audit.jsonl", "checkpoint"), ("grown.json", None)):
            said = auditor.verify(file, *older, checkpoint=checkpoint, key=key)
            assert (said.code, "with another key" in said.err) == (1, True), said.err
            said = auditor.verify(file, *older, "--older-key", KEY, checkpoint=checkpoint, key=key)
            assert (said.code, said.err) == (0, "")
        live = ("audit", "verify", "--key", key)
        assert signing(*live, *older).code == 1
        assert signing(*live, *older, "--older-key", KEY).code == 0
        assert signing(*live, "--older-key", KEY).code == 2


class TestWitnesses:
    def cosigned(self, note: str, *, seed: bytes = WITNESS) -> str:
        """The checkpoint as a witness gives it back."""
        body = note.partition("\n\n")[0] + "\n"
        signature = SigningKey(seed).sign(cosigned_message(body, SEEN_AT)).signature
        material = base64.b64encode(WITNESS_KEY.id + SEEN_AT.to_bytes(8, "big") + signature).decode()
        return f"{note}— {WITNESS_KEY.name} {material}\n"

    def test_a_cosignature_is_looked_for_under_either_checkpoint(self, auditor: Auditor) -> None:
        witness = ("--witness", str(WITNESS_KEY))
        said = auditor.verify("audit.jsonl", *witness)
        assert said.code == 1
        assert "No cosignature of the witness witness.example/w1 that holds is under the checkpoint." in said.err
        for name, arguments in (("older", ("--older", auditor.folder / "older")), ("checkpoint", ())):
            file = auditor.folder / name
            file.write_text(self.cosigned(file.read_text()))
            said = auditor.verify("audit.jsonl", *arguments, *witness)
            called = "older checkpoint" if name == "older" else "checkpoint"
            told = f"The witness witness.example/w1 cosigned the {called}, 2026-03-02 09:00:00 UTC."
            assert (said.code, said.out.splitlines()[-1]) == (0, told), said.err
        (found,) = json.loads(auditor.verify("audit.jsonl", *witness, "--json").out)["witnesses"]
        assert (found["name"], found["checkpoint"]) == (WITNESS_KEY.name, "checkpoint")

    def test_what_does_not_hold_is_none(self, auditor: Auditor, signing: Steward) -> None:
        file, witness = auditor.folder / "checkpoint", ("--witness", str(WITNESS_KEY))
        file.write_text(self.cosigned(file.read_text(), seed=bytes(32)))
        found = json.loads(auditor.verify("audit.jsonl", *witness, "--json").out)
        assert (found["sound"], found["fault"]["code"]) == (False, "not_cosigned")
        for key, says in ((KEY, "The key is a ledger's."), ("a+b+c", "The witness's key cannot be read")):
            said = auditor.verify("audit.jsonl", "--witness", key)
            assert (said.code, says in said.err) == (1, True), said.err
        said = signing("audit", "verify", *witness)
        assert (said.code, "is under the newest checkpoint." in said.err) == (1, True)

    @pytest.mark.parametrize("what", [("#1",), ("--from", "1")])
    def test_a_proof_is_cosigned_under_its_own_checkpoint(
        self, auditor: Auditor, signing: Steward, what: tuple[str, ...]
    ) -> None:
        file, witness = auditor.folder / "proof.json", ("--witness", str(WITNESS_KEY))
        signing("audit", "prove", *what, "-o", file)
        proof = json.loads(file.read_text())
        bare, called = proof["checkpoint"], "the proof's checkpoint"

        def told(note: str, *arguments: str) -> Said:
            file.write_text(json.dumps({**proof, "checkpoint": note}))
            return auditor.verify("proof.json", *arguments, checkpoint=None)

        said = told(self.cosigned(bare), *witness)
        seen = f"The witness witness.example/w1 cosigned {called}, 2026-03-02 09:00:00 UTC."
        assert (said.code, said.out.splitlines()[-1]) == (0, seen), said.err
        (found,) = json.loads(told(self.cosigned(bare), *witness, "--json").out)["witnesses"]
        assert (found["name"], found["checkpoint"]) == (WITNESS_KEY.name, "proof's checkpoint")
        missing = f"No cosignature of the witness witness.example/w1 that holds is under {called}."
        changed = "One under the proof's checkpoint is said to be its, and does not hold: it was changed, or forged."
        others = self.cosigned(bare).replace(base64.b64encode(WITNESS_KEY.id).decode()[:4], "AAAA")
        for note, instead in (
            (bare, ""),
            (self.cosigned(bare).replace("/w1 ", "/w2 "), ""),
            (self.cosigned(bare, seed=bytes(32)), changed),
            (others, "One under the proof's checkpoint is in its name, but by another key."),
        ):
            said = told(note, *witness)
            assert (said.code, f"{missing} {instead}".strip() in said.err) == (1, True), said.err
            assert ("--older" in said.err) is (what[0] == "--from")
            found = json.loads(told(note, *witness, "--json").out)
            assert (found["sound"], found["witnesses"], found["fault"]["code"]) == (False, [], "not_cosigned")
        for key, says in ((KEY, "The key is a ledger's."), ("a+b+c", "The witness's key cannot be read")):
            said = told(self.cosigned(bare), "--witness", key)
            assert (said.code, says in said.err) == (1, True), said.err

    def test_a_proof_that_does_not_hold_is_no_better_for_being_cosigned(
        self, auditor: Auditor, signing: Steward
    ) -> None:
        file, witness = auditor.folder / "proof.json", ("--witness", str(WITNESS_KEY))
        signing("audit", "prove", "#1", "-o", file)
        proof = json.loads(file.read_text())
        file.write_text(json.dumps({**proof, "index": 0, "checkpoint": self.cosigned(proof["checkpoint"])}))
        said = auditor.verify("proof.json", *witness, checkpoint=None)
        assert (said.code, "cosigned" in said.out + said.err) == (1, False)

    def test_a_proof_of_growth_takes_a_cosigned_older_checkpoint(self, auditor: Auditor, signing: Steward) -> None:
        older = auditor.folder / "older"
        size = older.read_text().splitlines()[1]
        signing("audit", "prove", "--from", size, "-o", auditor.folder / "proof.json")
        older.write_text(self.cosigned(older.read_text()))
        said = auditor.verify("proof.json", "--older", older, "--witness", str(WITNESS_KEY), checkpoint=None)
        assert (said.code, "cosigned the older checkpoint" in said.out) == (0, True), said.err
