"""Access from asking to its end: what it opens, for whom, and that it ends by the clock."""

import pytest

from bot.access.people import Conversation
from bot.access.requests.give import TooEarly
from bot.accounts.results import Refused
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Origin
from tests.conftest import SettableClock
from tests.scenarios.access.asking import WHY, approvals, ask
from tests.scenarios.harness import Steward


def test_ask_approve_reveal_end(steward: Steward, clock: SettableClock) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    request = janis.read("access-approvals")[-1]
    assert f"asks for Contact details of pw-00412 (Baltic Beans SIA) · {name}" in request.text
    assert WHY in request.text
    assert "such as technical support" in request.text
    clock.advance(minutes=30)
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    decided = janis.read("access-approvals")[-1]
    assert "Approved by @Jānis Bērziņš" in decided.text
    assert list(decided.buttons) == []
    granted = inese.dm()[-1]
    assert "Granted until 13:30 (in 2 h)" in granted.text
    assert list(granted.buttons) == ["Open the account", "End now"]
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    assert "mara@balticbeans.example" in inese.modal().text
    assert "Māra Kalniņa" in inese.modal().text
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["grant"]) == ("account.reveal", "disclosed", name)
    inese.close()
    inese.press("End now", in_="dm")
    steward.deliver()
    assert f"{name} is over" in inese.dm()[-1].text
    assert "ended at 11:30 by the holder" in approvals(steward)
    inese.press("Reveal", in_="general")  # on the card that was drawn before
    over = inese.read("general")[-1]
    assert "You have no live grant for that any more" in over.text
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "no_grant")
    inese.press("Request access", in_="general")
    assert inese.modal().state["Account"] == "pw-00412"
    inese.close()
    inese.type("/account pw-00412", channel="general")
    assert "m•••@balticbeans.example" in inese.read("general")[-1].text
    actions = [(one["action"], one["outcome"]) for one in steward.audit(grant=name)]
    assert actions == [
        ("access.request", "requested"),
        ("access.approve", "granted"),
        ("account.reveal", "disclosed"),
        ("access.end", "ended"),
    ]


def test_it_ends_by_the_clock_and_says_so(steward: Steward, clock: SettableClock) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    inese.type("/account pw-00412", channel="general")
    card = inese.read("general")[-1]
    assert "Reveal" in card.buttons
    clock.advance(hours=1, minutes=50)
    steward.tick()
    assert f"{name} ends at 13:00" in inese.dm()[-1].text
    clock.advance(minutes=10)
    reveal = inese.find("Reveal", in_="general")
    inese.press(reveal)
    assert "no live grant" in inese.read("general")[-1].text
    assert steward.last()["reason"] == "no_grant"
    steward.tick()
    steward.tick()
    said = [message.text for message in inese.dm()]
    assert sum("You never used it." in text for text in said) == 1
    assert [one["outcome"] for one in steward.audit(grant=name)].count("expired") == 1
    assert "ended at 13:00" in approvals(steward)
    assert all("End now" not in message.buttons for message in inese.dm())


def test_recipients_are_shown_by_page_and_each_page_is_recorded(steward: Steward) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    ask(steward, classes=["Recipient lists"])
    janis.press("Approve", in_="access-approvals")
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    assert "reader0@inbox.example" in inese.modal().text
    assert "reader56@inbox.example" not in inese.modal().text
    before = len(steward.audit(outcome="disclosed"))
    inese.press("Next", in_="modal")
    assert "reader56@inbox.example" in inese.modal().text
    assert len(steward.audit(outcome="disclosed")) == before + 1


def test_a_grant_is_for_its_account_person_and_purpose_only(steward: Steward) -> None:
    ask(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    inese, kaspars = steward.person("inese"), steward.person("kaspars")
    inese.type("/account pw-00412", channel="general")
    borrowed = inese.find("Reveal", in_="general")
    for person, text in (
        (inese, "/account pw-00413"),
        (inese, "/account pw-00412 for customer service"),
        (kaspars, "/account pw-00412"),
    ):
        person.type(text, channel="general")
        assert "Reveal" not in person.read("general")[-1].buttons
    assert borrowed.label == "Reveal"


def test_app_home_decides_and_ends(steward: Steward) -> None:
    name = ask(steward)
    janis, inese = steward.person("janis"), steward.person("inese")
    assert name in janis.home().text
    janis.press("Approve", in_="home")
    steward.deliver()
    assert "Nothing waits for you" in janis.glance_home().text
    assert name in inese.home().text
    inese.press("Open the account", in_="home")
    assert f"Contact details  granted until 13:00 (in 2 h), {name}" in inese.modal().text
    inese.close()
    inese.press("End now", in_="home")
    assert name not in inese.glance_home().text
    assert "No access beyond your purposes" in inese.glance_home().text
    for button, answers in (
        ("Deny", {"Why?": "Ask the customer first"}),
        ("Approve less", {"Why?": "A call takes less", "For how long?": "30 min"}),
    ):
        name = ask(steward)
        assert name in janis.home().text
        janis.press(button, in_="home")
        janis.fill(answers)
        assert janis.submit() == {}
        assert "Nothing waits for you" in janis.glance_home().text
        janis.close()


def test_a_deactivated_person_is_refused(steward: Steward, clock: SettableClock) -> None:
    ask(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    inese = steward.slack.people["inese"]
    inese.deactivate()
    person = steward.services.directory.person(steward.slack.team_id, inese.id, fresh=True)
    origin = Origin(Actor(person.id, person.team, person.email), Surface.BUTTON, "a-trigger")
    looked_up = steward.services.look_up(origin, person, Conversation.INTERNAL, "pw-00412", None)
    assert isinstance(looked_up, Refused)
    again = Origin(origin.actor, Surface.BUTTON, "another-trigger")
    revealed = steward.services.reveal(again, person, Conversation.INTERNAL, "pw-00412", "contact", "technical_support")
    assert isinstance(revealed, Refused)
    assert [one["reason"] for one in steward.audit(outcome="refused")] == ["deactivated", "deactivated"]


def test_a_clock_that_was_set_back_loses_no_end(steward: Steward, clock: SettableClock) -> None:
    name = ask(steward)
    clock.advance(hours=8)
    due = clock.now
    clock.advance(hours=-1)
    with pytest.raises(TooEarly):
        steward.services.finish.time_out(name)
    clock.now = due
    steward.services.finish.time_out(name)
    steward.services.finish.time_out(name)
    assert [one["outcome"] for one in steward.audit(grant=name)] == ["requested", "expired"]
