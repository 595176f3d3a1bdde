"""Asking for more time."""

from tests.scenarios.harness import Steward

WHY = "The customer is still testing the new sender"


def extend(steward: Steward, name: str, duration: str = "1h") -> None:
    inese = steward.person("inese")
    inese.type(f"/access extend {name} {duration}", channel="general")
    inese.fill({"Why?": WHY})
    assert inese.submit() == {}
    inese.close()
    steward.deliver()
