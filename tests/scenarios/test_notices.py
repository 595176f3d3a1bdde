"""Changes of the policy told in Slack: on schedule, in each person's own time, once, until they are read."""

from datetime import UTC, date, datetime

import pytest

from bot.notices.announcing import Change, read_change
from tests.conftest import SettableClock
from tests.scenarios.announcing import announced, found, withdrawn
from tests.scenarios.harness import ROOT, Steward

POLICY = (ROOT / "policies" / "postwing.md").read_text()
NEW = POLICY.replace("customer service, billing or marketing.", "customer service, billing, fraud checks or marketing.")
DAY = date(2026, 4, 1)  # a Wednesday
AHEAD = datetime(2026, 3, 18, 7, 0, tzinfo=UTC)  # 14 days ahead, 09:00 in Riga
MORNING = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)  # 09:00 in Riga: clocks there went forward on 29 March


@pytest.fixture
def change(steward: Steward, clock: SettableClock) -> Change:
    """Announced on 2 March for 1 April."""
    made = found(steward.database, steward.services.ledger, NEW, clock())
    return announced(steward.database, steward.services.telling.announcer, made, DAY, clock())


def go_on(steward: Steward, clock: SettableClock, to: datetime) -> None:
    """As its threads do: due work, and a look at the plans."""
    clock.now = to
    steward.clockwork.tick()
    steward.services.telling.rounds.look()
    steward.deliver()


def test_people_and_channels_hear_ahead_and_on_the_day_once(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    inese = steward.person("inese")
    steward.tick()
    assert steward.count("policy_notices") == 0
    go_on(steward, clock, AHEAD.replace(hour=6, minute=59))
    assert steward.count("policy_notices") == 0
    go_on(steward, clock, AHEAD)
    said = inese.dm()[-1].text
    assert "Our privacy policy changes on 1 April 2026." in said
    assert "Technical support" in said
    told = steward.count("policy_notices")
    for _ in range(3):
        go_on(steward, clock, AHEAD)
    assert steward.count("policy_notices") == told
    assert "changes on 1 April" in inese.read("general")[-1].text
    go_on(steward, clock, MORNING)
    assert "Our privacy policy changed on 1 April 2026." in inese.dm()[-1].text
    assert change.name in inese.dm()[-1].text
