"""`steward check` on configuration, database, policy and accounts: each fault by name, and nothing is changed."""

import base64
import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.check import Level, Subject
from bot.checks.database import unreachable
from bot.database import Database
from tests.bot.checks.installation import Installation, line_of, only


def test_nothing_is_wrong(installation: Installation) -> None:
    installation.import_policy()
    report = installation.check()
    assert (report.faults, report.warnings, report.exit_code) == ((), (), 0)
    assert {finding.subject for finding in report.findings} == set(Subject) - {Subject.ACCOUNTS}
    assert report.as_json()["ok"] is True
    assert json.loads(json.dumps(report.as_json()))["findings"][0]["level"] == "ok"


def test_a_servers_certificate_that_is_not_taken(postgresql_url: str) -> None:
    """PostgreSQL's own library says no more of it, so it is said how to look."""
    said = OperationalError("connect", None, Exception("connection failed: SSL error: certificate verify failed\n"))
    database = Database("postgresql://steward:secret@db.company.example:5433/steward")
    found = unreachable(database, said)
    assert "certificate verify failed" in found.what
    assert "-connect db.company.example:5433" in str(found.mend)
    assert "secret" not in f"{found.what} {found.mend}"
    other = Database(postgresql_url)
    assert "certificate" not in str(unreachable(other, OperationalError("x", None, Exception("refused"))).mend)
    for one in (database, other):
        one.close()


def test_the_same_on_either_database(installation: Installation, database_url: str) -> None:
    installation.set(database_url=database_url, steward_signing_key=SecretStr(base64.b64encode(bytes(32)).decode()))
    installation.import_policy()
    assert installation.check().faults == ()


def test_before_the_first_import_the_source_is_what_counts(installation: Installation) -> None:
    assert installation.check().faults == ()
    installation.change(
        "technical support, customer service", "technical help, customer service", "policies/postwing.md"
    )
    assert only(installation.check().faults).where == "purposes.technical_support.clause"


def test_all_faults_of_the_configuration(installation: Installation) -> None:
    installation.change('max_duration = "4h"', 'max_duration = "4 hours"')
    installation.change("[channels]", "[chanels]")
    report = installation.check()
    found = {finding.where: finding for finding in report.faults}
    assert found["chanels"].line == line_of(installation, "[chanels]")
    assert found["purposes.technical_support.max_duration"].mend
    assert report.exit_code == 1
    assert any(finding.what.startswith("Slack takes the bot token") for finding in report.findings)
    assert not any("private" in finding.what for finding in report.findings)


def test_what_is_right_and_yet_not_meant(installation: Installation) -> None:
    installation.change('"contact", "recipients"]', '"contact"]')
    installation.change('shown = "open"', 'shown = "masked"')
    installation.change('names = ["name", "domain"]', "names = []")
    installation.change('title = "name"', 'title = "id"')
    installation.change('auditors = "auditors"', "# none")
    installation.change('emergency = "1h"', "# needs auditors")
    wheres = {finding.where: finding.line for finding in installation.check().warnings}
    assert wheres == {
        "data_classes.recipients": line_of(installation, "[data_classes.recipients]"),
        "data_classes.account.shown": line_of(installation, 'shown = "masked"'),
        "groups.auditors": line_of(installation, "[groups]"),
        "accounts.names": line_of(installation, "[accounts]"),
    }


def test_fields_and_roles_that_steward_knows_by_other_names_are_asked_for(installation: Installation) -> None:
    installation.change('kind_field = "kind"', "# none")
    installation.change('"domain", "kind", "plan"', '"domain", "art", "plan"')
    installation.change('privacy = "privacy-office"', 'datenschutz = "privacy-office"')
    installation.change('escalate_to = "privacy"', 'escalate_to = "datenschutz"')
    before, _, rest = installation.configuration.read_text("utf-8").partition("[disclosure]")
    installation.configuration.write_text(f"{before}#{rest.partition('# Companies')[2]}", "utf-8")  # it needs privacy
    installation.change("owners = {", "# owners = {")
    report = installation.check()
    said = {finding.where: f"{finding.what} {finding.mend}" for finding in report.warnings}
    assert "a person's name is shown as openly as a business's. Write kind_field" in said["accounts.kind_field"]
    assert "nobody decides on questions" in said["groups.privacy"]


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("sqlite:///{folder}/none.db", "There is no database"),
        ("sqlite:///{folder}/no/none.db", "There is no folder"),
        ("sqlite:///{folder}", "is a folder"),
        ("sqlite:///{folder}/steward.toml", "can't be opened"),
        ("postgresql://u:secret@127.0.0.1:1/db", "does not answer"),
        ("nonsense", "can't be read"),
        ("oracle://u:secret@h/db", "can't be read"),
    ],
)
def test_a_database_that_is_not_there(installation: Installation, url: str, what: str) -> None:
    installation.set(database_url=url.format(folder=installation.folder))
    report = installation.check()
    finding = only(report.faults)
    assert what in finding.what
    assert (finding.where, bool(finding.mend)) == ("DATABASE_URL", True)
    assert "secret" not in json.dumps(report.as_json())
    assert sorted(path.name for path in installation.folder.iterdir()) == ["policies", "steward.toml"]
    assert any(finding.subject is Subject.POLICY and finding.level is Level.OK for finding in report.findings)


def test_an_empty_database(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    installation.set(database_url=f"sqlite:///{tmp_path}/empty.db")
    finding = only(installation.check().faults)
    assert "empty" in finding.what
    assert "steward db upgrade" in (finding.mend or "")


def test_another_schema(installation: Installation, database_url: str) -> None:
    installation.set(database_url=database_url)
    database = Database(database_url)
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'before'"))
    database.close()
    finding = only(installation.check().faults)
    assert "before" in finding.what
    assert "steward db upgrade" in (finding.mend or "")


@pytest.mark.postgres
def test_a_database_that_takes_no_writes(installation: Installation, postgresql_url: str) -> None:
    installation.set(database_url=postgresql_url)
    database = Database(postgresql_url)
    with database.transaction() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    database.close()
    finding = only(installation.check().faults)
    assert "takes no writes" in finding.what


def test_a_clause_that_left_the_policy(installation: Installation) -> None:
    installation.change(
        "by regular mail, by e-mail or by telephone", "by letter, by e-mail or by telephone", "policies/postwing.md"
    )
    installation.import_policy()
    finding = only(installation.check().faults)
    assert finding.where == "purposes.marketing.clause"
    assert finding.line == line_of(installation, "clause", after="[purposes.marketing]")
    assert "We may use the account holder's contact details for marketing: by letter" in (finding.mend or "")


def test_a_source_that_says_something_else(installation: Installation) -> None:
    installation.import_policy()
    installation.change("by regular mail, by e-mail", "by letter, by e-mail", "policies/postwing.md")
    report = installation.check()
    assert report.faults == ()
    assert [finding.where for finding in report.warnings] == ["policy.source", "purposes.marketing.clause"]
    assert "`steward policy import` takes it" in (report.warnings[0].mend or "")


@pytest.mark.parametrize(("imported", "level"), [(True, Level.WARNING), (False, Level.FAULT)])
def test_a_source_that_is_gone(installation: Installation, *, imported: bool, level: Level) -> None:
    if imported:
        installation.import_policy()
    (installation.folder / "policies" / "postwing.md").unlink()
    report = installation.check()
    finding = only([one for one in report.findings if one.level is not Level.OK])
    assert (finding.level, finding.where, finding.line) == (level, "policy.source", line_of(installation, "source"))


def test_a_clause_that_says_hardly_anything(installation: Installation) -> None:
    installation.change("employees who need it for a legitimate purpose of our business … billing", "billing")
    finding = only(installation.check().warnings)
    assert (finding.where, "few words" in finding.what) == ("purposes.billing.clause", True)


def test_fields_that_no_account_carries(installation: Installation) -> None:
    installation.count_fields = lambda _, names: {name: 2000 for name in names if name not in {"iban", "vat_number"}}
    report = installation.check()
    assert [finding.what for finding in report.warnings] == [
        "No account carries “iban”.",
        "No account carries “vat_number”.",
    ]
    assert {finding.line for finding in report.warnings} == {
        line_of(installation, "fields", after="[data_classes.payment]")
    }
    assert any(finding.what == "2,000 accounts." for finding in report.findings)


def test_no_account_at_all(installation: Installation) -> None:
    installation.count_fields = lambda *_: {}
    assert "steward accounts import" in (only(installation.check().warnings).mend or "")


@pytest.mark.parametrize(("kept", "mend"), [("NULL", "steward policy reread"), ("'[]'", "steward audit verify")])
def test_that_another_text_is_kept_of_the_policy(installation: Installation, kept: str, mend: str) -> None:
    """Then none is in force; where no reading was kept, it may be that this release reads files otherwise."""
    installation.import_policy()
    database = Database(installation.environment.database_url)
    with database.transaction() as connection:
        connection.execute(text(f"UPDATE policy_versions SET original = CAST('# Another' AS BLOB), document = {kept}"))
    database.close()
    found = only(installation.check().faults)
    assert (found.subject, mend in (found.mend or "")) == (Subject.POLICY, True)
    assert found.what.endswith("is in force no more, and every look-up is refused: another text is kept of it.")
