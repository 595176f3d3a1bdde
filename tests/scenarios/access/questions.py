"""An approver asks about a request, and Inese answers."""

from tests.scenarios.harness import Steward

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
