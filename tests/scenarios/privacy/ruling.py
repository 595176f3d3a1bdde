"""Questions at the desk, and rulings on them."""

from tests.scenarios.harness import Steward
from tests.scenarios.privacy.asking import ask

QUESTION = "What about my horoscope data at Baltic Beans?"
GENERAL = "What about horoscope data?"
RULING = "We hold no horoscopes. If a customer sends one, it is deleted by hand."


def hand_over(steward: Steward, question: str = QUESTION, who: str = "inese") -> str:
    ask(steward, question, who)
    person = steward.person(who)
    person.press("Ask the privacy officer", in_="general")
    said = person.read("general")[-1].text
    steward.deliver()
    return said


def rule(steward: Steward, text: str = RULING, asked: str = GENERAL, rests_on: list[str] | None = None) -> str:
    """Laila writes a ruling; what the modal says then."""
    laila = steward.person("laila")
    laila.press("Write a ruling", in_="privacy-desk")
    filled: dict[str, object] = {"The question in general words": asked, "Your ruling": text}
    if rests_on:
        filled["It rests on"] = rests_on
    laila.fill(filled)
    errors = laila.submit()
    said = str(errors) if errors else laila.modal().text
    laila.close(everything=True)
    steward.deliver()
    return said
