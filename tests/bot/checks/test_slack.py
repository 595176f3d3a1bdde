"""`steward check` on tokens, scopes, groups, channels and approvers."""

import json
from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.check import check
from bot.checks.slack import token_findings
from bot.database import Database
from bot.running.process import Mode, mode_of
from bot.running.refusals import CannotStart
from bot.settings import Environment
from tests.bot.checks.installation import ROOT, Installation, line_of, only
from tests.bot.checks.slack_stub import SCOPES, Slack, channel


@pytest.mark.parametrize(
    ("variables", "where", "what"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN", "not set"),
        ({"SLACK_BOT_TOKEN": "xapp-secret"}, "SLACK_BOT_TOKEN", "xoxb-"),
        ({"SLACK_APP_TOKEN": "xoxb-secret"}, "SLACK_APP_TOKEN", "xapp-"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN", "Neither"),
        ({"SLACK_BOT_TOKEN": "xoxb-…"}, "SLACK_BOT_TOKEN", "the example's dots"),
        ({"SLACK_APP_TOKEN": "xapp-…"}, "SLACK_APP_TOKEN", "the example's dots"),
        ({"SLACK_BOT_TOKEN": '"xoxb-secret"'}, "SLACK_BOT_TOKEN", "a quotation mark"),
        ({"SLACK_BOT_TOKEN": "xoxe.xoxb-1-secret"}, "SLACK_BOT_TOKEN", "twelve hours"),
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


def test_what_slack_never_gives_out_stops_a_start() -> None:
    """A line's end of Windows does not: it is taken away."""
    good = {"slack_bot_token": "xoxb-1\r", "slack_app_token": " xapp-1\r\n"}
    environment = Environment(**good)  # type: ignore[arg-type]
    assert mode_of(environment, None) is Mode.SOCKET
    assert environment.slack_bot_token is not None
    assert environment.slack_bot_token.get_secret_value() == "xoxb-1"
    for name in ("slack_bot_token", "slack_app_token", "slack_signing_secret"):
        with pytest.raises(CannotStart, match=f"{name.upper()} holds a character"):
            mode_of(Environment(**(good | {name: "xapp-…"})), None)  # type: ignore[arg-type]


def test_a_token_that_expires_in_the_night_stops_a_start_where_nobody_renews_it(tmp_path: Path) -> None:
    one = Environment(slack_bot_token="xoxe.xoxb-1-secret", slack_app_token="xapp-1")
    with pytest.raises(CannotStart, match="twelve hours") as refused:
        mode_of(one, None)
    assert "secret" not in f"{refused.value.what} {refused.value.mend}"
    hosted = one.model_copy(update={"steward_workspaces": tmp_path / "workspaces.toml"})
    assert list(token_findings(hosted)) == [], "their tokens are renewed"


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


@pytest.mark.parametrize(("owner", "faults"), [("T0ACME", 0), ("T0OTHER", 1)])
def test_a_database_of_another_workspace(installation: Installation, owner: str, faults: int) -> None:
    database = Database(installation.environment.database_url)
    with database.transaction() as connection:
        connection.execute(text(f"INSERT INTO home_workspace VALUES (1, '{owner}', '2026-03-02 09:00:00.000000')"))
    database.close()
    found = installation.check().faults
    assert [(one.where, "T0OTHER" in one.what, "T0ACME" in one.what) for one in found] == [
        ("DATABASE_URL", True, True)
    ] * faults


def test_slack_that_does_not_answer(installation: Installation) -> None:
    installation.set(slack_api_url="http://127.0.0.1:1/api/")
    assert "does not answer" in only(installation.check().faults).what


@pytest.mark.parametrize(
    ("ahead_s", "level", "what"),
    [
        (0, "ok", "agree"),
        (59, "ok", "agree"),
        (-70, "warning", "1 minute behind"),
        (310, "fault", "5 minutes ahead of"),
    ],
)
def test_a_clock_that_is_off(installation: Installation, slack: Slack, ahead_s: int, level: str, what: str) -> None:
    slack.date = format_datetime(installation.clock() - timedelta(seconds=ahead_s), usegmt=True)
    (found,) = [one for one in installation.check().findings if "machine's clock" in one.what]
    assert (found.level.value, what in found.what) == (level, True)
    slack.date = "the day before yesterday"
    assert not any("machine's clock" in one.what for one in installation.check().findings)


def test_scopes(installation: Installation, slack: Slack) -> None:
    slack.scopes = ", ".join([*SCOPES[2:], "files:read"])
    report = installation.check()
    assert all(scope in only(report.faults).what for scope in SCOPES[:2])
    assert "files:read" in only(report.warnings).what
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


def test_people_are_asked_for_in_large_pages_and_in_small_ones_where_slack_gives_no_others(
    installation: Installation, slack: Slack
) -> None:
    """Of a workspace of thousands each question is one of twenty a minute, which running processes need as well."""
    installation.check()
    assert {limit for method, limit in slack.asked if method == "users.list"} == {1000}
    slack.asked.clear()
    slack.largest_page = 200
    assert not [one for one in installation.check().faults if one.where == "users.list"]
    assert [limit for method, limit in slack.asked if method == "users.list"][:2] == [1000, 200]
    slack.asked.clear()
    slack.refused["users.list"] = "missing_scope"
    slack.largest_page = 1000
    assert [one.where for one in installation.check().faults if "users:read" in one.what] == ["users.list"]
    assert [limit for method, limit in slack.asked if method == "users.list"] == [1000], "it would be refused again"


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


def test_one_privacy_officer_alone_can_erase_nothing(installation: Installation, slack: Slack) -> None:
    assert installation.check().warnings == ()
    slack.groups["privacy-office"] = ["Udace", "Uold"]
    report = installation.check()
    assert (report.faults, report.exit_code) == ((), 0)
    finding = only(report.warnings)
    assert (finding.where, finding.line) == ("groups.privacy", line_of(installation, "privacy =", after="[groups]"))
    assert "nothing can be erased" in finding.what
    slack.groups["privacy-office"] = []
    assert (only(installation.check().faults).where, installation.check().warnings) == ("groups.privacy", ())


def test_the_second_company(installation: Installation, slack: Slack) -> None:
    company = ROOT / "tests" / "companies" / "velodock" / "steward.toml"
    for handle in ("roadside", "finance-desk", "inspection"):
        slack.groups[handle] = ["Uinese"]
    slack.groups["shift-leads"] = ["Ujanis", "Umartins"]
    slack.channels["unlock-requests"] = channel("unlock-requests")
    slack.people += [{"id": f"U{name}", "profile": {"email": f"{name}@velodock.example"}} for name in ("ines", "otto")]
    report = check(installation.environment, company, installation.clock)
    assert report.faults == ()
    assert {finding.where for finding in report.warnings} == {"groups.privacy", "accounts.kind_field"}  # it has neither
