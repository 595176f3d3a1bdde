"""A change that is announced, and the clock that goes on."""

from datetime import UTC, date, datetime

from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT, Steward

POLICY = (ROOT / "policies" / "postwing.md").read_text()
NEW = POLICY.replace("customer service, billing or marketing.", "customer service, billing, fraud checks or marketing.")
DAY = date(2026, 4, 1)  # a Wednesday
AHEAD = datetime(2026, 3, 18, 7, 0, tzinfo=UTC)  # 14 days ahead, 09:00 in Riga


def go_on(steward: Steward, clock: SettableClock, to: datetime) -> None:
    """As its threads do: due work, and a look at the plans."""
    clock.now = to
    steward.clockwork.tick()
    steward.services.telling.rounds.look()
    steward.deliver()
