"""A customer asks who looked at their data, and the privacy officer reports."""

import pytest
from slack_sdk import WebClient

from tests.conftest import SettableClock
from tests.scenarios.customer_requests.reporting import looked_at, reported
from tests.scenarios.harness import Steward, files_of


def test_the_officer_gets_the_summary_and_the_files(steward: Steward, clock: SettableClock) -> None:
    looked_at(steward, clock)
    answer = reported(steward)
    assert "Who looked at your data on 2 March 2026: Baltic Beans SIA, account pw-00412" in answer
    assert "One person at Postwing looked at your data four times, for Technical support." in answer
    assert "In one case details were shown in full. One attempt was refused and showed nothing." in answer
    assert "Contact details in full · Access approvers (R-1001) · HD-2211" in answer
    files = files_of(steward.person("laila"))
    assert sorted(files) == ["report-pw-00412.html", "report-pw-00412.pdf"]
    assert files["report-pw-00412.pdf"].startswith(b"%PDF-")
    page = files["report-pw-00412.html"].decode()
    assert "Baltic Beans SIA" in page
    assert "such as technical support" in page
    assert page.count('<tr role="row">') == 1 + 4


def test_nothing_of_others_and_nothing_typed_is_in_it(steward: Steward, clock: SettableClock) -> None:
    looked_at(steward, clock)
    reported(steward)
    page = files_of(steward.person("laila"))["report-pw-00412.html"].decode()
    for text in ("pw-00413", "mara@balticbeans.example", "newsletters bounce", "Inese", "Jānis", "Māra"):
        assert text not in page
    message = steward.person("laila").dm()[-1].text
    assert "Baltic Beans" not in message
    assert "pw-00412" in message


def test_it_is_recorded_before_it_is_shown(steward: Steward, clock: SettableClock) -> None:
    looked_at(steward, clock)
    reported(steward)
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["account"]) == ("privacy.report", "answered", "pw-00412")
    assert entry["policy_version"]
    assert set(entry["fields"]) >= {"id", "name"}


def test_what_is_not_recorded_is_not_shown(
    steward: Steward, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at(steward, clock)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(steward.services.ledger), "write", fail)
    answer = reported(steward)
    assert "Baltic Beans" not in answer
    assert files_of(steward.person("laila")) == {}


def test_only_privacy_officers_may(steward: Steward) -> None:
    for who in ("inese", "agnese", "nils", "janis"):
        answer = reported(steward, who=who)
        assert "Only privacy officers (@privacy-office) report" in answer
        entry = steward.last()
        assert (entry["action"], entry["outcome"]) == ("privacy.report", "refused")
        assert entry["reason"] == "not_a_privacy_officer"
        assert files_of(steward.person(who)) == {}


def test_not_in_a_channel_shared_with_another_company(steward: Steward) -> None:
    zane = steward.person("zane")
    zane.type("/privacy report pw-00412", channel="acme-postwing")
    assert "shared with another company" in zane.read("acme-postwing")[-1].text


def test_a_part_of_the_time(steward: Steward, clock: SettableClock) -> None:
    looked_at(steward, clock)
    assert "Nobody at Postwing looked at your data in this time." in reported(steward, "baltic beans until yesterday")
    assert "between 1 March and 2 March 2026" in reported(steward, "pw-00412 since 2026-03-01")


def test_nothing_is_said_of_what_has_not_come_yet(steward: Steward, clock: SettableClock) -> None:
    looked_at(steward, clock)
    assert "Who looked at your data on 2 March 2026" in reported(steward, "pw-00412 until 2030-01-01")
    for period in ("since 2030-01-01", "since 2 march until 1 march"):
        said = reported(steward, f"pw-00412 {period}")
        assert "looked at your data" not in said
        assert "Times are written like since march" in said
    assert (steward.last()["outcome"], files_of(steward.person("laila"))["report-pw-00412.pdf"][:4]) == (
        "not_found",
        b"%PDF",
    )
    assert "If a time was meant, it can't be read" in reported(steward, "pw-00412 since soonish")
    assert "If a time" not in reported(steward, "nobody at all")


def test_one_account_or_none(steward: Steward) -> None:
    answer = reported(steward, "bean")
    assert "Several accounts match" in answer
    assert "Baltic Beans" not in answer
    assert steward.last()["outcome"] == "suggested"
    assert "No account matches" in reported(steward, "zzzzzz nothing")
    assert steward.last()["outcome"] == "not_found"


def test_when_slack_does_not_take_the_files_that_is_said(
    steward: Steward, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at(steward, clock)

    def down(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(WebClient, "files_upload_v2", down)
    answer = reported(steward)
    assert "looked at your data four times" in answer
    assert "Slack did not take the files" in answer


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "/privacy report pw-00412"),
        (" help", "/privacy report pw-00412"),
        (" report", "Who looked at which account's data? /privacy report pw-00412"),
        (" reprot pw-00412", "Did you mean /privacy report pw-00412?"),
        (f" reprot {4000 * 'x'}", "Did you mean /privacy report xxx"),
        (" gaps february", "Did you mean /privacy gaps?"),
        (" rulings 3", "Did you mean /privacy rulings?"),
        (" L-3", "L-3 is a ruling. /privacy rulings shows"),
        (" r 1001", "R-1001 is a request for access. /access mine shows yours"),
        (" q–12.", "Q-12 is a question to the privacy officers."),
        (" D-4", "D-4 is a disclosure to an outsider. /access disclosures"),
        (" N-2", "N-2 is a change of the policy. /policy changes"),
        (" v-7", "V-7 is a review. Auditors open it with /audit V-7."),
        (" pw-00412", "/privacy new pw-00412 registers what this customer asks for"),
    ],
)
def test_what_else_it_says(steward: Steward, typed: str, expected: str) -> None:
    nils = steward.person("nils")
    before = steward.count("audit_entries")
    nils.type(f"/privacy{typed}", channel="general")
    assert expected in nils.read("general")[-1].text
    assert steward.count("audit_entries") == before
