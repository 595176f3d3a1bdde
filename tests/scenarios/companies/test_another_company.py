"""A company with other purposes, classes, groups and fields: nothing of the reference company is in the code."""

from collections.abc import Iterator

import pytest

from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT, Steward, running

FOLDER = ROOT / "tests" / "companies" / "velodock"


@pytest.fixture
def velodock(database: Database, clock: SettableClock) -> Iterator[Steward]:
    accounts, workspace = FOLDER / "accounts.jsonl", FOLDER / "workspace.toml"
    with running(database, clock, folder=FOLDER, accounts=accounts, workspace=workspace) as made:
        yield made


def test_the_card_is_that_companys(velodock: Steward) -> None:
    rosa = velodock.person("rosa")
    rosa.type("/account amelie", channel="general")
    text = rosa.read("general")[-1].text
    assert "Amélie Gagnon" in text
    assert "For Help on the road" in text
    assert "+1 ••• ••• 107" in text
    assert "Rides  hidden without a grant" in text
    assert "Deposit" not in text


def test_another_groups_purpose_shows_other_classes(velodock: Steward) -> None:
    fay = velodock.person("fay")
    fay.type("/account VD/0007-K", channel="general")
    text = fay.read("general")[-1].text
    assert "For Settling deposits" in text
    assert "Deposit" in text
    assert "Rides" not in text


def test_the_story_runs(velodock: Steward) -> None:
    rosa, lee, ida = (velodock.person(name) for name in ("rosa", "lee", "ida"))
    rosa.type("/access VD/0007-K for roadside 30m", channel="general")
    rosa.fill({"What do you need to see?": ["Rides"], "Why?": "Bike 12 was not returned last night"})
    assert rosa.submit() == {}
    velodock.deliver()
    assert "asks for Rides of VD/0007-K" in lee.read("unlock-requests")[-1].text
    assert "Amélie" not in lee.read("unlock-requests")[-1].text
    lee.press("Approve", in_="unlock-requests")
    rosa.type("/account VD/0007-K", channel="general")
    rosa.press("Reveal", in_="general")
    assert "Gare–Marché 08:12" in rosa.modal().text
    ida.type("/audit VD/0007-K", channel="general")
    assert "revealed" in ida.read("general")[-1].text


def test_a_purpose_without_approval_grants_at_once(velodock: Steward) -> None:
    ines = velodock.person("ines")
    ines.type("/access VD/0012-B", channel="general")
    ines.fill({"What do you need to see?": ["Rides"], "Why?": "Where the next station should stand"})
    assert ines.submit() == {}
    assert "Granted until" in ines.modal().text
    entry = velodock.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("access.request", "granted", "no_approval_needed")
    velodock.deliver()
    assert "no approval was needed" in ines.dm()[-1].text
    assert velodock.slack.messages("unlock-requests") == []
