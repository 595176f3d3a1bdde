"""`steward audit verify` and proofs on the command line, as an operator and an auditor use them."""

import base64
import json
from pathlib import Path

import pytest

from bot.audit.merkle.notes import Signer
from bot.database import Database
from tests.bot.audit.integration.integrating import tamper
from tests.bot.command_line.shell import KEY, ORIGIN, SEED, Auditor, Steward

FORGER = Signer(ORIGIN, bytes(32))


class TestLive:
    def test_what_waits_is_shown_as_such_until_it_has_its_index(self, signing: Steward) -> None:
        said = signing("audit", "verify")
        assert said.out.splitlines() == [
            "The ledger has no checkpoint yet.",
            "3 entries waiting for an index; each is as it was written.",
        ]
        signing("audit", "checkpoint")
        said = signing("audit", "verify")
        assert (said.code, said.err) == (0, "")
        assert said.out.splitlines() == [
            f"3 entries verified against the newest checkpoint of {ORIGIN} at 3 entries.",
            "1 kept checkpoint is of this ledger, and it is signed.",
        ]
        assert signing("audit", "verify", "--every-signature").out == said.out
        assert signing("audit", "verify", "--every-signature", "--file", "x", "--checkpoint", "x").code == 2

    def test_a_program_may_read_it(self, signing: Steward) -> None:
        signing("audit", "checkpoint")
        found = json.loads(signing("audit", "verify", "--json").out)
        assert (found["sound"], found["count"], found["waiting"], found["fault"]) == (True, 3, 0, None)
        assert found["checkpoint"]["size"] == 3

    def test_the_first_bad_entry_and_exit_1(self, signing: Steward, database_url: str) -> None:
        signing("audit", "checkpoint")
        database = Database(database_url)
        tamper(database, "UPDATE audit_entries SET outcome = 'refused' WHERE action = 'policy.change'")
        database.close()
        said = signing("audit", "verify")
        assert said.code == 1
        assert "was changed: its column outcome differs from its text." in said.err
        assert "Entries before it that are as they were written: 1." in said.err
        found = json.loads(signing("audit", "verify", "--json").out)
        assert (found["sound"], found["fault"]["code"], found["fault"]["index"]) == (False, "changed", 1)

    def test_an_older_checkpoint_and_a_key_from_elsewhere(self, signing: Steward, tmp_path: Path) -> None:
        signing("audit", "checkpoint", "-o", tmp_path / "older")
        (tmp_path / "key").write_text(signing("audit", "key").out)
        signing("accounts", "import", tmp_path / "accounts.jsonl")
        signing("audit", "checkpoint")
        for key in (KEY, tmp_path / "key"):
            said = signing("audit", "verify", "--older", tmp_path / "older", "--key", key)
            assert (said.code, said.out.splitlines()[1]) == (
                0,
                "The ledger begins with the older checkpoint's 3 entries.",
            )
        said = signing("audit", "verify", "--key", str(FORGER.key))
        assert said.code == 1
        assert "signed in the key's name, but with another key" in said.err

    def test_without_a_key_one_has_to_be_given(
        self, signing: Steward, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        signing("audit", "checkpoint")
        monkeypatch.delenv("STEWARD_SIGNING_KEY")
        said = signing("audit", "verify")
        assert said.code == 1
        assert "There is no signing key here" in said.err
        assert signing("audit", "verify", "--key", KEY).code == 0
        assert not (tmp_path / "steward.key").exists()

    def test_with_another_key_nothing_is_signed(self, signing: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
        signing("audit", "checkpoint")
        monkeypatch.setenv("STEWARD_SIGNING_KEY", base64.b64encode(bytes(32)).decode())
        for command in (("verify",), ("export", "--format", "jsonl")):
            said = signing("audit", *command)
            assert said.code == 1
            assert "was signed with another key" in said.err


class TestProofs:
    def proofs(self, auditor: Auditor, signing: Steward) -> dict[str, Path]:
        entry_id = json.loads(auditor.lines()[1])["entry"]["id"]
        made = {}
        for name, asked in (
            ("id", (entry_id,)),
            ("end", (entry_id[-8:],)),
            ("index", ("#1",)),
            ("growth", ("--from", "3")),
        ):
            made[name] = auditor.folder / f"{name}.json"
            assert signing("audit", "prove", *asked, "-o", made[name]).code == 0
        return made

    def test_of_an_entry_by_its_id_its_end_or_its_index(self, auditor: Auditor, signing: Steward) -> None:
        made = self.proofs(auditor, signing)
        assert made["id"].read_text() == made["end"].read_text() == made["index"].read_text()
        said = auditor.verify("id.json", checkpoint=None)
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("Entry 1 (")
        assert said.out.endswith(f"is in the ledger {ORIGIN} at 4 entries.\n")
        found = json.loads(auditor.verify("id.json", "--json", checkpoint=None).out)
        assert (found["sound"], found["proof"], found["index"]) == (True, "inclusion", 1)

    def test_that_the_ledger_only_grew(self, auditor: Auditor, signing: Steward) -> None:
        self.proofs(auditor, signing)
        alone = auditor.verify("growth.json", checkpoint=None)
        assert (alone.code, "Compare it with an older checkpoint of yours" in alone.out) == (0, True)
        held = auditor.verify("growth.json", "--older", auditor.folder / "older", checkpoint=None)
        assert (held.code, "and it is the older checkpoint's" in held.out) == (0, True)
        wrong = auditor.verify("growth.json", "--older", auditor.folder / "checkpoint", checkpoint=None)
        assert (wrong.code, "A proof from 4 is needed" in wrong.err) == (1, True)

    def test_to_standard_output(self, signing: Steward) -> None:
        assert json.loads(signing("audit", "prove", "#0").out)["index"] == 0

    def test_changed_ones_are_found(self, auditor: Auditor, signing: Steward) -> None:
        made = self.proofs(auditor, signing)
        for name, before, after in (
            ("id", '"index":1', '"index":2'),
            ("id", "policy.change", "policy.chance"),
            ("growth", '"size":3', '"size":2'),
            ("growth", '"path":["', '"path":["00'),
        ):
            (auditor.folder / "bad.json").write_text(made[name].read_text().replace(before, after))
            said = auditor.verify("bad.json", checkpoint=None)
            assert (said.code, bool(said.err)) == (1, True)

    def test_what_cannot_be_proven_is_said(self, signing: Steward) -> None:
        signing("audit", "checkpoint")
        for asked, says in (
            (("#3",), "The ledger has 3 entries; the last is #2."),
            (("ffffffff",), "There is no such entry."),
            (("--from", "99"), "The ledger has 3 entries, so it can't begin with 99."),
        ):
            said = signing("audit", "prove", *asked)
            assert (said.code, says in said.err) == (1, True), said.err

    def test_before_the_first_entry_there_is_nothing(
        self,
        steward: Steward,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("STEWARD_SIGNING_KEY", base64.b64encode(SEED).decode())
        for command in (("checkpoint",), ("prove", "#0")):
            said = steward("audit", *command)
            assert (said.code, "The ledger has no checkpoint yet." in said.err) == (1, True)
        assert steward("audit", "key").out == f"{KEY}\n"
