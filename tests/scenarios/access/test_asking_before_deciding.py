"""An approver asks before deciding, and only whoever made the request answers."""

import pytest

from tests.conftest import SettableClock
from tests.promises.deliveries import Payload, People
from tests.promises.test_presses_by_hand import deliver
from tests.scenarios.access.asking import approvals, ask
from tests.scenarios.access.questions import ANSWER, QUESTION, put, reply
from tests.scenarios.harness import Steward


def test_a_question_and_its_answer(steward: Steward, clock: SettableClock) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    assert f"@Inese Ozola is asked about {name}" in put(steward)
    asked = inese.dm()[-1]
    assert f"@Jānis Bērziņš asks you about {name} before deciding · Contact details of pw-00412" in asked.text
    assert f"“{QUESTION}”" in asked.text  # as it was typed: plain text, to one person
    assert f"{name} waits for a decision until 19:00" in asked.text
    assert asked.buttons == ("Answer",)
    shown = approvals(steward)
    assert "@Jānis Bērziņš asked at 11:00: “Which list? <!channel> ∗mail∗" in shown
    assert "ana@inbox.example" not in shown
    assert "•••@inbox.example" in shown
    home = inese.home()
    assert "@Jānis Bērziņš asks about R-1001 before deciding" in home.text
    assert "Nothing waits for you" not in home.text
    inese.type("/access mine", channel="general")
    assert "Answer" in inese.read("general")[-1].buttons
    clock.advance(minutes=5)
    assert "@Jānis Bērziņš has your answer" in reply(steward)
    told = janis.dm()[-1]
    assert f"@Inese Ozola answered your question about {name}" in told.text
    assert "@Inese Ozola answered at 11:05: “The ˋVIPˋ one, for <@U0EVERYONE> & co”" in told.text
    assert told.buttons == ("Approve", "Approve less", "Deny", "Ask")
    assert "You answered at 11:05" in inese.dm()[-1].text
    assert "asks about R-1001" not in inese.home().text
    acts = [(one["action"], one["outcome"], one["justification"]) for one in steward.audit(grant=name)][-2:]
    assert acts == [("access.question", "done", QUESTION), ("access.answer", "done", ANSWER)]
    janis.press("Approve", in_="dm")
    steward.deliver()
    assert "Approved by @Jānis Bērziņš" in janis.dm()[-1].text
    assert janis.dm()[-1].buttons == ()
    assert "answered at 11:05" in approvals(steward)  # what was said stays beside the decision


def refused(steward: Steward, payload: Payload) -> tuple[str, str]:
    """What was made by hand: the action and the reason that stand in the audit table then."""
    assert deliver(steward, payload).status == 200
    entry = steward.last()
    assert (entry["outcome"], entry["grant"]) == ("refused", "R-1001")
    return str(entry["action"]), str(entry["reason"])


def test_nobody_else_answers_and_nobody_twice(steward: Steward) -> None:
    inese, janis, people = steward.person("inese"), steward.person("janis"), People(steward.slack)
    ask(steward)
    put(steward)
    nobodys = ("access.answer", "no_such_request")
    assert refused(steward, people.press("kaspars", "access.answer", {"request": 1001, "nth": 1})) == nobodys
    assert refused(steward, people.press("inese", "access.answer", {"request": 1001, "nth": 2})) == nobodys
    form = {"text": "Mine"}
    assert refused(steward, people.form("kaspars", "access.answer_given", form, request=1001, nth=1)) == nobodys
    button = inese.find("Answer", in_="dm")
    reply(steward, "First")
    inese.press(button)
    assert "You answered that about R-1001 already" in inese.dm()[-1].text
    again = people.form("inese", "access.answer_given", {"text": "Second"}, request=1001, nth=1)
    assert refused(steward, again) == ("access.answer", "answered_already")
    assert "“First”" in janis.dm()[-1].text


def test_who_may_ask_and_how_often(steward: Steward, clock: SettableClock) -> None:
    janis, martins = steward.person("janis"), steward.person("martins")
    ask(steward, "martins")
    martins.press("Ask", in_="access-approvals")
    assert "You can't decide your own request" in martins.read("access-approvals")[-1].text
    by_hand = People(steward.slack).press("agnese", "access.question", {"request": 1001})
    assert refused(steward, by_hand) == ("access.question", "not_an_approver")
    button = janis.find("Ask", in_="access-approvals")
    janis.press(button)
    janis.fill({"What do you want to know?": " ?"})
    assert "Ask in a few words" in str(janis.submit())
    janis.close(everything=True)
    put(steward)
    janis.press(button)
    assert "You asked about R-1001 already, and @Mārtiņš Kalniņš has not answered yet" in approvals(steward)
    clock.advance(hours=9)
    steward.tick()
    steward.deliver()
    asked = next(one for one in martins.dm() if "before deciding" in one.text)
    assert "No answer is needed any more" in asked.text
    janis.press(button)
    assert "R-1001 can't be decided any more" in approvals(steward)


@pytest.mark.parametrize("decide", ["Approve", "Deny"])
def test_a_decision_ends_the_question(steward: Steward, decide: str) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    ask(steward)
    put(steward)
    inese.press("Answer", in_="dm")  # open while it is decided
    inese.fill({"Your answer": "Too late"})
    janis.press(decide, in_="access-approvals")
    if decide == "Deny":
        janis.fill({"Why?": "Not without a ticket"})
        janis.submit()
    steward.deliver()
    inese.submit()
    assert "Nothing else to do" in inese.modal().text
    inese.close()
    messages = [one for one in inese.dm() if "before deciding" in one.text]
    assert "No answer is needed any more" in messages[-1].text
    assert messages[-1].buttons == ()
    assert steward.last()["reason"] == "not_pending"


def test_details_name_the_business_and_are_recorded(steward: Steward) -> None:
    janis = steward.person("janis")
    ask(steward)
    janis.type("/access pending", channel="general")
    assert "Baltic Beans" not in janis.read("general")[-1].text
    janis.press("Details", in_="general")
    shown = janis.read("general")[-1]
    assert "pw-00412 (Baltic Beans SIA)" in shown.text
    assert "such as technical support" in shown.text
    entry = steward.last()
    wanted = ("access.list", "disclosed", "pw-00412", ["name"], "R-1001", "technical_support")
    assert tuple(entry[key] for key in ("action", "outcome", "account", "fields", "grant", "purpose")) == wanted
    by_hand = People(steward.slack).press("nils", "access.details", {"request": 1001})
    assert refused(steward, by_hand) == ("access.list", "not_an_approver")
    janis.home()
    janis.press("Details", in_="home")
    assert "pw-00412 (Baltic Beans SIA)" in janis.modal().text
    janis.press("Approve", in_="modal")
    assert "Approved by @Jānis Bērziņš" in janis.modal().text
    assert janis.modal().buttons == ()
    assert "Nothing waits for you" in janis.glance_home().text
