"""A report to a customer that calls people by name, where the configuration says so."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.audit.reports.customer import CustomerReport
from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ask
from tests.scenarios.customer_requests.reporting import looked_at, reported
from tests.scenarios.harness import CLI, ROOT, Steward, files_of, running

NAMES = (">Inese</td>", ">Jānis (R-1001)</td>")  # as Slack shows them


@pytest.fixture
def steward(sqlite_url: str, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    folder = tmp_path / "company"
    shutil.copytree(ROOT / "policies", folder / "policies")
    words = (ROOT / "steward.toml").read_text(encoding="utf-8")
    assert 'people = "role"' in words
    (folder / "steward.toml").write_text(words.replace('people = "role"', 'people = "name"'), encoding="utf-8")
    database = Database(sqlite_url)
    with running(database, clock, folder=folder) as made:
        yield made
    database.close()


def test_it_says_who_looked_and_who_approved(steward: Steward, clock: SettableClock) -> None:
    looked_at(steward, clock)
    assert "looked at your data four times" in reported(steward)
    page = files_of(steward.person("laila"))["report-pw-00412.html"].decode()
    assert [name for name in NAMES if name not in page] == []
    assert "Nils" not in page  # was refused, and saw nothing


def test_it_names_all_who_had_to_approve(steward: Steward, clock: SettableClock) -> None:
    name = ask(steward, account="pw-00500")
    for approver in ("janis", "martins"):
        steward.person(approver).press("Approve", in_="access-approvals")
        clock.advance(minutes=1)
    inese = steward.person("inese")
    inese.type("/account pw-00500", channel="general")
    inese.press("Reveal", in_="general")
    report = steward.services.report.by_operator(CLI, "pw-00500")
    assert isinstance(report, CustomerReport)
    assert report.looks[0].approval == f"Jānis and Mārtiņš ({name})"


def test_who_approved_is_read_from_the_ledger_and_not_from_tables_that_no_tree_covers(
    steward: Steward, clock: SettableClock
) -> None:
    name = ask(steward, account="pw-00412")
    steward.person("janis").press("Approve", in_="access-approvals")
    inese = steward.person("inese")
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    other = {"other": steward.person("martins").id}
    with steward.database.transaction() as connection:
        connection.execute(text("UPDATE access_requests SET decided_by = :other"), other)
        connection.execute(text("UPDATE access_approvals SET by = :other"), other)
    report = steward.services.report.by_operator(CLI, "pw-00412")
    assert isinstance(report, CustomerReport)
    assert report.looks[0].approval == f"Jānis ({name})"
