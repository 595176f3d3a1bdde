"""Taking access in an emergency."""

from tests.scenarios.harness import Steward

WHY = 'The newsletter: "now" goes to the wrong list,\nit has to be stopped 🙂'
SURE = "I need it now, and can't wait for a decision"
ANSWERS = {"What do you need to see?": ["Contact details"], "Why?": WHY, "Is it an emergency?": [SURE]}


def take(steward: Steward, account: str = "pw-00412", who: str = "inese") -> str:
    """Inese takes it; returns the request's name."""
    person = steward.person(who)
    person.type(f"/access emergency {account} for technical support", channel="general")
    person.fill(ANSWERS)
    assert person.submit() == {}
    name = next(word for word in person.modal().text.split() if word.startswith("R-"))
    person.close()
    steward.deliver()
    return name
