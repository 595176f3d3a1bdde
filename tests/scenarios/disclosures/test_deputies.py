"""An approver is away while data is to go to an outsider: the deputy fills the approver's place, and no other."""

from datetime import timedelta

import pytest

from tests.conftest import SettableClock
from tests.scenarios.access.absences import away
from tests.scenarios.disclosures.giving import ask, in_both
from tests.scenarios.harness import Steward


def pressed(steward: Steward, who: str, in_: str) -> None:
    steward.person(who).press("Approve", in_=in_)
    steward.deliver()


def test_a_deputy_agrees_for_an_approver(steward: Steward, clock: SettableClock) -> None:
    away(steward, "janis", "friday @nils")
    assert ask(steward) == {}
    told = steward.person("nils").dm()[-1]
    assert "wants to give data of pw-00412 to an outsider" in told.text
    pressed(steward, "nils", "dm")
    for text in in_both(steward):
        assert "Approved by @Nils Zariņš for @Jānis Bērziņš · waiting for someone of @privacy-office" in text
    entry = steward.last()
    assert (entry["outcome"], entry["reason"]) == ("done", f"deputy:{steward.slack.people['janis'].id}")
    pressed(steward, "janis", "access-approvals")  # whose place is filled already
    assert steward.last()["reason"] == "approved_already"
    assert steward.count("disclosure_register") == 0
    pressed(steward, "laila", "privacy-desk")
    assert steward.count("disclosure_register") == 1
    assert "Approved by @Nils Zariņš for @Jānis Bērziņš and @Laila" in in_both(steward)[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_privacy_offices_place_is_not_passed_on(steward: Steward) -> None:
    steward.slack.groups["access-approvers"].add("laila")
    away(steward, "laila", "friday @nils")
    assert ask(steward) == {}
    pressed(steward, "janis", "access-approvals")
    pressed(steward, "nils", "dm")
    assert steward.last()["reason"] == "place_filled"
    assert all("waiting for someone of @privacy-office" in text for text in in_both(steward))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_never_what_the_one_who_is_away_asks_for_and_not_afterwards(steward: Steward, clock: SettableClock) -> None:
    away(steward, "martins", "tomorrow @nils")
    assert ask(steward, "martins") == {}
    assert "wants to give data" not in steward.person("nils").dm()[-1].text
    away(steward, "janis", "tomorrow @nils")
    steward.person("martins").close(everything=True)
    assert ask(steward, "edgars", "pw-00413") == {}
    clock.now += timedelta(days=2)
    pressed(steward, "nils", "dm")
    assert steward.last()["reason"] == "not_an_approver"
