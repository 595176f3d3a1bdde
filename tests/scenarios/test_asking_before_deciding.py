"""An approver asks before deciding, and only whoever made the request answers."""

import pytest

from tests.conftest import SettableClock
from tests.scenarios.harness import Steward
from tests.scenarios.test_access import approvals, ask

QUESTION = "Which list? <!channel> *mail* <https://evil.example|here> ana@inbox.example"
ANSWER = "The `VIP` one, for <@U0EVERYONE> & co"


def put(steward: Steward, name: str = "janis", text: str = QUESTION, in_: str = "access-approvals") -> str:
    """Press **Ask** and send the question; what the modal says then."""
    approver = steward.person(name)
    approver.press("Ask", in_=in_)
    approver.fill({"What do you want to know?": text})
    assert approver.submit() == {}
    said = approver.modal().text
    approver.close()
    steward.deliver()
    return said


def reply(steward: Steward, text: str = ANSWER, in_: str = "dm") -> str:
    inese = steward.person("inese")
    inese.press("Answer", in_=in_)
    inese.fill({"Your answer": text})
    assert inese.submit() == {}
    said = inese.modal().text
    inese.close()
    steward.deliver()
    return said


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
    assert told.buttons == ("Approve", "Approve less", "Ask", "Deny")
    assert "You answered at 11:05" in inese.dm()[-1].text
    assert "asks about R-1001" not in inese.home().text
    acts = [(one["action"], one["outcome"], one["justification"]) for one in steward.audit(grant=name)][-2:]
    assert acts == [("access.question", "done", QUESTION), ("access.answer", "done", ANSWER)]
    janis.press("Approve", in_="dm")
    steward.deliver()
    assert "Approved by @Jānis Bērziņš" in janis.dm()[-1].text
    assert janis.dm()[-1].buttons == ()
    assert "answered at 11:05" in approvals(steward)  # what was said stays beside the decision


def test_nobody_else_answers_and_nobody_twice(steward: Steward) -> None:
    inese, janis, kaspars = (steward.person(one) for one in ("inese", "janis", "kaspars"))
    ask(steward)
    put(steward)
    button = inese.find("Answer", in_="dm")
    kaspars.press(button)
    steward.deliver()
    assert "That request is not there" in kaspars.dm()[-1].text
    last = steward.last()
    assert (last["action"], last["outcome"], last["reason"]) == ("access.answer", "refused", "no_such_request")
    inese.press(button)
    inese.press(button)  # two forms
    inese.fill({"Your answer": "First"})
    inese.submit()
    inese.close()
    inese.fill({"Your answer": "Second"})
    inese.submit()
    assert "You answered that about R-1001 already" in inese.modal().text
    inese.close(everything=True)
    steward.deliver()
    inese.press(button)
    assert "You answered that about R-1001 already" in inese.dm()[-1].text
    assert "“First”" in janis.dm()[-1].text


def test_who_may_ask_and_how_often(steward: Steward, clock: SettableClock) -> None:
    janis, martins, agnese = (steward.person(one) for one in ("janis", "martins", "agnese"))
    ask(steward, "martins")
    button = janis.find("Ask", in_="access-approvals")
    martins.press(button)
    assert "You can't decide your own request" in martins.read("access-approvals")[-1].text
    agnese.press(button)
    assert "Only @access-approvers can decide R-1001" in agnese.dm()[-1].text
    assert (steward.last()["action"], steward.last()["outcome"]) == ("access.question", "refused")
    janis.press(button)
    janis.fill({"What do you want to know?": " ?"})
    assert "Ask in a few words" in str(janis.submit())
    janis.close(everything=True)
    put(steward)
    janis.press("Ask", in_="access-approvals")
    assert "You asked about R-1001 already, and @Mārtiņš Kalniņš has not answered yet" in approvals(steward)
    clock.advance(hours=9)
    steward.tick()
    steward.deliver()
    assert "No answer is needed any more" in martins.dm()[-2].text
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
    janis, inese = steward.person("janis"), steward.person("inese")
    ask(steward)
    janis.type("/access pending", channel="general")
    listed = janis.read("general")[-1]
    assert "Baltic Beans" not in listed.text
    before = steward.last()
    button = janis.find("Details", in_="general")
    janis.press(button)
    shown = janis.read("general")[-1]
    assert "pw-00412 (Baltic Beans SIA)" in shown.text
    assert "such as technical support" in shown.text
    entry = steward.last()
    wanted = ("access.list", "disclosed", "pw-00412", ["name"], "R-1001", "technical_support")
    assert tuple(entry[key] for key in ("action", "outcome", "account", "fields", "grant", "purpose")) == wanted
    assert entry["id"] != before["id"]
    inese.press(button)
    assert steward.last()["outcome"] == "refused"
    janis.home()
    janis.press("Details", in_="home")
    assert "pw-00412 (Baltic Beans SIA)" in janis.modal().text
