"""An approver says that they are away."""

from tests.scenarios.harness import Steward


def away(steward: Steward, who: str, text: str) -> str:
    person = steward.person(who)
    person.type(f"/access away {text}", channel="general")
    steward.deliver()
    return person.read("general")[-1].text
