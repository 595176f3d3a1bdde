"""Several approvers, in any order; and an approver who gives less than was asked."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access.ending.finish import NotFinished
from bot.access.reasons import Reason
from bot.database import Database
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.access.asking import ANSWERS, approvals, ask
from tests.scenarios.harness import ROOT, Steward, person_of, running

CLASS_RULE = 'fields = ["lists", "recipients"]\nshown = "hidden"\napprovers = "privacy"'


@pytest.fixture
def strict(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    """Postwing, but a request for recipients needs somebody of the privacy office too."""
    toml = (ROOT / "steward.toml").read_text()
    plain = 'fields = ["lists", "recipients"]\nshown = "hidden"'
    assert plain in toml
    (tmp_path / "steward.toml").write_text(toml.replace(plain, CLASS_RULE))
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    with running(database, clock, folder=tmp_path) as made:
        yield made


def test_two_groups_must_agree_and_the_message_says_who_is_missing(strict: Steward, clock: SettableClock) -> None:
    janis, martins, laila = (strict.person(name) for name in ("janis", "martins", "laila"))
    name = ask(strict, classes=("Recipient lists",))
    assert "needs 1 of @access-approvers and 1 of @privacy-office" in approvals(strict)
    janis.press("Approve", in_="access-approvals")
    strict.deliver()
    text = approvals(strict)
    assert "Agreed by @Jānis Bērziņš" in text
    assert "Still needed: 1 more of @privacy-office" in text
    assert strict.count("access_grants") == 0
    martins.press("Approve", in_="access-approvals")
    assert "Enough of your group agreed" in martins.read("access-approvals")[-1].text
    janis.press("Approve", in_="access-approvals")
    assert "You agreed to" in janis.read("access-approvals")[-1].text
    clock.advance(minutes=5)
    laila.press("Approve", in_="access-approvals")
    strict.deliver()
    assert "Approved by @Jānis Bērziņš and @Laila Eglīte" in laila.read("access-approvals")[-1].text
    assert "Granted until" in strict.person("inese").dm()[-1].text
    acts = [(one["outcome"], one["reason"]) for one in strict.audit(grant=name) if one["action"] == "access.approve"]
    assert acts == [
        ("done", "more_approvers"),
        ("refused", "place_filled"),
        ("refused", "approved_already"),
        ("granted", "all_approvers"),
    ]


def test_one_denial_ends_it(strict: Steward) -> None:
    janis, laila = strict.person("janis"), strict.person("laila")
    ask(strict, classes=("Recipient lists",))
    janis.press("Approve", in_="access-approvals")
    strict.deliver()
    laila.press("Deny", in_="access-approvals")
    laila.fill({"Why?": "The customer did not ask for this"})
    laila.submit()
    strict.deliver()
    assert "Denied by @Laila Eglīte" in approvals(strict)
    assert strict.count("access_grants") == 0


def test_an_individuals_account_needs_one_approver_more(steward: Steward, clock: SettableClock) -> None:
    janis, martins = steward.person("janis"), steward.person("martins")
    ask(steward, account="pw-00500")
    assert "needs 2 of @access-approvers" in approvals(steward)
    assert "If approved now" not in approvals(steward)  # who reads it in an hour approves then
    assert "needs 2 of @access-approvers" in janis.home().text
    janis.press("Approve", in_="home")
    steward.deliver()
    assert steward.count("access_grants") == 0
    assert "Nothing waits for you" in janis.home().text
    janis.type("/access pending", channel="general")
    assert "Nothing is waiting for you to decide" in janis.read("general")[-1].text
    martins.home()
    assert "Agreed by @Jānis Bērziņš at 11:00. Still needed: 1 more of @access-approvers" in martins.home().text
    clock.advance(minutes=1)
    martins.press("Approve", in_="access-approvals")
    steward.deliver()
    assert "Approved by @Jānis Bērziņš and @Mārtiņš Kalniņš" in approvals(steward)


def test_whoever_can_find_no_two_others_is_told_at_once(steward: Steward) -> None:
    martins = steward.person("martins")
    martins.type("/access", channel="general")
    martins.fill(ANSWERS | {"Account": "pw-00500"})
    assert "Nobody but you could approve this" in str(martins.submit())


def test_an_approver_gives_less(steward: Steward) -> None:
    janis, inese = steward.person("janis"), steward.person("inese")
    name = ask(steward, classes=("Contact details", "Recipient lists"))
    janis.press("Approve less", in_="access-approvals")
    janis.fill({"Why?": "Contact details are enough"})
    assert "Take something away" in str(janis.submit())
    janis.fill({"What do they get?": ["Contact details"], "For how long?": "30 min"})
    assert janis.submit() == {}
    assert "less than asked" in janis.modal().text
    steward.deliver()
    granted = inese.dm()[-1].text
    assert "Granted until 11:30 (in 30 min)" in granted
    assert "less than asked: without Recipient lists and 30 min instead of 2 h: “Contact details are enough”" in granted
    inese.type("/account pw-00412", channel="general")
    card = inese.read("general")[-1].text
    assert f"Contact details  granted until 11:30 (in 30 min), {name}" in card
    assert "Recipient lists  3 lists" in card
    assert "hidden without a grant" in card
    approval = next(one for one in steward.audit(grant=name) if one["action"] == "access.approve")
    assert approval["justification"] == "Contact details are enough"
    janis.type("/access end --person @inese", channel="general")
    ends = janis.modal()
    assert ends.title == f"End {name}?"
    assert f"{name} @Inese Ozola: Contact details of pw-00412" in ends.text
    assert "Recipient lists" not in ends.text


def test_only_an_approver_opens_the_form_for_less(steward: Steward) -> None:
    laila = steward.person("laila")
    ask(steward)
    laila.press("Approve less", in_="access-approvals")
    assert "Only @access-approvers can" in laila.read("access-approvals")[-1].text
    assert (steward.last()["action"], steward.last()["reason"]) == ("access.approve", "not_an_approver")
    assert steward.count("access_grants") == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_withdraws_what_another_asked_for(steward: Steward) -> None:
    """Not by a press that Slack never offered them either."""
    number, kaspars = int(ask(steward).removeprefix("R-")), person_of(steward, "kaspars")
    refused = steward.services.finish.cancel(by(kaspars), kaspars, number)
    assert isinstance(refused, NotFinished)
    assert refused.reason is Reason.NOT_YOURS
    assert (steward.last()["action"], steward.last()["outcome"]) == ("access.cancel", "refused")
    steward.person("janis").press("Approve", in_="access-approvals")
    assert steward.count("access_grants") == 1
