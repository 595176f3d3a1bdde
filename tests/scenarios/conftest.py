"""The fixture `steward`: the reference company's Steward on a local Slack, on both databases."""

from collections.abc import Iterator

import pytest

from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward, running


@pytest.fixture
def steward(database: Database, clock: SettableClock) -> Iterator[Steward]:
    with running(database, clock) as made:
        yield made
