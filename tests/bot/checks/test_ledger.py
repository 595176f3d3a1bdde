"""`steward check` on the ledger's key: there, its owner's alone, and the one that has signed."""

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from bot.check import Finding, Level, Subject
from bot.database import Database
from models.ledger import LedgerCosignature
from tests.bot.audit.integration.integrating import SEED as BYTES
from tests.bot.audit.integration.integrating import integrator_of, record
from tests.bot.audit.witnessing.test_witnesses import KEY
from tests.bot.checks.installation import Installation, only
from tests.conftest import SettableClock

SEED = SecretStr(base64.b64encode(BYTES).decode())
OTHER = SecretStr(base64.b64encode(bytes(32)).decode())


def said(installation: Installation) -> list[Finding]:
    return [finding for finding in installation.check().findings if finding.subject is Subject.LEDGER]


def sign(installation: Installation) -> None:
    """As Steward does with what the import of the policy recorded."""
    installation.import_policy()
    database = Database(installation.environment.database_url)
    integrator_of(database, installation.clock).finish()
    database.close()


def test_a_file_gets_its_key_at_the_first_start(installation: Installation) -> None:
    finding = only(said(installation))
    assert (finding.level, finding.what) == (
        Level.OK,
        "The first start makes the ledger's key, steward.key beside the database.",
    )
    assert not list(installation.folder.parent.glob("*.key"))


def test_a_name_that_is_another_companys_is_told_before_the_first_signature(installation: Installation) -> None:
    """Whoever copies the file of the reference company keeps its ledger's name for good."""
    installation.change('contact = "privacy@postwing.example"', 'contact = "privacy@velodock.example"')
    (name, _) = said(installation)
    assert (name.level, name.where, name.line is not None) == (Level.WARNING, "ledger.origin", True)
    assert (
        name.what
        == "The ledger would be called postwing.example/audit for good, and privacy@velodock.example is elsewhere."
    )
    assert 'origin = "velodock.example/audit"' in (name.mend or "")
    installation.change('contact = "privacy@velodock.example"', 'contact = "dpo@mail.postwing.example"')
    assert [finding.level for finding in said(installation)] == [Level.OK]
    installation.change('contact = "dpo@mail.postwing.example"', 'contact = "privacy@velodock.example"')
    sign(installation)
    assert not any(finding.where == "ledger.origin" for finding in said(installation))


@pytest.mark.postgres
def test_a_server_needs_one(installation: Installation, postgresql_url: str) -> None:
    installation.set(database_url=postgresql_url)
    finding = only(said(installation))
    assert (finding.level, finding.where) == (Level.FAULT, "STEWARD_SIGNING_KEY")
    assert "openssl rand -base64 32" in (finding.mend or "")


def test_a_key_that_can_not_be_read(installation: Installation) -> None:
    installation.set(steward_signing_key=SecretStr("/etc/steward/no such key"))
    finding = only(said(installation))
    assert (finding.level, finding.where) == (Level.FAULT, "STEWARD_SIGNING_KEY")
    assert "neither 32 bytes in base64 nor the path of a file that holds them so" in finding.what
    assert "no such key" not in finding.what


def test_the_key_that_signed(installation: Installation, database_url: str) -> None:
    installation.set(database_url=database_url, steward_signing_key=SEED)
    sign(installation)
    assert only(said(installation)).what == (
        "Checkpoints are signed as postwing.example/audit, with a key that fits the ledger."
    )
    installation.set(steward_signing_key=OTHER)
    finding = only(said(installation))
    assert finding.level is Level.FAULT
    assert "The ledger was signed with another key than this one" in finding.what
    assert "former_keys" in (finding.mend or "")


def test_a_key_that_is_gone(installation: Installation) -> None:
    sign(installation)
    finding = only(said(installation))
    assert finding.level is Level.FAULT
    assert "its key is not here" in finding.what
    assert not list(installation.folder.parent.glob("*.key"))


def test_a_key_that_others_can_read(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    path.write_text(SEED.get_secret_value() + "\n")
    path.chmod(0o640)
    installation.set(steward_signing_key=SecretStr(str(path)))
    warned, fits = said(installation)
    assert (warned.level, warned.mend, fits.level) == (Level.WARNING, "chmod 600 signing.key", Level.OK)
    path.chmod(0o600)
    assert only(said(installation)).level is Level.OK


def test_a_witness_that_is_silent(installation: Installation, clock: SettableClock) -> None:
    file = installation.folder / "steward.toml"
    asked = f'witnesses = [{{ url = "https://witness.example/log", key = "{KEY}" }}]'
    file.write_text(file.read_text("utf-8").replace("witnesses = []", asked), "utf-8")
    installation.set(steward_signing_key=SEED)
    sign(installation)

    def told() -> tuple[Level, str]:
        _, about = said(installation)
        return about.level, about.what

    named = f"The witness {KEY.name}"
    assert told() == (Level.WARNING, f"{named} has cosigned no checkpoint yet.")
    database = Database(installation.environment.database_url)
    kept = {"size": 1, "witness": f"{KEY.name}+{KEY.id.hex()}", "line": "its signature", "at": clock()}
    with database.transaction() as connection:
        connection.execute(insert(LedgerCosignature).values(kept))
    assert told() == (Level.OK, f"{named} cosigns checkpoints.")
    clock.advance(hours=2)
    record(database, clock, 1)
    integrator_of(database, clock).finish()
    database.close()
    assert told() == (Level.WARNING, f"{named} has cosigned nothing since 2026-03-02 09:00 UTC.")
