"""Asking what the policy says, and a policy that is reworded."""

from bot.audit.ledger import Ledger
from bot.privacy.versions import import_policy
from tests.conftest import SettableClock
from tests.scenarios.harness import CLI, ROOT, Steward

SOLD = (
    "We neither sell nor rent out your personal or business data, whatever the circumstances, except with your consent "
    "in writing or when a court orders us to."
)
SOLD_QUESTION = "Do you sell my personal data?"


def ask(steward: Steward, question: str, who: str = "inese", channel: str = "general") -> str:
    """What this person reads then."""
    person = steward.person(who)
    person.type(f"/privacy {question}", channel=channel)
    return person.read(channel)[-1].text


def reworded(steward: Steward, clock: SettableClock, before: str, after: str) -> None:
    """A new version of the policy comes into force."""
    clock.advance(minutes=5)
    data = (ROOT / "policies" / "postwing.md").read_text().replace(before, after)
    assert after in data
    import_policy(Ledger(steward.database, clock), clock, data.encode(), "policies/postwing.md", CLI)
