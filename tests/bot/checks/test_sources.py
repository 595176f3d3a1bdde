"""`steward check`, `accounts map` and `accounts conform` on a company's own database."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from typer.testing import CliRunner

from bot.accounts.sql.guessing import Described, as_toml, guess
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.cli import cli
from bot.configuration.faults import ConfigurationInvalid
from bot.configuration.sql_source import without_password
from bot.database import Database
from bot.running.refusals import CannotStart
from tests.bot.accounts.sql.company_database import CLASSES, fill
from tests.bot.accounts.sql.conftest import Databases
from tests.bot.accounts.sql.conftest import databases as databases
from tests.bot.accounts.sql.conftest import mariadb as mariadb
from tests.bot.checks.installation import Installation
from tests.postgres import Server
from tests.scenarios.companies.own_accounts import ONE, customers, with_accounts

VALUES = ("balticbeans", "Māra", "Kalniņa", "LV80", "+371 26")


@pytest.fixture
def own(installation: Installation, tmp_path: Path) -> URL:
    """The company's own database in the installation's configuration."""
    url = make_url(f"sqlite:///{tmp_path}/company.db")
    fill(url, customers())
    configure(installation, url)
    return url


def configure(installation: Installation, url: URL) -> None:
    words = installation.configuration.read_text("utf-8")
    installation.configuration.write_text(with_accounts(words, ONE, url=url), "utf-8")


def accounts_of(installation: Installation) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(installation.configuration.read_text("utf-8"))["accounts"]
    return found


def entries(installation: Installation) -> list[dict[str, Any]]:
    database = Database(installation.environment.database_url)
    with database.reading() as connection:
        found = [one.readable for one in in_order(connection, Filter())]
    database.close()
    return found


def accounts_findings(installation: Installation) -> list[str]:
    return [
        f"{one.level} {one.what} {one.mend or ''}" for one in installation.check().findings if one.subject == "accounts"
    ]


def test_each_column_is_proved_and_one_account_is_shown_masked(installation: Installation, own: URL) -> None:
    found = accounts_findings(installation)
    assert any("17 fields are mapped, and each column is there" in one for one in found), found
    assert any("no index on “tel”" in one and one.startswith("warning") for one in found)
    assert not any("no index on “mail”, which" in one for one in found)
    (shown,) = (one for one in found if "One account, masked (recorded as a look-up): pw-00412" in one)
    assert "57 recipients" in shown
    assert not any(value in shown for value in VALUES)
    entry = entries(installation)[-1]
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("account.lookup", "masked", "check")
    assert (entry["account"], entry["surface"]) == ("pw-00412", "cli")


def test_the_account_that_is_named_is_the_one_that_is_shown(installation: Installation, own: URL) -> None:
    assert any(
        "One account, masked (recorded as a look-up): pw-00500" in f.what
        for f in installation.check("pw-00500").findings
    )
    (nobody,) = installation.check("pw-99999").faults
    assert nobody.what == "There is no account with the id that was given."
    assert [(one["account"], one["outcome"]) for one in entries(installation)] == [
        ("pw-00500", "masked"),
        (None, "not_found"),
    ]


def test_of_stewards_own_table_none_is_shown(installation: Installation) -> None:
    (told,) = (one for one in installation.check("pw-00500").findings if one.subject == "accounts")
    assert (told.level, "Steward's own table" in told.what) == ("warning", True)


def test_a_view_is_judged_by_how_the_database_would_look(installation: Installation, own: URL) -> None:
    engine = create_engine(own)
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW shown AS SELECT * FROM customers"))
    engine.dispose()
    installation.change('table = "customers"', 'table = "shown"')
    found = accounts_findings(installation)
    assert any(one.startswith("warning “shown” reads a whole table to find “tel”, which is searched") for one in found)
    assert not any("find “mail”" in one or "find “customer_no”" in one for one in found), found


def test_what_is_not_there_is_named(installation: Installation, own: URL) -> None:
    installation.change('email = "mail"', 'email = "e_mail"')
    installation.change('table = "list_members"', 'table = "members"')
    found = [one for one in accounts_findings(installation) if one.startswith("fault")]
    assert any("“customers” has no column “e_mail” for the field “email”" in one and "mail" in one for one in found)
    assert any("no table or view “members”" in one for one in found)
    assert not any(value in one for one in found for value in VALUES)


def test_a_database_that_is_not_there(installation: Installation, own: URL) -> None:
    installation.change(str(own.database), "/nowhere/secret.db")
    (found,) = accounts_findings(installation)
    assert found.startswith("fault The company's database does not answer: unable to open database file")
    installation.change("sqlite:////nowhere/secret.db", "postgresql://reader:${CRM_PASSWORD}@127.0.0.1:1/crm")
    assert "CRM_PASSWORD is not set" in accounts_findings(installation)[0]
    installation.secrets = {"CRM_PASSWORD": "hunter2/@"}
    (found,) = accounts_findings(installation)
    assert "Connection refused" in found
    assert "hunter2" not in found


@pytest.mark.postgres
def test_logins_that_can_write_and_that_can_not(
    installation: Installation, postgres: Server, databases: Databases, tmp_path: Path
) -> None:
    for kind in ("postgresql", "mariadb"):
        url = databases.filled(kind)
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in READERS[kind]:
                connection.execute(text(statement.replace("DATABASE", url.database or "")))
        engine.dispose()
        before = installation.configuration.read_text("utf-8")
        configure(installation, url)
        found = accounts_findings(installation)
        assert any(f"warning This login can write: {WRITTEN[kind]}" in one for one in found), found
        installation.configuration.write_text(before, "utf-8")
        configure(installation, url.set(username="reader", password="only-reads"))
        found = accounts_findings(installation)
        assert any("ok This login can't write to the mapped tables" in one for one in found), found
        assert any("One account, masked" in one for one in found)
        assert any("no trigram index on “company”" in one for one in found) == (kind == "postgresql")
        assert any("no index on lower(mail)" in one for one in found) == (kind == "postgresql")
        installation.configuration.write_text(before, "utf-8")


WRITTEN = {"postgresql": "customers, ", "mariadb": "*.*"}
READERS = {
    "postgresql": [
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN PASSWORD 'only-reads'",
        "GRANT SELECT ON customers, payment_details, lists, list_members TO reader",
    ],
    "mariadb": [
        "CREATE OR REPLACE USER reader@127.0.0.1 IDENTIFIED BY 'only-reads'",
        "GRANT SELECT ON DATABASE.* TO reader@127.0.0.1",
    ],
}


def test_a_mapping_is_guessed_by_names(installation: Installation, own: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `map` writes is a mapping that works, up to what it says that it is unsure of."""
    monkeypatch.setenv("STEWARD_CONFIG", str(installation.configuration))
    monkeypatch.setenv("DATABASE_URL", installation.environment.database_url)
    told = CliRunner().invoke(cli, ["accounts", "map"])
    assert told.exit_code == 0, told.output
    mapped = tomllib.loads(told.stdout)["accounts"]
    assert (mapped["table"], mapped["key"]) == ("customers", "customer_no")
    wanted = {
        "name": "company",
        "domain": "web",
        "created_at": "since",
        "email": "mail",
        "phone": "tel",
        "kind": "type",
    }
    assert {name: mapped["fields"][name] for name in wanted} == wanted
    assert mapped["classes"]["payment"]["table"] == "payment_details"
    assert mapped["classes"]["payment"]["fields"]["iban"] == "iban_no"
    assert mapped["lists"]["recipients"] == {"table": "list_members", "key": "customer_no", "column": "address"}
    assert mapped["lists"]["lists"]["column"] == "title"
    assert "unsure" in told.stdout
    own_keys = {"exact", "names", "title", "example", "kind_field", "activated_field"}
    assert {key: mapped.get(key) for key in own_keys} == {key: accounts_of(installation)[key] for key in own_keys}
    assert not any(value in told.output for value in VALUES)
    words = re.sub(
        r"(?ms)^\[accounts\].*?(?=^\[requests\])", told.stdout + "\n", installation.configuration.read_text()
    )
    installation.configuration.write_text(words.replace('individual = ["individual"]', 'individual = ["private"]'))
    assert not [one for one in accounts_findings(installation) if one.startswith("fault")]
    kept = CliRunner().invoke(cli, ["accounts", "conform", "pw-00412", "pw-00500"])
    assert kept.exit_code == 0, kept.output
    assert "no promises broken" in kept.output
    for ids in (["nobody"], ["nobody", "pw-00500", "nobody"]):
        refused = CliRunner().invoke(cli, ["accounts", "conform", *ids])
        assert refused.exit_code == 1
        assert refused.output.count("There is no account nobody") == 1
        assert "Not tried: one source." in refused.output
    assert not any(value in kept.output + refused.output for value in VALUES)
    tried = [one for one in entries(installation) if one["reason"] == "conformance"]
    assert [(one["account"], one["outcome"], bool(one["fields"])) for one in tried] == [
        ("pw-00412", "done", True),
        ("pw-00500", "done", True),
        (None, "not_found", False),
        ("pw-00500", "done", False),
    ]


def test_a_source_that_is_never_asked_for_such_an_id_is_a_fault(
    installation: Installation, own: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its classes would be missing on every card, and nobody would be told why."""
    monkeypatch.setenv("STEWARD_CONFIG", str(installation.configuration))
    monkeypatch.setenv("DATABASE_URL", installation.environment.database_url)
    monkeypatch.setattr("bot.accounts.sql.source.SqlSource.unasked", lambda _, one: f"{one} is not like an id.")
    (told,) = installation.check().faults
    assert (told.what, told.mend) == (
        "accounts: Nothing of the account pw-00412 is ever read here.",
        "pw-00412 is not like an id.",
    )
    tried = CliRunner().invoke(cli, ["accounts", "conform", "nobody"])
    assert "There is no account nobody. nobody is not like an id." in " ".join(tried.output.split())


def test_a_mapping_replaces_no_file_and_says_what_it_left_out(
    installation: Installation, own: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_CONFIG", str(installation.configuration))
    before = installation.configuration.read_bytes()
    told = CliRunner().invoke(cli, ["accounts", "map", "--output", str(installation.configuration)])
    assert isinstance(told.exception, CannotStart)
    assert "is there already" in str(told.exception)
    assert installation.configuration.read_bytes() == before
    monkeypatch.setattr("bot.command_line.account_mapping.MOST_TABLES", 3)
    new = installation.configuration.with_name("new.toml")
    told = CliRunner().invoke(cli, ["accounts", "map", "--output", str(new), "--url", f"{own}?password=hunter2"])
    assert "1 of 4 tables and views were not looked at" in told.output
    assert "set ACCOUNTS_PASSWORD" in told.output
    assert "hunter2" not in told.output + new.read_text()
    assert tomllib.loads(new.read_text())["accounts"]["url"] == f"{own}?password=${{ACCOUNTS_PASSWORD}}"


@pytest.mark.postgres
def test_whoever_maps_the_wrong_schema_reads_which_there_are(
    installation: Installation, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_CONFIG", str(installation.configuration))
    url = databases.new("postgresql")
    made = create_engine(url, isolation_level="AUTOCOMMIT")
    with made.connect() as connection:
        for statement in ('CREATE SCHEMA "CRM"', "CREATE SCHEMA bare", 'CREATE TABLE "CRM"."Log" (n INT)'):
            connection.execute(text(statement))
    made.dispose()
    address = ["--url", url.render_as_string(hide_password=False)]
    told = CliRunner().invoke(cli, ["accounts", "map", *address])
    assert told.exit_code == 1
    assert "This login sees no table and no view there." in told.output
    assert "Name another with --schema; this login sees CRM." in told.output
    told = CliRunner().invoke(cli, ["accounts", "map", *address, "--schema", "CRM"])
    assert "None of 1 tables and views looks like one of accounts." in told.output
    assert "May this login see more of them?" in told.output


def test_a_view_that_works_no_more_keeps_nobody_from_mapping_the_rest(
    installation: Installation, own: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_CONFIG", str(installation.configuration))
    engine = create_engine(own)
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW old AS SELECT mail FROM gone"))
    engine.dispose()
    told = CliRunner().invoke(cli, ["accounts", "map"])
    assert told.exit_code == 0, told.output
    assert "“old” was left out: it is a view that works no more." in told.output
    assert tomllib.loads(told.stdout)["accounts"]["table"] == "customers"


def test_a_mapping_is_guessed_while_the_file_is_still_being_written(
    installation: Installation, own: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong elsewhere is said, and stands in nobody's way; what is needed is named with its line."""
    monkeypatch.setenv("STEWARD_CONFIG", str(installation.configuration))
    whole = installation.configuration.read_text()
    mapped = CliRunner().invoke(cli, ["accounts", "map"])
    assert "fault" not in mapped.output
    broken = whole.replace('timezone = "Europe/Riga"', 'timezone = "Europe/Rigga"')
    broken = broken.replace('shown = "masked"', 'shown = "masqued"', 1)
    broken = re.sub(r"(?m)^table = .*$", 'tabel = "customers"', broken, count=1)
    installation.configuration.write_text(broken)
    told = CliRunner().invoke(cli, ["accounts", "map"])
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith(mapped.stdout.partition("\n[accounts.fields]")[0])
    assert tomllib.loads(told.stdout) == tomllib.loads(mapped.stdout)
    assert "steward.toml has 4 faults, in nothing that was needed here" in told.output
    line = next(n for n, said in enumerate(whole.splitlines(), 1) if said.startswith('fields = ["contact_name"'))
    installation.configuration.write_text(broken.replace('fields = ["contact_name"', 'fields = "contact_name"  # ["'))
    refused = CliRunner().invoke(cli, ["accounts", "map"])
    assert isinstance(refused.exception, ConfigurationInvalid)
    (only,) = refused.exception.faults
    assert (only.where, only.line) == ("data_classes.contact.fields", line)


def test_the_address_is_needed_only_where_it_is_not_given(
    installation: Installation, own: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_CONFIG", str(installation.configuration))
    whole = installation.configuration.read_text()
    installation.configuration.write_text(re.sub(r'(?m)^url = "sqlite.*$', 'url = "later"', whole))
    refused = CliRunner().invoke(cli, ["accounts", "map"])
    assert isinstance(refused.exception, ConfigurationInvalid)
    assert [one.where for one in refused.exception.faults] == ["accounts.url"]
    told = CliRunner().invoke(cli, ["accounts", "map", "--url", own.render_as_string(hide_password=False)])
    assert (told.exit_code, "steward.toml has one fault" in told.output) == (0, True)
    installation.configuration.write_text(whole.replace("[company]", "[company"))
    refused = CliRunner().invoke(cli, ["accounts", "map", "--url", str(own)])
    assert isinstance(refused.exception, ConfigurationInvalid)
    assert [one.line for one in refused.exception.faults] == [whole.splitlines().index("[company]") + 1]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("postgresql://reader:hunter2@db:5432/crm", "postgresql://reader:${P}@db:5432/crm"),
        ("postgresql://reader:h%40:/2@db/crm?connect_timeout=3", "postgresql://reader:${P}@db/crm?connect_timeout=3"),
        (
            "mysql://reader@db/crm?user=x&passwd=hunter2&charset=utf8",
            "mysql://reader@db/crm?user=x&passwd=${P}&charset=utf8",
        ),
        ("postgresql://reader:${CRM_PASSWORD}@db/crm", "postgresql://reader:${CRM_PASSWORD}@db/crm"),
        ("sqlite:///folder/a:b@c.db", "sqlite:///folder/a:b@c.db"),
        ("postgresql://db:5432/crm", "postgresql://db:5432/crm"),
    ],
)
def test_a_password_is_taken_out_of_an_address(said: str, written: str) -> None:
    assert without_password(said, "P") == written


def test_what_no_column_looks_like_is_said() -> None:
    tables = [
        Described("Person", ("PersonId", "FullName", "MailAddress", "Notes"), ("PersonId",)),
        Described("log", ("id", "text"), ("id",)),
    ]
    found = guess(tables, CLASSES)
    assert found is not None
    assert found.main.table == "Person"
    assert found.main.columns["email"].column == "MailAddress"
    assert "iban" in found.missing
    assert "#   iban" in as_toml(found, "sqlite:///x.db", "kind")
    assert guess([Described("log", ("id", "text"), ("id",))], CLASSES) is None
