"""Disclosures where people look for what waits: App Home, `/access pending` and `/access mine`, decided from there."""

from datetime import timedelta

import pytest

from tests.conftest import SettableClock
from tests.scenarios.access.absences import away
from tests.scenarios.disclosures.giving import SECRETS, ask
from tests.scenarios.harness import Steward

TITLE = "wants to give data of pw-00412 to an outsider"


def test_decided_where_tasks_stand_and_opened_where_ones_own_stand(steward: Steward) -> None:
    edgars, janis, laila = (steward.person(name) for name in ("edgars", "janis", "laila"))
    assert ask(steward) == {}
    edgars.close(everything=True)
    assert TITLE not in edgars.home().text
    assert "D-1 data of pw-00412 for an outsider" in edgars.home().text
    home = janis.home()
    assert TITLE in home.text
    assert "Court order C-123/2026 of 20 Feb 2026" in home.text
    assert not any(secret in home.text for secret in SECRETS)
    janis.press("Approve", in_="home")
    steward.deliver()
    assert "waiting for someone of @privacy-office" in janis.modal().text
    janis.close()
    assert TITLE not in janis.glance_home().text  # nothing is left to do for approvers
    assert "Nothing waits for you" in janis.glance_home().text
    laila.type("/access pending", channel="general")
    listed = laila.read("general")[-1]
    assert TITLE in listed.text
    assert "waiting for someone of @privacy-office" in listed.text
    laila.press("Approve", in_="general")
    assert "in the register as D-1" in laila.read("general")[-1].text
    steward.deliver()
    assert steward.count("disclosure_register") == 1
    laila.type("/access pending", channel="general")
    assert laila.read("general")[-1].text == "Nothing is waiting for you to decide."
    edgars.type("/access mine", channel="general")
    assert "D-1 data of pw-00412 for an outsider · approved" in edgars.read("general")[-1].text
    edgars.home()
    edgars.press("Show the data", in_="home")
    assert all(secret in edgars.modal().text for secret in SECRETS)
    edgars.close(everything=True)
    assert "D-1" not in edgars.glance_home().text
    acts = [(one["outcome"], one["reason"], one["surface"]) for one in steward.audit(grant="D-1")][1:]
    assert acts == [
        ("done", "more_approvers", "home"),
        ("granted", "all_approvers", "button"),
        ("disclosed", "court_order", "home"),
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_deputy_finds_it_and_an_outdated_list_says_so(steward: Steward, clock: SettableClock) -> None:
    nils, janis = steward.person("nils"), steward.person("janis")
    away(steward, "janis", "friday @nils")
    assert ask(steward) == {}
    nils.type("/access pending", channel="general")
    assert TITLE in nils.read("general")[-1].text
    old = nils.find("Approve", in_="general")
    assert TITLE in steward.person("laila").home().text
    steward.person("laila").press("Deny", in_="home")
    steward.deliver()
    nils.press(old)
    assert "D-1 can't be decided any more" in nils.read("general")[-1].text
    assert TITLE not in janis.home().text
    steward.person("edgars").close(everything=True)
    assert ask(steward) == {}
    assert TITLE in nils.home().text
    clock.now += timedelta(days=4)
    assert TITLE not in nils.home().text
    assert "D-2" not in steward.person("edgars").home().text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_list_leaves_out_is_counted(steward: Steward) -> None:
    edgars, janis = steward.person("edgars"), steward.person("janis")
    for _ in range(4):
        assert ask(steward) == {}
        edgars.close(everything=True)
    edgars.type("/access mine", channel="general")
    own = edgars.read("general")[-1].text
    assert own.count("for an outsider") == 3
    assert "And 1 more after these." in own
    assert "And 1 more after these." in janis.home().text
