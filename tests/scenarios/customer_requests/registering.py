"""A customer's request from its form to its tasks, and where its messages stand."""

from collections.abc import Mapping

import pytest

from bot.audit.erasures.scope import Kind as SubjectKind
from bot.audit.erasures.scope import Subject, plan_of
from slack_local.people.shown import Shown
from tests.promises.office import by
from tests.scenarios.harness import CLI, Steward, person_of

WROTE = "Please delete all you have of me, Māra <@U0> *now*"


def newest(steward: Steward, who: str, channel: str = "general") -> Shown:
    return steward.person(who).read(channel)[-1]


def desk(steward: Steward) -> Shown:
    """The newest message that everybody at the privacy desk reads."""
    return next(one for one in reversed(steward.person("laila").read("privacy-desk")) if not one.ephemeral)


def dm(steward: Steward, who: str) -> Shown:
    """The newest message that stays in this person's direct message with the app."""
    return next(one for one in reversed(steward.person(who).dm()) if not one.ephemeral)


def form(steward: Steward, who: str = "inese", asked: str = "new") -> None:
    steward.person(who).type(f"/privacy {asked}", channel="general")


def register(steward: Steward, who: str = "inese", answers: Mapping[str, object] | None = None) -> dict[str, str]:
    """Fill the form in and send it; errors by label."""
    form(steward, who)
    filled = {
        "What does the customer ask for?": "Erasure",
        "Account": "pw-00412",
        "How did it come?": "Letter",
        "What did the customer write?": WROTE,
    }
    person = steward.person(who)
    person.fill({**filled, **(answers or {})})
    errors = person.submit()
    if not errors:
        person.close(everything=True)
    steward.deliver()
    return errors


def opened(steward: Steward, who: str, name: str = "C-1") -> str:
    person = steward.person(who)
    person.type(f"/privacy {name}", channel="general")
    return person.modal().text


def last(steward: Steward) -> tuple[object, ...]:
    entry = steward.last()
    return tuple(entry[key] for key in ("action", "outcome", "reason", "ticket", "account"))


@pytest.fixture
def erasure(steward: Steward) -> Steward:
    """C-1 is registered by Inese and owned by Laila."""
    assert register(steward) == {}
    steward.person("laila").press("Take it", in_="privacy-desk")
    steward.deliver()
    return steward


def settle_all(steward: Steward, who: str = "laila") -> None:
    """Every task done, in the request's own modal, and the identity checked."""
    person = steward.person(who)
    opened(steward, who)
    person.press("Identity checked")
    person.fill({"How was the customer's identity checked?": ["Signed in to the account"]})
    assert person.submit() == {}
    while "Done" in person.modal().buttons:
        person.press("Done")
    steward.deliver()


def erase_texts(erasure: Steward) -> None:
    """As `steward audit erase --subject pw-00412` does it, with two officers' yes."""
    with erasure.database.reading() as connection:
        plan = plan_of(connection, Subject(SubjectKind.ACCOUNT, "pw-00412"))
    made = erasure.services.erasures.ask(CLI, plan, None)
    for name in ("laila", "ieva"):
        officer = person_of(erasure, name)
        erasure.services.erasures.confirm(by(officer), officer, made.number)


def at_the_desk(steward: Steward, words: str) -> Shown:
    """The message of everybody's at the desk that has these words."""
    (found,) = [one for one in steward.person("laila").read("privacy-desk") if words in one.text and not one.ephemeral]
    return found
