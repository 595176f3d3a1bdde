"""A policy that lost the clause of a purpose, and officers who point to the new one."""

from bot.privacy.versions import import_policy
from tests.conftest import SettableClock
from tests.scenarios.harness import CLI, ROOT, Steward

OLD = "such as technical support, customer service, billing or marketing"
NEW = "in order to help customers who write to us with a fault, to serve them, for billing or for marketing"
HELPING = "Employees look things up to mend what is broken"


def publish(steward: Steward, clock: SettableClock, text: str) -> None:
    clock.advance(minutes=1)
    import_policy(steward.services.ledger, clock, text.encode(), "postwing.md", CLI)
    steward.services.special_cases.suspensions.look()
    steward.tick()


def postwing() -> str:
    return (ROOT / "policies" / "postwing.md").read_text()


def changed() -> str:
    assert OLD in postwing()
    return postwing().replace(OLD, NEW)


def desk(steward: Steward) -> list[str]:
    return [one.text for one in steward.person("laila").read("privacy-desk")]


def looked(steward: Steward) -> bool:
    """Whether Inese sees the account for technical support."""
    steward.person("inese").type("/account pw-00412", channel="general")
    return "Baltic Beans" in steward.person("inese").read("general")[-1].text


def point(steward: Steward, who: str, words: str) -> dict[str, str]:
    person = steward.person(who)
    person.press("Point to the new clause", in_="privacy-desk")
    person.fill({"Or its words": words})
    errors = person.submit()
    person.close(everything=True)
    steward.deliver()
    return errors
