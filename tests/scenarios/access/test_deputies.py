"""An approver is away and a deputy decides; somebody is reminded, and the next group is told."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.access.absences import away
from tests.scenarios.access.asking import approvals, ask
from tests.scenarios.harness import ROOT, Steward, running


def test_a_deputy_decides_and_the_entry_says_for_whom(steward: Steward, clock: SettableClock) -> None:
    janis, nils = steward.person("janis"), steward.person("nils")
    said = away(steward, "janis", "tomorrow @nils")
    assert "You are away" in said
    assert "You stand in for @Jānis Bērziņš" in nils.dm()[-1].text
    assert "@Jānis Bērziņš is away" in janis.read("access-approvals")[-1].text
    name = ask(steward)
    nils.type("/access pending", channel="general")
    assert name in nils.read("general")[-1].text
    assert "You stand in for @Jānis Bērziņš" in nils.home().text
    nils.press("Approve", in_="general")
    steward.deliver()
    assert "Approved by @Nils Zariņš for @Jānis Bērziņš" in approvals(steward)
    entry = next(one for one in steward.audit(grant=name) if one["action"] == "access.approve")
    assert (entry["outcome"], entry["reason"]) == ("granted", f"deputy:{steward.slack.people['janis'].id}")
    clock.advance(days=3)
    steward.tick()
    assert "That is over" in nils.dm()[-1].text
    acts = [(one["outcome"], one["reason"]) for one in steward.audit() if one["action"] == "access.deputy"]
    assert acts == [("done", None), ("expired", "time_is_up")]


def test_never_what_the_one_who_is_away_asks_for(steward: Steward) -> None:
    nils = steward.person("nils")
    away(steward, "martins", "friday @nils")
    name = ask(steward, "martins")
    nils.type("/access pending", channel="general")
    assert "Nothing is waiting" in nils.read("general")[-1].text
    steward.slack.channels["access-approvals"].invite(steward.slack.people["nils"].id)
    nils.press("Approve", in_="access-approvals")
    assert steward.count("access_grants") == 0
    entry = next(one for one in steward.audit(grant=name) if one["action"] == "access.approve")
    assert (entry["outcome"], entry["reason"]) == ("refused", "not_an_approver")


def test_nobody_counts_twice_through_a_deputy(steward: Steward, clock: SettableClock) -> None:
    """An individual's account needs two approvers: not one and their own deputy."""
    janis, nils, martins = (steward.person(one) for one in ("janis", "nils", "martins"))
    steward.slack.channels["access-approvals"].invite(steward.slack.people["nils"].id)
    away(steward, "janis", "friday @nils")
    ask(steward, account="pw-00500")
    nils.press("Approve", in_="access-approvals")
    steward.deliver()
    assert "Agreed by @Nils Zariņš for @Jānis Bērziņš" in approvals(steward)
    janis.type("/access back", channel="general")
    assert "Welcome back" in janis.read("general")[-1].text
    steward.deliver()
    janis.press("Approve", in_="access-approvals")
    assert "You agreed to" in janis.read("access-approvals")[-1].text
    assert steward.count("access_grants") == 0
    clock.advance(minutes=1)
    martins.press("Approve", in_="access-approvals")
    assert steward.count("access_grants") == 1


def test_no_chains_and_no_strangers(steward: Steward) -> None:
    nils = steward.person("nils")
    assert "employee" in away(steward, "janis", "friday @paula")
    assert "somebody else" in away(steward, "janis", "friday @janis")
    assert "Only those who approve" in away(steward, "inese", "friday @nils")
    assert "is over already" in away(steward, "janis", "2020-01-01 @nils")
    assert "Until when" in away(steward, "janis", "soonish")
    assert steward.count("access_absences") == 0
    away(steward, "janis", "friday @martins")
    away(steward, "martins", "friday @nils")
    steward.slack.groups["access-approvers"].remove("martins")
    ask(steward)
    nils.type("/access pending", channel="general")
    assert "Nothing is waiting" in nils.read("general")[-1].text


def test_one_person_at_a_time_is_reminded_then_the_next_group_decides(steward: Steward, clock: SettableClock) -> None:
    people = [steward.person(one) for one in ("janis", "martins")]
    laila = steward.person("laila")
    name = ask(steward)
    clock.advance(minutes=61)
    steward.tick()
    steward.tick()
    first = [one for one in people if any("has waited" in said.text for said in one.dm())]
    assert len(first) == 1
    clock.advance(hours=2)
    steward.tick()
    assert all(any("has waited" in said.text for said in one.dm()) for one in people)
    clock.advance(hours=1)
    steward.tick()
    told = laila.read("privacy-desk")[-1]
    assert f"{name} has waited 4 h 1 min, and nobody decided it. You may decide it now" in told.text
    laila.press("Approve", in_="privacy-desk")
    steward.deliver()
    assert "Approved by @Laila Eglīte" in laila.read("privacy-desk")[-1].text
    assert all("Approved by @Laila Eglīte" in one.dm()[-1].text for one in people)
    clock.advance(hours=4)
    steward.tick()
    assert not any("has waited" in one.dm()[-1].text for one in people)
    assert steward.count("access_reminders") == 2
    acts = [one["action"] for one in steward.audit(grant=name)]
    assert acts[:3] == ["access.request", "access.escalate", "access.approve"]


def test_who_is_away_is_not_reminded_and_the_requester_hears_who_is_back_when(
    steward: Steward, clock: SettableClock
) -> None:
    steward.slack.people["martins"].deactivate()
    away(steward, "janis", "tomorrow 9:00 @nils")
    steward.slack.people["nils"].deactivate()
    name = ask(steward)
    steward.tick()
    said = steward.person("inese").dm()[-1].text
    assert f"Nobody is there who could decide {name} now. @Jānis Bērziņš is back" in said
    clock.advance(minutes=61)
    steward.tick()
    assert steward.count("access_reminders") == 1
    assert not any("has waited" in one.text for one in steward.person("janis").dm())


@pytest.fixture
def sparing(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    """Postwing, but unused support access ends after an hour, and tickets are asked about after two."""
    toml = (
        (ROOT / "steward.toml")
        .read_text()
        .replace('"1d"        # a holder', '"2h" #')
        .replace('max_duration = "4h" ', 'end_when_unused = "1h"\nmax_duration = "4h" ')
    )
    (tmp_path / "steward.toml").write_text(toml)
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    with running(database, clock, folder=tmp_path) as made:
        yield made


def test_unused_access_ends_and_used_access_does_not(sparing: Steward, clock: SettableClock) -> None:
    inese, janis = sparing.person("inese"), sparing.person("janis")
    name = ask(sparing)
    janis.press("Approve", in_="access-approvals")
    sparing.deliver()
    clock.advance(minutes=50)
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    inese.close(everything=True)
    clock.advance(minutes=50)
    sparing.services.approvers.least_use.look()
    assert all(one["reason"] != "unused" for one in sparing.audit(grant=name))
    clock.advance(minutes=11)
    for _ in range(2):
        sparing.services.approvers.least_use.look()
    sparing.deliver()
    said = inese.dm()[-1].text
    assert f"{name} ended at" in said
    assert "it was not used for 1 h · Contact details of pw-00412" in said
    assert "/access pw-00412 asks again" in said
    assert "because it was not used" in approvals(sparing)
    ends = [(one["outcome"], one["reason"]) for one in sparing.audit(grant=name) if one["action"] == "access.end"]
    assert ends == [("ended", "unused")]


@pytest.mark.parametrize("button", ["Still open", "End now"])
def test_a_holder_is_asked_about_the_ticket_once(steward: Steward, clock: SettableClock, button: str) -> None:
    zane, janis = steward.person("zane"), steward.person("janis")
    zane.type("/access pw-00412 for marketing 2d", channel="general")
    zane.fill({"What do you need to see?": ["Contact details"], "Why?": "The spring campaign is written by hand"})
    zane.fill({"Ticket": "MK-7"})
    assert zane.submit() == {}
    zane.close(everything=True)
    steward.deliver()
    janis.press("Approve", in_="access-approvals")
    clock.advance(hours=25)
    after = steward.services.company.rules.ask_about_ticket_after
    assert after is not None
    for _ in range(2):
        steward.services.approvers.least_use._ask_about_tickets(after)
    steward.deliver()
    assert "Is MK-7 still open?" in zane.dm()[-1].text
    zane.press(button, in_="dm")
    steward.deliver()
    live = steward.count("access_grants WHERE ended_at IS NULL")
    reasons = [one["reason"] for one in steward.audit() if str(one["reason"]).startswith("ticket")]
    assert (live, reasons) == ((1, ["ticket_open"]) if button == "Still open" else (0, ["ticket_closed"]))
