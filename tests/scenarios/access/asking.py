"""Asking for access as Inese does, in the form."""

from collections.abc import Sequence

from tests.scenarios.harness import Steward

WHY = 'Ticket HD-2211: newsletters "bounce" since Monday,\nneed the sender\'s address 🙂'
ANSWERS = {
    "Account": "pw-00412",
    "What do you need to see?": ["Contact details"],
    "Why?": WHY,
    "For how long?": "2 h",
    "Ticket": "HD-2211",
}


def ask(
    steward: Steward, name: str = "inese", *, account: str = "pw-00412", classes: Sequence[str] = ("Contact details",)
) -> str:
    """Fill the form in and send it; returns the request's name."""
    person = steward.person(name)
    person.type("/access", channel="general")
    person.fill(ANSWERS | {"Account": account, "What do you need to see?": list(classes)})
    assert person.submit() == {}
    number = next(word for word in person.modal().text.split() if word.startswith("R-"))
    person.close()
    steward.deliver()
    return number


def approvals(steward: Steward) -> str:
    return steward.person("janis").read("access-approvals")[-1].text
