"""`steward check`: each fault is named, with its line and its mend, and nothing is changed."""

import http.server
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml
from sqlalchemy import Connection, text

from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.check import Finding, Level, Report, Subject, check
from bot.checks.slack import MANIFEST
from bot.database import Database
from bot.privacy.versions import import_policy
from bot.settings import Environment
from tests.conftest import SettableClock

ROOT = Path(__file__).parents[2]
SCOPES = yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
PEOPLE = ["inese", "nils", "janis", "martins", "ilze", "dace", "old"]


def person(name: str) -> dict[str, Any]:
    return {"id": f"U{name}", "deleted": name == "old", "is_bot": False, "profile": {"email": f"{name}@acme.example"}}


def channel(name: str) -> dict[str, Any]:
    return {"id": f"C{name}", "name": name, "is_member": True, "is_ext_shared": False}


@dataclass
class Slack:
    """What the stub answers; tests change it. `refused`: method to error code."""

    url: str = ""
    scopes: str | None = ",".join(SCOPES)
    refused: dict[str, str] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=lambda: [person(name) for name in PEOPLE])
    channels: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            name: channel(name) for name in ("general", "access-approvals", "privacy-desk", "audit-log")
        }
    )
    groups: dict[str, list[str]] = field(
        default_factory=lambda: {
            "support": ["Uinese"],
            "billing": ["Unils"],
            "marketing": ["Uilze"],
            "access-approvers": ["Ujanis", "Umartins"],
            "privacy-office": ["Udace"],
            "auditors": ["Udace"],
            "billing-partners": ["Unils", "Uold"],
        }
    )

    def answer(self, method: str, arguments: Mapping[str, str]) -> dict[str, Any]:
        if method in self.refused:
            return {"ok": False, "error": self.refused[method], "needed": "users:read"}
        if method == "usergroups.list":
            return {"usergroups": [{"handle": name, "users": users} for name, users in self.groups.items()]}
        if method == "users.list":
            return self.page("members", self.people, arguments)
        if method == "conversations.list":
            return self.page("channels", list(self.channels.values()), arguments)
        return {"team": "Acme", "user": "steward", "url": "wss://slack.example"}

    def page(self, key: str, rows: Sequence[object], arguments: Mapping[str, str]) -> dict[str, Any]:
        """Two rows a page, so that a reader that stops at the first page is caught."""
        start = int(arguments.get("cursor") or 0)
        following = str(start + 2) if start + 2 < len(rows) else ""
        return {key: rows[start : start + 2], "response_metadata": {"next_cursor": following}}


def handler(slack: Slack) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            query = self.path.partition("?")[2]
            arguments = {key: values[0] for key, values in parse_qs(body + "&" + query).items()}
            method = self.path.partition("?")[0].rsplit("/", 1)[-1]
            self.reply({"ok": True} | slack.answer(method, arguments))

        def reply(self, answer: Mapping[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            if slack.scopes:
                self.send_header("X-OAuth-Scopes", slack.scopes)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *given: object) -> None:
            pass

    return Handler


@pytest.fixture
def slack() -> Iterator[Slack]:
    stub = Slack()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(stub))
    stub.url = f"http://127.0.0.1:{server.server_port}/api/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield stub
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Installation:
    """Postwing's configuration in a folder of its own, on one database, with the stub of Slack."""

    folder: Path
    environment: Environment
    clock: SettableClock
    count_fields: Callable[[Connection, Sequence[str]], Mapping[str, int]] | None = None

    @property
    def configuration(self) -> Path:
        return self.folder / "steward.toml"

    def change(self, there: str, instead: str, file: str = "steward.toml") -> None:
        words = (self.folder / file).read_text("utf-8")
        assert there in words
        (self.folder / file).write_text(words.replace(there, instead), "utf-8")

    def set(self, **variables: Any) -> None:
        self.environment = self.environment.model_copy(update=variables)

    def check(self) -> Report:
        return check(self.environment, self.configuration, self.clock, count_fields=self.count_fields)

    def import_policy(self) -> None:
        database = Database(self.environment.database_url)
        data = (self.folder / "policies" / "postwing.md").read_bytes()
        import_policy(
            Ledger(database, self.clock), self.clock, data, "postwing.md", Origin(Actor("cli:t"), Surface.CLI)
        )
        database.close()


@pytest.fixture
def installation(tmp_path: Path, sqlite_url: str, slack: Slack, clock: SettableClock) -> Installation:
    folder = tmp_path / "postwing"
    (folder / "policies").mkdir(parents=True)
    shutil.copy(ROOT / "steward.toml", folder)
    shutil.copy(ROOT / "policies" / "postwing.md", folder / "policies")
    environment = Environment(
        slack_bot_token="xoxb-1", slack_app_token="xapp-1", slack_api_url=slack.url, database_url=sqlite_url
    )
    return Installation(folder, environment, clock)


def only(findings: Sequence[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def line_of(installation: Installation, beginning: str, after: str = "") -> int:
    lines = installation.configuration.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(after))
    return next(number for number, line in enumerate(lines, 1) if number > start and line.startswith(beginning))


def test_nothing_is_wrong(installation: Installation) -> None:
    installation.import_policy()
    report = installation.check()
    assert (report.faults, report.warnings, report.exit_code) == ((), (), 0)
    assert {finding.subject for finding in report.findings} == set(Subject) - {Subject.ACCOUNTS}
    assert report.as_json()["ok"] is True
    assert json.loads(json.dumps(report.as_json()))["findings"][0]["level"] == "ok"


def test_the_same_on_either_database(installation: Installation, database_url: str) -> None:
    installation.set(database_url=database_url)
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
    installation.change('auditors = "auditors"', "# none")
    wheres = {finding.where: finding.line for finding in installation.check().warnings}
    assert wheres == {
        "data_classes.recipients": line_of(installation, "[data_classes.recipients]"),
        "data_classes.account.shown": line_of(installation, 'shown = "masked"'),
        "groups.auditors": line_of(installation, "[groups]"),
    }


def test_a_source_of_accounts_of_a_later_release(installation: Installation) -> None:
    installation.change('source = "embedded"', 'source = "sql"\nurl = "postgresql://u:secret@h/d"')
    finding = only(installation.check().faults)
    assert finding.where == "accounts.source"
    assert "later release" in finding.what
    assert "secret" not in json.dumps(installation.check().as_json())


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
    assert "steward policy import policies/postwing.md" in (report.warnings[0].mend or "")


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


@pytest.mark.parametrize(
    ("variables", "where", "what"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN", "not set"),
        ({"SLACK_BOT_TOKEN": "xapp-secret"}, "SLACK_BOT_TOKEN", "xoxb-"),
        ({"SLACK_APP_TOKEN": "xoxb-secret"}, "SLACK_APP_TOKEN", "xapp-"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN", "Neither"),
    ],
)
def test_tokens_of_the_wrong_shape(
    installation: Installation, variables: Mapping[str, str], where: str, what: str
) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"} | dict(variables)
    installation.environment = Environment(
        slack_bot_token=given["SLACK_BOT_TOKEN"] or None,
        slack_app_token=given["SLACK_APP_TOKEN"] or None,
        slack_api_url=installation.environment.slack_api_url,
        database_url=installation.environment.database_url,
    )
    report = installation.check()
    finding = only(report.faults)
    assert finding.where == where
    assert what in finding.what
    assert "secret" not in json.dumps(report.as_json())


@pytest.mark.parametrize(
    ("method", "code", "where", "what"),
    [
        ("auth.test", "invalid_auth", "SLACK_BOT_TOKEN", "does not know the token"),
        ("auth.test", "account_inactive", "SLACK_BOT_TOKEN", "removed"),
        ("auth.test", "fatal_error", "SLACK_BOT_TOKEN", "fatal_error"),
        ("apps.connections.open", "invalid_auth", "SLACK_APP_TOKEN", "does not know the token"),
        ("users.list", "missing_scope", "users.list", "users:read"),
        ("usergroups.list", "missing_scope", "usergroups.list", "lacks"),
        ("conversations.list", "missing_scope", "conversations.list", "lacks"),
    ],
)
def test_what_slack_refuses(
    installation: Installation, slack: Slack, method: str, code: str, where: str, what: str
) -> None:
    slack.refused[method] = code
    finding = only(installation.check().faults)
    assert finding.where == where
    assert what in finding.what


def test_slack_that_does_not_answer(installation: Installation) -> None:
    installation.set(slack_api_url="http://127.0.0.1:1/api/")
    assert "does not answer" in only(installation.check().faults).what


def test_scopes(installation: Installation, slack: Slack) -> None:
    slack.scopes = ", ".join([*SCOPES[2:], "files:write"])
    report = installation.check()
    assert all(scope in only(report.faults).what for scope in SCOPES[:2])
    assert "files:write" in only(report.warnings).what
    slack.scopes = None
    assert "not checked" in only(installation.check().warnings).what


def test_a_group_that_is_not_there(installation: Installation, slack: Slack) -> None:
    slack.groups["suport"] = slack.groups.pop("support")
    finding = only(installation.check().faults)
    assert (finding.where, finding.line) == ("groups.support", line_of(installation, "support ="))
    assert (finding.mend, "@support" in finding.what) == ("Did you mean “suport”?", True)


def test_a_group_that_nobody_active_is_in(installation: Installation, slack: Slack) -> None:
    slack.groups["billing"] = ["Uold"]
    slack.groups["marketing"] = []
    assert [finding.where for finding in installation.check().faults] == ["groups.billing", "groups.marketing"]


def test_groups_as_lists_of_addresses(installation: Installation) -> None:
    installation.change(
        'marketing = "marketing"', 'marketing = ["Ilze@acme.example", "no@acme.example", "old@acme.example"]'
    )
    report = installation.check()
    finding = only(report.faults)
    assert (finding.where, "Addresses 2, 3" in finding.what) == ("groups.marketing", True)
    assert "@acme.example" not in json.dumps(report.as_json())


def test_channels(installation: Installation, slack: Slack) -> None:
    slack.channels["access-approvals"]["is_ext_shared"] = True
    slack.channels["privacy-desk"]["is_member"] = False
    slack.channels["audit-logs"] = channel("audit-logs")
    del slack.channels["audit-log"], slack.channels["general"]
    report = installation.check()
    found = {finding.where: finding for finding in report.faults}
    assert list(found) == ["channels.approvals", "channels.privacy", "channels.audit"]
    assert "another company" in found["channels.approvals"].what
    assert "/invite" in (found["channels.privacy"].mend or "")
    assert "“audit-logs”" in (found["channels.audit"].mend or "")
    assert [finding.where for finding in report.warnings] == ["policy.notice.channels"]


def test_a_channel_may_be_given_by_its_id(installation: Installation) -> None:
    installation.change('audit = "audit-log"', 'audit = "Caudit-log"')
    assert installation.check().faults == ()


def test_one_approver_alone(installation: Installation, slack: Slack) -> None:
    slack.groups["access-approvers"] = ["Ujanis", "Uold"]
    report = installation.check()
    assert report.faults == ()
    assert len(report.warnings) == 4
    slack.groups["billing"].append("Ujanis")
    fault = only(installation.check().faults)
    assert (fault.where, "nobody can decide" in fault.what) == ("purposes.billing.approvers", True)


def test_the_second_company(installation: Installation, slack: Slack) -> None:
    company = ROOT / "tests" / "companies" / "velodock" / "steward.toml"
    for handle in ("roadside", "finance-desk", "inspection"):
        slack.groups[handle] = ["Uinese"]
    slack.groups["shift-leads"] = ["Ujanis", "Umartins"]
    slack.channels["unlock-requests"] = channel("unlock-requests")
    slack.people += [{"id": f"U{name}", "profile": {"email": f"{name}@velodock.example"}} for name in ("ines", "otto")]
    report = check(installation.environment, company, installation.clock)
    assert (report.faults, report.warnings) == ((), ())
