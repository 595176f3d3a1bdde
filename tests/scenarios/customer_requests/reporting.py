"""An account that people looked at, and the report on it."""

from tests.conftest import SettableClock
from tests.scenarios.harness import Steward, answered

WHY = "Ticket HD-2211: newsletters bounce since Monday"


def looked_at(steward: Steward, clock: SettableClock) -> None:
    """Inese looks three times, reveals once with Jānis's approval; Nils is refused; another account is looked at."""
    inese, janis, nils = (steward.person(name) for name in ("inese", "janis", "nils"))
    inese.type("/account pw-00412", channel="general")
    inese.type("/account mara@balticbeans.example", channel="general")
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": WHY, "Ticket": "HD-2211"})
    assert inese.submit() == {}
    inese.close(everything=True)
    steward.deliver()
    janis.press("Approve", in_="access-approvals")
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    inese.close(everything=True)
    nils.type("/account pw-00412", channel="general")
    inese.type("/account pw-00413", channel="general")
    clock.advance(hours=1)


def reported(steward: Steward, text: str = "pw-00412", who: str = "laila") -> str:
    return answered(steward.person(who), f"/privacy report {text}")
