"""Deciding on a request: who may at the moment of the press, who was first, and what is told."""

from tests.conftest import SettableClock
from tests.scenarios.access.asking import approvals, ask
from tests.scenarios.harness import Steward


def test_a_denial_tells_why(steward: Steward) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    janis.press("Deny", in_="access-approvals")
    janis.fill({"Why?": "Ask the customer: first <@U123> *now*"})
    assert janis.submit() == {}
    steward.deliver()
    told = inese.dm()[-1]
    assert "Denied by @Jānis Bērziņš" in told.text
    assert "Ask the customer: first" in told.text
    assert "Denied" in approvals(steward)
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["grant"]) == ("access.deny", "denied", name)
    assert entry["justification"].startswith("Ask the customer: first")


def test_nobody_decides_their_own(steward: Steward) -> None:
    steward.slack.groups["support"].add("janis")
    ask(steward, "janis")
    janis = steward.person("janis")
    janis.press("Approve", in_="access-approvals")
    assert "You can't decide your own request" in janis.read("access-approvals")[-1].text
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("access.approve", "refused", "own_request")
    assert steward.count("access_grants") == 0
    janis.press("Deny", in_="access-approvals")
    assert "You can't decide your own request" in janis.read("access-approvals")[-1].text


def test_rights_are_those_of_the_moment_of_the_press(steward: Steward) -> None:
    ask(steward)
    janis = steward.person("janis")
    janis.type("/access pending", channel="general")
    steward.slack.groups["access-approvers"].remove("janis")
    janis.press("Approve", in_="access-approvals")
    assert "Only @access-approvers can decide" in janis.read("access-approvals")[-1].text
    assert steward.last()["reason"] == "not_an_approver"
    assert steward.count("access_grants") == 0


def test_whoever_left_the_group_is_granted_nothing(steward: Steward) -> None:
    ask(steward)
    steward.slack.groups["support"].remove("inese")
    janis = steward.person("janis")
    janis.press("Approve", in_="access-approvals")
    assert "in no group with this purpose any more" in janis.read("access-approvals")[-1].text
    assert steward.count("access_grants") == 0


def test_the_second_approver_reads_who_was_first(steward: Steward, clock: SettableClock) -> None:
    ask(steward)
    janis, martins = steward.person("janis"), steward.person("martins")
    late = martins.find("Approve", in_="access-approvals")
    janis.press("Approve", in_="access-approvals")
    clock.advance(seconds=3)
    martins.press(late)
    assert "@Jānis Bērziņš approved R-1001 3 seconds before you" in martins.read("access-approvals")[-1].text
    again = steward.last()
    assert (again["outcome"], again["reason"]) == ("refused", "not_pending")
    assert steward.count("access_grants") == 1


def test_pressing_again_says_what_the_state_is(steward: Steward) -> None:
    ask(steward)
    janis = steward.person("janis")
    button = janis.find("Approve", in_="access-approvals")
    janis.press(button)
    janis.press(button)
    assert "You decided R-1001 already" in janis.read("access-approvals")[-1].text
    assert steward.count("access_grants") == 1


def test_a_request_that_nobody_answers_expires_and_says_so(steward: Steward, clock: SettableClock) -> None:
    name = ask(steward)
    janis = steward.person("janis")
    late = janis.find("Approve", in_="access-approvals")
    clock.advance(hours=8)
    janis.press(late)
    assert "can't be decided any more" in janis.read("access-approvals")[-1].text
    steward.tick()
    assert "Expired unanswered" in steward.person("inese").dm()[-1].text
    assert "Expired unanswered" in next(
        message.text for message in janis.read("access-approvals") if name in message.text
    )
    assert [(one["action"], one["actor"]) for one in steward.audit(outcome="expired")] == [("access.expire", "system")]


def test_whoever_decides_can_read_the_whole_reason(steward: Steward) -> None:
    """Of a long one the message has the beginning, and **Details** all of it; of another there is nothing more."""
    ask(steward)
    janis = steward.person("janis")
    assert janis.read("access-approvals")[-1].buttons == ("Approve", "Approve less", "Deny", "Ask")
    janis.press("Approve", in_="access-approvals")
    why = f"{'Newsletters bounce, and the sender has to be compared with what we have. ' * 25}This is the end of it."
    inese = steward.person("inese")
    inese.type("/access pw-00413", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": why})
    assert inese.submit() == {}
    steward.deliver()
    told = janis.read("access-approvals")[-1]
    assert "This is the end of it" not in told.text
    assert told.buttons == ("Approve", "Approve less", "Deny", "Ask", "Details")
    janis.press("Details", in_="access-approvals")
    shown = janis.read("access-approvals")[-1]
    assert shown.ephemeral
    assert why in shown.text
    assert "Details" not in shown.buttons
    home = janis.home()
    assert "This is the end of it" not in home.text
    janis.press("Details", in_="home")
    assert "This is the end of it" in janis.modal().text
