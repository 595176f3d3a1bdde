"""What is drawn for review, and verdicts on it."""

from dataclasses import replace

from tests.conftest import SettableClock
from tests.scenarios.harness import Steward

WHY = "Ticket HD-2211: newsletters bounce"


def watch(steward: Steward, clock: SettableClock) -> None:
    """What the clockwork does every few seconds; every reveal is drawn."""
    steward.integrator.step()
    replace(steward.services.watch, chance=lambda: 0.0)()
    steward.deliver()


def reveal(steward: Steward, clock: SettableClock, account: str = "pw-00412", who: str = "inese") -> None:
    """Ask, approve, reveal."""
    person = steward.person(who)
    person.type(f"/access {account} for technical support 2h", channel="general")
    person.fill({"What do you need to see?": ["Contact details"], "Why?": WHY, "Ticket": "HD-2211"})
    assert person.submit() == {}
    person.close()
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    person.type(f"/account {account}", channel="general")
    person.press("Reveal", in_="general")
    person.close()
    watch(steward, clock)


def judge(steward: Steward, who: str, button: str, comment: str | None, where: str | None = "general") -> str:
    """Press a verdict, say why, and read what the modal says then."""
    person = steward.person(who)
    person.press(button, in_=where)
    label = {"In order": "Comment", "Needs explanation": "What should be explained?", "Violation": "What is wrong?"}
    if comment is not None:
        person.fill({label[button]: comment})
    assert person.submit() == {}
    steward.deliver()
    return person.modal().text


def refused(steward: Steward, clock: SettableClock) -> None:
    """Nils tries, again and again."""
    nils = steward.person("nils")
    for account in ("pw-00412", "bean", "pw-00413", "mara@balticbeans.example", "pw-00414"):
        nils.type(f"/account {account}", channel="general")
    watch(steward, clock)
