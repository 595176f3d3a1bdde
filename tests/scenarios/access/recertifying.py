"""Lists of who may still look up, that are due."""

import pytest

from tests.conftest import SettableClock
from tests.scenarios.harness import Steward


@pytest.fixture
def due(steward: Steward, clock: SettableClock) -> Steward:
    """The lists of the second quarter are drawn up; Inese has looked twice in the first."""
    for _ in range(2):
        steward.person("inese").type("/account pw-00412", channel="general")
    steward.services.approvers.recertify.plan()
    clock.advance(days=31)
    steward.tick()
    return steward
